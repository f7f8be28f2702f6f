//! Functions of JSON documents: what is inside, and documents with another value at one place.

use std::borrow::{Borrow, Cow};

use serde::Serialize;

use super::{Form, Function, Gives, functions};
use crate::expr::{Expr, JsonScalar, JsonStep, JsonValue, Node};
use crate::value::{EncodeError, Json, Kind, Value};

functions! {
    /// A part of a document.
    PART: "json" -> Gives::Always(Kind::Json) => [Form::each(
        "NULLIF({(0)} -> {1}, 'null')",
        "NULLIF({(0)} #> {1}, CAST('null' AS JSONB))",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {1})) <> 'NULL' THEN JSON_EXTRACT({0}, {1}) END",
    )];
    /// Whether a part of a document contains another document.
    CONTAINS: "contains (JSON)" -> Gives::Always(Kind::Bool) => [Form::each(
        "orm_json_contains({(0)} -> {1}, {2})",
        "({(0)} #> {1} @> {2})",
        "JSON_CONTAINS({0}, {2}, {1})",
    )];
    /// How many elements a list has.
    LENGTH: "length (JSON)" -> Gives::Always(Kind::I64) => [Form::each(
        "CASE WHEN json_type({0}, {1}) = 'array' THEN json_array_length({0}, {1}) END",
        "CASE WHEN jsonb_typeof({(0)} #> {1}) = 'array' THEN CAST(jsonb_array_length({(0)} #> {1}) AS BIGINT) END",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {1})) = 'ARRAY' THEN JSON_LENGTH({0}, {1}) END",
    )];
    /// Whether there is anything at a place.
    EXISTS: "exists (JSON)" -> Gives::Always(Kind::Bool) => [Form::each(
        "(json_type({0}, {1}) IS NOT NULL)",
        "(({(0)} #> {1}) IS NOT NULL)",
        "(JSON_EXTRACT({0}, {1}) IS NOT NULL)",
    )];
    /// A document with another value of one field of itself.
    SET: "set (JSON)" -> Gives::Always(Kind::Json) => [Form::each(
        "json_set({0}, {1}, json({2}))",
        "jsonb_set({0}, {1}, {2})",
        "JSON_SET({0}, {1}, JSON_EXTRACT({2}, '$'))",
    )];
    /// The same further inside: without the object that the field is in, nothing is changed.
    SET_INSIDE: "set (JSON, inside)" -> Gives::Always(Kind::Json) => [Form::each(
        "CASE WHEN json_type({0}, {3}) = 'object' THEN json_set({0}, {1}, json({2})) ELSE {0} END",
        "CASE WHEN jsonb_typeof({(0)} #> {3}) = 'object' THEN jsonb_set({0}, {1}, {2}) ELSE {0} END",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {3})) = 'OBJECT' THEN JSON_SET({0}, {1}, JSON_EXTRACT({2}, '$')) ELSE {0} END",
    )];
    /// A document with another element of a list that has it.
    REPLACE: "set (JSON, element)" -> Gives::Always(Kind::Json) => [Form::each(
        "CASE WHEN json_type({0}, {3}) = 'array' THEN json_replace({0}, {1}, json({2})) ELSE {0} END",
        "CASE WHEN jsonb_typeof({(0)} #> {3}) = 'array' THEN jsonb_set({0}, {1}, {2}, FALSE) ELSE {0} END",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {3})) = 'ARRAY' THEN JSON_REPLACE({0}, {1}, JSON_EXTRACT({2}, '$')) ELSE {0} END",
    )];
    /// A document without what is at a place.
    REMOVE: "remove (JSON)" -> Gives::Always(Kind::Json) => [Form::each(
        "json_remove({0}, {1})",
        "CASE WHEN jsonb_typeof({0}) IN ('object', 'array') THEN {(0)} #- {1} ELSE {0} END",
        "JSON_REMOVE({0}, {1})",
    )];
    /// A document with one more element at the end of a list inside.
    PUSH: "push (JSON)" -> Gives::Always(Kind::Json) => [Form::each(
        "CASE WHEN json_type({0}, {1}) = 'array' THEN json_insert({0}, {1} || '[#]', json({2})) ELSE {0} END",
        "CASE WHEN jsonb_typeof({(0)} #> {1}) = 'array' THEN jsonb_set({0}, {1}, ({(0)} #> {1}) || jsonb_build_array({2})) ELSE {0} END",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {1})) = 'ARRAY' THEN JSON_ARRAY_APPEND({0}, {1}, JSON_EXTRACT({2}, '$')) ELSE {0} END",
    )];
    /// The same where the document is the list.
    PUSH_ROOT: "push (JSON, whole)" -> Gives::Always(Kind::Json) => [Form::each(
        "CASE WHEN json_type({0}, {1}) = 'array' THEN json_insert({0}, {1} || '[#]', json({2})) ELSE {0} END",
        "CASE WHEN jsonb_typeof({(0)} #> {1}) = 'array' THEN {(0)} || jsonb_build_array({2}) ELSE {0} END",
        "CASE WHEN JSON_TYPE(JSON_EXTRACT({0}, {1})) = 'ARRAY' THEN JSON_ARRAY_APPEND({0}, {1}, JSON_EXTRACT({2}, '$')) ELSE {0} END",
    )];
}

