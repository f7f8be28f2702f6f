//! Forms of queries: windows, queries under a name, trees.

use orm::expr::order_by;
use orm::prelude::*;
use orm::query::{QueryModel, depth, path};

use crate::Result;
use crate::checks::{Checks, cents};
use crate::models::{Employee, Genre, Invoice, InvoiceLine, Track};
use crate::output::{Table, heading, or_dash, say};

/// Revenue of each month, and what it adds up to in its year and in all.
pub(crate) async fn running_totals(db: &Db, checks: &mut Checks) -> Result {
    heading("Revenue by month, added up");
    let (year, month) = (
        || Invoice::invoice_date.year(),
        || Invoice::invoice_date.month(),
    );
    let revenue = || Invoice::total.sum();
    let built = Invoice::query()
        .group_by((year(), month()))
        .order_by((year(), month()))
        .select((
            year(),
            month(),
            revenue(),
            revenue().sum().over(partition_by(year()).order_by(month())),
            revenue().sum().over(order_by((year(), month()))),
        ))
        .all(db)
        .await?;
    let mut table = Table::new(["month", ">revenue", ">in the year", ">in all"]);
    for (year, month, revenue, in_year, in_all) in &built {
        table.row([
            &format!("{year}-{month:02}"),
            &cents(*revenue),
            &cents(*in_year),
            &cents(*in_all),
        ]);
    }
    table.print();
    let written: Vec<(String, Option<Decimal>, Option<Decimal>)> = sql!(
        "SELECT month,
                SUM(revenue) OVER (PARTITION BY SUBSTR(month, 1, 4) ORDER BY month),
                SUM(revenue) OVER (ORDER BY month)
         FROM (SELECT SUBSTR(CAST(invoice_date AS CHAR(30)), 1, 7) AS month, SUM(total) AS revenue
               FROM invoice GROUP BY SUBSTR(CAST(invoice_date AS CHAR(30)), 1, 7)) AS months
         ORDER BY month"
    )
    .all(db)
    .await?;
    let built: Vec<_> = built
        .into_iter()
        .map(|(year, month, _, in_year, in_all)| {
            (format!("{year}-{month:02}"), cents(in_year), cents(in_all))
        })
        .collect();
    let written = written
        .into_iter()
        .map(|(month, in_year, in_all)| (month, cents(in_year), cents(in_all)))
        .collect();
    checks.same("running totals", &built, &written);
    Ok(())
}

/// How many copies of a track were sold.
#[derive(Model, Debug)]
#[model(query)]
struct Sold {
    #[model(key)]
    #[belongs_to(track: Track)]
    track_id: Id<Track, i32>,
    copies: Option<i64>,
}

/// The three tracks of each genre that were sold most.
pub(crate) async fn top_three(db: &Db, checks: &mut Checks) -> Result {
    heading("The best-selling tracks of each genre");
    let place = || {
        row_number().over(
            partition_by(Sold::track.get(Track::genre_id))
                .order_by((Sold::copies.desc(), Sold::track_id.asc())),
        )
    };
    let sold = Sold::from_query(
        InvoiceLine::query()
            .group_by(InvoiceLine::track_id)
            .select((InvoiceLine::track_id, InvoiceLine::quantity.sum())),
    );
    let genre = || Sold::track.get(Track::genre.get(Genre::name));
    let built = sold
        .filter_window(place(), |place| place.le(3))
        .order_by((Sold::track.get(Track::genre_id), place()))
        .select((
            Sold::track.get(Track::genre_id),
            place(),
            genre(),
            Sold::track_id,
            Sold::track.get(Track::name),
            Sold::copies,
        ))
        .all(db)
        .await?;
    let mut table = Table::new(["genre", ">place", "track", ">copies"]);
    for (_, place, genre, _, track, copies) in &built {
        table.row([&or_dash(genre.as_ref()), place, track, &or_dash(*copies)]);
    }
    table.print();
    let places = 3;
    let written: Vec<Placed> = sql!(
        "SELECT genre_id, place, track_id
         FROM (SELECT track.genre_id, track.track_id,
                      ROW_NUMBER() OVER (PARTITION BY track.genre_id ORDER BY SUM(invoice_line.quantity) DESC, track.track_id) AS place
               FROM invoice_line JOIN track ON track.track_id = invoice_line.track_id
               GROUP BY track.genre_id, track.track_id) AS placed
         WHERE place <= {places} ORDER BY genre_id, place"
    )
    .all(db)
    .await?;
    let built: Vec<_> = built
        .into_iter()
        .map(|(genre, place, _, track, ..)| (genre, place, track))
        .collect();
    checks.same("the best-selling tracks of each genre", &built, &written);
    Ok(())
}

