//! What the shop has sold.

use std::collections::BTreeMap;

use orm::prelude::*;

use crate::Result;
use crate::checks::{Checks, cents};
use crate::models::{
    Album, Artist, Customer, Employee, Invoice, InvoiceLine, PlaylistTrack, Track,
};
use crate::output::{Table, heading, or_dash, say};

pub(crate) async fn totals(db: &Db, checks: &mut Checks) -> Result {
    heading("Sales");
    let (invoices, customers, sum, least, most, mean) = Invoice::query()
        .select((
            count(),
            Invoice::customer_id.count_distinct(),
            Invoice::total.sum(),
            Invoice::total.min(),
            Invoice::total.max(),
            Invoice::total.avg(),
        ))
        .one(db)
        .await?;
    say(format!("{invoices} invoices to {customers} customers"));
    say(format!("revenue  {:>8}", or_dash(sum)));
    say(format!("least    {:>8}", or_dash(least)));
    say(format!("greatest {:>8}", or_dash(most)));
    say(format!("mean     {:>8.2}", mean.unwrap_or(0.0)));
    let (n, people, raw_sum, raw_least, raw_most, raw_mean): (i64, i64, _, Option<Decimal>, Option<Decimal>, Option<Decimal>) = sql!(
        "SELECT COUNT(*), COUNT(DISTINCT customer_id), SUM(total), MIN(total), MAX(total), AVG(total) FROM invoice"
    )
    .one(db)
    .await?;
    checks.same(
        "invoices and customers",
        &(invoices, customers),
        &(n, people),
    );
    checks.same("revenue", &sum, &Some(cents(raw_sum)));
    checks.same(
        "least and greatest invoice",
        &(least, most),
        &(raw_least, raw_most),
    );
    // SQL's mean is a decimal number with as many digits as the database likes.
    let raw_mean = raw_mean.map(|mean| format!("{:.4}", mean.round_dp(4)));
    checks.same(
        "mean invoice",
        &mean.map(|mean| format!("{mean:.4}")),
        &raw_mean,
    );

    let lines = InvoiceLine::query()
        .group_by(InvoiceLine::unit_price)
        .order_by(InvoiceLine::unit_price)
        .select((InvoiceLine::unit_price, InvoiceLine::quantity.sum()))
        .all(db)
        .await?;
    let of_lines: Decimal = lines
        .iter()
        .map(|(price, sold)| *price * Decimal::from(sold.unwrap_or(0)))
        .sum();
    for (price, sold) in &lines {
        say(format!("{:>5} tracks were sold at {price}", or_dash(*sold)));
    }
    checks.same("revenue of the lines", &Some(of_lines), &sum);

    let great = Decimal::new(2000, 2);
    let built = Invoice::query()
        .filter(Invoice::total.gt(great))
        .count(db)
        .await?;
    let written: i64 = sql!("SELECT COUNT(*) FROM invoice WHERE total > 20")
        .one(db)
        .await?;
    say(format!("{built} invoices were above {great}"));
    checks.same("invoices above 20", &i64::try_from(built)?, &written);
    Ok(())
}

pub(crate) async fn countries(db: &Db, checks: &mut Checks) -> Result {
    heading("Revenue by country");
    let built = Invoice::query()
        .group_by(Invoice::billing_country)
        .order_by((Invoice::total.sum().desc(), Invoice::billing_country.asc()))
        .select((Invoice::billing_country, count(), Invoice::total.sum()))
        .all(db)
        .await?;
    let mut table = Table::new(["country", ">invoices", ">revenue"]);
    for (country, invoices, revenue) in &built {
        table.row([&or_dash(country.as_ref()), invoices, &or_dash(*revenue)]);
    }
    table.print();
    let written: Vec<(Option<String>, i64, Option<Decimal>)> =
        sql!("SELECT billing_country, COUNT(*), SUM(total) FROM invoice GROUP BY billing_country")
            .all(db)
            .await?;
    let built: BTreeMap<_, _> = built
        .into_iter()
        .map(|(c, n, sum)| (c, (n, cents(sum))))
        .collect();
    let written = written
        .into_iter()
        .map(|(c, n, sum)| (c, (n, cents(sum))))
        .collect();
    checks.same("revenue by country", &built, &written);
    Ok(())
}

