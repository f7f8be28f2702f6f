//! Schemas as text, so that a case reads at a glance.
//!
//! ```text
//! enum role: admin, member
//!
//! table blog.posts "what was written"
//!   id: id
//!   title: varchar(20)? = 'x' check "title <> ''" comment "…" collate "C"
//!   state: enum state(open, closed)
//!   role: type role := "'admin'"
//!   twice: int generated "id * 2"          (or `virtual`)
//!   key id                                 (given by `id`)
//!   unique title as own_name
//!   index title, id desc where "id > 0" unique using gin include (id) as own_name
//!   fulltext title, body weighing 4, 1 stored in english as own_name
//!   fk author_id -> users id cascade       (or `set null`, `restrict`)
//!   check posts_check1 "id > 0"
//! ```

use orm::Value;
use orm::schema::{
    Action, Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, FullText, Generated,
    Index, IndexPart, Literal, PrimaryKey, Schema, Table, TableName, Unique, name,
};

/// Reads a schema.
pub fn schema(text: &str) -> Schema {
    let mut schema = Schema::default();
    for line in text.lines().filter(|l| !l.trim().is_empty()) {
        let mut words = Words(line);
        match (line.starts_with(' '), words.peek()) {
            (false, "enum") => {
                words.next();
                let name = words.next();
                words.expect(":");
                let labels = words.list();
                schema.enums.push(EnumType {
                    name,
                    labels,
                    native: true,
                });
            }
            (false, _) => {
                words.expect("table");
                let mut table = Table::new(table_name(&words.next()));
                table.comment = words.text();
                schema.tables.push(table);
            }
            (true, _) => {
                let enums = schema.enums.clone();
                part(schema.tables.last_mut().unwrap(), &mut words, &enums);
            }
        }
        assert_eq!(words.0.trim(), "", "what is this in `{line}`?");
    }
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
    for table in &mut schema.tables {
        table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        table.foreign_keys.sort_by(|a, b| a.name.cmp(&b.name));
    }
    schema
}

fn table_name(text: &str) -> TableName {
    let mut name = TableName::new(text);
    if let Some((schema, table)) = text.split_once('.') {
        name.schema = Some(schema.to_owned());
        table.clone_into(&mut name.name);
    }
    name
}

fn part(table: &mut Table, words: &mut Words<'_>, enums: &[EnumType]) {
    let own = table.name.name.clone();
    let first = words.next();
    if words.peek() == ":" {
        words.next();
        return column(table, first, words, enums);
    }
    match first.as_str() {
        "key" => {
            let columns = words.list();
            let name = words.name().unwrap_or_else(|| name::primary_key(&own));
            table.primary_key = Some(PrimaryKey { name, columns });
        }
        "unique" => {
            let columns = words.list();
            let name = words.name().unwrap_or_else(|| name::unique(&own, &columns));
            table.uniques.push(Unique { name, columns });
        }
        "fulltext" => {
            let columns = words.list();
            let weights = words.take("weighing").then(|| words.list());
            let stored = words.take("stored");
            let language = words.take("in").then(|| words.next());
            let name = words
                .name()
                .unwrap_or_else(|| name::index(&own, ["search"]));
            let mut index = FullText::new(name, columns);
            let weights = weights.unwrap_or_default();
            index.weights = weights.iter().map(|w| w.parse().unwrap()).collect();
            index.language = language;
            index.stored = stored;
            table.full_texts.push(index);
        }
        "index" => {
            let mut index = Index::new("");
            loop {
                let part = match words.text() {
                    Some(sql) => IndexPart::Expression(sql),
                    None => IndexPart::Column {
                        name: words.next(),
                        descending: words.take("desc"),
                    },
                };
                index.parts.push(part);
                if !words.take(",") {
                    break;
                }
            }
            loop {
                match words.peek() {
                    "where" => {
                        words.next();
                        index.condition = words.text();
                    }
                    "unique" => index.unique = words.take("unique"),
                    "using" => {
                        words.next();
                        index.method = Some(words.next());
                    }
                    "include" => {
                        words.next();
                        words.expect("(");
                        index.include = words.list();
                        words.expect(")");
                    }
                    _ => break,
                }
            }
            let columns: Vec<_> = index
                .parts
                .iter()
                .map(|p| p.column().unwrap_or("expr").to_owned())
                .collect();
            index.name = words.name().unwrap_or_else(|| match index.unique {
                true => name::unique(&own, &columns),
                false => name::index(&own, &columns),
            });
            table.indexes.push(index);
        }
        "fk" => {
            let columns = words.list();
            words.expect("->");
            let target = table_name(&words.next());
            let target_columns = words.list();
            let mut key = ForeignKey {
                name: name::foreign_key(&own, &columns),
                columns,
                target,
                target_columns,
                on_delete: Action::NoAction,
                on_update: Action::NoAction,
            };
            if words.take("cascade") {
                key.on_delete = Action::Cascade;
            } else if words.take("restrict") {
                key.on_delete = Action::Restrict;
            } else if words.take("set") {
                words.expect("null");
                key.on_delete = Action::SetNull;
            }
            if let Some(name) = words.name() {
                key.name = name;
            }
            table.foreign_keys.push(key);
        }
        "check" => {
            let name = words.next();
            let expression = words.text().unwrap();
            table.checks.push(Check { name, expression });
        }
        other => panic!("`{other}` is no part of a table"),
    }
}