/// A value for a place of type `T` in a JSON document.
#[diagnostic::on_unimplemented(
    message = "a place of type `{T}` in a JSON document cannot be set from `{Self}`",
    label = "expected a value of type `{T}`"
)]
pub trait IntoJson<T> {
    /// The document.
    ///
    /// # Errors
    /// When it cannot be written as JSON without loss.
    fn into_json(self) -> Result<Value, EncodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Serialize> IntoJson<T> for T {
    fn into_json(self) -> Result<Value, EncodeError> {
        Json::encode_inner(&self)
    }
}
#[diagnostic::do_not_recommend]
impl IntoJson<String> for &str {
    fn into_json(self) -> Result<Value, EncodeError> {
        Json::encode_inner(&self)
    }
}

fn bound(value: Result<Value, EncodeError>) -> Node {
    value.map_or_else(Node::Invalid, Node::Value)
}

impl<M, T, C> JsonValue<M, T, C> {
    fn call<R>(self, function: &'static Function, more: Vec<Node>) -> Expr<M, R> {
        let mut arguments = vec![self.document, Node::Path(self.path)];
        arguments.extend(more);
        Expr::new(function.node(Kind::Json, arguments))
    }

    /// The part of the document at this place, `None` where there is none, or a JSON null.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// # use std::collections::BTreeMap;
    /// #[derive(Model, Debug)]
    /// struct Shelf {
    ///     id: Id<Shelf>,
    ///     books: Json<BTreeMap<String, Vec<u32>>>,
    /// }
    /// orm::create_tables_of(&db, &[Shelf::def()]).await?;
    /// Shelf::create().books(BTreeMap::from([("sql".to_owned(), vec![1986, 2023])])).insert(&db).await?;
    ///
    /// let years = Shelf::books.document().key("sql");
    /// assert_eq!(Shelf::query().select(years.clone().json()).one(&db).await?, Some(Json(vec![1986, 2023])));
    /// assert_eq!(Shelf::query().filter(years.exists()).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn json(self) -> Expr<M, Option<Json<T>>> {
        self.call(&PART, Vec::new())
    }

    /// Whether the document has anything at this place, a JSON null too. See [`json`](Self::json).
    pub fn exists(self) -> Expr<M, bool> {
        self.call(&EXISTS, Vec::new())
    }

