//! Which model and fields a violated constraint is about.

use crate::error::Constraint;
use crate::model::{self, IndexColumnDef, ModelDef};
use crate::schema::name as usual;

/// What a database says about a violated constraint; each part may be missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Violation {
    /// The constraint's name.
    pub name: Option<String>,
    /// The table that has the constraint.
    pub table: Option<String>,
    /// The columns of that table, if the database names them.
    pub columns: Vec<String>,
}

/// Puts a violation into the program's words. `statement` is the model that the statement was about.
pub(super) fn resolve(violation: Violation, statement: Option<&'static ModelDef>) -> Constraint {
    let Violation {
        name,
        table,
        mut columns,
    } = violation;
    let model = match &table {
        Some(table) => statement
            .filter(|m| m.table == table)
            .or_else(|| model::by_table(table)),
        None => match &name {
            // A statement may break a constraint of another table, by a trigger or a cascade.
            Some(name) => statement
                .filter(|m| columns_of(m, name).is_some())
                .or_else(|| owner(name))
                .or(statement),
            None => statement,
        },
    };
    if let (Some(model), Some(name)) = (model, &name)
        && let Some(found) = columns_of(model, name)
    {
        columns = found;
    }
    let fields = model.map_or_else(Vec::new, |m| {
        columns
            .iter()
            .filter_map(|c| m.column(c))
            .map(|c| c.field.as_ref())
            .collect()
    });
    let table = table.or_else(|| model.map(|m| m.table.to_owned()));
    Constraint {
        name,
        table,
        columns,
        model: model.map(|m| m.name),
        fields,
    }
}

/// The model that has a constraint of this name.
fn owner(name: &str) -> Option<&'static ModelDef> {
    // Every table has one of this name.
    if name == "PRIMARY" {
        return None;
    }
    model::all()
        .into_iter()
        .find(|m| columns_of(m, name).is_some())
}

