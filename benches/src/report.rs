//! Tables of a run.

use std::fmt::Write;

use crate::{contender::Workload, runner::Samples};

/// The contender that the ratios are about.
pub const OURS: &str = "orm";

pub struct Table {
    database: &'static str,
    contenders: Vec<String>,
    pub columns: Vec<(Workload, Vec<Option<Samples>>)>,
}

impl Table {
    pub fn new(database: &'static str, contenders: Vec<String>) -> Self {
        Self {
            database,
            contenders,
            columns: Vec::new(),
        }
    }

    /// Medians, then ratios.
    pub fn text(&self) -> String {
        let medians = self.contenders.iter().enumerate().map(|(at, name)| {
            let cells = self.columns.iter().map(|(_, samples)| {
                samples[at]
                    .as_ref()
                    .map_or(String::new(), |s| microseconds(s.median()))
            });
            (name.clone(), cells.collect())
        });
        let mut ratios: Vec<(String, Vec<String>)> = Vec::new();
        for (at, name) in self.contenders.iter().enumerate() {
            let cells = self
                .columns
                .iter()
                .map(|(_, samples)| ratio(samples, at, |_| true));
            ratios.push((name.clone(), cells.collect()));
        }
        if let Some(ours) = self.contenders.iter().position(|name| name == OURS) {
            let cells = self
                .columns
                .iter()
                .map(|(_, samples)| ratio(samples, ours, |at| at != ours));
            ratios.push((format!("{OURS} / fastest"), cells.collect()));
        }
        let mut text = String::new();
        self.table(
            &mut text,
            &format!("{}, median µs", self.database),
            &medians.collect::<Vec<_>>(),
        );
        self.table(&mut text, &format!("{}, ratios", self.database), &ratios);
        text
    }

    fn table(&self, text: &mut String, corner: &str, rows: &[(String, Vec<String>)]) {
        let first = rows
            .iter()
            .map(|row| row.0.chars().count())
            .chain([corner.chars().count()])
            .max()
            .unwrap_or(0);
        let heads: Vec<&str> = self
            .columns
            .iter()
            .map(|(workload, _)| workload.title())
            .collect();
        let width = |head: &str| head.chars().count().max(7);
        let mut line = |name: &str, cells: Vec<&str>| {
            let _ = write!(text, "| {name:first$} |");
            for (head, cell) in heads.iter().zip(cells) {
                let _ = write!(text, " {cell:>0$} |", width(head));
            }
            text.push('\n');
        };
        line(corner, heads.clone());
        let rules: Vec<String> = heads
            .iter()
            .map(|head| "-".repeat(width(head) - 1) + ":")
            .collect();
        line(
            &"-".repeat(first),
            rules.iter().map(String::as_str).collect(),
        );
        for (name, cells) in rows {
            line(name, cells.iter().map(String::as_str).collect());
        }
        text.push('\n');
    }

    /// One line: `{"database":…,"cells":[{"workload","contender","median_us","p10_us","p90_us","samples"}]}`.
    pub fn json(&self) -> String {
        let mut cells = Vec::new();
        for (workload, column) in &self.columns {
            for (contender, samples) in self.contenders.iter().zip(column) {
                let Some(samples) = samples else { continue };
                cells.push(format!(
                    r#"{{"workload":"{}","contender":"{contender}","median_us":{:.2},"p10_us":{:.2},"p90_us":{:.2},"samples":{}}}"#,
                    workload.key(),
                    samples.median(),
                    samples.percentile(10),
                    samples.percentile(90),
                    samples.count(),
                ));
            }
        }
        format!(
            "{{\"database\":\"{}\",\"cells\":[{}]}}\n",
            self.database,
            cells.join(",")
        )
    }
}

/// Beside the fastest of those that take part.
fn ratio(samples: &[Option<Samples>], at: usize, takes_part: impl Fn(usize) -> bool) -> String {
    let others = samples
        .iter()
        .enumerate()
        .filter(|(other, _)| takes_part(*other));
    let fastest = others
        .filter_map(|(_, other)| other.as_ref())
        .min_by(|a, b| a.median().total_cmp(&b.median()));
    samples[at]
        .as_ref()
        .zip(fastest)
        .map_or(String::new(), |(own, fastest)| {
            format!("{:.2}", own.ratio(fastest))
        })
}

fn microseconds(time: f64) -> String {
    if time < 100.0 {
        format!("{time:.1}")
    } else {
        format!("{time:.0}")
    }
}