/// What was sold of each artist. Between a line and its artist stand the track and the album.
pub(crate) async fn revenue_by_artist(db: &Db) -> orm::Result<Vec<(String, i64, Decimal)>> {
    let sold = InvoiceLine::query()
        .group_by((InvoiceLine::track_id, InvoiceLine::unit_price))
        .select((
            InvoiceLine::track_id,
            InvoiceLine::unit_price,
            InvoiceLine::quantity.sum(),
        ))
        .all(db)
        .await?;
    let of_lines = InvoiceLine::query().select(InvoiceLine::track_id);
    let tracks = Track::query()
        .filter(Track::id.in_(of_lines))
        .select((Track::id, Track::album_id))
        .all(db)
        .await?;
    let albums = Album::query()
        .select((Album::id, Album::artist_id))
        .all(db)
        .await?;
    let artists = Artist::query()
        .select((Artist::id, Artist::name.coalesce("")))
        .all(db)
        .await?;

    let album_of: BTreeMap<_, _> = tracks.into_iter().collect();
    let artist_of: BTreeMap<_, _> = albums.into_iter().collect();
    let mut sums: BTreeMap<Id<Artist, i32>, (i64, Decimal)> = BTreeMap::new();
    for (track, price, quantity) in sold {
        let album = album_of.get(&track).copied().flatten();
        let Some(artist) = album.and_then(|album| artist_of.get(&album)) else {
            continue;
        };
        let quantity = quantity.unwrap_or(0);
        let (tracks, revenue) = sums.entry(*artist).or_default();
        *tracks += quantity;
        *revenue += price * Decimal::from(quantity);
    }
    let names: BTreeMap<_, _> = artists.into_iter().collect();
    let mut rows: Vec<_> = sums
        .into_iter()
        .map(|(artist, (tracks, revenue))| {
            (
                names.get(&artist).cloned().unwrap_or_default(),
                tracks,
                revenue,
            )
        })
        .collect();
    rows.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.0.cmp(&b.0)));
    Ok(rows)
}

pub(crate) async fn artists(db: &Db, checks: &mut Checks) -> Result {
    heading("Artists by revenue");
    let built = revenue_by_artist(db).await?;
    let mut table = Table::new(["artist", ">tracks sold", ">revenue"]);
    for (artist, tracks, revenue) in built.iter().take(10) {
        table.row([artist, tracks, revenue]);
    }
    table.print();
    let written: Vec<(String, Option<Decimal>)> = sql!(
        "SELECT artist.name, SUM(invoice_line.unit_price * invoice_line.quantity)
         FROM invoice_line
         JOIN track ON track.track_id = invoice_line.track_id
         JOIN album ON album.album_id = track.album_id
         JOIN artist ON artist.artist_id = album.artist_id
         GROUP BY artist.artist_id, artist.name"
    )
    .all(db)
    .await?;
    let built: BTreeMap<_, _> = built
        .into_iter()
        .map(|(artist, _, revenue)| (artist, revenue))
        .collect();
    let written = written
        .into_iter()
        .map(|(artist, revenue)| (artist, cents(revenue)))
        .collect();
    checks.same("revenue by artist", &built, &written);
    Ok(())
}

/// A row of the statement in [`customers`]; its columns are found by name.
#[derive(FromRow)]
struct Best {
    customer_id: Id<Customer, i32>,
    invoices: i64,
    revenue: Option<Decimal>,
    last_day: Option<NaiveDateTime>,
}

