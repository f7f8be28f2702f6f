//! What is asked about tables. In each statement, `{scope}` stands for a condition on the schema `n`.

/// Name, type, whether it is required, default or generating expression, kinds of identity and generation, collation, comment, name
/// and labels of an enum type, whether a sequence of its own numbers it.
pub(super) type ColumnPart = (
    Option<String>,
    Option<String>,
    bool,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Vec<String>,
    bool,
);

/// Schema and name of the table, whether that is the current schema, the table's comment, and a column, if it has any.
pub(super) type ColumnRow = (String, String, bool, Option<String>, ColumnPart);

pub(super) const COLUMNS: &str = "
SELECT n.nspname::text, c.relname::text, n.nspname IS NOT DISTINCT FROM current_schema(), table_comment.description,
    a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), COALESCE(a.attnotnull, FALSE),
    pg_catalog.pg_get_expr(d.adbin, d.adrelid), COALESCE(a.attidentity::text, ''), COALESCE(a.attgenerated::text, ''),
    CASE WHEN a.attcollation <> t.typcollation THEN co.collname::text END, column_comment.description,
    e.typname::text, COALESCE(labels.list, ARRAY[]::text[]), serial.owner IS NOT NULL
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.typtype = 'e' AND e.oid IN (t.oid, t.typelem)
    AND e.typnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = current_schema())
LEFT JOIN (
    SELECT enumtypid, array_agg(enumlabel::text ORDER BY enumsortorder) AS list FROM pg_catalog.pg_enum GROUP BY enumtypid
) labels ON labels.enumtypid = e.oid
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
LEFT JOIN pg_catalog.pg_description table_comment
    ON table_comment.objoid = c.oid AND table_comment.classoid = 'pg_catalog.pg_class'::regclass AND table_comment.objsubid = 0
LEFT JOIN pg_catalog.pg_description column_comment
    ON column_comment.objoid = c.oid AND column_comment.classoid = 'pg_catalog.pg_class'::regclass
    AND column_comment.objsubid = a.attnum
LEFT JOIN (
    SELECT DISTINCT refobjid AS owner, refobjsubid AS place
    FROM pg_catalog.pg_depend JOIN pg_catalog.pg_class s ON s.oid = objid AND s.relkind = 'S'
    WHERE classid = 'pg_catalog.pg_class'::regclass AND refclassid = 'pg_catalog.pg_class'::regclass AND deptype = 'a'
) serial ON serial.owner = c.oid AND serial.place = a.attnum AND pg_catalog.pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%'
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND {scope}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e'
    )
ORDER BY 1, 2, a.attnum";

/// The table that is referred to: schema, name, whether that is the current schema, columns.
type Target = (Option<String>, Option<String>, Option<bool>, Vec<String>);

/// Schema and name of the table, name, kind, expression, columns, target, actions on delete and update, the definition, and what about
/// it a model does not say.
pub(super) type ConstraintRow = (
    String,
    String,
    String,
    String,
    Option<String>,
    Vec<String>,
    Target,
    (String, String),
    (String, Option<String>),
);

pub(super) const CONSTRAINTS: &str = "
SELECT n.nspname::text, c.relname::text, k.conname::text, k.contype::text,
    CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
    ARRAY(
        SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS key(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = key.number ORDER BY key.place
    ),
    fn.nspname::text, f.relname::text, fn.nspname = current_schema(),
    ARRAY(
        SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS key(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = key.number ORDER BY key.place
    ),
    k.confdeltype::text, k.confupdtype::text,
    CASE WHEN k.contype = 'x' THEN pg_catalog.pg_get_constraintdef(k.oid) ELSE '' END,
    CASE
        WHEN k.condeferrable AND k.condeferred THEN 'DEFERRABLE INITIALLY DEFERRED'
        WHEN k.condeferrable THEN 'DEFERRABLE'
        WHEN NOT k.convalidated THEN 'NOT VALID'
        WHEN k.contype = 'f' AND k.confmatchtype = 'f' THEN 'MATCH FULL'
        WHEN k.contype = 'c' AND k.connoinherit THEN 'NO INHERIT'
        WHEN k.contype = 'f' AND pg_catalog.pg_get_constraintdef(k.oid) ~ 'ON DELETE SET (NULL|DEFAULT) [(]'
            THEN pg_catalog.pg_get_constraintdef(k.oid)
        WHEN k.contype = 'u' AND pg_catalog.pg_get_constraintdef(k.oid) LIKE '%NULLS NOT DISTINCT%' THEN 'NULLS NOT DISTINCT'
        WHEN k.contype IN ('u', 'p') AND pg_catalog.pg_get_constraintdef(k.oid) LIKE '% INCLUDE (%'
            THEN pg_catalog.pg_get_constraintdef(k.oid)
    END
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_class f ON f.oid = k.confrelid
LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND k.conparentid = 0 AND {scope}
ORDER BY 1, 2, 3";

/// The parts of an index: columns (empty for an expression), expressions, and for each its direction and the place of NULL.
type Parts = (Vec<String>, Vec<String>, Vec<i32>);

/// Schema and name of the table, name, whether it is unique, access method, parts, how many of them are keys, condition, and the
/// definition with whether a model does not say all of it.
pub(super) type IndexRow = (
    String,
    String,
    String,
    bool,
    String,
    Parts,
    i32,
    Option<String>,
    (String, bool),
);

pub(super) const INDEXES: &str = "
SELECT n.nspname::text, c.relname::text, ic.relname::text, i.indisunique, am.amname::text,
    ARRAY(
        SELECT COALESCE(a.attname::text, '') FROM unnest(i.indkey) WITH ORDINALITY AS key(number, place)
        LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number AND key.number > 0
        ORDER BY key.place
    ),
    ARRAY(
        SELECT CASE WHEN key.number = 0 THEN pg_catalog.pg_get_indexdef(i.indexrelid, key.place::int, FALSE) ELSE '' END
        FROM unnest(i.indkey) WITH ORDINALITY AS key(number, place) ORDER BY key.place
    ),
    ARRAY(SELECT option::int FROM unnest(i.indoption) WITH ORDINALITY AS o(option, place) ORDER BY place),
    i.indnkeyatts::int, pg_catalog.pg_get_expr(i.indpred, i.indrelid),
    pg_catalog.pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END,
    NOT i.indisvalid OR pg_catalog.pg_get_indexdef(i.indexrelid) LIKE '%NULLS NOT DISTINCT%'
        OR ic.reloptions IS NOT NULL
        OR EXISTS (
            SELECT FROM unnest(i.indclass) AS class(id) JOIN pg_catalog.pg_opclass o ON o.oid = class.id WHERE NOT o.opcdefault
        )
        OR EXISTS (
            SELECT FROM unnest(i.indkey, i.indcollation) AS key(number, compared)
            JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.number AND key.number > 0
            WHERE key.compared <> 0 AND key.compared <> a.attcollation
        )
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid
JOIN pg_catalog.pg_am am ON am.oid = ic.relam
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p') AND {scope}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
    )
ORDER BY 1, 2, 3";

pub(super) const ENUMS: &str = "
SELECT t.typname::text, ARRAY(
    SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder
)
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype = 'e' AND n.nspname = current_schema() AND {scope}
    AND NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend x
        WHERE x.classid = 'pg_catalog.pg_type'::regclass AND x.objid = t.oid AND x.deptype = 'e'
    )
ORDER BY 1";
