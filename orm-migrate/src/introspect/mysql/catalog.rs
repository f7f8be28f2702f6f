//! What is asked. In each statement, `{scope}` stands for the list of the databases that are read.

/// Schema, name, kind, engine, comment.
pub(super) type TableRow = (String, String, String, Option<String>, Option<String>);

pub(super) const TABLES: &str = "
SELECT CAST(table_schema AS CHAR), CAST(table_name AS CHAR), CAST(table_type AS CHAR), CAST(engine AS CHAR), CAST(table_comment AS CHAR)
FROM information_schema.tables WHERE table_schema {scope} ORDER BY 1, 2";

/// Schema and name of the table, name, type, default, whether NULL is allowed, what else, generating expression, collation, comment.
pub(super) type ColumnRow = (
    String,
    String,
    String,
    String,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
);

pub(super) const COLUMNS: &str = "
SELECT CAST(table_schema AS CHAR), CAST(table_name AS CHAR), CAST(column_name AS CHAR), CAST(column_type AS CHAR),
    CAST(column_default AS CHAR), CAST(is_nullable AS CHAR), CAST(extra AS CHAR), CAST(generation_expression AS CHAR),
    CAST(collation_name AS CHAR), CAST(column_comment AS CHAR)
FROM information_schema.columns WHERE table_schema {scope} ORDER BY 1, 2, ordinal_position";

/// Schema and name of the table, name, whether it is unique, column or expression, whether it is descending, how much of the column is
/// indexed, method.
pub(super) type IndexRow = (
    String,
    String,
    String,
    bool,
    Option<String>,
    Option<String>,
    bool,
    Option<i64>,
    String,
);

pub(super) const INDEXES_OF_MARIADB: &str = "
SELECT CAST(table_schema AS CHAR), CAST(table_name AS CHAR), CAST(index_name AS CHAR), non_unique = 0, CAST(column_name AS CHAR), NULL,
    COALESCE(collation, 'A') = 'D', CAST(sub_part AS SIGNED), CAST(index_type AS CHAR)
FROM information_schema.statistics WHERE table_schema {scope} ORDER BY 1, 2, 3, seq_in_index";

pub(super) const INDEXES_OF_MYSQL: &str = "
SELECT CAST(table_schema AS CHAR), CAST(table_name AS CHAR), CAST(index_name AS CHAR), non_unique = 0, CAST(column_name AS CHAR),
    CAST(expression AS CHAR), COALESCE(collation, 'A') = 'D', CAST(sub_part AS SIGNED), CAST(index_type AS CHAR)
FROM information_schema.statistics WHERE table_schema {scope} ORDER BY 1, 2, 3, seq_in_index";

/// Schema and name of the table, name, column, schema and name and column of the target, actions on delete and update.
pub(super) type ForeignKeyRow = (
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
    String,
);

pub(super) const FOREIGN_KEYS: &str = "
SELECT CAST(k.table_schema AS CHAR), CAST(k.table_name AS CHAR), CAST(k.constraint_name AS CHAR), CAST(k.column_name AS CHAR),
    CAST(k.referenced_table_schema AS CHAR), CAST(k.referenced_table_name AS CHAR), CAST(k.referenced_column_name AS CHAR),
    CAST(r.delete_rule AS CHAR), CAST(r.update_rule AS CHAR)
FROM information_schema.key_column_usage k
JOIN information_schema.referential_constraints r
    ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name AND r.table_name = k.table_name
WHERE k.table_schema {scope} AND r.constraint_schema {scope} AND k.referenced_table_name IS NOT NULL
ORDER BY 1, 2, 3, k.ordinal_position";

/// Schema and name of the table, name, whether it is the column's or the table's, expression.
pub(super) type CheckRow = (String, String, String, String, String);

pub(super) const CHECKS_OF_MARIADB: &str = "
SELECT CAST(constraint_schema AS CHAR), CAST(table_name AS CHAR), CAST(constraint_name AS CHAR), CAST(level AS CHAR),
    CAST(check_clause AS CHAR)
FROM information_schema.check_constraints WHERE constraint_schema {scope} ORDER BY 1, 2, 3";

pub(super) const CHECKS_OF_MYSQL: &str = "
SELECT CAST(c.constraint_schema AS CHAR), CAST(t.table_name AS CHAR), CAST(c.constraint_name AS CHAR), 'Table',
    CAST(c.check_clause AS CHAR)
FROM information_schema.check_constraints c
JOIN information_schema.table_constraints t
    ON t.constraint_schema = c.constraint_schema AND t.constraint_name = c.constraint_name AND t.constraint_type = 'CHECK'
WHERE c.constraint_schema {scope} ORDER BY 1, 2, 3";

/// Kind, schema, table, name, definition.
pub(super) type OtherRow = (String, String, Option<String>, String, Option<String>);

pub(super) const OTHERS: &str = "
SELECT 'view', CAST(table_schema AS CHAR), NULL, CAST(table_name AS CHAR), CAST(view_definition AS CHAR)
FROM information_schema.views WHERE table_schema {scope}
UNION ALL
SELECT 'trigger', CAST(trigger_schema AS CHAR), CAST(event_object_table AS CHAR), CAST(trigger_name AS CHAR),
    CAST(CONCAT_WS(' ', action_timing, event_manipulation, action_statement) AS CHAR)
FROM information_schema.triggers WHERE trigger_schema {scope}
UNION ALL
SELECT 'routine', CAST(routine_schema AS CHAR), NULL, CAST(routine_name AS CHAR),
    CAST(CONCAT_WS(' ', routine_type, dtd_identifier, routine_definition) AS CHAR)
FROM information_schema.routines WHERE routine_schema {scope}
UNION ALL
SELECT 'event', CAST(event_schema AS CHAR), NULL, CAST(event_name AS CHAR),
    CAST(CONCAT_WS(' ', execute_at, interval_value, interval_field, event_definition) AS CHAR)
FROM information_schema.events WHERE event_schema {scope}
UNION ALL
SELECT 'partition', CAST(table_schema AS CHAR), CAST(table_name AS CHAR), CAST(partition_name AS CHAR),
    CAST(CONCAT_WS(' ', partition_method, partition_expression, partition_description) AS CHAR)
FROM information_schema.partitions WHERE table_schema {scope} AND partition_name IS NOT NULL";
