//! One table, as a struct.

use orm_core::schema::{Column, FullText, Index, IndexPart, Table, Unique, name as constraint};

use super::attribute::{self, Part, text};
use super::column::{self, FieldSource};
use super::plan::Plan;
use super::relation::Links;
use super::{association, name, one_line};

pub(super) fn write(source: &mut String, plan: &Plan<'_>, links: &[Links<'_>], own: &Links<'_>) {
    let table = own.table;
    let model = plan.model(&table.name).unwrap_or_default();
    let relations = &own.relations;
    let mut notes = own.notes.clone();
    let mut of_struct = of_table(table, model);
    let mut fields: Vec<(&Column, FieldSource)> = in_key_order(table)
        .into_iter()
        .map(|c| (c, column::field(plan, table, c)))
        .collect();
    let made: Vec<_> = relations
        .iter()
        .filter(|r| r.makes_index)
        .map(|r| constraint::index(&table.name.name, &r.key.columns))
        .collect();
    for unique in &table.uniques {
        if !on_field(
            &mut fields,
            single(table, &unique.columns),
            word("unique", &unique.name, &own_unique(table, unique)),
        ) {
            of_struct.push(self::unique(plan, table, unique));
        }
    }
    for index in table.indexes.iter().filter(|i| !made.contains(&i.name)) {
        let columns = plain(index).unwrap_or_default();
        let own = constraint::index(&table.name.name, &columns);
        if !on_field(
            &mut fields,
            single_of_index(&columns),
            word("index", &index.name, &own),
        ) {
            of_struct.push(self::index(plan, table, index));
        }
    }
    let mut constants: Vec<String> = Vec::new();
    for index in &table.full_texts {
        let constant = search_constant(plan, table, index, &constants);
        of_struct.push(full_text(plan, table, index, &constant));
        constants.push(constant);
    }
    notes.extend(fields.iter().filter_map(|(_, f)| f.note.clone()));
    for note in notes {
        source.push_str(&format!("// {}\n", one_line(&note)));
    }
    source.push_str("#[derive(Model, Debug, Clone, PartialEq)]\n");
    for parts in of_struct {
        attribute::write(source, 0, "model", &parts);
    }
    for (_, field) in fields.iter_mut().filter(|(_, f)| f.hidden) {
        let mut parts = vec![Part::Free(field.declaration.clone())];
        parts.append(&mut field.parts);
        attribute::write(source, 0, "model", &[Part::List("hidden", parts)]);
    }
    for relation in relations.iter().filter(|r| r.key.columns.len() > 1) {
        attribute::write(source, 0, "belongs_to", &relation.parts);
    }
    for (word, parts) in association::all(plan, links, own) {
        attribute::write(source, 0, word, &parts);
    }
    source.push_str(&format!("pub struct {model} {{\n"));
    for (column, field) in fields.iter().filter(|(_, f)| !f.hidden) {
        attribute::write(source, 4, "model", &field.parts);
        for relation in relations
            .iter()
            .filter(|r| r.key.columns.as_slice() == std::slice::from_ref(&column.name))
        {
            attribute::write(source, 4, "belongs_to", &relation.parts);
        }
        source.push_str(&format!("    pub {},\n", field.declaration));
    }
    source.push_str("}\n");
}

/// What is said about the table itself: each list is one attribute.
fn of_table(table: &Table, model: &str) -> Vec<Vec<Part>> {
    let mut parts = Vec::new();
    if !name::is_usual_table(model, &table.name.name) {
        parts.push(text("table", &table.name.name));
    }
    parts.extend(
        table
            .name
            .schema
            .as_ref()
            .map(|schema| text("schema", schema)),
    );
    if let Some(key) = table
        .primary_key
        .as_ref()
        .filter(|k| k.name != constraint::primary_key(&table.name.name))
    {
        parts.push(text("key_constraint", &key.name));
    }
    parts.extend(
        table
            .comment
            .as_ref()
            .map(|comment| text("comment", comment)),
    );
    let mut all = vec![parts];
    for check in &table.checks {
        all.push(vec![Part::List(
            "check",
            vec![text("name", &check.name), text("sql", &check.expression)],
        )]);
    }
    all
}

/// The columns, those of the key in the key's order, which a model takes from its fields.
fn in_key_order(table: &Table) -> Vec<&Column> {
    let key = table
        .primary_key
        .as_ref()
        .map(|k| k.columns.as_slice())
        .unwrap_or_default();
    let mut next = key.iter().filter_map(|c| table.column(c));
    table
        .columns
        .iter()
        .map(|c| match key.contains(&c.name) {
            true => next.next().unwrap_or(c),
            false => c,
        })
        .collect()
}

/// The one column, if it is one and not the whole key.
fn single<'t>(table: &Table, columns: &'t [String]) -> Option<&'t str> {
    match columns {
        [one]
            if table
                .primary_key
                .as_ref()
                .is_none_or(|k| k.columns != columns) =>
        {
            Some(one)
        }
        _ => None,
    }
}