fn column(table: &mut Table, name: String, words: &mut Words<'_>, enums: &[EnumType]) {
    let ty = words.next();
    if ty == "id" {
        let mut id = Column::new(&name, ColumnType::BigInt);
        id.identity = true;
        table.columns.push(id);
        let columns = vec![name];
        let name = name::primary_key(&table.name.name);
        table.primary_key = Some(PrimaryKey { name, columns });
        return;
    }
    let mut column = Column::new(name, column_type(&ty, words, enums));
    loop {
        match words.peek() {
            "[" => {
                words.next();
                words.expect("]");
                column.ty = ColumnType::Array(Box::new(column.ty));
            }
            "?" => column.nullable = words.take("?"),
            "identity" => column.identity = words.take("identity"),
            "=" => {
                words.next();
                column.default = Some(DefaultValue::Value(Literal::new(words.value(&column.ty))));
            }
            ":=" => {
                words.next();
                column.default = Some(DefaultValue::Sql(words.text().unwrap()));
            }
            "now" => {
                words.next();
                column.default = Some(DefaultValue::Now);
            }
            "check" => {
                words.next();
                column.check = words.text();
            }
            "comment" => {
                words.next();
                column.comment = words.text();
            }
            "collate" => {
                words.next();
                column.collation = words.text();
            }
            word @ ("generated" | "virtual") => {
                let stored = word == "generated";
                words.next();
                let expression = words.text().unwrap();
                column.generated = Some(Generated { expression, stored });
            }
            _ => break,
        }
    }
    table.columns.push(column);
}

fn column_type(ty: &str, words: &mut Words<'_>, enums: &[EnumType]) -> ColumnType {
    let number = |words: &mut Words<'_>| words.next().parse::<u32>().unwrap();
    match ty {
        "bool" => ColumnType::Bool,
        "smallint" => ColumnType::SmallInt,
        "int" => ColumnType::Integer,
        "bigint" => ColumnType::BigInt,
        "unsigned" => ColumnType::Unsigned,
        "real" => ColumnType::Real,
        "double" => ColumnType::Double,
        "text" => ColumnType::Text,
        "bytes" => ColumnType::Bytes,
        "uuid" => ColumnType::Uuid,
        "json" => ColumnType::Json,
        "date" => ColumnType::Date,
        "time" => ColumnType::Time,
        "datetime" => ColumnType::DateTime,
        "timestamp" => ColumnType::Timestamp,
        "varchar" | "varbinary" => {
            words.expect("(");
            let length = number(words);
            words.expect(")");
            match ty {
                "varchar" => ColumnType::Varchar(length),
                _ => ColumnType::Varbinary(length),
            }
        }
        "decimal" => {
            if !words.take("(") {
                return ColumnType::Decimal(None);
            }
            let precision = number(words);
            words.expect(",");
            let scale = number(words);
            words.expect(")");
            ColumnType::Decimal(Some((precision, scale)))
        }
        "type" => {
            let name = words.next();
            let found = enums.iter().find(|e| e.name == name);
            ColumnType::Enum(found.expect("the enum is declared").clone())
        }
        "enum" => {
            let name = words.next();
            words.expect("(");
            let labels = words.list();
            words.expect(")");
            ColumnType::Enum(EnumType {
                name,
                labels,
                native: false,
            })
        }
        other => panic!("`{other}` is no type"),
    }
}

