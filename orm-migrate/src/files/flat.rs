//! Migrations in the flat form that sqlx reads: `20230101_name.sql`, or a pair `20230101_name.up.sql` and `….down.sql`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use orm_core::Result;

use super::{Meta, Migration, Transaction};
use crate::Problem;

/// The migrations of these files, each behind the one with the next lower number.
pub(super) fn migrations(files: Vec<(String, Cow<'static, str>)>) -> Result<Vec<Migration>> {
    let mut found: BTreeMap<i64, Migration> = BTreeMap::new();
    for (path, text) in files {
        let Some((stem, direction)) = parts(&path) else {
            continue;
        };
        // What has no number is none of sqlx's migrations.
        let Some(version) = stem
            .split_once('_')
            .and_then(|(n, _)| n.parse::<i64>().ok())
        else {
            continue;
        };
        // sqlx leaves the transaction away when the file begins so.
        let alone = text.trim_start().starts_with("-- no-transaction");
        let migration = found.entry(version).or_insert_with(|| Migration {
            id: stem.to_owned(),
            meta: Meta {
                format: 1,
                id: stem.to_owned(),
                ..Meta::default()
            },
            sql: BTreeMap::new(),
            schema: None,
            flat: true,
        });
        if migration.id != stem {
            return Err(Problem::Duplicated {
                id: format!("{version}_…"),
            }
            .into_error());
        }
        if alone {
            migration.meta.transaction = Transaction::None;
        }
        migration.sql.insert(direction.to_owned(), text);
    }
    let mut parent = None;
    Ok(found
        .into_values()
        .map(|mut migration| {
            migration.meta.parent = parent.replace(migration.id.clone());
            migration
        })
        .collect())
}

fn parts(path: &str) -> Option<(&str, &'static str)> {
    let up = |stem| (stem, "up.sql");
    path.strip_suffix(".up.sql")
        .map(up)
        .or_else(|| {
            path.strip_suffix(".down.sql")
                .map(|stem| (stem, "down.sql"))
        })
        .or_else(|| path.strip_suffix(".sql").map(up))
}

impl Migration {
    /// The number by which sqlx knows it.
    pub(crate) fn flat_version(&self) -> Option<i64> {
        self.flat
            .then(|| self.id.split('_').next()?.parse().ok())
            .flatten()
    }

    /// The checksum that sqlx has of it: SHA-384 of the text as it is.
    pub(crate) fn flat_checksum(&self) -> Option<Vec<u8>> {
        use sha2::Digest as _;
        let text = self.sql.get("up.sql")?;
        Some(sha2::Sha384::digest(text.as_bytes()).to_vec())
    }
}