fn single_of_index(columns: &[String]) -> Option<&str> {
    match columns {
        [one] => Some(one),
        _ => None,
    }
}

/// The columns of an index that a field can ask for.
fn plain(index: &Index) -> Option<Vec<String>> {
    let descending = index.parts.iter().any(|p| {
        matches!(
            p,
            IndexPart::Column {
                descending: true,
                ..
            }
        )
    });
    index
        .plain_columns()
        .filter(|_| !index.unique && !descending)
}

fn word(word: &str, name: &str, own: &str) -> Part {
    match name == own {
        true => Part::Plain(word.to_owned()),
        false => text(word, name),
    }
}

/// Puts the word on the column's field, unless it has it already.
fn on_field(fields: &mut [(&Column, FieldSource)], column: Option<&str>, part: Part) -> bool {
    let Some((_, field)) = fields
        .iter_mut()
        .find(|(c, _)| Some(c.name.as_str()) == column)
    else {
        return false;
    };
    let given = |part: &Part| match part {
        Part::Plain(text) => text.split(' ').next().map(str::to_owned),
        _ => None,
    };
    if field.parts.iter().any(|p| given(p) == given(&part)) {
        return false;
    }
    field.parts.push(part);
    true
}

fn own_unique(table: &Table, unique: &Unique) -> String {
    constraint::unique(&table.name.name, &unique.columns)
}

fn unique(plan: &Plan<'_>, table: &Table, unique: &Unique) -> Vec<Part> {
    let fields = unique
        .columns
        .iter()
        .map(|c| Part::Plain(plan.field(table, c).unwrap_or_default().to_owned()));
    let mut parts = vec![Part::List("fields", fields.collect())];
    if unique.name != own_unique(table, unique) {
        parts.push(text("name", &unique.name));
    }
    vec![Part::List("unique", parts)]
}

/// The name in Rust that an index's name in the database was made of, or one that is free.
fn search_constant(plan: &Plan<'_>, table: &Table, index: &FullText, others: &[String]) -> String {
    let own = |name: &str| constraint::index(&table.name.name, [name]);
    let is_name = |name: &str| super::name::field(name) == name;
    let taken = |name: &str| {
        others.iter().any(|other| other == name)
            || plan.fields(table).iter().any(|field| field == name)
    };
    let middle = index.name.strip_prefix(&format!("{}_", table.name.name));
    let middle = middle.and_then(|rest| rest.strip_suffix("_idx"));
    if let Some(name) = middle.filter(|m| is_name(m) && !taken(m) && own(m) == index.name) {
        return name.to_owned();
    }
    let of_another = |name: &str| table.full_texts.iter().any(|i| i.name == own(name));
    let numbered = (2..).map(|n| format!("search{n}"));
    std::iter::once("search".to_owned())
        .chain(numbered)
        .find(|name| !taken(name) && !of_another(name))
        .unwrap_or_default()
}

fn full_text(plan: &Plan<'_>, table: &Table, index: &FullText, constant: &str) -> Vec<Part> {
    let field = |c: &String| plan.field(table, c).unwrap_or_default().to_owned();
    let fields = index.columns.iter().map(|c| Part::Plain(field(c)));
    let mut parts = vec![Part::List("fields", fields.collect())];
    if constant != "search" {
        parts.insert(0, Part::Plain(format!("name = {constant}")));
    }
    let weights = index.columns.iter().zip(&index.weights);
    let weights: Vec<_> = weights
        .filter(|(_, weight)| **weight != 1)
        .map(|(column, weight)| Part::Plain(format!("{} = {weight}", field(column))))
        .collect();
    if !weights.is_empty() {
        parts.push(Part::List("weights", weights));
    }
    if index.stored {
        parts.push(Part::Plain("stored".to_owned()));
    }
    if let Some(language) = &index.language {
        parts.push(text("language", language));
    }
    if index.name != constraint::index(&table.name.name, [constant]) {
        parts.push(text("name", &index.name));
    }
    vec![Part::List("fulltext", parts)]
}

fn index(plan: &Plan<'_>, table: &Table, index: &Index) -> Vec<Part> {
    let field = |column: &String| plan.field(table, column).unwrap_or_default().to_owned();
    let fields = index.parts.iter().map(|part| match part {
        IndexPart::Column {
            name,
            descending: true,
        } => Part::Free(format!("{} desc", field(name))),
        IndexPart::Column { name, .. } => Part::Plain(field(name)),
        IndexPart::Expression(sql) => Part::Plain(attribute::literal(sql)),
    });
    let mut parts = vec![
        Part::List("fields", fields.collect()),
        text("name", &index.name),
    ];
    if index.unique {
        parts.push(Part::Plain("unique".to_owned()));
    }
    if !index.include.is_empty() {
        let include = index
            .include
            .iter()
            .map(|c| Part::Plain(field(c)))
            .collect();
        parts.push(Part::List("include", include));
    }
    parts.extend(
        index
            .condition
            .as_ref()
            .map(|condition| text("where", condition)),
    );
    parts.extend(index.method.as_ref().map(|method| text("method", method)));
    vec![Part::List("index", parts)]
}
