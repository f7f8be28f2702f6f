//! What `SHOW CREATE TABLE` says. The catalog does not list temporary tables, but this does.

use orm_core::query::{Raw, RawPart};
use orm_core::schema::{Generated, Table, TableName};
use orm_core::sql::ddl;
use orm_core::{Db, Result};

use super::FAMILY;
use crate::introspect::canonical::RawColumn;
use crate::introspect::raw::{RawCheck, RawTable};
use crate::introspect::recognise::Storage;
use crate::introspect::token::{Spanned, Token, tokens};

/// How the database spells this table: it is made as a temporary one, read, and dropped.
pub(in crate::introspect) async fn spelled(tx: &Db, mut table: Table) -> Result<Option<RawTable>> {
    let name = table.name.name.clone();
    table.name = TableName::new("orm_scratch");
    table.indexes.clear();
    // The checks of columns keep the names by which they are known.
    let Ok(sql) = ddl::create_table(tx.dialect(), &table, &[]) else {
        return Ok(None);
    };
    let sql = sql.replacen("CREATE TABLE", "CREATE TEMPORARY TABLE", 1);
    if tx.execute_script(&sql).await.is_err() {
        return Ok(None);
    }
    let shown: std::result::Result<(String, String), _> =
        Raw::new(vec![RawPart::Text("SHOW CREATE TABLE orm_scratch")])
            .one(tx)
            .await;
    tx.execute_script("DROP TEMPORARY TABLE orm_scratch")
        .await?;
    // A definition may hold bytes that are no text.
    let Ok((_, sql)) = shown else {
        return Ok(None);
    };
    Ok(read(&sql).map(|mut raw| {
        for check in &mut raw.checks {
            let of_column = |c: &&RawColumn| {
                check.name.as_deref()
                    == Some(&orm_core::schema::name::check("orm_scratch", &c.name))
            };
            if let Some(column) = raw.columns.iter().find(of_column) {
                check.name = Some(orm_core::schema::name::check(&name, &column.name));
            }
        }
        raw.name = TableName::new(name);
        raw
    }))
}

/// The columns and checks of the table: one a line.
fn read(sql: &str) -> Option<RawTable> {
    let all = tokens(sql, FAMILY)?;
    let open = all.iter().position(|t| t.token.is_sign("("))?;
    let mut table = RawTable::new(TableName::new(""));
    let mut depth = 0_u32;
    let mut start = open + 1;
    for (at, token) in all.iter().enumerate().skip(open) {
        match &token.token {
            Token::Sign(s) if s == "(" => depth += 1,
            Token::Sign(s) if s == ")" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 || depth == 1 && token.token.is_sign(",") {
            line(sql, all.get(start..at)?, &mut table);
            start = at + 1;
        }
        if depth == 0 {
            return Some(table);
        }
    }
    None
}

fn line(sql: &str, line: &[Spanned], table: &mut RawTable) {
    let Some(Token::Word { text, quoted }) = line.first().map(|t| &t.token) else {
        return;
    };
    let find = |word: &str| line.iter().position(|t| t.token.is_word(word));
    if *quoted {
        table.columns.push(column(sql, text, line));
        if let Some(expression) = find("check").and_then(|at| inside(sql, line, at + 1)) {
            let is_json = expression.starts_with("json_valid(");
            match (is_json, table.columns.last_mut()) {
                (true, Some(column)) => "json".clone_into(&mut column.storage.name),
                _ => table.checks.push(RawCheck {
                    name: None,
                    column: Some(text.clone()),
                    expression,
                }),
            }
        }
    } else if text.eq_ignore_ascii_case("constraint")
        && let (Some(Token::Word { text: name, .. }), Some(at)) =
            (line.get(1).map(|t| &t.token), find("check"))
        && let Some(expression) = inside(sql, line, at + 1)
    {
        table.checks.push(RawCheck {
            name: Some(name.clone()),
            column: None,
            expression,
        });
    }
}

fn column(sql: &str, name: &str, line: &[Spanned]) -> RawColumn {
    let find = |word: &str| line.iter().position(|t| t.token.is_word(word));
    let ends = [
        "character",
        "collate",
        "not",
        "null",
        "default",
        "generated",
        "auto_increment",
        "comment",
        "check",
        "on",
    ];
    let end = ends
        .iter()
        .filter_map(|w| find(w))
        .min()
        .unwrap_or(line.len());
    let ty = text(sql, line.get(1..end).unwrap_or_default());
    let generated = find("as")
        .filter(|_| find("generated").is_some())
        .and_then(|at| inside(sql, line, at + 1));
    let required =
        find("not").is_some_and(|at| line.get(at + 1).is_some_and(|t| t.token.is_word("null")));
    let default = find("default").and_then(|at| {
        let behind = line.get(at + 1..)?;
        let end = behind.iter().position(|t| {
            ["on", "comment", "check"]
                .iter()
                .any(|w| t.token.is_word(w))
        });
        Some(text(sql, behind.get(..end.unwrap_or(behind.len()))?))
    });
    RawColumn {
        name: name.to_owned(),
        storage: Storage::new(&ty, FAMILY),
        nullable: !required,
        default,
        identity: find("auto_increment").is_some(),
        generated: generated.map(|expression| Generated {
            expression,
            stored: find("stored").is_some(),
        }),
        collation: None,
        comment: None,
    }
}

fn text(sql: &str, tokens: &[Spanned]) -> String {
    let text = tokens
        .first()
        .zip(tokens.last())
        .and_then(|(a, b)| sql.get(a.start..b.end));
    text.unwrap_or_default().to_owned()
}

/// The text between the parentheses that open there.
fn inside(sql: &str, line: &[Spanned], at: usize) -> Option<String> {
    line.get(at).filter(|t| t.token.is_sign("("))?;
    let mut depth = 0_u32;
    for (end, token) in line.iter().enumerate().skip(at) {
        if token.token.is_sign("(") {
            depth += 1;
        } else if token.token.is_sign(")") {
            depth -= 1;
            if depth == 0 {
                return Some(text(sql, line.get(at + 1..end)?));
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_and_checks_are_read_from_their_lines() {
        let sql = "CREATE TEMPORARY TABLE `orm_scratch` (\n  `id` bigint(20) NOT NULL AUTO_INCREMENT,\n  `a,b` varchar(20) DEFAULT 'x'',(' COMMENT 'c',\n  `g` bigint(20) GENERATED ALWAYS AS (`n` * (2 + 1)) STORED,\n  `j` longtext DEFAULT '[]' CHECK (json_valid(`j`)),\n  PRIMARY KEY (`id`),\n  CONSTRAINT `c` CHECK (`n` in (1,2))\n) ENGINE=InnoDB";
        let table = read(sql).expect("is read");
        let columns: Vec<_> = table
            .columns
            .iter()
            .map(|c| {
                (
                    c.name.as_str(),
                    c.storage.name.as_str(),
                    c.default.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            columns,
            [
                ("id", "bigint", None),
                ("a,b", "varchar(20)", Some("'x'',('")),
                ("g", "bigint", None),
                ("j", "json", Some("'[]'"))
            ]
        );
        assert_eq!(
            table.columns[2]
                .generated
                .as_ref()
                .map(|g| g.expression.as_str()),
            Some("`n` * (2 + 1)")
        );
        let checks: Vec<_> = table
            .checks
            .iter()
            .map(|c| (c.name.as_deref(), c.expression.as_str()))
            .collect();
        assert_eq!(checks, [(Some("c"), "`n` in (1,2)")]);
    }
}