/// The columns of the constraint with this name, if the model has it. A check of the whole table has none.
fn columns_of(model: &ModelDef, name: &str) -> Option<Vec<String>> {
    let table = model.table;
    if name == "PRIMARY" || name == usual::primary_key(table) {
        return Some(model.key_columns().map(|c| c.name.to_string()).collect());
    }
    for column in &model.columns {
        let own = [
            usual::unique(table, [&column.name]),
            usual::check(table, &column.name),
        ];
        // MySQL names an unnamed unique index after its column, MariaDB a column's check after table and column.
        let given = [column.name.to_string(), format!("{table}.{}", column.name)];
        if own.iter().chain(&given).any(|n| n == name) {
            return Some(vec![column.name.to_string()]);
        }
    }
    for index in &model.indexes {
        let columns = index
            .columns
            .iter()
            .filter_map(IndexColumnDef::column)
            .map(|at| model.columns[at].name.to_string())
            .collect::<Vec<_>>();
        let own = || {
            let parts = index
                .columns
                .iter()
                .map(|part| part.column().map_or("expr", |at| &model.columns[at].name));
            match index.unique {
                true => usual::unique(table, parts),
                false => usual::index(table, parts),
            }
        };
        if index.name.map_or_else(|| own() == name, |n| n == name) {
            return Some(columns);
        }
    }
    for key in &model.foreign_keys {
        let columns: Vec<String> = key
            .columns
            .iter()
            .map(|at| model.columns[*at].name.to_string())
            .collect();
        if name == usual::foreign_key(table, &columns) {
            return Some(columns);
        }
    }
    let named = model.checks.iter().any(|c| c.name == Some(name));
    let unnamed = model.checks.iter().filter(|c| c.name.is_none()).count();
    (named || (1..=unnamed).any(|n| usual::table_check(table, n) == name)).then(Vec::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CheckDef, ColumnDef, ForeignKeyDef, IndexDef};

    fn posts() -> &'static ModelDef {
        let mut model = ModelDef::new("Post", "posts");
        model.columns = vec![
            ColumnDef::new::<i64>("id", "id", "i64"),
            ColumnDef::new::<i64>("author", "author_id", "i64"),
            ColumnDef::new::<String>("slug", "slug", "String"),
        ];
        model.visible = 3;
        model.key = vec![0];
        model.foreign_keys = vec![ForeignKeyDef::new("author", vec![1], posts)];
        let mut index = IndexDef::new(true);
        index.columns = [1, 2]
            .map(|column| IndexColumnDef::Column {
                column,
                descending: false,
            })
            .into();
        model.indexes = vec![index];
        Box::leak(Box::new(model))
    }

    fn fields(name: &str, table: Option<&str>) -> (Option<&'static str>, Vec<&'static str>) {
        let violation = Violation {
            name: Some(name.into()),
            table: table.map(Into::into),
            columns: Vec::new(),
        };
        let constraint = resolve(violation, Some(posts()));
        (constraint.model, constraint.fields)
    }

    #[test]
    fn names_of_constraints_lead_to_fields() {
        assert_eq!(
            fields("posts_pkey", Some("posts")),
            (Some("Post"), vec!["id"])
        );
        assert_eq!(fields("PRIMARY", None), (Some("Post"), vec!["id"]));
        assert_eq!(
            fields("posts_author_id_fkey", None),
            (Some("Post"), vec!["author"])
        );
        assert_eq!(
            fields("posts_author_id_slug_key", Some("posts")),
            (Some("Post"), vec!["author", "slug"])
        );
        assert_eq!(
            fields("posts_slug_check", None),
            (Some("Post"), vec!["slug"])
        );
        assert_eq!(fields("slug", None), (Some("Post"), vec!["slug"]));
        assert_eq!(fields("posts_pkey", Some("no_such_table")), (None, vec![]));
    }

    /// Every name that the schema gives, of a table whose names are all cut.
    #[test]
    fn names_that_were_shortened_lead_to_fields_as_well() {
        const TABLE: &str = "subscriptions_of_organisations_to_newsletters";
        fn long() -> &'static ModelDef {
            let mut model = ModelDef::new("Subscription", TABLE);
            model.columns = vec![
                ColumnDef::new::<i64>("id", "the_number_of_the_subscription", "i64"),
                ColumnDef::new::<i64>("owner", "the_organisation_that_subscribed", "i64"),
                ColumnDef::new::<String>("code", "the_code_of_the_subscription", "String"),
            ];
            model.visible = 3;
            model.key = vec![0];
            model.columns[2].unique = true;
            model.columns[2].check = Some("1 = 1");
            model.foreign_keys = vec![ForeignKeyDef::new("owner", vec![1], long)];
            let part = |column| IndexColumnDef::Column {
                column,
                descending: false,
            };
            let mut unique = IndexDef::new(true);
            unique.columns = vec![part(1), part(2)];
            let mut expression = IndexDef::new(true);
            expression.columns = vec![part(1), IndexColumnDef::Expression("lower(x)")];
            model.indexes = vec![unique, expression];
            model.checks = ["2 = 2", "3 = 3"]
                .map(|expression| CheckDef {
                    name: None,
                    expression,
                })
                .into();
            Box::leak(Box::new(model))
        }
        let model = long();
        let schema = crate::schema::Schema::from_models(&[model]).unwrap();
        let table = &schema.tables[0];
        let fields = |name: &str| {
            assert!(
                name.len() <= 63 && name.starts_with("subscriptions_of"),
                "{name}"
            );
            let violation = Violation {
                name: Some(name.into()),
                ..Violation::default()
            };
            let constraint = resolve(violation, Some(model));
            assert_eq!(constraint.model, Some("Subscription"), "{name}");
            constraint.fields
        };
        assert_eq!(fields(&table.primary_key.as_ref().unwrap().name), ["id"]);
        let uniques: Vec<_> = table.uniques.iter().map(|u| fields(&u.name)).collect();
        assert!(uniques.contains(&vec!["code"]), "{uniques:?}");
        assert!(uniques.contains(&vec!["owner", "code"]), "{uniques:?}");
        let over_expression = table.indexes.iter().find(|i| i.unique).unwrap();
        assert_eq!(fields(&over_expression.name), ["owner"]);
        assert_eq!(fields(&table.foreign_keys[0].name), ["owner"]);
        assert_eq!(
            fields(&usual::check(TABLE, "the_code_of_the_subscription")),
            ["code"]
        );
        for check in &table.checks {
            assert!(fields(&check.name).is_empty());
        }
    }

    #[test]
    fn columns_that_the_database_names_are_used_where_the_name_says_nothing() {
        let violation = Violation {
            name: Some("other".into()),
            table: Some("posts".into()),
            columns: vec!["slug".into()],
        };
        assert_eq!(resolve(violation, Some(posts())).fields, ["slug"]);
    }
}
