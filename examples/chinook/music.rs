//! Relations: artists with their albums and tracks, playlists, and who reports to whom.

use orm::With;
use orm::prelude::*;
use orm::query::{Rows, Slot};

use crate::Result;
use crate::checks::Checks;
use crate::models::{Album, Artist, Employee, InvoiceLine, Playlist, Track, employee};
use crate::output::{Table, heading, or_dash, say};

/// Artists, their albums and the tracks of these: three statements, however many rows there are.
pub(crate) async fn discography(db: &Db, checks: &mut Checks) -> Result {
    heading("Artists by the length of their work");
    let artists = Artist::query()
        .filter(Artist::albums.count().ge(4))
        .include(
            Artist::albums.order_by(Album::title).include(
                Album::tracks
                    .order_by((Track::milliseconds.desc(), Track::id.asc()))
                    .include(Track::genre),
            ),
        )
        .include(Artist::tracks.count())
        .include(Artist::tracks.sum(Track::milliseconds))
        .order_by((
            Artist::tracks.sum(Track::milliseconds).desc(),
            Artist::id.asc(),
        ))
        .limit(10)
        .all(db)
        .await?;
    let mut table = Table::new([
        "artist",
        ">albums",
        ">tracks",
        ">minutes",
        "longest track",
        "genre",
    ]);
    let mut built = Vec::new();
    for artist in &artists {
        let albums = artist.get(Artist::albums);
        let tracks = *artist.get(Artist::tracks.count());
        let milliseconds =
            (*artist.get(Artist::tracks.sum(Track::milliseconds))).unwrap_or_default();
        // What was counted is what was read.
        let read: usize = albums
            .iter()
            .map(|album| album.get(Album::tracks).len())
            .sum();
        checks.same(
            "tracks that were read",
            &i64::try_from(read).unwrap_or(-1),
            &tracks,
        );
        let longest = albums
            .iter()
            .filter_map(|album| album.get(Album::tracks).first())
            .max_by_key(|track| track.milliseconds);
        let genre = longest.and_then(|track| track.get(Track::genre).as_ref());
        table.row([
            &or_dash(artist.name.as_ref()),
            &albums.len(),
            &tracks,
            &(milliseconds / 60_000),
            &or_dash(longest.map(|track| &track.name)),
            &or_dash(genre.and_then(|genre| genre.name.as_ref())),
        ]);
        built.push((
            artist.name.clone(),
            i64::try_from(albums.len()).unwrap_or(-1),
            tracks,
        ));
    }
    table.print();
    let (albums, artists) = (4, 10);
    let written: Vec<(Option<String>, i64, i64)> = sql!(
        "SELECT artist.name, COUNT(DISTINCT album.album_id), COUNT(track.track_id)
         FROM artist
         JOIN album ON album.artist_id = artist.artist_id
         JOIN track ON track.album_id = album.album_id
         GROUP BY artist.artist_id, artist.name
         HAVING COUNT(DISTINCT album.album_id) >= {albums}
         ORDER BY SUM(track.milliseconds) DESC, artist.artist_id
         LIMIT {artists}"
    )
    .all(db)
    .await?;
    checks.same("artists, albums and tracks", &built, &written);

    let sold = Track::query()
        .filter(Track::sales.any(InvoiceLine::quantity.gt(0)))
        .filter(Track::album.is(Album::artist.is(Artist::name.eq("Iron Maiden"))))
        .count(db)
        .await?;
    let written: i64 = sql!(
        "SELECT COUNT(DISTINCT track.track_id) FROM track
         JOIN album ON album.album_id = track.album_id
         JOIN artist ON artist.artist_id = album.artist_id
         JOIN invoice_line ON invoice_line.track_id = track.track_id
         WHERE artist.name = 'Iron Maiden'"
    )
    .one(db)
    .await?;
    say(format!(
        "{sold} tracks of Iron Maiden were sold at least once"
    ));
    checks.same("tracks sold", &i64::try_from(sold).unwrap_or(-1), &written);
    Ok(())
}

/// Playlists and tracks: many to many, with the first three of each playlist.
pub(crate) async fn playlists(db: &Db, checks: &mut Checks) -> Result {
    heading("Playlists and how they begin");
    let playlists = Playlist::query()
        .filter(Playlist::tracks.any(always()))
        .include(Playlist::tracks.order_by(Track::name).limit(3))
        .include(Playlist::tracks.count())
        .order_by((Playlist::tracks.count().desc(), Playlist::id.asc()))
        .all(db)
        .await?;
    let mut table = Table::new(["playlist", ">tracks", "begins with"]);
    let mut built = Vec::new();
    for playlist in &playlists {
        let tracks = *playlist.get(Playlist::tracks.count());
        let names: Vec<&str> = playlist
            .get(Playlist::tracks)
            .iter()
            .map(|track| track.name.as_str())
            .collect();
        table.row([&or_dash(playlist.name.as_ref()), &tracks, &names.join(", ")]);
        built.push((playlist.id, tracks));
    }
    table.print();
    let written: Vec<(Id<Playlist, i32>, i64)> = sql!(
        "SELECT playlist_id, COUNT(*) FROM playlist_track GROUP BY playlist_id
         ORDER BY COUNT(*) DESC, playlist_id"
    )
    .all(db)
    .await?;
    checks.same("tracks of playlists", &built, &written);
    Ok(())
}

/// Somebody with those who report to them, and the number of their customers.
type Boss = With<Employee, Slot<employee::reports, Rows<Employee>>>;

/// A tree: who reports to whom, two levels at once.
pub(crate) async fn staff(db: &Db, checks: &mut Checks) -> Result {
    heading("Who reports to whom");
    let heads = Employee::query()
        .filter(!Employee::manager.exists())
        .include(
            Employee::reports
                .order_by(Employee::id)
                .include(Employee::reports.order_by(Employee::id)),
        )
        .order_by(Employee::id)
        .all(db)
        .await?;
    let mut built = Vec::new();
    for head in &heads {
        say(name(head));
        for boss in head.get(Employee::reports) {
            let boss: &Boss = boss;
            say(format!("  {}", name(boss)));
            for employee in boss.get(Employee::reports) {
                say(format!("    {}", name(employee)));
                built.push((name(employee), name(boss)));
            }
        }
    }
    let written: Vec<(String, String, String, String)> = sql!(
        "SELECT employee.first_name, employee.last_name, boss.first_name, boss.last_name
         FROM employee
         JOIN employee boss ON boss.employee_id = employee.reports_to
         WHERE boss.reports_to IS NOT NULL
         ORDER BY boss.employee_id, employee.employee_id"
    )
    .all(db)
    .await?;
    let written = written
        .into_iter()
        .map(|(first, last, boss_first, boss_last)| {
            (
                format!("{first} {last}"),
                format!("{boss_first} {boss_last}"),
            )
        });
    checks.same("who reports to whom", &built, &written.collect());

    let agents = Employee::query()
        .include(Employee::customers.count())
        .include(Employee::manager)
        .filter(Employee::customers.count().gt(0))
        .order_by((
            Employee::manager.get(Employee::last_name),
            Employee::last_name,
        ))
        .all(db)
        .await?;
    let mut table = Table::new(["agent", ">customers", "manager"]);
    for agent in &agents {
        table.row([
            &name(agent),
            agent.get(Employee::customers.count()),
            &or_dash(agent.get(Employee::manager).as_ref().map(name)),
        ]);
    }
    table.print();
    Ok(())
}

fn name(employee: &Employee) -> String {
    format!("{} {}", employee.first_name, employee.last_name)
}
