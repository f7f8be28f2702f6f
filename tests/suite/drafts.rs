//! Input structs that become new rows.

use orm::prelude::*;
use orm::query::Create;
use serde::{Deserialize, Serialize};

use crate::support::models::{Invoice, Post, Role, Tag, User};
use crate::support::seed::{tables, users};

#[derive(Embed, Debug, Clone, PartialEq, Deserialize)]
pub struct Address {
    #[model(length = 20)]
    pub street: String,
    pub city: Option<String>,
}

/// A newtype.
#[derive(Embed, Debug, Clone, PartialEq, Deserialize)]
pub struct Handle(pub String);

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Settings {
    pub dark: bool,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "accounts", hidden(password_hash: String))]
pub struct Account {
    pub id: Id<Account>,
    #[model(unique, length = 10)]
    pub handle: Handle,
    #[model(embed)]
    pub address: Address,
    #[model(json)]
    pub settings: Settings,
    #[model(json)]
    pub extra: Option<Settings>,
    pub labels: Json<Vec<String>>,
    #[model(default = "none", length = 50)]
    pub motto: Option<String>,
    #[model(default = 3)]
    pub level: i32,
}

/// Every kind of field at once.
#[derive(Draft, Deserialize)]
#[draft(Account)]
#[serde(rename_all = "camelCase")]
pub struct SignUp {
    handle: Handle,
    #[serde(rename = "home")]
    address: Address,
    settings: Settings,
    extra: Option<Settings>,
    labels: Vec<String>,
    #[serde(default, deserialize_with = "orm::patch::double_option")]
    motto: Option<Option<String>>,
    #[draft(field = level)]
    start_level: Option<i32>,
    #[draft(skip)]
    captcha: String,
}

fn sign_up(json: &str) -> SignUp {
    let input: SignUp = orm::serde_json::from_str(json).unwrap();
    assert_eq!(input.captcha, "7");
    input
}

#[derive(Draft, Clone)]
#[draft(Post)]
pub struct NewPost<'a> {
    title: &'a str,
    slug: String,
    published: Option<bool>,
    #[draft(field = view_count)]
    views: i64,
}

fn post(slug: &str) -> NewPost<'_> {
    NewPost {
        title: "A post",
        slug: slug.to_owned(),
        published: None,
        views: 5,
    }
}

#[derive(Draft, Deserialize)]
#[draft(User)]
#[serde(rename_all = "camelCase")]
pub struct NewUser {
    #[serde(rename = "emailAddress")]
    email: String,
    #[draft(field = name)]
    full_name: String,
    nickname: Option<String>,
    role: Option<Role>,
}

fn user(email: &str, name: &str) -> NewUser {
    NewUser {
        email: email.to_owned(),
        full_name: name.to_owned(),
        nickname: None,
        role: None,
    }
}

/// The fields of the address stand beside the others.
#[derive(Draft, Deserialize)]
#[draft(Account)]
pub struct FlatSignUp {
    handle: Handle,
    #[serde(flatten)]
    address: Address,
}

/// Two fields under each other's name.
#[derive(Draft)]
#[draft(User)]
pub struct Swapped {
    #[draft(field = name)]
    email: String,
    #[draft(field = email)]
    name: String,
}

/// A draft that says nothing; it is completed by setters alone.
#[derive(Draft)]
#[draft(Tag)]
pub struct NoTag {}

