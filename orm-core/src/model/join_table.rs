//! Tables between two models that no model stands for: two foreign keys, which together are the key.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::{Action, ColumnDef, ColumnRole, ForeignKeyDef, ModelDef};

/// Gives the definition of a model.
type Def = fn() -> &'static ModelDef;

/// The table that links two models: both of them get the same one, whichever asks.
///
/// It is called like the two tables, in the order of the alphabet, unless it is given a name.
pub fn join_table(name: Option<&'static str>, here: Def, there: Def) -> &'static ModelDef {
    static TABLES: OnceLock<Mutex<BTreeMap<String, &'static ModelDef>>> = OnceLock::new();
    let (first, second) = match here().table <= there().table {
        true => (here, there),
        false => (there, here),
    };
    let table = name.map_or_else(
        || format!("{}_{}", first().table, second().table),
        str::to_owned,
    );
    let tables = TABLES.get_or_init(Mutex::default);
    let mut tables = tables.lock().unwrap_or_else(PoisonError::into_inner);
    // Models of one name may stand for several tables, in several schemas.
    let place = format!("{}/{}/{table}", first().name, second().name);
    tables
        .entry(place)
        // It lives as long as the program, like every model.
        .or_insert_with(|| Box::leak(Box::new(define(Box::leak(table.into_boxed_str()), first, second))))
}

fn define(table: &'static str, first: Def, second: Def) -> ModelDef {
    let mut def = ModelDef::new(table, table);
    def.schema = first().schema;
    for end in [first, second] {
        let model = end();
        let relation: &'static str = Box::leak(snake_case(model.name).into_boxed_str());
        let begin = def.columns.len();
        def.columns
            .extend(model.key_columns().map(|key| column(relation, key)));
        let mut key = ForeignKeyDef::new(relation, (begin..def.columns.len()).collect(), end);
        key.on_delete = Action::Cascade;
        key.on_update = Action::Cascade;
        def.foreign_keys.push(key);
    }
    def.visible = def.columns.len();
    def.key = (0..def.columns.len()).collect();
    def
}

fn column(relation: &str, key: &ColumnDef) -> ColumnDef {
    let name: Cow<'static, str> = format!("{relation}_{}", key.name).into();
    ColumnDef {
        field: name.clone(),
        name,
        ty: key.ty,
        rust_type: key.rust_type,
        nullable: false,
        length: key.length,
        precision: key.precision,
        unique: false,
        default: None,
        role: ColumnRole::Plain,
        check: None,
        comment: None,
        normalize: Vec::new(),
        collation: key.collation,
        sql_type: key.sql_type,
        renamed_from: None,
    }
}

/// `BlogPost` → `blog_post`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut after_lower = false;
    for letter in name.chars() {
        if letter.is_uppercase() && after_lower {
            snake.push('_');
        }
        after_lower = !letter.is_uppercase();
        snake.extend(letter.to_lowercase());
    }
    snake
}
