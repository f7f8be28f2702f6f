//! How long it takes to write the text of a query, and how often memory is asked for: once for the text, once for the values, and once for
//! each text among these.
//!
//! ```sh
//! cargo run --release --bin render
//! ```

use std::hint::black_box;
use std::time::Instant;

use orm::Value;
use orm::dialect::{Dialect, MARIADB, POSTGRES, SQLITE};
use orm::prelude::*;

#[derive(Model)]
#[model(table = "users")]
#[has_many(posts: Post)]
pub struct User {
    pub id: Id<User>,
    pub name: String,
    pub email: String,
    pub age: Option<i32>,
    pub is_active: bool,
    pub logins: i64,
    pub created_at: DateTime<Utc>,
}

#[derive(Model)]
#[model(table = "posts")]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User)]
    pub user_id: Id<User>,
    pub title: String,
    pub slug: String,
    pub published: bool,
    pub views: i64,
}

type Rendered = orm::Result<(String, Vec<Value>)>;
type Render = Box<dyn Fn(&'static dyn Dialect) -> Rendered>;

fn queries() -> Vec<(&'static str, Render)> {
    macro_rules! query {
        ($name:literal, $query:expr) => {{
            let query = $query;
            let render: Render = Box::new(move |dialect| query.to_sql(dialect));
            ($name, render)
        }};
    }
    vec![
        query!("by key", User::find(7)),
        query!("all", User::query()),
        query!(
            "two filters, ordered, a page",
            User::query()
                .filter(User::is_active.eq(true))
                .filter(User::logins.gt(5))
                .order_by((User::created_at.desc(), User::id.asc()))
                .limit(20)
                .offset(40)
        ),
        query!(
            "a text and alternatives",
            User::query().filter(User::name.eq("ann") | User::email.contains("@example.com") | User::age.is_null())
        ),
        query!("a list of 10 keys", User::query().filter(User::id.in_((1..=10).map(Id::new).collect::<Vec<Id<User>>>()))),
        query!(
            "columns and expressions",
            User::query().select((User::id, User::name.upper(), User::age.coalesce(0) + 1, User::logins * 2))
        ),
        query!(
            "groups",
            Post::query().group_by(Post::user_id).having(count().gt(5)).select((Post::user_id, count(), Post::views.avg(), Post::views.sum()))
        ),
        query!(
            "a related row",
            Post::query()
                .filter(Post::author.get(User::name).eq("ann"))
                .order_by(Post::author.get(User::logins).desc())
                .select((Post::title, Post::author.get(User::email)))
        ),
        query!(
            "exists and counts of related rows",
            User::query().filter(User::posts.any(Post::published.eq(true) & Post::views.gt(100))).order_by(User::posts.count().desc())
        ),
        query!(
            "a subquery",
            User::query().filter(User::id.in_(Post::query().filter(Post::published.eq(true)).select(Post::user_id)))
        ),
        query!(
            "case, ranges, patterns",
            Post::query()
                .filter(Post::views.between(10, 1000))
                .filter(Post::title.starts_with("A"))
                .select((Post::id, case().when(Post::views.gt(100), "many").otherwise("few")))
        ),
        query!("a change", User::query().filter(User::is_active.eq(false)).update().logins(User::logins + 1).age(30)),
        query!("a deletion", Post::query().filter(Post::published.eq(false)).filter(Post::views.eq(0)).delete()),
    ]
}

fn main() -> orm::Result<()> {
    const RUNS: u32 = 20_000;
    println!("{:<36}{:<12}{:>8}{:>8}{:>14}{:>8}", "query", "dialect", "µs", "bytes", "allocations", "texts");
    let mut slowest = 0.0_f64;
    for (name, render) in queries() {
        for dialect in [SQLITE, POSTGRES, MARIADB] {
            let (sql, values) = render(dialect)?;
            let texts = values.iter().filter(|v| matches!(v, Value::Text(_) | Value::Array(..))).count();
            let counted = allocation_counter::measure(|| drop(black_box(render(dialect))));
            let mut best = f64::INFINITY;
            for _ in 0..5 {
                let began = Instant::now();
                for _ in 0..RUNS {
                    drop(black_box(render(black_box(dialect))));
                }
                best = best.min(began.elapsed().as_secs_f64() * 1e6 / f64::from(RUNS));
            }
            slowest = slowest.max(best);
            println!("{name:<36}{:<12}{best:>8.2}{:>8}{:>14}{texts:>8}", dialect.name(), sql.len(), counted.count_total);
        }
    }
    println!("\nslowest: {slowest:.2} µs");
    Ok(())
}
