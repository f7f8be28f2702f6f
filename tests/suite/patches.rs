//! Input structs that become changes.

use orm::prelude::*;
use orm::{Change, serde_json};
use serde::{Deserialize, Serialize};

use crate::drafts::{Account, Address, Handle, Settings};
use crate::support::models::{Role, User};
use crate::support::seed::{decimal, tables, users};

#[derive(Patch, Deserialize, Default)]
#[patch(User)]
#[serde(default, rename_all = "camelCase")]
pub struct EditUser {
    email: Option<String>,
    #[patch(field = name)]
    full_name: Option<String>,
    nickname: Change<String>,
    #[serde(deserialize_with = "orm::patch::double_option")]
    age: Option<Option<i32>>,
    role: Option<Role>,
    #[patch(skip)]
    version: i64,
}

fn edit(json: &str) -> EditUser {
    serde_json::from_str(json).unwrap()
}

/// Two fields that are always set, one for a column that may be NULL.
#[derive(Patch)]
#[patch(User)]
struct Promote<'a> {
    role: Role,
    nickname: &'a str,
    age: Option<i32>,
}

#[derive(Patch, Default)]
#[patch(Account)]
struct EditAccount {
    handle: Option<Handle>,
    address: Option<Address>,
    settings: Option<Settings>,
    extra: Change<Settings>,
    labels: Option<Vec<String>>,
    password_hash: Option<String>,
}

/// A part of an embedded struct.
#[derive(Patch)]
#[patch(Account)]
struct Move {
    #[patch(field = address.city)]
    town: Option<Option<String>>,
    #[patch(field = address.street)]
    street: Option<String>,
}

async fn account(db: &Db) -> orm::Result<Account> {
    let address = Address {
        street: "Mill Road 1".into(),
        city: Some("Bath".into()),
    };
    let account = Account::create()
        .handle(Handle("ann".into()))
        .address(address)
        .password_hash("#1");
    account
        .settings(Settings::default())
        .labels(vec!["a".to_owned()])
        .insert(db)
        .await
}

