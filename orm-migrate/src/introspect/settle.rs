//! Asking the database how it spells what is wanted.

use orm_core::dialect::{Dialect, Family};
use orm_core::schema::{Schema, Table};
use orm_core::{Db, Result};

use super::align::{self, Wanted};
use super::{mysql, postgres};

/// The schema that was found, in the words of the wanted one where both mean the same.
pub(super) async fn settle(db: &Db, found: Schema, wanted: &Schema) -> Result<Schema> {
    let dialect = db.dialect();
    let mut known: Vec<Wanted<'_>> = wanted
        .tables
        .iter()
        .map(|t| Wanted::new(t, dialect))
        .collect();
    let mut aligned = found.clone();
    align::enums(&mut aligned, wanted, dialect);
    let mut open = Vec::new();
    for (at, table) in found.tables.iter().enumerate() {
        let Some(of) = known.iter().position(|w| w.is(table)) else {
            continue;
        };
        let result = known[of].align(table);
        if is_open(&result, known[of].table) {
            open.push((at, of));
        }
        aligned.tables[at] = result;
    }
    if !open.is_empty() && dialect.family() != Family::Sqlite {
        let tables: Vec<&Table> = open.iter().map(|(_, of)| known[*of].table).collect();
        let spelled = ask(db, dialect, &tables).await?;
        for ((at, of), form) in open.into_iter().zip(spelled) {
            known[of].forms.extend(form);
            aligned.tables[at] = known[of].align(&found.tables[at]);
        }
    }
    aligned.tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(aligned)
}

/// Whether an expression is spelled in two ways that may mean the same.
fn is_open(found: &Table, wanted: &Table) -> bool {
    let columns = found.columns.iter().any(|f| {
        let wanted = wanted.column(&f.name);
        wanted.is_some_and(|w| {
            let both = |f: bool, w: bool| f && w;
            (f.check != w.check && both(f.check.is_some(), w.check.is_some()))
                || (f.check.is_some() != w.check.is_some() && f.ty != w.ty)
                || (f.default != w.default && both(f.default.is_some(), w.default.is_some()))
                || (f.generated != w.generated
                    && both(f.generated.is_some(), w.generated.is_some()))
        })
    });
    let checks = found
        .checks
        .iter()
        .any(|f| wanted.checks.iter().any(|w| w.name == f.name && w != f));
    let indexes = found
        .indexes
        .iter()
        .any(|f| wanted.indexes.iter().any(|w| w.name == f.name && w != f));
    columns || checks || indexes
}

/// The database's forms of these tables, where it can make them; of others it cannot be said.
async fn ask(
    db: &Db,
    dialect: &'static dyn Dialect,
    tables: &[&Table],
) -> Result<Vec<Option<Table>>> {
    let tx = db.begin().await?;
    let mut forms = Vec::new();
    for table in tables {
        let mut scratch = (*table).clone();
        // Nothing that other tables know about: not what it refers to, and no access methods that temporary tables lack.
        scratch.foreign_keys.clear();
        let form = match dialect.family() {
            Family::Postgres => postgres::spelled(&tx, scratch).await?,
            Family::Mysql => mysql::spelled(&tx, scratch).await?,
            _ => None,
        };
        forms.push(form.map(|raw| raw.read(dialect)).map(|mut form| {
            form.name = table.name.clone();
            form
        }));
    }
    tx.rollback().await?;
    Ok(forms)
}
