//! Real data: the Chinook database, whose figures are known.
//!
//! Its scripts are not part of this repository. The tests look for them in `../shared/data/chinook`, and are left out where there
//! is no such folder.

#[path = "../../examples/chinook/load.rs"]
mod load;
#[path = "../../examples/chinook/models.rs"]
mod models;

use std::collections::BTreeMap;
use std::path::Path;

use orm::prelude::*;

use crate::support::{Database, TestDb};
use models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist,
    PlaylistTrack, Track,
};

/// Loads the database; `false` without its script.
async fn loaded(db: &TestDb) -> orm::Result<bool> {
    let name = match db.database {
        Database::Sqlite | Database::SqliteFile => "sqlite.sql",
        Database::Postgres => "postgresql.sql",
        Database::Mariadb | Database::MysqlWithoutReturning => "mysql.sql",
    };
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/chinook")
        .join(name);
    let Ok(script) = std::fs::read_to_string(path) else {
        eprintln!("the Chinook database is not there, so its tests are LEFT OUT");
        return Ok(false);
    };
    db.execute_script(&load::translated(&script)).await?;
    Ok(true)
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

on_every_database! {
    also mysql_without_returning;

    async fn chinook_has_its_known_figures(db: Db) {
        if !loaded(&db).await? {
            return Ok(());
        }
        rows(&db).await?;
        revenue(&db).await?;
        artists(&db).await?;
        days(&db).await?;
        people(&db).await?;
        names_in_order(&db).await?;
    }

    async fn chinook_can_be_changed(db: Db) {
        if !loaded(&db).await? {
            return Ok(());
        }
        prices(&db).await?;
        guarded(&db).await?;
        new_album(&db).await?;
    }
}

/// Every row of every table can be read into its model.
async fn rows(db: &Db) -> orm::Result<()> {
    assert_eq!(Album::query().all(db).await?.len(), 347);
    assert_eq!(Artist::query().all(db).await?.len(), 275);
    assert_eq!(Customer::query().all(db).await?.len(), 59);
    assert_eq!(Employee::query().all(db).await?.len(), 8);
    assert_eq!(Genre::query().all(db).await?.len(), 25);
    assert_eq!(Invoice::query().all(db).await?.len(), 412);
    assert_eq!(InvoiceLine::query().all(db).await?.len(), 2240);
    assert_eq!(MediaType::query().all(db).await?.len(), 5);
    assert_eq!(Playlist::query().all(db).await?.len(), 18);
    assert_eq!(PlaylistTrack::query().all(db).await?.len(), 8715);
    assert_eq!(Track::query().all(db).await?.len(), 3503);
    assert_eq!(Track::query().count(db).await?, 3503);
    let ninth = PlaylistTrack::find((Id::new(9), Id::new(3402)))
        .one(db)
        .await?;
    assert_eq!((ninth.playlist_id.get(), ninth.track_id.get()), (9, 3402));
    Ok(())
}

async fn revenue(db: &Db) -> orm::Result<()> {
    assert_eq!(
        Invoice::query()
            .select(Invoice::total.sum())
            .one(db)
            .await?,
        Some(cents(232_860))
    );
    let all = Invoice::query().all(db).await?;
    assert_eq!(
        all.iter().map(|invoice| invoice.total).sum::<Decimal>(),
        cents(232_860)
    );

    let extremes = Invoice::query()
        .select((Invoice::total.min(), Invoice::total.max()))
        .one(db)
        .await?;
    assert_eq!(extremes, (Some(cents(99)), Some(cents(2586))));
    let above = Invoice::query().filter(Invoice::total.gt(cents(2000)));
    assert_eq!(above.clone().count(db).await?, 4);
    assert_eq!(
        Invoice::query()
            .filter(Invoice::total.in_([cents(2586), cents(2386)]))
            .count(db)
            .await?,
        2
    );
    let best = above
        .order_by(Invoice::total.desc())
        .select(Invoice::total)
        .all(db)
        .await?;
    assert_eq!(best, [2586, 2386, 2186, 2186].map(cents));

    let countries = Invoice::query()
        .group_by(Invoice::billing_country)
        .having(Invoice::total.sum().gt(cents(19_000)))
        .order_by(Invoice::total.sum().desc())
        .select((Invoice::billing_country.coalesce("?"), Invoice::total.sum()))
        .all(db)
        .await?;
    let expected = [
        ("USA", 52_306),
        ("Canada", 30_396),
        ("France", 19_510),
        ("Brazil", 19_010),
    ];
    assert_eq!(
        countries,
        expected.map(|(country, sum)| (country.to_owned(), Some(cents(sum))))
    );

    let prices = InvoiceLine::query()
        .group_by(InvoiceLine::unit_price)
        .order_by(InvoiceLine::unit_price)
        .select((InvoiceLine::unit_price, InvoiceLine::quantity.sum()))
        .all(db)
        .await?;
    assert_eq!(prices, [(cents(99), Some(2129)), (cents(199), Some(111))]);
    Ok(())
}

/// Through three tables, by subqueries and in SQL.
async fn artists(db: &Db) -> orm::Result<()> {
    let artist = Artist::query()
        .filter(Artist::name.eq("Iron Maiden"))
        .select(Artist::id);
    let albums = Album::query()
        .filter(Album::artist_id.eq(artist))
        .select(Album::id);
    let tracks = Track::query()
        .filter(Track::album_id.in_(albums))
        .select(Track::id);
    let lines = InvoiceLine::query().filter(InvoiceLine::track_id.in_(tracks));
    assert_eq!(lines.clone().count(db).await?, 140);
    assert_eq!(
        lines.select(InvoiceLine::unit_price.sum()).one(db).await?,
        Some(cents(13_860))
    );

    let limit = 3;
    let best: Vec<(String, Option<Decimal>)> = sql!(
        "SELECT artist.name, SUM(invoice_line.unit_price * invoice_line.quantity)
         FROM invoice_line
         JOIN track ON track.track_id = invoice_line.track_id
         JOIN album ON album.album_id = track.album_id
         JOIN artist ON artist.artist_id = album.artist_id
         GROUP BY artist.artist_id, artist.name ORDER BY 2 DESC LIMIT {limit}"
    )
    .all(db)
    .await?;
    let best: Vec<_> = best
        .into_iter()
        .map(|(artist, sum)| (artist, sum.unwrap().round_dp(2)))
        .collect();
    let expected = [("Iron Maiden", 13_860), ("U2", 10_593), ("Metallica", 9009)];
    assert_eq!(
        best,
        expected.map(|(artist, sum)| (artist.to_owned(), cents(sum)))
    );

    let unsold = Track::query().filter(not_exists(
        InvoiceLine::query().filter(InvoiceLine::track_id.eq(Track::id.outer())),
    ));
    assert_eq!(unsold.count(db).await?, 1519);
    Ok(())
}

async fn days(db: &Db) -> orm::Result<()> {
    let years = Invoice::query()
        .group_by(Invoice::invoice_date.year())
        .order_by(Invoice::invoice_date.year())
        .select((Invoice::invoice_date.year(), Invoice::total.sum()))
        .all(db)
        .await?;
    let expected = [
        (2021, 44_946),
        (2022, 48_145),
        (2023, 46_958),
        (2024, 47_753),
        (2025, 45_058),
    ];
    assert_eq!(years, expected.map(|(year, sum)| (year, Some(cents(sum)))));

    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).unwrap();
    let noon = |date: NaiveDate| date.and_hms_opt(0, 0, 0).unwrap();
    let first_and_last = Invoice::query()
        .select((Invoice::invoice_date.min(), Invoice::invoice_date.max()))
        .one(db)
        .await?;
    assert_eq!(
        first_and_last,
        (Some(noon(day(2021, 1, 1))), Some(noon(day(2025, 12, 22))))
    );
    let spring = Invoice::query()
        .filter(Invoice::invoice_date.between(noon(day(2023, 4, 1)), noon(day(2023, 4, 30))));
    let april = Invoice::query()
        .filter(Invoice::invoice_date.year().eq(2023) & Invoice::invoice_date.month().eq(4));
    assert_eq!(
        spring.select(Invoice::total.sum()).one(db).await?,
        Some(cents(5162))
    );
    assert_eq!(
        april.select(Invoice::total.sum()).one(db).await?,
        Some(cents(5162))
    );
    assert_eq!(
        Invoice::query()
            .filter(Invoice::invoice_date.date().eq(day(2021, 1, 1)))
            .count(db)
            .await?,
        1
    );
    Ok(())
}

