//! What a migration will be: its SQL for each database, both ways, and what it costs.

use orm_core::schema::Schema;
use orm_migrate::files::{Meta, StepNote};
use orm_migrate::{Change, Cost, Diff, NewMigration, Plan, Sql, plan};
use serde_json::{Value, json};

use crate::failure::Result;
use crate::project::Target;
use crate::style::{Style, Tone};

/// The way there and back for one database.
pub(super) struct Planned {
    pub(super) target: Target,
    pub(super) up: Plan,
    /// `None` if there is no way back.
    pub(super) down: Option<Plan>,
}

/// Plans for each database.
pub(super) fn planned(diffs: &[Diff], targets: &[Target]) -> Result<Vec<Planned>> {
    let one = |(diff, target): (&Diff, &Target)| {
        Ok(Planned {
            target: target.clone(),
            up: plan(diff)?,
            down: diff.reversed().and_then(|back| plan(&back)).ok(),
        })
    };
    diffs.iter().zip(targets).map(one).collect()
}

/// The changes of all databases, each once, in words.
pub(super) fn changes(diffs: &[Diff]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for change in diffs.iter().flat_map(|d| &d.changes) {
        let text = change.to_string();
        if !words.contains(&text) {
            words.push(text);
        }
    }
    words
}

/// The changes as a list.
pub(super) fn list(style: Style, diffs: &[Diff]) -> String {
    let line = |words: &String| {
        let (sign, tone) = match words.split(' ').next() {
            Some("create" | "add") => ("+", Tone::Good),
            Some("drop") => ("-", Tone::Bad),
            _ => ("~", Tone::Attention),
        };
        format!("{} {words}\n", style.paint(tone, sign))
    };
    changes(diffs).iter().map(line).collect()
}

/// What is lost when the plans are carried out, each thing once.
pub(super) fn losses(planned: &[Planned]) -> Vec<String> {
    let mut losses: Vec<String> = Vec::new();
    let steps = planned.iter().flat_map(|p| &p.up.steps);
    for step in steps.filter(|s| s.cost == Cost::LosesData) {
        if !losses.contains(&step.why) {
            losses.push(step.why.clone());
        }
    }
    losses
}

/// The SQL of all databases, for reading.
pub(super) fn sql(style: Style, planned: &[Planned]) -> String {
    let mut out = String::new();
    for one in planned {
        if planned.len() > 1 {
            let title = format!("-- {}", one.target.key);
            out.push_str(&format!("{}\n\n", style.paint(Tone::Strong, &title)));
        }
        out.push_str(&one.up.to_sql());
        out.push('\n');
    }
    out
}

pub(super) fn sql_json(planned: &[Planned]) -> Value {
    let mut all = json!({});
    for one in planned {
        all[&one.target.key] = json!({
            "up": one.up.to_sql(),
            "down": one.down.as_ref().map(Plan::to_sql),
            "cost": one.up.cost().to_string(),
        });
    }
    all
}

/// The files of the migration.
pub(super) fn migration(
    name: &str,
    schema: Schema,
    diffs: &[Diff],
    planned: &[Planned],
) -> Option<NewMigration> {
    let several = planned.len() > 1;
    let mut files = planned.iter().map(|one| Sql {
        key: several.then(|| one.target.key.clone()),
        up: one.up.to_sql(),
        down: one.down.as_ref().map(Plan::to_sql),
    });
    let mut new = NewMigration::new(name, files.next()?);
    for sql in files {
        new = new.also(sql);
    }
    Some(new.schema(schema).meta(meta(diffs, planned)))
}

fn meta(diffs: &[Diff], planned: &[Planned]) -> Meta {
    let mut meta = Meta::default();
    meta.lossy = planned
        .iter()
        .any(|p| p.up.reverse_is_lossy() || p.down.as_ref().is_some_and(|d| d.lossy));
    for change in diffs.iter().flat_map(|d| &d.changes) {
        match change {
            Change::RenameTable { from, to } => {
                meta.renames.insert(from.to_string(), to.to_string());
            }
            Change::RenameColumn { table, from, to } => {
                meta.renames
                    .insert(format!("{table}.{from}"), format!("{table}.{to}"));
            }
            Change::RenameEnumValue { name, from, to } => {
                meta.renames
                    .insert(format!("{name}.{from}"), format!("{name}.{to}"));
            }
            _ => {}
        }
    }
    for one in planned {
        let file = match planned.len() {
            1 => "up.sql".to_owned(),
            _ => format!("up.{}.sql", one.target.key),
        };
        // What is safe needs no word.
        for step in one.up.steps.iter().filter(|s| s.cost > Cost::Safe) {
            let Some(first) = step.statements.first() else {
                continue;
            };
            meta.steps.push(StepNote {
                file: file.clone(),
                sql: beginning(&first.sql),
                safety: safety(step.cost).to_owned(),
                reason: Some(step.why.clone()),
            });
        }
    }
    meta
}

/// The word of a cost in migration.toml.
fn safety(cost: Cost) -> &'static str {
    match cost {
        Cost::Safe => "safe",
        Cost::Locks => "lock",
        Cost::Rewrites => "rewrite",
        Cost::NeedsDecision => "depends",
        _ => LOSSY,
    }
}

/// The word for what loses data.
pub(super) const LOSSY: &str = "lossy";

fn beginning(sql: &str) -> String {
    let words = sql.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(80) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What a migration may be called, after what it does first.
pub(super) fn suggested_name(diffs: &[Diff], first: bool) -> String {
    if first {
        return "init".to_owned();
    }
    let words = changes(diffs)
        .into_iter()
        .next()
        .unwrap_or_else(|| "change".to_owned());
    let named = words.split(['(', '\'']).next().unwrap_or_default();
    let parts = named
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty() && *w != "the");
    parts
        .collect::<Vec<_>>()
        .join("_")
        .chars()
        .take(60)
        .collect()
}
