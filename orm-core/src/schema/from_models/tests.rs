use super::super::{ColumnType, DefaultValue, IndexPart, TableName};
use super::*;
use crate::model::{
    Action, ColumnDef, ColumnRole, DefaultDef, ForeignKeyDef, IndexColumnDef, IndexDef,
};
use crate::value::{EnumDef, FieldType, Value};

fn leak(model: ModelDef) -> &'static ModelDef {
    Box::leak(Box::new(model))
}

fn model(name: &'static str, table: &'static str, columns: Vec<ColumnDef>) -> ModelDef {
    let mut model = ModelDef::new(name, table);
    model.visible = columns.len();
    model.columns = columns;
    model
}

fn id() -> ColumnDef {
    let mut id = ColumnDef::new::<i64>("id", "id", "i64");
    id.role = ColumnRole::Identity;
    id
}

fn users() -> &'static ModelDef {
    static USERS: std::sync::OnceLock<&'static ModelDef> = std::sync::OnceLock::new();
    USERS.get_or_init(|| {
        let mut email = ColumnDef::new::<String>("email", "email", "String");
        email.unique = true;
        email.length = Some(200);
        let mut active = ColumnDef::new::<bool>("active", "is_active", "bool");
        active.default = Some(DefaultDef::Value(|| Ok(Value::Bool(true))));
        let name = ColumnDef::new::<String>("name", "name", "String");
        let mut model = model("User", "users", vec![id(), email, active, name]);
        model.key = vec![0];
        leak(model)
    })
}

fn post_columns() -> Vec<ColumnDef> {
    vec![
        id(),
        ColumnDef::new::<i64>("user_id", "user_id", "i64"),
        ColumnDef::new::<Option<String>>("slug", "slug", "Option<String>"),
    ]
}

fn posts(change: impl FnOnce(&mut ModelDef)) -> &'static ModelDef {
    let mut model = model("Post", "posts", post_columns());
    model.key = vec![0];
    model.foreign_keys = vec![ForeignKeyDef::new("author", vec![1], users)];
    change(&mut model);
    leak(model)
}

fn over(columns: &[usize], unique: bool) -> IndexDef {
    let mut index = IndexDef::new(unique);
    index.columns = columns
        .iter()
        .map(|column| IndexColumnDef::Column {
            column: *column,
            descending: false,
        })
        .collect();
    index
}

