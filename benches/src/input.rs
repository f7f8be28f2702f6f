//! Rows and keys: the same for every contender, the same in every run.

use chrono::{DateTime, TimeDelta};

use crate::contender::{
    Branch, Level, NewUser, PAGE_SIZE, Workload, post_columns, text_columns, user_columns,
};

/// The row that gets the key `number` in an empty table.
pub fn row(number: i64) -> NewUser {
    const COLORS: [Option<&str>; 4] =
        [Some("brown"), None, Some("black"), Some("strawberry blond")];
    let start = DateTime::from_timestamp_secs(1_700_000_000).unwrap_or_default();
    NewUser {
        name: format!("User number {number}"),
        hair_color: COLORS[number.rem_euclid(4) as usize].map(str::to_owned),
        created_at: start + TimeDelta::microseconds(number * 1_234_567),
    }
}

/// Rows 1 to `count`.
pub fn rows(count: i64) -> Vec<NewUser> {
    (1..=count).map(row).collect()
}

/// A statement that puts rows into a table behind `users`; `numbers` is a table with a column `i` of 1, 2, 3 and so on.
pub fn insert(level: &Level, parents: i64, numbers: &str) -> String {
    let Level { table, parent, .. } = level;
    let parent_of = format!("(i - 1) % {parents} + 1");
    match *table {
        "posts" => format!(
            "INSERT INTO posts (id, {parent}, title, body)
            SELECT i, {parent_of}, 'Post number ' || i,
                CASE WHEN i % 3 = 0 THEN NULL ELSE 'This is what post number ' || i || ' says, in more than just a few words.' END
            FROM {numbers}"
        ),
        table => format!(
            "INSERT INTO {table} (id, {parent}, text) SELECT i, {parent_of}, 'Row ' || i || ' of {table}' FROM {numbers}"
        ),
    }
}

/// What these statements write for a workload: all users with everything behind them, ordered by key.
pub fn tree(workload: Workload) -> Vec<Branch> {
    let levels = workload.levels();
    (1..=workload.rows())
        .map(|id| {
            let NewUser {
                name,
                hair_color,
                created_at,
            } = row(id);
            Branch {
                columns: user_columns(id, &name, hair_color.as_deref(), created_at),
                branches: below(levels, workload.rows(), id),
            }
        })
        .collect()
}

fn below(levels: &[Level], parents: i64, parent: i64) -> Vec<Branch> {
    let Some((level, deeper)) = levels.split_first() else {
        return Vec::new();
    };
    let ids = (1..=level.rows).filter(|id| (id - 1) % parents + 1 == parent);
    ids.map(|id| Branch {
        columns: match level.table {
            "posts" => {
                let body = (id % 3 != 0).then(|| {
                    format!("This is what post number {id} says, in more than just a few words.")
                });
                post_columns(id, parent, &format!("Post number {id}"), body.as_deref())
            }
            table => text_columns(id, parent, &format!("Row {id} of {table}")),
        },
        branches: below(deeper, level.rows, id),
    })
    .collect()
}

/// Keys and page numbers in a scattered but repeatable order. Every contender has one of its own, so all see one sequence.
#[derive(Clone)]
pub struct Keys {
    state: u64,
    rows: i64,
}

impl Keys {
    pub fn new(workload: Workload) -> Self {
        Self {
            state: 42,
            rows: workload.rows().max(1),
        }
    }

    pub fn key(&mut self) -> i64 {
        1 + self.below(self.rows)
    }

    pub fn page(&mut self) -> i64 {
        1 + self.below((self.rows / PAGE_SIZE).max(1))
    }

    fn below(&mut self, bound: i64) -> i64 {
        // Knuth's MMIX generator; its high bits are the random ones.
        self.state = self
            .state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.state >> 33) % bound as u64) as i64
    }
}
