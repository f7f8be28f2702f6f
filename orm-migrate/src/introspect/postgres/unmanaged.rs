//! What is asked about the rest.

use orm_core::{Db, Result};

use super::{FAMILY, Scope};
use crate::introspect::unmanaged::{Unmanaged, UnmanagedKind};

/// Kind, schema, whether that is the current one, table, name, definition.
type Row = (String, String, bool, Option<String>, String, String);

pub(super) async fn read(db: &Db, scope: &Scope<'_>) -> Result<Vec<Unmanaged>> {
    let rows: Vec<Row> = scope.ask(QUERY).all(db).await?;
    let found = |(kind, schema, is_current, table, name, definition): Row| {
        let definition = super::without_schema(&definition, &schema);
        Unmanaged::new(self::kind(&kind), name, definition, FAMILY)
            .within((!is_current).then_some(schema), table)
    };
    Ok(rows.into_iter().map(found).collect())
}

fn kind(name: &str) -> UnmanagedKind {
    use UnmanagedKind as Kind;
    match name {
        "extension" => Kind::Extension,
        "type" => Kind::Type,
        "routine" => Kind::Routine,
        "sequence" => Kind::Sequence,
        "foreign table" => Kind::ForeignTable,
        "partition" => Kind::Partition,
        "view" => Kind::View,
        "trigger" => Kind::Trigger,
        "rule" => Kind::Rule,
        "policy" => Kind::Policy,
        _ => Kind::Property,
    }
}

/// One statement for all: each part gives the same columns, and `n` is always the schema. What an extension brought is the extension's.
const QUERY: &str = "
WITH brought AS (SELECT classid, objid FROM pg_catalog.pg_depend WHERE deptype = 'e'),
relation AS (
    SELECT c.*, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE {scope} AND NOT EXISTS (
        SELECT FROM brought WHERE classid = 'pg_catalog.pg_class'::regclass AND objid = c.oid
    )
),
found (kind, schema, owner, name, definition) AS (
    SELECT 'extension', current_schema()::text, NULL::text, extname::text, extversion FROM pg_catalog.pg_extension
    WHERE extname <> 'plpgsql'
    UNION ALL
    SELECT 'view', nspname, NULL, relname, CASE relkind WHEN 'm' THEN 'MATERIALIZED ' ELSE '' END || pg_catalog.pg_get_viewdef(oid)
    FROM relation WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT 'foreign table', nspname, NULL, relname, COALESCE((
        SELECT string_agg(attname || ' ' || pg_catalog.format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
        FROM pg_catalog.pg_attribute WHERE attrelid = relation.oid AND attnum > 0 AND NOT attisdropped
    ), '')
    FROM relation WHERE relkind = 'f'
    UNION ALL
    SELECT 'partition', nspname, (
        SELECT parent.relname::text FROM pg_catalog.pg_inherits JOIN pg_catalog.pg_class parent ON parent.oid = inhparent
        WHERE inhrelid = relation.oid
    ), relname, pg_catalog.pg_get_expr(relpartbound, oid)
    FROM relation WHERE relispartition AND relkind IN ('r', 'p')
    UNION ALL
    SELECT 'property', nspname, relname, relname, 'PARTITION BY ' || pg_catalog.pg_get_partkeydef(oid)
    FROM relation WHERE relkind = 'p' AND NOT relispartition
    UNION ALL
    SELECT 'property', nspname, relname, relname, 'UNLOGGED' FROM relation WHERE relkind = 'r' AND relpersistence = 'u'
    UNION ALL
    SELECT 'property', nspname, relname, relname, 'ROW LEVEL SECURITY' FROM relation WHERE relkind IN ('r', 'p') AND relrowsecurity
    UNION ALL
    SELECT 'property', child.nspname, child.relname, child.relname, 'INHERITS ' || parent.relname
    FROM relation child
    JOIN pg_catalog.pg_inherits ON inhrelid = child.oid
    JOIN pg_catalog.pg_class parent ON parent.oid = inhparent
    WHERE child.relkind = 'r' AND NOT child.relispartition
    UNION ALL
    SELECT 'sequence', nspname, NULL, relname, concat_ws(' ', pg_catalog.format_type(s.seqtypid, NULL), 'START', s.seqstart,
        'INCREMENT', s.seqincrement, 'MINVALUE', s.seqmin, 'MAXVALUE', s.seqmax, 'CACHE', s.seqcache, CASE WHEN s.seqcycle THEN 'CYCLE' END)
    FROM relation JOIN pg_catalog.pg_sequence s ON s.seqrelid = relation.oid
    WHERE NOT EXISTS (
        SELECT FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = relation.oid AND d.deptype IN ('a', 'i')
    )
    UNION ALL
    SELECT 'trigger', nspname, relname, tgname, pg_catalog.pg_get_triggerdef(t.oid)
    FROM relation JOIN pg_catalog.pg_trigger t ON t.tgrelid = relation.oid WHERE NOT t.tgisinternal AND t.tgparentid = 0
    UNION ALL
    SELECT 'rule', nspname, relname, rulename, pg_catalog.pg_get_ruledef(r.oid)
    FROM relation JOIN pg_catalog.pg_rewrite r ON r.ev_class = relation.oid WHERE r.rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', nspname, relname, polname, concat_ws(' ', polcmd, polpermissive,
        'USING', pg_catalog.pg_get_expr(polqual, polrelid), 'CHECK', pg_catalog.pg_get_expr(polwithcheck, polrelid))
    FROM relation JOIN pg_catalog.pg_policy p ON p.polrelid = relation.oid
    UNION ALL
    SELECT 'routine', n.nspname, NULL, p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')',
        CASE WHEN p.prokind = 'a' THEN 'AGGREGATE' ELSE pg_catalog.pg_get_functiondef(p.oid) END
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE {scope} AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_catalog.pg_proc'::regclass AND objid = p.oid)
        AND NOT EXISTS (
            SELECT FROM pg_catalog.pg_depend d
            WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'i'
        )
    UNION ALL
    SELECT 'type', n.nspname, NULL, t.typname, CASE t.typtype
        WHEN 'd' THEN concat_ws(' ', 'DOMAIN', pg_catalog.format_type(t.typbasetype, t.typtypmod), t.typdefault,
            CASE WHEN t.typnotnull THEN 'NOT NULL' END, (
                SELECT string_agg(pg_catalog.pg_get_constraintdef(k.oid), ' ' ORDER BY k.conname)
                FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'
            ))
        WHEN 'c' THEN 'COMPOSITE ' || (
            SELECT string_agg(attname || ' ' || pg_catalog.format_type(atttypid, atttypmod), ', ' ORDER BY attnum)
            FROM pg_catalog.pg_attribute WHERE attrelid = t.typrelid AND attnum > 0 AND NOT attisdropped
        )
        ELSE 'RANGE' END
    FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
    WHERE (t.typtype IN ('d', 'r') OR t.typtype = 'c' AND c.relkind = 'c') AND {scope}
        AND NOT EXISTS (SELECT FROM brought WHERE classid = 'pg_catalog.pg_type'::regclass AND objid = t.oid)
)
SELECT kind, schema::text, schema = current_schema(), owner::text, name::text, COALESCE(definition, '')
FROM found ORDER BY 1, 2, 4, 5";
