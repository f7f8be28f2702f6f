//! What the shop has.

use std::collections::BTreeMap;

use orm::prelude::*;

use crate::Result;
use crate::checks::Checks;
use crate::models::{
    Album, Artist, Customer, Employee, Genre, Invoice, InvoiceLine, MediaType, Playlist,
    PlaylistTrack, Track,
};
use crate::output::{Table, heading, or_dash, say};

pub(crate) async fn counts(db: &Db, checks: &mut Checks) -> Result {
    heading("Rows");
    let built = [
        ("album", Album::query().count(db).await?),
        ("artist", Artist::query().count(db).await?),
        ("customer", Customer::query().count(db).await?),
        ("employee", Employee::query().count(db).await?),
        ("genre", Genre::query().count(db).await?),
        ("invoice", Invoice::query().count(db).await?),
        ("invoice_line", InvoiceLine::query().count(db).await?),
        ("media_type", MediaType::query().count(db).await?),
        ("playlist", Playlist::query().count(db).await?),
        ("playlist_track", PlaylistTrack::query().count(db).await?),
        ("track", Track::query().count(db).await?),
    ];
    let written: Vec<(String, i64)> = sql!(
        "SELECT 'album', COUNT(*) FROM album
         UNION ALL SELECT 'artist', COUNT(*) FROM artist
         UNION ALL SELECT 'customer', COUNT(*) FROM customer
         UNION ALL SELECT 'employee', COUNT(*) FROM employee
         UNION ALL SELECT 'genre', COUNT(*) FROM genre
         UNION ALL SELECT 'invoice', COUNT(*) FROM invoice
         UNION ALL SELECT 'invoice_line', COUNT(*) FROM invoice_line
         UNION ALL SELECT 'media_type', COUNT(*) FROM media_type
         UNION ALL SELECT 'playlist', COUNT(*) FROM playlist
         UNION ALL SELECT 'playlist_track', COUNT(*) FROM playlist_track
         UNION ALL SELECT 'track', COUNT(*) FROM track"
    )
    .all(db)
    .await?;
    let written: BTreeMap<_, _> = written.into_iter().collect();
    let mut table = Table::new(["table", ">rows"]);
    for (name, rows) in &built {
        table.row([name, rows]);
        checks.same(
            name,
            &i64::try_from(*rows).ok().as_ref(),
            &written.get(*name),
        );
    }
    table.print();
    Ok(())
}

pub(crate) async fn genres(db: &Db, checks: &mut Checks) -> Result {
    heading("Tracks by genre");
    let built: Vec<(Option<Id<Genre, i32>>, i64)> = Track::query()
        .group_by(Track::genre_id)
        .order_by((count().desc(), Track::genre_id.asc()))
        .select((Track::genre_id, count()))
        .all(db)
        .await?;
    let names = genre_names(db).await?;
    let mut table = Table::new(["genre", ">tracks"]);
    let mut by_name = BTreeMap::new();
    for (genre, tracks) in built {
        let name = genre.and_then(|genre| names.get(&genre).cloned());
        table.row([&or_dash(name.as_ref()), &tracks]);
        by_name.insert(name, tracks);
    }
    table.print();
    let written: Vec<(Option<String>, i64)> = sql!(
        "SELECT genre.name, COUNT(*) FROM track
         LEFT JOIN genre ON genre.genre_id = track.genre_id
         GROUP BY genre.genre_id, genre.name"
    )
    .all(db)
    .await?;
    checks.same("tracks by genre", &by_name, &written.into_iter().collect());
    Ok(())
}

async fn genre_names(db: &Db) -> Result<BTreeMap<Id<Genre, i32>, String>> {
    let names = Genre::query()
        .select((Genre::id, Genre::name.coalesce("")))
        .all(db)
        .await?;
    Ok(names.into_iter().collect())
}

pub(crate) async fn albums(db: &Db, checks: &mut Checks) -> Result {
    heading("Artists with the most albums");
    let built = Album::query()
        .group_by(Album::artist_id)
        .having(count().ge(5))
        .order_by((count().desc(), Album::artist_id.asc()))
        .select((Album::artist_id, count()))
        .all(db)
        .await?;
    let ids: Vec<_> = built.iter().map(|(artist, _)| *artist).collect();
    let names: BTreeMap<_, _> = Artist::query()
        .filter(Artist::id.in_(ids))
        .select((Artist::id, Artist::name))
        .all(db)
        .await?
        .into_iter()
        .collect();
    let named: Vec<(Option<String>, i64)> = built
        .iter()
        .map(|(artist, albums)| (names.get(artist).cloned().flatten(), *albums))
        .collect();
    let mut table = Table::new(["artist", ">albums"]);
    for (artist, albums) in &named {
        table.row([&or_dash(artist.as_ref()), albums]);
    }
    table.print();
    let least = 5;
    let written = sql!(
        "SELECT artist.name, COUNT(*) FROM album JOIN artist ON artist.artist_id = album.artist_id
         GROUP BY artist.artist_id, artist.name HAVING COUNT(*) >= {least}
         ORDER BY COUNT(*) DESC, artist.artist_id"
    )
    .all(db)
    .await?;
    checks.same("artists with the most albums", &named, &written);

    let without = Artist::query()
        .filter(not_exists(
            Album::query().filter(Album::artist_id.eq(Artist::id.outer())),
        ))
        .count(db)
        .await?;
    let written: i64 = sql!(
        "SELECT COUNT(*) FROM artist LEFT JOIN album ON album.artist_id = artist.artist_id
         WHERE album.album_id IS NULL"
    )
    .one(db)
    .await?;
    println!();
    say(format!("{without} artists have no album"));
    checks.same(
        "artists without an album",
        &i64::try_from(without)?,
        &written,
    );
    Ok(())
}

