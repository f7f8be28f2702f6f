//! What a database says about its tables, as lines that do not depend on the order in which things were made.

use super::apply::strings;
use crate::support::TestDb;

/// Everything about the tables of the connection's schema.
pub async fn read(db: &TestDb) -> Vec<String> {
    let mut lines = Vec::new();
    if db.is_sqlite() {
        for table in strings(
            db,
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
        )
        .await
        {
            let quoted = table.replace('\'', "''");
            for (what, columns, function) in [
                (
                    "column",
                    "name || ' ' || type || ' ' || \"notnull\" || ' ' || coalesce(dflt_value, '-') || ' ' || pk || ' ' || hidden",
                    "table_xinfo",
                ),
                (
                    "foreign key",
                    "\"table\" || ' ' || \"from\" || ' ' || \"to\" || ' ' || on_update || ' ' || on_delete",
                    "foreign_key_list",
                ),
            ] {
                let sql = format!("SELECT {columns} FROM pragma_{function}('{quoted}')");
                lines.extend(
                    strings(db, &sql)
                        .await
                        .into_iter()
                        .map(|l| format!("{table}: {what} {l}")),
                );
            }
            let sql = format!(
                "SELECT CASE l.origin WHEN 'c' THEN l.name ELSE l.origin END || ' ' || l.\"unique\" || ' ' || l.partial || ' ' || (SELECT group_concat(coalesce(i.name, '-') || ' ' || i.\"desc\" || i.coll) FROM pragma_index_xinfo(l.name) i WHERE i.key) FROM pragma_index_list('{quoted}') l"
            );
            lines.extend(
                strings(db, &sql)
                    .await
                    .into_iter()
                    .map(|l| format!("{table}: index {l}")),
            );
            // The database knows checks by their text alone.
            let sql = format!("SELECT sql FROM sqlite_master WHERE name = '{quoted}'");
            let text = strings(db, &sql).await.concat();
            let parts = text.split("CONSTRAINT \"").skip(1);
            let named = parts.filter(|p| {
                p.contains("\" CHECK")
                    || p.contains("\" UNIQUE")
                    || p.contains("\" FOREIGN")
                    || p.contains("\" PRIMARY")
            });
            lines.extend(named.map(|p| {
                let end = p.find(",\n").or(p.find("\n)")).unwrap_or(p.len());
                let text = p[..end].split(", \"").next().unwrap_or_default();
                // A column that was added last stands at the end of the line.
                let text = text.split(") STRICT").next().unwrap_or_default();
                format!("{table}: constraint {}", text.trim_end_matches([')', ' ']))
            }));
        }
    } else if db.is_postgres() {
        for sql in [
            "SELECT c.relname || ': column ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || a.attidentity::text || a.attgenerated::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-') || ' ' || coalesce(col_description(c.oid, a.attnum), '-') || ' ' || coalesce((SELECT collname::text FROM pg_collation l WHERE l.oid = a.attcollation), '-') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace",
            "SELECT conrelid::regclass || ': constraint ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace",
            "SELECT 'index ' || pg_get_indexdef(indexrelid) || ' ' || indisvalid FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE c.relnamespace = current_schema()::regnamespace",
            "SELECT 'comment ' || relname || ' ' || obj_description(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace AND obj_description(oid) IS NOT NULL",
            "SELECT 'enum ' || t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder) FROM pg_type t JOIN pg_enum e ON e.enumtypid = t.oid WHERE t.typnamespace = current_schema()::regnamespace GROUP BY t.typname",
        ] {
            lines.extend(strings(db, sql).await);
        }
    } else {
        for table in strings(db, "SELECT CAST(table_name AS CHAR) FROM information_schema.tables WHERE table_schema = database()").await {
            let of = format!("table_schema = database() AND table_name = '{table}'");
            for sql in [
                format!("SELECT CONCAT('column ', column_name, ' ', column_type, ' ', is_nullable, ' ', coalesce(column_default, '-'), ' ', extra, ' ', column_comment, ' ', coalesce(generation_expression, '-'), ' ', coalesce(collation_name, '-')) FROM information_schema.columns WHERE {of}"),
                format!("SELECT CONCAT('index ', index_name, ' ', non_unique, ' ', GROUP_CONCAT(column_name, ' ', coalesce(collation, '-') ORDER BY seq_in_index)) FROM information_schema.statistics WHERE {of} GROUP BY index_name, non_unique"),
                format!("SELECT CONCAT('check ', constraint_name, ' ', check_clause) FROM information_schema.check_constraints WHERE constraint_schema = database() AND table_name = '{table}'"),
                format!("SELECT CONCAT('foreign key ', constraint_name, ' ', referenced_table_name, ' ', delete_rule, ' ', update_rule) FROM information_schema.referential_constraints WHERE constraint_schema = database() AND table_name = '{table}'"),
                format!("SELECT CONCAT('refers ', constraint_name, ' ', column_name, ' ', referenced_column_name) FROM information_schema.key_column_usage WHERE {of} AND referenced_column_name IS NOT NULL"),
                format!("SELECT CONCAT('comment ', table_comment, ' ', table_collation) FROM information_schema.tables WHERE {of}"),
            ] {
                lines.extend(strings(db, &sql).await.into_iter().map(|l| format!("{table}: {l}")));
            }
        }
    }
    lines.sort();
    lines
}
