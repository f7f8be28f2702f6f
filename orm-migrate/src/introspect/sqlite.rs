//! SQLite: the statements that made each table, which it keeps as they were written.

mod definition;

use orm_core::dialect::Family;
use orm_core::query::{Raw, RawPart};
use orm_core::{Db, Result};

use super::raw::Found;
use super::unmanaged::{Unmanaged, UnmanagedKind};

const FAMILY: Family = Family::Sqlite;

/// What is there, with the kind of each table: one that belongs to a virtual table is a shadow.
const OBJECTS: &str = "
SELECT m.type, m.name, m.tbl_name, m.sql, l.type
FROM main.sqlite_schema m LEFT JOIN pragma_table_list l ON l.schema = 'main' AND l.name = m.name
WHERE m.sql IS NOT NULL AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.name";

type Row = (String, String, String, String, Option<String>);

pub(super) async fn read(db: &Db) -> Result<Found> {
    let rows: Vec<Row> = Raw::new(vec![RawPart::Text(OBJECTS)]).all(db).await?;
    let (mut tables, mut unmanaged) = (Vec::new(), Vec::new());
    let mut indexes = Vec::new();
    for (kind, name, table, sql, form) in rows {
        let other = match (kind.as_str(), form.as_deref()) {
            ("table", Some("virtual")) => UnmanagedKind::VirtualTable,
            ("table", Some("shadow")) => UnmanagedKind::ShadowTable,
            ("view", _) => UnmanagedKind::View,
            ("trigger", _) => UnmanagedKind::Trigger,
            ("index", _) => {
                indexes.push((table, name, sql));
                continue;
            }
            _ => match definition::table(&sql) {
                Some((table, properties)) => {
                    let property = |(of, what): (String, String)| {
                        Unmanaged::property(None, &name, &of, what, FAMILY)
                    };
                    unmanaged.extend(properties.into_iter().map(property));
                    tables.push(table);
                    continue;
                }
                None => UnmanagedKind::UnreadTable,
            },
        };
        let owner = (other == UnmanagedKind::Trigger).then_some(table);
        unmanaged.push(Unmanaged::new(other, name, sql, FAMILY).within(None, owner));
    }
    for (table, name, sql) in indexes {
        let owner = tables.iter_mut().find(|t| t.name.name == table);
        match (definition::index(&name, &sql), owner) {
            (Some((index, unusual)), Some(owner)) => {
                if unusual {
                    unmanaged.push(Unmanaged::property(None, &table, &name, sql, FAMILY));
                }
                owner.indexes.push(index);
            }
            _ => unmanaged.push(Unmanaged::property(None, &table, &name, sql, FAMILY)),
        }
    }
    super::full_text::of_virtual_tables(&mut tables, &mut unmanaged);
    definition::resolve_targets(&mut tables);
    Ok((tables, Vec::new(), unmanaged))
}