on_every_database! {
    also mysql_without_returning;

    async fn a_field_that_is_not_there_is_kept_null_clears_and_a_value_is_set(db: Db) {
        let [ann, ..] = users(&db).await?;
        let kept = ann.update().apply(edit("{}")).save(&db).await?;
        assert_eq!(kept, ann);
        let cleared = ann.update().apply(edit(r#"{ "age": null, "nickname": null, "fullName": null }"#)).save(&db).await?;
        assert_eq!((cleared.age, cleared.nickname.as_deref(), cleared.name.as_str()), (None, None, "Ann"));
        let set = ann.update().apply(edit(r#"{ "age": 31, "nickname": "an", "fullName": " Anna ", "role": "editor" }"#)).save(&db).await?;
        assert_eq!((set.age, set.nickname.as_deref(), set.name.as_str(), set.role), (Some(31), Some("an"), "Anna", Role::Editor));
        assert_eq!((set.email, set.balance), (ann.email, ann.balance));
    }

    async fn only_what_the_patch_says_is_sent(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        ann.update().apply(edit(r#"{ "fullName": "Anna" }"#)).exec(&counted).await?;
        let [sql] = journal.take().try_into().unwrap();
        assert!(sql.contains("name") && sql.contains("updated_at") && !sql.contains("email") && !sql.contains("nickname"), "{sql}");
    }

    async fn an_empty_patch_changes_nothing(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        assert_eq!(User::query().filter(User::logins.ge(0)).update().apply(edit("{}")).exec(&counted).await?, 0);
        ann.update().apply(edit("{}")).exec(&counted).await?;
        assert!(journal.is_empty());
        // What is to be read back is read, and not written.
        assert_eq!(ann.update().apply(edit("{}")).save(&counted).await?, ann);
        let same = User::query().filter(User::id.eq(ann.id)).update().apply(edit("{}")).returning(&counted).await?;
        assert_eq!(same, std::slice::from_ref(&ann));
        assert!(journal.take().iter().all(|sql| sql.starts_with("SELECT")));
        assert_eq!(User::find(ann.id).one(&db).await?.updated_at, ann.updated_at);
        let error = User::query().update().apply(edit("{}")).returning(&db).await.unwrap_err();
        assert!(error.to_string().contains("would reach every row"), "{error}");
    }

    async fn a_plain_field_is_always_set_and_an_option_keeps(db: Db) {
        let [ann, ..] = users(&db).await?;
        let ann = ann.update().apply(Promote { role: Role::Editor, nickname: "x", age: None }).save(&db).await?;
        assert_eq!((ann.role, ann.nickname.as_deref(), ann.age), (Role::Editor, Some("x"), Some(30)));
        let ann = ann.update().apply(Promote { role: Role::Admin, nickname: "y", age: Some(5) }).save(&db).await?;
        assert_eq!((ann.role, ann.age), (Role::Admin, Some(5)));
    }

    async fn a_patch_is_for_many_rows_as_well(db: Db) {
        users(&db).await?;
        let query = || User::query().filter(User::age.is_not_null());
        let changed = query().update().apply(edit(r#"{ "role": "admin" }"#)).logins(User::logins + 1).exec(&db).await?;
        assert_eq!(changed, 3);
        let rows = query().update().apply(edit(r#"{ "age": null }"#)).returning(&db).await?;
        assert!(rows.len() == 3 && rows.iter().all(|user| user.role == Role::Admin && user.age.is_none()));
    }

    async fn what_is_given_last_counts(db: Db) {
        let [ann, ..] = users(&db).await?;
        let ann = ann.update().name("First").apply(edit(r#"{ "fullName": "Second", "age": 1 }"#)).age(2).save(&db).await?;
        assert_eq!((ann.name.as_str(), ann.age), ("Second", Some(2)));
        let input = edit(r#"{ "version": 4 }"#);
        assert_eq!(input.version, 4);
    }

    async fn structs_documents_newtypes_and_hidden_columns_are_changed(db: Db) {
        tables!(db: Account);
        let ann = account(&db).await?;
        let patch = EditAccount {
            handle: Some(Handle("anna".into())),
            address: Some(Address { street: "High Street 2".into(), city: None }),
            settings: Some(Settings { dark: true }),
            extra: Change::To(Settings { dark: true }),
            labels: Some(vec![]),
            password_hash: Some("#2".into()),
        };
        let anna = ann.update().apply(patch).save(&db).await?;
        assert_eq!((anna.handle.0.as_str(), anna.address.street.as_str(), anna.address.city.as_deref()), ("anna", "High Street 2", None));
        assert_eq!((anna.settings.dark, anna.extra.clone(), anna.labels.0.len()), (true, Some(Settings { dark: true }), 0));
        assert!(Account::query().filter(Account::password_hash.eq("#2")).exists(&db).await?);
        let anna = anna.update().apply(EditAccount { extra: Change::Clear, ..EditAccount::default() }).save(&db).await?;
        assert_eq!((anna.extra, anna.settings.dark), (None, true));
    }

    async fn a_part_of_an_embedded_struct_is_changed(db: Db) {
        tables!(db: Account);
        let ann = account(&db).await?;
        let ann = ann.update().apply(Move { town: Some(None), street: None }).save(&db).await?;
        assert_eq!(ann.address, Address { street: "Mill Road 1".into(), city: None });
        let error = ann.update().apply(Move { town: None, street: Some("s".repeat(21)) }).save(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "street");
    }

    async fn errors_are_about_the_fields_of_the_input(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        let error = ann.update().apply(edit(r#"{ "fullName": "x", "email": "y" }"#)).save(&counted).await.unwrap_err();
        let paths: Vec<_> = error.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect();
        assert_eq!(paths, ["email", "fullName"]);
        let error = ann.update().apply(edit(r#"{ "fullName": "x" }"#)).name("z").save(&counted).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "name");
        let query = User::query().filter(User::logins.ge(0));
        let error = query.update().apply(edit(r#"{ "fullName": "x" }"#)).exec(&counted).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "fullName");
        assert!(journal.is_empty());
    }

    async fn a_patch_of_a_row_that_is_gone_is_not_found(db: Db) {
        let [ann, ..] = users(&db).await?;
        ann.delete(&db).await?;
        for patch in ["{}", r#"{ "fullName": "Anna" }"#] {
            assert!(ann.update().apply(edit(patch)).save(&db).await.unwrap_err().is_not_found());
        }
        assert_eq!(decimal("1"), Decimal::ONE);
    }
}

#[test]
fn a_change_is_written_as_it_is_read() {
    #[derive(Serialize, Deserialize, Default, PartialEq, Debug)]
    struct Edit {
        #[serde(default, skip_serializing_if = "Change::is_keep")]
        age: Change<i32>,
    }
    for (age, json) in [
        (Change::Keep, "{}"),
        (Change::Clear, r#"{"age":null}"#),
        (Change::To(7), r#"{"age":7}"#),
    ] {
        assert_eq!(serde_json::to_string(&Edit { age }).unwrap(), json);
        assert_eq!(serde_json::from_str::<Edit>(json).unwrap(), Edit { age });
    }
    assert_eq!(Change::from(Some(1)), Change::To(1));
    assert_eq!(Change::<i32>::from(None), Change::Clear);
}