pub(crate) async fn customers(db: &Db, checks: &mut Checks) -> Result {
    heading("The best customers");
    let built = Invoice::query()
        .group_by(Invoice::customer_id)
        .order_by((Invoice::total.sum().desc(), Invoice::customer_id.asc()))
        .limit(10)
        .select((
            Invoice::customer_id,
            count(),
            Invoice::total.sum(),
            Invoice::invoice_date.max(),
        ))
        .all(db)
        .await?;
    let ids: Vec<_> = built.iter().map(|(customer, ..)| *customer).collect();
    let people: BTreeMap<_, _> = Customer::query()
        .filter(Customer::id.in_(&ids))
        .all(db)
        .await?
        .into_iter()
        .map(|customer| (customer.id, customer))
        .collect();
    let mut table = Table::new(["customer", "country", ">invoices", ">revenue", "last"]);
    for (customer, invoices, revenue, last) in &built {
        let Some(person) = people.get(customer) else {
            continue;
        };
        let name = format!("{} {}", person.first_name, person.last_name);
        let last = or_dash(last.map(|last| last.date()));
        table.row([
            &name,
            &or_dash(person.country.as_ref()),
            invoices,
            &or_dash(*revenue),
            &last,
        ]);
    }
    table.print();
    let limit = 10;
    let written: Vec<Best> = sql!(
        "SELECT customer_id, COUNT(*) AS invoices, SUM(total) AS revenue, MAX(invoice_date) AS last_day
         FROM invoice GROUP BY customer_id
         ORDER BY ROUND(SUM(total), 2) DESC, customer_id LIMIT {limit}"
    )
    .all(db)
    .await?;
    let written = written
        .into_iter()
        .map(|best| {
            (
                best.customer_id,
                best.invoices,
                Some(cents(best.revenue)),
                best.last_day,
            )
        })
        .collect();
    checks.same("the best customers", &built, &written);
    Ok(())
}

pub(crate) async fn months(db: &Db, checks: &mut Checks) -> Result {
    heading("Revenue by month");
    let built = Invoice::query()
        .group_by((Invoice::invoice_date.year(), Invoice::invoice_date.month()))
        .order_by((Invoice::invoice_date.year(), Invoice::invoice_date.month()))
        .select((
            Invoice::invoice_date.year(),
            Invoice::invoice_date.month(),
            Invoice::total.sum(),
        ))
        .all(db)
        .await?;
    let mut years: BTreeMap<i32, [Decimal; 12]> = BTreeMap::new();
    for (year, month, revenue) in &built {
        let months = years.entry(*year).or_default();
        let month = usize::try_from(*month - 1)
            .ok()
            .and_then(|month| months.get_mut(month));
        if let Some(month) = month {
            *month = revenue.unwrap_or_default();
        }
    }
    let mut table = Table::new([
        "year", ">Jan", ">Feb", ">Mar", ">Apr", ">May", ">Jun", ">Jul", ">Aug", ">Sep", ">Oct",
        ">Nov", ">Dec", ">in all",
    ]);
    for (year, [a, b, c, d, e, f, g, h, i, j, k, l]) in &years {
        let all: Decimal = [a, b, c, d, e, f, g, h, i, j, k, l].into_iter().sum();
        table.row([year, a, b, c, d, e, f, g, h, i, j, k, l, &all]);
    }
    table.print();
    // Each database has its own words for the parts of a date, so the days come as they are.
    let days: Vec<(NaiveDateTime, Decimal)> = sql!("SELECT invoice_date, total FROM invoice")
        .all(db)
        .await?;
    let mut written: BTreeMap<(i32, i32), Decimal> = BTreeMap::new();
    for (day, total) in days {
        let month = day.format("%Y-%m").to_string();
        let Some((year, month)) = month.split_once('-') else {
            continue;
        };
        *written.entry((year.parse()?, month.parse()?)).or_default() += total;
    }
    let built: BTreeMap<_, _> = built
        .into_iter()
        .map(|(year, month, sum)| ((year, month), cents(sum)))
        .collect();
    checks.same("revenue by month", &built, &written);
    Ok(())
}