/// Everybody below the head of the company.
pub(crate) async fn tree(db: &Db, checks: &mut Checks) -> Result {
    heading("The tree of employees");
    let built = Employee::query()
        .filter(!Employee::manager.exists())
        .descend(Employee::reports)
        .order_by(path())
        .select((
            Employee::id,
            Employee::first_name,
            Employee::last_name,
            depth(),
        ))
        .all(db)
        .await?;
    for (_, first, last, depth) in &built {
        let indent = "  ".repeat(usize::try_from(*depth)?);
        say(format!("{indent}{first} {last}"));
    }
    let written: Vec<(Id<Employee, i32>, i64)> = sql!(
        "WITH RECURSIVE walk (id, depth) AS (
             SELECT employee_id, 0 FROM employee WHERE reports_to IS NULL
             UNION ALL
             SELECT employee.employee_id, walk.depth + 1
             FROM walk JOIN employee ON employee.reports_to = walk.id
         )
         SELECT id, depth FROM walk ORDER BY id"
    )
    .all(db)
    .await?;
    let mut built: Vec<_> = built
        .into_iter()
        .map(|(id, _, _, depth)| (id, depth))
        .collect();
    built.sort_unstable();
    checks.same("the tree of employees", &built, &written);
    Ok(())
}

/// What each year's revenue is beside that of the year before.
pub(crate) async fn years(db: &Db, checks: &mut Checks) -> Result {
    heading("Year on year");
    let year = || Invoice::invoice_date.year();
    let before = || Invoice::total.sum().lag(1).over(order_by(year()));
    let built = Invoice::query()
        .group_by(year())
        .order_by(year())
        .select((
            year(),
            Invoice::total.sum(),
            before(),
            before().map(|before| Invoice::total.sum() - before),
        ))
        .all(db)
        .await?;
    let mut table = Table::new(["year", ">revenue", ">change"]);
    for (year, revenue, _, change) in &built {
        let change = change.map(|change| cents(Some(change)));
        table.row([year, &cents(*revenue), &or_dash(change)]);
    }
    table.print();
    let written: Vec<(String, Option<Decimal>, Option<Decimal>)> = sql!(
        "SELECT year, revenue, LAG(revenue) OVER (ORDER BY year)
         FROM (SELECT SUBSTR(CAST(invoice_date AS CHAR(30)), 1, 4) AS year, SUM(total) AS revenue
               FROM invoice GROUP BY SUBSTR(CAST(invoice_date AS CHAR(30)), 1, 4)) AS years
         ORDER BY year"
    )
    .all(db)
    .await?;
    let built: Vec<_> = built
        .into_iter()
        .map(|(year, revenue, before, _)| (year.to_string(), cents(revenue), cents(before)))
        .collect();
    let written = written
        .into_iter()
        .map(|(year, revenue, before)| (year, cents(revenue), cents(before)))
        .collect();
    checks.same("year on year", &built, &written);
    Ok(())
}

/// A genre, a place in it, and the track that has it.
type Placed = (Option<Id<Genre, i32>>, i64, Id<Track, i32>);