on_every_database! {
    also mysql_without_returning;

    async fn a_draft_that_has_everything_is_inserted(db: Db) {
        tables!(db: User);
        let ann = user(" Ann@Example.com", "Ann").insert(&db).await?;
        assert_eq!((ann.email.as_str(), ann.name.as_str(), ann.nickname, ann.role), ("ann@example.com", "Ann", None, Role::Member));
        let bob = NewUser { nickname: Some("b".into()), role: Some(Role::Admin), ..user("bob@example.com", "Bob") };
        let bob = bob.insert(&db).await?;
        assert_eq!((bob.nickname.as_deref(), bob.role), (Some("b"), Role::Admin));
        assert_eq!(User::find(bob.id).one(&db).await?, bob);
    }

    async fn a_draft_is_completed_by_what_the_program_knows(db: Db) {
        let [ann, ..] = users(&db).await?;
        tables!(db: Post, Tag);
        let first = post("first").create().user_id(ann.id).insert(&db).await?;
        assert_eq!((first.title.as_str(), first.slug.as_str(), first.published, first.view_count, first.user_id), ("A post", "first", false, 5, ann.id));
        // From the other side, and with a setter before and after: what is given last counts.
        let second = Post::create().user_id(ann.id).title("Other").apply(post("second")).view_count(6).insert(&db).await?;
        assert_eq!((second.title.as_str(), second.view_count), ("A post", 6));
        // What the draft leaves to the default keeps what was given before.
        let third = Post::create().user_id(ann.id).published(true).apply(post("third")).insert(&db).await?;
        assert!(third.published);
        let tag = NoTag {}.create().name("rust").insert(&db).await?;
        assert_eq!(tag.name, "rust");
    }

    async fn structs_documents_newtypes_and_hidden_columns_are_filled(db: Db) {
        tables!(db: Account);
        let full = sign_up(
            r#"{ "handle": "ann", "home": { "street": "Mill Road 1", "city": "Bath" }, "settings": { "dark": true }, "extra": { "dark": false },
                "labels": ["a", "b"], "motto": "x", "startLevel": 9, "captcha": "7" }"#,
        );
        let ann = full.create().password_hash("#1").insert(&db).await?;
        assert_eq!(ann.handle, Handle("ann".into()));
        assert_eq!(ann.address, Address { street: "Mill Road 1".into(), city: Some("Bath".into()) });
        assert_eq!((ann.settings, ann.extra.clone(), ann.labels.0.len()), (Settings { dark: true }, Some(Settings { dark: false }), 2));
        assert_eq!((ann.motto.as_deref(), ann.level), (Some("x"), 9));
        assert!(Account::query().filter(Account::password_hash.eq("#1")).exists(&db).await?);
    }

    async fn what_an_input_leaves_out_gets_the_default_and_null_is_null(db: Db) {
        tables!(db: Account);
        let least = |handle: &str, more: &str| {
            sign_up(&format!(
                r#"{{ "handle": "{handle}", "home": {{ "street": "s" }}, "settings": {{ "dark": true }}, "labels": [], "captcha": "7" {more} }}"#
            ))
        };
        let ann = least("ann", "").create().password_hash("#").insert(&db).await?;
        assert_eq!((ann.extra, ann.motto.as_deref(), ann.level, ann.address.city), (None, Some("none"), 3, None));
        let bob = least("bob", r#", "motto": null, "startLevel": null"#).create().password_hash("#").insert(&db).await?;
        assert_eq!((bob.motto, bob.level), (None, 3));
    }

    async fn errors_are_about_the_fields_of_the_input(db: Db) {
        tables!(db: User, Account);
        let (counted, journal) = db.journaled();
        let error = user("no address", "x").insert(&counted).await.unwrap_err();
        let paths: Vec<_> = error.field_errors().unwrap().iter().map(|e| (e.path.to_string(), e.code.to_string())).collect();
        assert_eq!(paths, [("emailAddress".into(), "email".into()), ("fullName".into(), "length".into())]);
        assert_eq!(error.caller().unwrap().file(), file!());
        let street = "s".repeat(21);
        let input = sign_up(&format!(
            r#"{{ "handle": "ann4567890x", "home": {{ "street": "{street}" }}, "settings": {{ "dark": true }}, "labels": [], "captcha": "7" }}"#
        ));
        let error = input.create().password_hash("#").insert(&counted).await.unwrap_err();
        let paths: Vec<_> = error.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect();
        assert_eq!(paths, ["handle", "home.street"]);
        assert!(journal.is_empty());
    }

    async fn fields_that_stand_beside_the_others_are_named_so(db: Db) {
        tables!(db: Account);
        let json = format!(r#"{{ "handle": "ann", "street": "{}" }}"#, "s".repeat(21));
        let input: FlatSignUp = orm::serde_json::from_str(&json).unwrap();
        let row = input.create().settings(Settings::default()).labels(vec!["a".to_owned()]).password_hash("#");
        let error = row.insert(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().map(|e| &*e.path).collect::<Vec<_>>(), ["street"]);
    }

    async fn fields_may_have_each_others_names(db: Db) {
        tables!(db: User);
        let error = Swapped { email: "x".into(), name: "no address".into() }.insert(&db).await.unwrap_err();
        let paths: Vec<_> = error.field_errors().unwrap().iter().map(|e| (e.path.to_string(), e.code.to_string())).collect();
        assert_eq!(paths, [("name".into(), "email".into()), ("email".into(), "length".into())]);
    }

    async fn a_value_given_by_the_program_is_no_field_of_the_input(db: Db) {
        tables!(db: User);
        let error = user("ann@example.com", "Ann").create().email("no address").insert(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "email");
        let error = User::create().email("no address").apply(user("neither", "Ann")).insert(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "emailAddress");
    }

    async fn many_drafts_are_inserted_in_one_statement(db: Db) {
        tables!(db: User);
        let (counted, journal) = db.journaled();
        let inputs = (0..50).map(|n| user(&format!("u{n}@example.com"), "User"));
        assert_eq!(User::insert_many(inputs).exec(&counted).await?, 50);
        assert_eq!(journal.len(), 1);
        let all = User::insert_many([user("x@example.com", "X1"), user("y@example.com", "Y1")]).all(&db).await?;
        assert_eq!(all[1].name, "Y1");
    }

    async fn errors_of_many_drafts_have_their_number(db: Db) {
        tables!(db: User);
        let inputs = [user("a@example.com", "Ann"), user("b", "Bob"), user("c@example.com", "c")];
        let error = User::insert_many(inputs).exec(&db).await.unwrap_err();
        let paths: Vec<_> = error.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect();
        assert_eq!(paths, ["rows[1].emailAddress", "rows[2].fullName"]);
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn many_drafts_are_completed_one_by_one(db: Db) {
        let [ann, ..] = users(&db).await?;
        tables!(db: Post);
        let posts = ["a", "b"].map(|slug| post(slug).create().user_id(ann.id));
        assert_eq!(Post::insert_many(posts).exec(&db).await?, 2);
    }

    async fn a_draft_may_find_its_row_there_already(db: Db) {
        tables!(db: User);
        user("ann@example.com", "Ann").insert(&db).await?;
        let none = user("ann@example.com", "Anna").on_conflict(User::email).do_nothing().insert(&db).await?;
        assert!(none.is_none());
        let anna = user("ann@example.com", "Anna").on_conflict(User::email).update(User::name).insert(&db).await?.unwrap();
        assert_eq!(anna.name, "Anna");
        let many = [user("ann@example.com", "Annika"), user("bob@example.com", "Bob")];
        User::insert_many(many).on_conflict(User::email).update(User::name).exec(&db).await?;
        let names = User::query().order_by(User::id.asc()).select(User::name).all(&db).await?;
        assert_eq!(names, ["Annika", "Bob"]);
    }

    async fn a_draft_is_inserted_in_a_transaction(db: Db) {
        tables!(db: User);
        let result: orm::Result<()> = db.transaction(async |tx| {
            user("ann@example.com", "Ann").insert(&tx).await?;
            user("ann@example.com", "Ann").insert(&tx).await.map(|_| ())
        }).await;
        assert!(result.unwrap_err().is_unique_violation());
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn an_embedded_struct_is_overwritten_as_a_whole(db: Db) {
        tables!(db: Account);
        let input = |street: &str| {
            sign_up(&format!(
                r#"{{ "handle": "ann", "home": {{ "street": "{street}" }}, "settings": {{ "dark": true }}, "labels": [], "captcha": "7" }}"#
            ))
        };
        input("one").create().password_hash("#").insert(&db).await?;
        let again = input("two").create().password_hash("#").on_conflict(Account::handle).update(Account::address).insert(&db).await?;
        assert_eq!(again.unwrap().address.street, "two");
    }
}

/// The key of an invoice is the database's, and `number` has a default that only it can evaluate.
#[derive(Draft)]
#[draft(Invoice)]
struct NewInvoice {
    quantity: i32,
    number: Option<i32>,
}

on_every_database! {
    async fn a_default_of_the_database_is_left_to_it(db: Db) {
        tables!(db: Invoice);
        let invoices = [NewInvoice { quantity: 1, number: None }, NewInvoice { quantity: 2, number: Some(1) }];
        let invoices = Invoice::insert_many(invoices).all(&db).await?;
        assert_eq!(invoices.iter().map(|i| (i.number, i.doubled)).collect::<Vec<_>>(), [(7, 2), (1, 4)]);
    }
}

#[test]
fn a_function_can_take_whatever_becomes_a_row() {
    fn count<C: Create<Model = User>>(rows: Vec<C>) -> usize {
        rows.into_iter().map(C::into_row).count()
    }
    assert_eq!(
        count(vec![user("a@example.com", "Ann").create()])
            + count(vec![User::create().email("b").name("Bob")]),
        2
    );
}