pub(crate) async fn agents(db: &Db, checks: &mut Checks) -> Result {
    heading("Support agents");
    let mut built = Vec::new();
    let mut table = Table::new(["agent", "hired", ">customers", ">revenue"]);
    let customers: BTreeMap<_, _> = Customer::query()
        .group_by(Customer::support_rep_id)
        .select((Customer::support_rep_id, count()))
        .all(db)
        .await?
        .into_iter()
        .collect();
    let agents = Employee::query()
        .filter(Employee::id.in_(Customer::query().select(Customer::support_rep_id)))
        .order_by(Employee::id)
        .all(db)
        .await?;
    for agent in agents {
        let own = Customer::query()
            .filter(Customer::support_rep_id.eq(agent.id))
            .select(Customer::id);
        let revenue = Invoice::query()
            .filter(Invoice::customer_id.in_(own))
            .select(Invoice::total.sum())
            .one(db)
            .await?;
        let name = format!("{} {}", agent.first_name, agent.last_name);
        let hired = or_dash(agent.hire_date.map(|day| day.date()));
        let customers = customers.get(&Some(agent.id)).copied().unwrap_or(0);
        table.row([&name, &hired, &customers, &or_dash(revenue)]);
        built.push((agent.id, customers, cents(revenue)));
    }
    table.print();
    let written: Vec<(Id<Employee, i32>, i64, Option<Decimal>)> = sql!(
        "SELECT employee.employee_id, COUNT(DISTINCT customer.customer_id), SUM(invoice.total)
         FROM employee
         JOIN customer ON customer.support_rep_id = employee.employee_id
         JOIN invoice ON invoice.customer_id = customer.customer_id
         GROUP BY employee.employee_id ORDER BY employee.employee_id"
    )
    .all(db)
    .await?;
    let written = written
        .into_iter()
        .map(|(agent, n, sum)| (agent, n, cents(sum)))
        .collect();
    checks.same("support agents", &built, &written);

    let managers = Employee::query()
        .filter(Employee::id.in_(Employee::query().select(Employee::reports_to)))
        .order_by(Employee::id)
        .select((Employee::first_name, Employee::last_name, Employee::title))
        .all(db)
        .await?;
    println!();
    for (first, last, title) in &managers {
        say(format!(
            "{first} {last} leads others as {}",
            or_dash(title.as_ref())
        ));
    }
    let written = sql!(
        "SELECT DISTINCT lead.first_name, lead.last_name, lead.title, lead.employee_id FROM employee
         JOIN employee lead ON lead.employee_id = employee.reports_to ORDER BY lead.employee_id"
    )
    .all::<(String, String, Option<String>, i32)>(db)
    .await?;
    let written = written
        .into_iter()
        .map(|(first, last, title, _)| (first, last, title))
        .collect();
    checks.same("managers", &managers, &written);
    Ok(())
}

pub(crate) async fn unsold(db: &Db, checks: &mut Checks) -> Result {
    heading("What nobody bought");
    let never_sold = || {
        Track::query().filter(not_exists(
            InvoiceLine::query().filter(InvoiceLine::track_id.eq(Track::id.outer())),
        ))
    };
    let unsold = never_sold().count(db).await?;
    let on_playlist = PlaylistTrack::query()
        .filter(PlaylistTrack::track_id.in_(never_sold().select(Track::id)))
        .select(PlaylistTrack::track_id.count_distinct())
        .one(db)
        .await?;
    say(format!(
        "{unsold} tracks were never sold, {on_playlist} of them stand on a playlist"
    ));
    let written: (i64, i64) = sql!(
        "SELECT COUNT(DISTINCT track.track_id), COUNT(DISTINCT playlist_track.track_id)
         FROM track
         LEFT JOIN invoice_line ON invoice_line.track_id = track.track_id
         LEFT JOIN playlist_track ON playlist_track.track_id = track.track_id
         WHERE invoice_line.invoice_line_id IS NULL"
    )
    .one(db)
    .await?;
    checks.same(
        "unsold tracks",
        &(i64::try_from(unsold)?, on_playlist),
        &written,
    );

    let dear = never_sold()
        .order_by((Track::unit_price.desc(), Track::milliseconds.desc()))
        .limit(5)
        .select((Track::name, Track::unit_price, Track::milliseconds / 60_000))
        .all(db)
        .await?;
    let mut table = Table::new(["the dearest of them", ">price", ">minutes"]);
    for (name, price, minutes) in &dear {
        table.row([name, price, minutes]);
    }
    table.print();
    Ok(())
}
