//! In which order migrations follow each other, and what is wrong with that.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use orm_core::Result;

use super::{Folder, Meta, Migration, flat};
use crate::{Problem, digest, snapshot};

impl Folder {
    /// Migrations from the paths and texts of their files. Paths are relative to the folder, with `/` between their parts.
    ///
    /// # Errors
    /// When a file is not as it should be. What is wrong between the migrations is left to [`check`](Self::check).
    pub fn from_files<P, T>(files: impl IntoIterator<Item = (P, T)>) -> Result<Self>
    where
        P: Into<String>,
        T: Into<Cow<'static, str>>,
    {
        let mut folders: BTreeMap<String, BTreeMap<String, Cow<'static, str>>> = BTreeMap::new();
        let mut plain = Vec::new();
        for (path, text) in files {
            let (path, text) = (path.into(), text.into());
            match path.split_once('/') {
                Some((folder, file)) => {
                    folders
                        .entry(folder.to_owned())
                        .or_default()
                        .insert(file.to_owned(), text);
                }
                None => plain.push((path, text)),
            }
        }
        let mut found = Self {
            migrations: flat::migrations(plain)?,
            ..Self::default()
        };
        for (folder, files) in folders {
            if let Some(migration) = found.migration(&folder, files)? {
                found.migrations.push(migration);
            }
        }
        found.migrations.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    /// A folder without any SQL is none of ours.
    fn migration(
        &mut self,
        folder: &str,
        mut files: BTreeMap<String, Cow<'static, str>>,
    ) -> Result<Option<Migration>> {
        let sql = |file: &str| {
            let direction = file.starts_with("up.") || file.starts_with("down.");
            direction && file.ends_with(".sql")
        };
        let meta = files.remove("migration.toml");
        if meta.is_none() && !files.keys().any(|file| sql(file)) {
            return Ok(None);
        }
        let malformed = |message: String| Problem::Malformed {
            path: format!("{folder}/migration.toml"),
            message,
        };
        let Some(text) = meta else {
            return Err(malformed(format!(
                "it is missing; write `format = 1`, `id = \"{folder}\"` and the `parent` that it follows"
            ))
            .into_error());
        };
        let meta = Meta::parse(&text).map_err(|message| malformed(message).into_error())?;
        if meta.id != folder {
            self.problems.push(Problem::Renamed {
                folder: folder.to_owned(),
                id: meta.id.clone(),
            });
        }
        let schema = files.remove("schema.toml");
        files.retain(|file, _| sql(file));
        Ok(Some(Migration {
            id: meta.id.clone(),
            meta,
            sql: files,
            schema,
            flat: false,
        }))
    }

    /// All migrations, by id.
    pub fn migrations(&self) -> &[Migration] {
        &self.migrations
    }

    /// The migration with this id.
    ///
    /// # Errors
    /// When there is none.
    pub fn get(&self, id: &str) -> Result<&Migration> {
        let found = self.migrations.iter().find(|m| m.id == id);
        // By its name alone, if that is clear.
        let mut named = self.migrations.iter().filter(|m| m.name() == id);
        let named = match (named.next(), named.next()) {
            (Some(one), None) => Some(one),
            _ => None,
        };
        found.or(named).ok_or_else(|| {
            let alike = |m: &&Migration| shared(&m.id, id).max(shared(m.name(), id));
            let nearest = self
                .migrations
                .iter()
                .max_by_key(alike)
                .filter(|m| alike(m) > 2);
            Problem::Unknown {
                id: id.to_owned(),
                nearest: nearest.map(|m| m.id.clone()),
            }
            .into_error()
        })
    }

    /// Everything that is wrong with the migrations, without any database.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        let mut ids = BTreeSet::new();
        let mut children: BTreeMap<Option<&str>, &Migration> = BTreeMap::new();
        for migration in &self.migrations {
            if !ids.insert(migration.id.as_str()) {
                problems.push(Problem::Duplicated {
                    id: migration.id.clone(),
                });
                continue;
            }
            match children.get(&migration.parent()) {
                None => drop(children.insert(migration.parent(), migration)),
                Some(first) => problems.push(Problem::Forked {
                    parent: migration.meta.parent.clone(),
                    first: first.id.clone(),
                    second: migration.id.clone(),
                }),
            }
        }
        for migration in &self.migrations {
            if let Some(parent) = migration.parent()
                && !ids.contains(parent)
            {
                problems.push(Problem::NoParent {
                    id: migration.id.clone(),
                    parent: parent.to_owned(),
                });
            }
            self.check_files(migration, &mut problems);
        }
        if problems.is_empty() {
            let reached: BTreeSet<&str> = follow(&children).map(|m| m.id.as_str()).collect();
            let lost = self
                .migrations
                .iter()
                .find(|m| !reached.contains(m.id.as_str()));
            problems.extend(lost.map(|m| Problem::Circle { id: m.id.clone() }));
        }
        problems
    }

    fn check_files(&self, migration: &Migration, problems: &mut Vec<Problem>) {
        let edited = Problem::EditedSchema {
            id: migration.id.clone(),
        };
        if let Some(text) = &migration.schema {
            let stated = snapshot::stated_hash(text);
            let whole = stated.is_some_and(|hash| snapshot::is_whole(text, hash));
            if !whole
                || migration
                    .meta
                    .schema
                    .as_deref()
                    .is_some_and(|hash| Some(hash) != stated)
            {
                problems.push(edited);
            }
        }
        for (file, checksum) in &migration.meta.undoes {
            let same = migration
                .sql
                .get(file)
                .is_some_and(|text| digest::of(text) == *checksum);
            if !same {
                problems.push(Problem::StaleDown {
                    id: migration.id.clone(),
                    file: file.clone(),
                });
            }
        }
    }

    /// The migrations in the order in which they are applied.
    ///
    /// # Errors
    /// The first of what is wrong with them; [`check`](Self::check) gives all of it. A changed schema, and a `down` that was made for
    /// another `up`, do not count here.
    pub fn chain(&self) -> Result<Vec<&Migration>> {
        let mut children: BTreeMap<Option<&str>, &Migration> = BTreeMap::new();
        for migration in &self.migrations {
            children.entry(migration.parent()).or_insert(migration);
        }
        let chain: Vec<_> = follow(&children).collect();
        if chain.len() == self.migrations.len() && self.problems.is_empty() {
            return Ok(chain);
        }
        let serious =
            |p: &Problem| !matches!(p, Problem::EditedSchema { .. } | Problem::StaleDown { .. });
        match self.check().into_iter().find(serious) {
            Some(problem) => Err(problem.into_error()),
            None => Ok(chain),
        }
    }

    /// The last migration.
    ///
    /// # Errors
    /// As [`chain`](Self::chain).
    pub fn head(&self) -> Result<Option<&Migration>> {
        Ok(self.chain()?.pop())
    }
}

/// One after the other from the empty database; a circle does not begin there, and so is never entered.
fn follow<'m>(
    children: &BTreeMap<Option<&str>, &'m Migration>,
) -> impl Iterator<Item = &'m Migration> {
    let first = children.get(&None).copied();
    std::iter::successors(first, |m| children.get(&Some(m.id.as_str())).copied())
}

/// How many characters the longest common part of two names has.
fn shared(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut longest = 0;
    let mut before = vec![0; b.len() + 1];
    for x in &a {
        let mut row = vec![0; b.len() + 1];
        for (j, y) in b.iter().enumerate() {
            if x == y {
                row[j + 1] = before[j] + 1;
                longest = longest.max(row[j + 1]);
            }
        }
        before = row;
    }
    longest
}