async fn people(db: &Db) -> orm::Result<()> {
    let agents: BTreeMap<_, _> = Customer::query()
        .group_by(Customer::support_rep_id)
        .select((Customer::support_rep_id, count()))
        .all(db)
        .await?
        .into_iter()
        .collect();
    let of = |agent: i32| agents.get(&Some(Id::new(agent))).copied();
    assert_eq!(
        (of(3), of(4), of(5), of(1)),
        (Some(21), Some(20), Some(18), None)
    );
    let boss = Employee::query()
        .filter(Employee::reports_to.is_null())
        .one(db)
        .await?;
    assert_eq!(
        (boss.last_name.as_str(), boss.hire_date),
        (
            "Adams",
            NaiveDate::from_ymd_opt(2002, 8, 14)
                .unwrap()
                .and_hms_opt(0, 0, 0)
        )
    );
    // Letters outside of ASCII come as they are, and have an upper and a lower case everywhere.
    let luis = Customer::find(Id::new(1)).one(db).await?;
    assert_eq!(
        (luis.first_name.as_str(), luis.last_name.as_str()),
        ("Luís", "Gonçalves")
    );
    let by_case = Customer::query()
        .filter(Customer::last_name.upper().eq("GONÇALVES"))
        .count(db)
        .await?;
    assert_eq!(by_case, 1);
    Ok(())
}