    /// Whether what is at this place contains a document: each of its fields is there with that value, and each element of its lists
    /// is in the list there. Unknown, as with NULL, where there is nothing at this place.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// # use serde_json::json;
    /// #[derive(Model, Debug)]
    /// struct Event {
    ///     id: Id<Event>,
    ///     data: serde_json::Value,
    /// }
    /// orm::create_tables_of(&db, &[Event::def()]).await?;
    /// Event::create().data(json!({"kind": "login", "roles": ["admin", "editor"]})).insert(&db).await?;
    ///
    /// let data = Event::data.document();
    /// assert_eq!(Event::query().filter(data.clone().includes(json!({"roles": ["admin"]}))).count(&db).await?, 1);
    /// assert_eq!(Event::query().filter(data.key("kind").read::<String>().value().eq("login")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn includes(self, document: impl Serialize) -> Expr<M, bool> {
        let document = bound(Json::encode_inner(&document));
        self.call(&CONTAINS, vec![document])
    }

    /// The document with another value at this place, for the column of an update; all else in it is kept. A field that is missing is
    /// added. Where there is no object or list around the place, or the list is shorter, the document stays as it is.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(Embed, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    /// #[embed(json)]
    /// struct Look { theme: String, recent: Vec<u32> }
    ///
    /// #[derive(Model, Debug)]
    /// struct Account { id: Id<Account>, look: Json<Look> }
    ///
    /// orm::create_tables_of(&db, &[Account::def()]).await?;
    /// Account::create().look(Look { theme: "dark".into(), recent: vec![1] }).insert(&db).await?;
    ///
    /// let look = Account::look.path(Look::theme).set("light").path(Look::recent).push(2);
    /// Account::query().update().look(look).all_rows().exec(&db).await?;
    /// let account = Account::query().one(&db).await?;
    /// assert_eq!(account.look.into_inner(), Look { theme: "light".into(), recent: vec![1, 2] });
    /// # Ok(()) }) }
    /// ```
    pub fn set(self, value: impl IntoJson<T>) -> Expr<M, C> {
        self.changed(bound(value.into_json()))
    }

    /// The document with a JSON null at this place. See [`set`](Self::set).
    pub fn set_null(self) -> Expr<M, C> {
        self.changed(Node::Value(Value::Json("null".into())))
    }

    fn changed(self, value: Node) -> Expr<M, C> {
        let mut parent = self.path.clone();
        match (parent.pop(), parent.is_empty() && !self.untyped) {
            (None, _) => Expr::new(Node::Mistake("the whole of a JSON document has no place in it; set the field to the new document".into())),
            (Some(JsonStep::Key(_)), true) => self.call(&SET, vec![value]),
            (Some(JsonStep::Key(_)), false) => self.call(&SET_INSIDE, vec![value, Node::Path(parent)]),
            (Some(JsonStep::Index(_)), _) => self.call(&REPLACE, vec![value, Node::Path(parent)]),
        }
    }

    /// The document without what is at this place. See [`set`](Self::set).
    pub fn remove(self) -> Expr<M, C> {
        if self.path.is_empty() {
            return Expr::new(Node::Mistake("the whole of a JSON document cannot be removed from it; set the field to another document, or to `None`".into()));
        }
        self.call(&REMOVE, Vec::new())
    }
}

impl<M, T, C> JsonValue<M, Vec<T>, C> {
    /// Whether the list at this place has an element that contains this one. See [`includes`](Self::includes), and
    /// [`Column::document`](crate::expr::Column::document).
    pub fn contains<Q: Serialize + ?Sized>(self, element: &Q) -> Expr<M, bool>
    where
        T: Borrow<Q>,
    {
        let list = bound(Json::encode_inner(&[element]));
        self.call(&CONTAINS, vec![list])
    }

    /// How many elements the list at this place has; `None` where there is no list. See
    /// [`Column::document`](crate::expr::Column::document).
    pub fn length(self) -> Expr<M, Option<i64>> {
        self.call(&LENGTH, Vec::new())
    }

    /// The document with one more element at the end of the list at this place; where there is no list, it stays as it is. See
    /// [`set`](Self::set).
    pub fn push(self, element: impl IntoJson<T>) -> Expr<M, C> {
        let element = bound(element.into_json());
        let function = if self.path.is_empty() {
            &PUSH_ROOT
        } else {
            &PUSH
        };
        self.call(function, vec![element])
    }
}

impl<M, C> JsonValue<M, serde_json::Value, C> {
    /// What the object at this place has under a key. See [`includes`](Self::includes).
    pub fn key(self, key: impl Into<Cow<'static, str>>) -> Self {
        self.step(JsonStep::Key(key.into()))
    }

    /// The element of the list at this place, counted from 0.
    pub fn at(self, index: usize) -> Self {
        self.step(JsonStep::Index(index))
    }

    /// The same place, with a value that is read and compared as another type. Text that is no number fails as one on PostgreSQL. See
    /// [`includes`](Self::includes).
    pub fn read<T: JsonScalar>(self) -> JsonValue<M, T, C> {
        self.typed()
    }
}
