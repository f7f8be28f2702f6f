//! Rows and keys: the same for every contender, the same in every run.

use chrono::{DateTime, TimeDelta};

use crate::contender::{NewUser, PAGE_SIZE, Workload};

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
