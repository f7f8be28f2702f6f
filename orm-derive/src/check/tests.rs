//! What is judged, and in which words.

use syn::DeriveInput;

use super::*;

/// Judges a struct, and gives back what `look` sees of the model and what was said.
fn judge<T>(code: &str, look: impl FnOnce(&Model<'_>) -> T) -> (T, Vec<String>) {
    let input: DeriveInput = syn::parse_str(code).unwrap();
    let mut errors = Errors::default();
    let written = crate::attr::read(&input, &mut errors).unwrap();
    let model = check(&written, &mut errors);
    let seen = look(&model);
    (seen, errors.messages())
}

fn mistakes(code: &str) -> Vec<String> {
    judge(code, |_| ()).1
}

fn seen<T>(code: &str, look: impl FnOnce(&Model<'_>) -> T) -> T {
    let (seen, mistakes) = judge(code, look);
    assert_eq!(mistakes, [""; 0]);
    seen
}

fn roles(model: &Model<'_>) -> Vec<Role> {
    model
        .members
        .iter()
        .filter_map(|m| column(m))
        .map(|c| c.role.clone())
        .collect()
}

fn column<'a, 'b>(member: &'a Member<'b>) -> Option<&'a Column<'b>> {
    match &member.shape {
        Shape::Column(column) => Some(column),
        Shape::Embedded(_) => None,
    }
}

fn required(model: &Model<'_>) -> Vec<String> {
    model
        .members
        .iter()
        .filter(|m| m.required)
        .map(|m| m.name.clone())
        .collect()
}

#[test]
fn the_type_of_a_key_says_who_gives_it() {
    let role = |fields: &str| seen(&format!("struct User {{ {fields} }}"), roles);
    assert!(role("id: Id<User>") == [Role::Identity]);
    assert!(role("id: Id<Self>") == [Role::Identity]);
    assert!(role("id: i32") == [Role::Identity]);
    assert!(role("id: orm::Id<User, Uuid>") == [Role::ClientUuid]);
    assert!(role("id: uuid::Uuid") == [Role::ClientUuid]);
    assert!(role("id: String") == [Role::Plain]);
    assert!(role("#[model(natural)] id: i64") == [Role::Plain]);
    assert!(role("#[model(key)] a: i64, #[model(key)] b: i64") == [Role::Plain, Role::Plain]);
    assert!(role("#[model(key)] #[belongs_to(post: Post)] post_id: Id<Post>") == [Role::Plain]);
}

#[test]
fn a_row_needs_what_nothing_else_fills() {
    let code = r#"
        #[model(hidden(secret: String), hidden(note: Option<String>))]
        struct User {
            id: Id<User>,
            name: String,
            nick: Option<String>,
            #[model(default = 0)] logins: i64,
            #[model(default_sql = "now()")] since: NaiveDate,
            #[model(created_at)] created_at: DateTime<Utc>,
            #[model(generated = "lower(name)")] lower: String,
            #[model(embed)] address: Address,
        }"#;
    assert_eq!(seen(code, required), ["name", "address", "secret"]);
}

#[test]
fn a_table_is_named_after_the_model_unless_it_says() {
    assert_eq!(
        seen("struct Category { id: i64 }", |m| m.table.clone()),
        "categories"
    );
    assert_eq!(
        seen(
            "#[model(table = \"cats\")] struct Category { id: i64 }",
            |m| m.table.clone()
        ),
        "cats"
    );
}

#[test]
fn raw_names_are_stored_without_their_sign() {
    let names = |m: &Model<'_>| {
        m.members
            .iter()
            .filter_map(column)
            .map(|c| c.name.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        seen("struct Event { id: i64, r#type: String }", names),
        ["id", "type"]
    );
}

#[test]
fn all_mistakes_are_found_at_once() {
    let code = r#"
        #[model(tabel = "users", index(fields(nmae)))]
        struct User {
            id: Id<User>,
            #[model(uniqe, length = "50", scale = 2)] name: String,
            #[model(created_at, updated_at)] time: i64,
            #[belongs_to(team: Team, on_delete = SetNull)] team_id: i64,
        }"#;
    let first_lines: Vec<_> = mistakes(code)
        .iter()
        .map(|m| m.lines().next().unwrap().to_owned())
        .collect();
    assert_eq!(
        first_lines,
        [
            "`tabel` is no attribute of a model; did you mean `table`?",
            "`uniqe` is no attribute of a field; did you mean `unique`?",
            "write `length = <number>`",
            "`nmae` is no field of this struct; did you mean `name`?",
            "`team_id` cannot become NULL; write `team_id: Option<i64>`, or another action",
            "`precision` and `scale` are for `Decimal`, not for `String`",
            "say how many digits there are in all, too: `precision = 12, scale = 2`",
            "`created_at` and `updated_at` both say what fills the column; remove one",
            "the time of the change needs a type like `DateTime<Utc>`, not `i64`",
            "the time of the change needs a type like `DateTime<Utc>`, not `i64`",
        ]
    );
}

#[test]
fn one_key_is_not_two() {
    assert_eq!(mistakes("struct User { name: String }").len(), 1);
    assert_eq!(
        mistakes("struct User { id: Id<User>, #[model(key)] name: String }").len(),
        1
    );
    assert_eq!(
        mistakes("struct User { #[model(key)] a: Id<User>, #[model(key)] b: Id<User> }").len(),
        1
    );
    assert_eq!(
        mistakes("struct User { id: Option<i64> }"),
        ["a key is never NULL; remove `Option`"]
    );
    assert_eq!(
        seen(
            "struct User { id: String, #[model(key)] name: String }",
            |m| m.key.clone()
        ),
        [1]
    );
    assert_eq!(
        seen(
            "struct User { #[model(key)] id: Id<User>, #[model(key)] year: i32 }",
            |m| m.key.clone()
        ),
        [0, 1]
    );
}

#[test]
fn what_does_not_go_together_is_refused() {
    let field = |field: &str| mistakes(&format!("struct User {{ id: i64, {field} }}"));
    assert_eq!(field("#[model(embed, unique)] a: Address").len(), 1);
    assert_eq!(field("#[model(embed)] a: Option<Address>").len(), 1);
    assert_eq!(
        field("#[model(json)] a: Json<A>"),
        ["a field of type `Json<…>` is stored as JSON anyway; remove `json`"]
    );
    assert_eq!(
        field("#[model(lowercase, uppercase)] a: String"),
        ["text cannot be both `lowercase` and `uppercase`; remove one"]
    );
    assert_eq!(
        field("#[model(precision = 2, scale = 3)] a: Decimal").len(),
        1
    );
    assert_eq!(
        field("#[model(unique, unique)] a: String"),
        ["`unique` is given twice"]
    );
    assert_eq!(
        field("#[model(default, default_sql = \"1\")] a: i64"),
        ["`default_sql` is given twice"]
    );
    assert_eq!(field("#[model(column = \"id\")] a: i64").len(), 1);
    assert_eq!(field("insert: i64").len(), 1);
    assert_eq!(field("#[validate(required)] a: String").len(), 1);
    assert_eq!(field("#[validate(nested)] a: String").len(), 1);
    assert_eq!(
        field("#[belongs_to(a: A)] a: i64"),
        ["there is a field `a` already; name the relation differently"]
    );
    assert_eq!(
        field("#[model(length = 5)] a: i64"),
        ["`length` is for text and bytes, not for `i64`"]
    );
}

#[test]
fn indexes_reach_into_embedded_structs() {
    let code = "#[model(index(fields(a.city, n desc, \"lower(n)\"), unique))] struct User { id: i64, #[model(embed)] a: A, n: String }";
    let parts = seen(code, |model| {
        let index = &model.indexes[0];
        assert!(index.unique);
        index
            .parts
            .iter()
            .map(|part| matches!(part, Part::Member { inside, .. } if inside.len() == 1))
            .collect::<Vec<_>>()
    });
    assert_eq!(parts, [true, false, false]);
    let whole = "#[model(index(fields(a)))] struct User { id: i64, #[model(embed)] a: A }";
    assert_eq!(
        mistakes(whole),
        ["`a` is several columns; name one: `a.field`"]
    );
}

#[test]
fn a_foreign_key_may_have_several_fields() {
    let code = "#[belongs_to(order: Order, fields(shop, number), on_delete = Cascade)] \
                struct Line { id: i64, shop: i64, number: Option<i64> }";
    let (members, cascades) = seen(code, |model| {
        let key = &model.foreign_keys[0];
        let types: Vec<_> = key
            .members
            .iter()
            .map(|(at, ty)| (*at, rust_type::text(ty)))
            .collect();
        (types, key.on_delete == Action::Cascade)
    });
    assert_eq!(members, [(1, "i64".to_owned()), (2, "i64".to_owned())]);
    assert!(cascades);
    let alone = "#[belongs_to(order: Order)] struct Line { id: i64 }";
    assert_eq!(mistakes(alone).len(), 1);
}

#[test]
fn an_index_includes_fields_and_a_name_stays_known() {
    let code =
        "#[model(renamed_from = \"people\", index(fields(email), include(name, \"lower(name)\")))]
        struct User { id: i64, #[model(collation = \"C\", renamed_from = \"mail\")] email: String,
        name: String, #[model(collation = \"C\")] age: i32 }";
    let (seen, mistakes) = judge(code, |model| {
        let email = column(&model.members[1]).unwrap();
        let text = |text: Option<&LitStr>| text.map(LitStr::value);
        (
            text(model.renamed_from),
            text(email.collation),
            text(email.renamed_from),
        )
    });
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(seen, (some("people"), some("C"), some("mail")));
    assert_eq!(
        mistakes,
        [
            "an index can include fields only",
            "`collation` is for text, not for `i32`"
        ]
    );
    let columns = "#[model(index(fields(email), include(name)))] struct User { id: i64, email: String, name: String }";
    assert_eq!(seen_include(columns), [2]);
}

fn seen_include(code: &str) -> Vec<usize> {
    seen(code, |model| {
        let member = |part: &Part<'_>| match part {
            Part::Member { member, .. } => Some(*member),
            Part::Sql(_) => None,
        };
        model.indexes[0].include.iter().filter_map(member).collect()
    })
}