fn mistakes(models: &[&'static ModelDef]) -> String {
    Schema::from_models(models).unwrap_err().to_string()
}

#[test]
fn models_become_tables_in_order_of_name() {
    let posts = posts(|_| {});
    let schema = Schema::from_models(&[users(), posts, users()]).unwrap();
    let names: Vec<_> = schema.tables.iter().map(|t| t.name.to_string()).collect();
    assert_eq!(names, ["posts", "users"]);
    assert_eq!(schema, Schema::from_models(&[posts, users()]).unwrap());

    let users = schema.table(&TableName::new("users")).unwrap();
    assert_eq!(users.primary_key.as_ref().unwrap().name, "users_pkey");
    assert_eq!(users.uniques[0].name, "users_email_key");
    assert_eq!(users.column("email").unwrap().ty, ColumnType::Varchar(200));
    assert!(matches!(
        &users.column("is_active").unwrap().default,
        Some(DefaultValue::Value(_))
    ));
    assert!(users.column("id").unwrap().identity);
}

#[test]
fn a_foreign_key_gets_an_index_unless_one_begins_with_its_columns() {
    let indexes = |change: fn(&mut ModelDef)| {
        let schema = Schema::from_models(&[posts(change)]).unwrap();
        schema.tables[0]
            .indexes
            .iter()
            .map(|i| i.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(indexes(|_| {}), ["posts_user_id_idx"]);
    assert_eq!(
        indexes(|m| m.indexes = vec![over(&[1, 2], false)]),
        ["posts_user_id_slug_idx"]
    );
    assert_eq!(indexes(|m| m.indexes = vec![over(&[1, 2], true)]), [""; 0]);
    assert_eq!(indexes(|m| m.key = vec![1, 0]), [""; 0]);
    let partial = |m: &mut ModelDef| {
        let mut index = over(&[1], false);
        index.condition = Some("slug IS NOT NULL");
        index.name = Some("posts_with_slug");
        m.indexes = vec![index];
    };
    assert_eq!(indexes(partial), ["posts_user_id_idx", "posts_with_slug"]);
}

#[test]
fn a_unique_index_with_a_condition_or_an_order_is_an_index() {
    let post = posts(|m| {
        let mut some = over(&[2], true);
        some.condition = Some("slug <> ''");
        let mut expression = IndexDef::new(true);
        expression.columns = vec![
            IndexColumnDef::Expression("lower(slug)"),
            IndexColumnDef::Column {
                column: 1,
                descending: true,
            },
        ];
        m.indexes = vec![some, expression, over(&[1, 2], true)];
    });
    let schema = Schema::from_models(&[post]).unwrap();
    let table = &schema.tables[0];
    let names: Vec<_> = table.indexes.iter().map(|i| i.name.as_str()).collect();
    assert_eq!(names, ["posts_expr_user_id_key", "posts_slug_key"]);
    assert_eq!(
        table.indexes[0].parts[1],
        IndexPart::Column {
            name: "user_id".into(),
            descending: true
        }
    );
    assert_eq!(table.uniques[0].name, "posts_user_id_slug_key");
}

#[test]
fn what_contradicts_itself_is_reported_all_at_once() {
    let text = mistakes(&[posts(|m| {
        m.columns
            .push(ColumnDef::new::<String>("title", "SLUG", "String"));
        m.columns[2].length = Some(0);
        m.key = vec![0, 2];
    })]);
    assert_eq!(
        text,
        "`Post::slug` has the length 0, which holds nothing; write the greatest number of characters\n\
         `Post::slug` and `Post::title` are both the column `SLUG`; give one of them `#[model(column = \"…\")]`\n\
         `Post::slug` is part of the primary key, which is never NULL; remove the `Option`"
    );
}

#[test]
fn two_models_of_one_table_are_a_mistake() {
    let other = leak(model(
        "Person",
        "users",
        vec![ColumnDef::new::<i64>("id", "id", "i64")],
    ));
    assert_eq!(
        mistakes(&[users(), other]),
        "`Person` and `User` both stand for the table `users`; give one of them `#[model(table = \"…\")]`"
    );
}

#[test]
fn two_indexes_of_one_name_are_a_mistake() {
    let text = mistakes(&[posts(|m| {
        m.indexes = vec![over(&[2], false), over(&[2], false)]
    })]);
    assert_eq!(
        text,
        "two constraints or indexes of `Post` have the name `posts_slug_idx`; remove one, or give it a `name` of its own"
    );
    let mut other = model(
        "Tag",
        "tags",
        vec![ColumnDef::new::<String>("name", "name", "String")],
    );
    let mut index = over(&[0], false);
    index.name = Some("users_email_key");
    other.indexes = vec![index];
    let text = mistakes(&[users(), leak(other)]);
    assert_eq!(
        text,
        "`Tag` and `User` each have a constraint or index with the name `users_email_key`; give one a `name` of its own"
    );
}

#[test]
fn an_index_over_a_column_that_is_not_there_is_a_mistake() {
    let text = mistakes(&[posts(|m| m.indexes = vec![over(&[7], false)])]);
    assert_eq!(
        text,
        "a key, index or foreign key of `Post` is over a column that the model does not have"
    );
}

#[test]
fn a_foreign_key_leads_to_as_many_unique_columns_of_the_same_type() {
    let one =
        |change: fn(&mut ForeignKeyDef)| mistakes(&[posts(|m| change(&mut m.foreign_keys[0]))]);
    let begin = "the foreign key `author` of `Post`";
    assert_eq!(
        one(|f| f.columns = vec![2]),
        format!(
            "{begin} leads from `slug`, a `Option<String>`, to `User::id`, a `i64`; both must have the same type"
        )
    );
    assert_eq!(
        one(|f| f.columns = vec![1, 2]),
        format!("{begin} has 2 columns and refers to 1 of `User`; give it one for each")
    );
    assert_eq!(
        one(|f| f.references = vec!["nobody"]),
        format!("{begin} refers to `User::nobody`, which does not exist")
    );
    assert_eq!(
        one(|f| {
            f.columns = vec![2];
            f.references = vec!["name"];
        }),
        format!(
            "{begin} refers to `User::(name)`, which need not be unique; make it the key or `unique`"
        )
    );
    assert_eq!(
        one(|f| f.on_delete = Action::SetNull),
        format!(
            "{begin} sets its columns to NULL, which they cannot hold; make one an `Option`, or choose another action"
        )
    );
    let to_unique = posts(|m| {
        m.foreign_keys[0].columns = vec![2];
        m.foreign_keys[0].references = vec!["email"];
    });
    assert!(
        Schema::from_models(&[to_unique]).is_ok(),
        "lengths of text do not count"
    );
}

#[test]
fn an_enum_with_a_type_of_its_own_is_there_once() {
    static ROLE: EnumDef = EnumDef::new("role", &["admin", "member"], true);
    static OTHER: EnumDef = EnumDef::new("role", &["reader"], true);
    let with = |table: &'static str, def: &'static EnumDef| {
        let mut role = ColumnDef::new::<String>("role", "role", "Role");
        role.ty = FieldType::enumeration(def);
        leak(model(table, table, vec![role]))
    };
    let schema = Schema::from_models(&[with("a", &ROLE), with("b", &ROLE)]).unwrap();
    assert_eq!(schema.enums.len(), 1);
    let text = mistakes(&[with("a", &ROLE), with("b", &OTHER)]);
    assert_eq!(
        text,
        "two different enums have the type name `role`; give one of them another name"
    );
}