/// Slices by name and key give every track once, although many names are equal but for their case.
async fn names_in_order(db: &Db) -> orm::Result<()> {
    let query = || Track::query().order_by((Track::name, Track::id));
    let (mut ids, mut cursor): (Vec<_>, Option<Cursor>) = (Vec::new(), None);
    loop {
        let slice = query().after(cursor).slice(700, db).await?;
        ids.extend(slice.items.iter().map(|track| track.id));
        cursor = slice.next.map(|next| next.to_string().parse().unwrap());
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(ids, query().select(Track::id).all(db).await?);
    let mut streamed = Vec::new();
    let mut stream = query().stream(db);
    while let Some(track) = stream.next().await {
        streamed.push(track?.id);
    }
    assert_eq!(ids, streamed);
    assert_eq!(query().page(36, 100, db).await?.items.len(), 3);
    Ok(())
}

/// Arithmetic on money is exact in the database as well.
async fn prices(db: &Db) -> orm::Result<()> {
    let sum = || Track::query().select(Track::unit_price.sum());
    assert_eq!(sum().one(db).await?, Some(cents(368_097)));
    let tx = db.begin().await?;
    let changed = Track::query()
        .update()
        .all_rows()
        .unit_price(Track::unit_price + cents(10))
        .exec(&tx)
        .await?;
    assert_eq!(changed, 3503);
    assert_eq!(sum().one(&tx).await?, Some(cents(403_127)));
    assert_eq!(
        Track::query()
            .filter(Track::unit_price.eq(cents(109)))
            .count(&tx)
            .await?,
        3290
    );
    tx.rollback().await?;
    assert_eq!(sum().one(db).await?, Some(cents(368_097)));
    Ok(())
}

/// The foreign keys of the script are there, and their violations are understood.
async fn guarded(db: &Db) -> orm::Result<()> {
    let artist = Artist::find(Id::new(1)).one(db).await?;
    assert!(
        artist
            .delete(db)
            .await
            .unwrap_err()
            .is_foreign_key_violation()
    );
    let error = Album::create()
        .id(9999)
        .title("Nobody's")
        .artist_id(9999)
        .insert(db)
        .await
        .unwrap_err();
    assert!(error.is_foreign_key_violation(), "{error}");
    let error = Artist::create()
        .id(1)
        .name("AC/DC again")
        .insert(db)
        .await
        .unwrap_err();
    assert!(
        error.is_unique_violation() && error.constraint().unwrap().is_on("id"),
        "{error}"
    );
    Ok(())
}

async fn new_album(db: &Db) -> orm::Result<()> {
    let titles = db
        .transaction(async |tx| {
            let artist = Artist::create()
                .id(500)
                .name("Ångström & Söhne")
                .insert(&tx)
                .await?;
            let album = Album::create()
                .id(500)
                .title("Les Œuvres")
                .artist_id(artist.id)
                .insert(&tx)
                .await?;
            let tracks = (1..=40).map(|number| {
                Track::create()
                    .id(10_000 + number)
                    .name(format!("No. {number}"))
                    .album_id(album.id)
                    .media_type_id(1)
                    .milliseconds(1000 * number)
                    .unit_price(Decimal::new(5, 1))
            });
            let tracks = Track::insert_many(tracks).all(&tx).await?;
            let on_playlist = tracks
                .iter()
                .map(|track| PlaylistTrack::create().playlist_id(2).track_id(track.id));
            assert_eq!(PlaylistTrack::insert_many(on_playlist).exec(&tx).await?, 40);
            Ok::<_, orm::Error>(
                tracks
                    .into_iter()
                    .map(|track| track.name)
                    .collect::<Vec<_>>(),
            )
        })
        .await?;
    assert_eq!((titles.len(), titles[39].as_str()), (40, "No. 40"));
    let own = Track::query().filter(Track::album_id.eq(Id::new(500)));
    let (tracks, sum) = own
        .select((count(), Track::unit_price.sum()))
        .one(db)
        .await?;
    assert_eq!((tracks, sum), (40, Some(cents(2000))));
    Ok(())
}