/// The rest of a line.
struct Words<'l>(&'l str);

impl Words<'_> {
    fn peek(&self) -> &str {
        let rest = self.0.trim_start();
        if rest.starts_with(":=") || rest.starts_with("->") {
            return &rest[..2];
        }
        let word = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '-';
        match rest.chars().next() {
            None => "",
            Some(c) if word(c) => &rest[..rest.find(|c| !word(c)).unwrap_or(rest.len())],
            Some(c) => &rest[..c.len_utf8()],
        }
    }

    fn next(&mut self) -> String {
        if let Some(text) = self.text() {
            return text;
        }
        let word = self.peek().to_owned();
        self.0 = &self.0.trim_start()[word.len()..];
        word
    }

    fn take(&mut self, word: &str) -> bool {
        let there = self.peek() == word;
        if there {
            self.next();
        }
        there
    }

    fn expect(&mut self, word: &str) {
        assert!(self.take(word), "expected `{word}` before `{}`", self.0);
    }

    /// `"…"`, if that is next.
    fn text(&mut self) -> Option<String> {
        let rest = self.0.trim_start().strip_prefix('"')?;
        let (text, rest) = rest.split_once('"').unwrap();
        self.0 = rest;
        Some(text.to_owned())
    }

    fn name(&mut self) -> Option<String> {
        self.take("as").then(|| self.next())
    }

    fn list(&mut self) -> Vec<String> {
        let mut items = vec![self.next()];
        while self.take(",") {
            items.push(self.next());
        }
        items
    }

    fn value(&mut self, ty: &ColumnType) -> Value {
        let rest = self.0.trim_start();
        if let Some(rest) = rest.strip_prefix('\'') {
            let (text, rest) = rest.split_once('\'').unwrap();
            let text = text.to_owned();
            self.0 = rest;
            return match ty {
                ColumnType::Json => Value::Json(text),
                _ => Value::Text(text),
            };
        }
        let word = self.next();
        match ty {
            ColumnType::Bool => Value::Bool(word == "true"),
            ColumnType::Double | ColumnType::Real => Value::F64(word.parse().unwrap()),
            ColumnType::BigInt => Value::I64(word.parse().unwrap()),
            _ => Value::I32(word.parse().unwrap()),
        }
    }
}

#[test]
fn the_notation_says_what_it_shows() {
    let schema = schema(
        "enum role: admin, member\ntable users \"who\"\n  id: id\n  email: varchar(50)? = 'x' comment \"c\"\n  role: type role\n  unique email\n  index email, id desc where \"id > 0\" as own\n  fk id -> users id set null\n",
    );
    let table = &schema.tables[0];
    assert_eq!(table.comment.as_deref(), Some("who"));
    assert_eq!(table.columns[1].ty, ColumnType::Varchar(50));
    assert!(table.columns[1].nullable && table.columns[1].default.is_some());
    assert_eq!(table.uniques[0].name, "users_email_key");
    assert_eq!(
        (table.indexes[0].name.as_str(), table.indexes[0].parts.len()),
        ("own", 2)
    );
    assert_eq!(table.foreign_keys[0].on_delete, Action::SetNull);
}