pub(crate) async fn playlists(db: &Db, checks: &mut Checks) -> Result {
    heading("Playlists by length");
    let lengths: BTreeMap<_, _> = PlaylistTrack::query()
        .group_by(PlaylistTrack::playlist_id)
        .select((PlaylistTrack::playlist_id, count()))
        .all(db)
        .await?
        .into_iter()
        .collect();
    let mut built: Vec<(i32, Option<String>, i64)> = Playlist::query()
        .order_by(Playlist::id)
        .all(db)
        .await?
        .into_iter()
        .map(|playlist| {
            let tracks = lengths.get(&playlist.id).copied().unwrap_or(0);
            (playlist.id.get(), playlist.name, tracks)
        })
        .collect();
    built.sort_by_key(|(id, _, tracks)| (-tracks, *id));
    let mut table = Table::new(["playlist", ">tracks"]);
    for (_, name, tracks) in &built {
        table.row([&or_dash(name.as_ref()), tracks]);
    }
    table.print();
    let written = sql!(
        "SELECT playlist.playlist_id, playlist.name, COUNT(playlist_track.track_id)
         FROM playlist
         LEFT JOIN playlist_track ON playlist_track.playlist_id = playlist.playlist_id
         GROUP BY playlist.playlist_id, playlist.name
         ORDER BY COUNT(playlist_track.track_id) DESC, playlist.playlist_id"
    )
    .all(db)
    .await?;
    checks.same("playlists by length", &built, &written);
    Ok(())
}

pub(crate) async fn lengths(db: &Db, checks: &mut Checks) -> Result {
    heading("Lengths of tracks, by medium");
    let media: BTreeMap<_, _> = MediaType::query()
        .select((MediaType::id, MediaType::name))
        .all(db)
        .await?
        .into_iter()
        .collect();
    let built = Track::query()
        .group_by(Track::media_type_id)
        .order_by(Track::media_type_id)
        .select((
            Track::media_type_id,
            count(),
            Track::composer.count(),
            Track::milliseconds.min(),
            Track::milliseconds.max(),
            Track::milliseconds.sum(),
        ))
        .all(db)
        .await?;
    let mut table = Table::new([
        "medium",
        ">tracks",
        ">with composer",
        ">shortest",
        ">longest",
        ">in all",
    ]);
    for (medium, tracks, composed, least, most, sum) in &built {
        let name = or_dash(media.get(medium).cloned().flatten());
        let (least, most) = (least.map(i64::from), most.map(i64::from));
        table.row([
            &name,
            tracks,
            composed,
            &time(least),
            &time(most),
            &time(*sum),
        ]);
    }
    table.print();
    let written = sql!(
        "SELECT media_type_id, COUNT(*), COUNT(composer), MIN(milliseconds), MAX(milliseconds),
                CAST(SUM(milliseconds) AS DECIMAL(20))
         FROM track GROUP BY media_type_id ORDER BY media_type_id"
    )
    .all::<(
        Id<MediaType, i32>,
        i64,
        i64,
        Option<i32>,
        Option<i32>,
        Option<Decimal>,
    )>(db)
    .await?;
    let written = written
        .into_iter()
        .map(|(medium, n, composed, least, most, sum)| {
            let sum = sum.and_then(|sum| i64::try_from(sum).ok());
            (medium, n, composed, least, most, sum)
        });
    checks.same("lengths of tracks", &built, &written.collect());

    // The same sum once more, from all tracks as they stream by.
    let (mut tracks, mut sum, mut stream) = (0, 0, Track::query().stream(db));
    while let Some(track) = stream.next().await {
        tracks += 1;
        sum += i64::from(track?.milliseconds);
    }
    checks.same(
        "streamed tracks",
        &(tracks, sum),
        &built.iter().fold((0, 0), |(n, all), row| {
            (n + row.1, all + row.5.unwrap_or(0))
        }),
    );

    // And from slices of 500 tracks, each of which begins where the one before it ended.
    let (mut sliced, mut cursor) = (Vec::new(), None);
    loop {
        let slice = Track::query()
            .order_by((Track::name, Track::id))
            .after(cursor)
            .slice(500, db)
            .await?;
        sliced.extend(slice.items.iter().map(|track| track.id));
        cursor = slice.next;
        if cursor.is_none() {
            break;
        }
    }
    sliced.sort();
    sliced.dedup();
    checks.same("tracks in slices", &i64::try_from(sliced.len())?, &tracks);
    Ok(())
}

/// Milliseconds as hours, minutes and seconds.
fn time(milliseconds: Option<i64>) -> String {
    let seconds = milliseconds.unwrap_or(0) / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours}:{minutes:02}:{seconds:02}")
}
