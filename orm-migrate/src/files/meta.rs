//! `migration.toml`: what is known about a migration beside its SQL.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::snapshot::string;

/// What is known about a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Meta {
    /// The version of the form.
    pub format: u32,
    /// The migration's id.
    pub id: String,
    /// The migration that it follows.
    pub parent: Option<String>,
    /// The hash of the schema after it.
    pub schema: Option<String>,
    /// Whether its steps stand in transactions.
    pub transaction: Transaction,
    /// Whether undoing it loses data.
    pub lossy: bool,
    /// The checksum of the `up` that each `down` undoes, by the file of the `up`.
    pub undoes: BTreeMap<String, String>,
    /// The migrations that this one stands for.
    pub replaces: Vec<String>,
    /// Renames that were decided on, as `users.name = "users.full_name"`.
    pub renames: BTreeMap<String, String>,
    /// What was found out about the steps.
    #[serde(rename = "step")]
    pub steps: Vec<StepNote>,
    /// Rules that do not count here.
    #[serde(rename = "waiver")]
    pub waivers: Vec<Waiver>,
}

/// Whether the steps of a migration stand in transactions.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Transaction {
    /// Those that can.
    #[default]
    Auto,
    /// None: each step by itself.
    None,
}

/// What was found out about a step.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StepNote {
    /// The file, as `up.sql`.
    pub file: String,
    /// The statement's beginning.
    pub sql: String,
    /// What it costs: `safe`, `lock`, `rewrite`, `lossy`.
    pub safety: String,
    /// Why it is there, or costs that.
    pub reason: Option<String>,
}

/// A rule that does not count for a migration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waiver {
    /// The rule.
    pub rule: String,
    /// Why it does not count.
    pub reason: String,
}

impl Meta {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let meta: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        match meta.format {
            1 => {}
            0 => return Err("it lacks `format = 1`".to_owned()),
            other => {
                return Err(format!(
                    "its format is {other}, and this program reads 1; use the version that wrote it, or a newer one"
                ));
            }
        }
        if let Some(waiver) = meta.waivers.iter().find(|w| w.reason.trim().is_empty()) {
            return Err(format!("the waiver of `{}` gives no reason", waiver.rule));
        }
        Ok(meta)
    }

    /// The text of the file: always the same for the same.
    pub(crate) fn write(&self) -> String {
        let mut out = String::from("format = 1\n");
        pair(&mut out, "id", &self.id);
        let optional = [("parent", &self.parent), ("schema", &self.schema)];
        for (key, value) in optional {
            if let Some(value) = value {
                pair(&mut out, key, value);
            }
        }
        match self.transaction {
            Transaction::Auto => {}
            Transaction::None => pair(&mut out, "transaction", "none"),
        }
        if self.lossy {
            out.push_str("lossy = true                      # undoing it loses data\n");
        }
        if !self.replaces.is_empty() {
            out.push_str("replaces = [\n");
            for id in &self.replaces {
                out.push_str("  ");
                string(&mut out, id);
                out.push_str(",\n");
            }
            out.push_str("]\n");
        }
        for (title, map) in [("undoes", &self.undoes), ("renames", &self.renames)] {
            if !map.is_empty() {
                out.push_str(&format!("\n[{title}]\n"));
                for (key, value) in map {
                    string(&mut out, key);
                    out.push_str(" = ");
                    string(&mut out, value);
                    out.push('\n');
                }
            }
        }
        for step in &self.steps {
            out.push_str("\n[[step]]\n");
            pair(&mut out, "file", &step.file);
            pair(&mut out, "sql", &step.sql);
            pair(&mut out, "safety", &step.safety);
            if let Some(reason) = &step.reason {
                pair(&mut out, "reason", reason);
            }
        }
        for waiver in &self.waivers {
            out.push_str("\n[[waiver]]\n");
            pair(&mut out, "rule", &waiver.rule);
            pair(&mut out, "reason", &waiver.reason);
        }
        out
    }
}

fn pair(out: &mut String, key: &str, value: &str) {
    out.push_str(key);
    out.push_str(" = ");
    string(out, value);
    out.push('\n');
}
