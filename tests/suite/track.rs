//! Rows that know what was changed in them.

use orm::prelude::*;
use orm::{Tracked, Value};

use crate::drafts::{Account, Address, Handle, Settings};
use crate::support::models::{Invoice, Membership, Number, Role, Tag, User};
use crate::support::seed::{decimal, tables, users};

on_every_database! {
    also mysql_without_returning;

    async fn only_changed_columns_are_written(db: Db) {
        let [ann, ..] = users(&db).await?;
        // Somebody else changes another column in the meantime.
        let mut tracked = ann.clone().track();
        ann.update().logins(99).exec(&db).await?;
        let (counted, journal) = db.journaled();
        tracked.name = "Anna".into();
        tracked.save(&counted).await?;
        let written: Vec<_> = journal.take().into_iter().filter(|sql| sql.starts_with("UPDATE")).collect();
        assert_eq!(written.len(), 1);
        let (set, _) = written[0].split_once("WHERE").unwrap();
        assert!(set.contains("name") && set.contains("updated_at") && !set.contains("email"), "{set}");
        // The row is as it is now in the database, and clean.
        assert_eq!((tracked.name.as_str(), tracked.logins), ("Anna", 99));
        assert!(tracked.updated_at >= ann.updated_at && !tracked.has_changes());
        assert_eq!(User::find(ann.id).one(&db).await?, tracked.into_inner());
    }

    async fn nothing_changed_is_no_statement(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        let mut tracked = ann.clone().track();
        tracked.save(&counted).await?;
        tracked.age = Some(31);
        tracked.age = Some(30);
        tracked.balance = decimal("10.5");              // it is 10.50
        tracked.save(&counted).await?;
        assert!(journal.is_empty());
        tracked.age = Some(31);
        tracked.save(&counted).await?;
        assert!(!journal.take().is_empty());
        tracked.save(&counted).await?;
        assert!(journal.is_empty());
    }

    async fn what_was_changed_can_be_asked(db: Db) {
        let [ann, ..] = users(&db).await?;
        let mut ann: Tracked<User> = ann.track();
        assert!(ann.changes()?.is_empty());
        ann.nickname = None;
        ann.role = Role::Editor;
        assert!(ann.is_changed(User::nickname) && ann.is_changed(User::role) && !ann.is_changed(User::email));
        assert!(ann.is_changed((User::email, User::role)) && !ann.is_changed((User::email, User::name)));
        let changes = ann.changes()?;
        assert_eq!(changes.iter().map(|change| change.field).collect::<Vec<_>>(), ["nickname", "role"]);
        assert_eq!((&changes[0].old, changes[0].new.is_null()), (&Value::Text("annie".into()), true));
        assert_eq!((ann.original(User::nickname)?.as_deref(), ann.original(User::role)?), (Some("annie"), Role::Admin));
        for text in [format!("{ann:?}"), format!("{changes:?}"), format!("{ann:#?}")] {
            assert!(!text.contains("annie") && text.contains("nickname"), "{text}");
        }
    }

    async fn changes_can_be_taken_back(db: Db) {
        let [ann, ..] = users(&db).await?;
        let mut tracked = ann.clone().track();
        tracked.name = "Anna".into();
        tracked.id = Id::new(77);
        tracked.reset()?;
        assert!(!tracked.has_changes());
        assert_eq!(tracked.into_inner(), ann);
    }

    async fn values_are_brought_into_form_and_judged(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        let mut tracked = ann.clone().track();
        tracked.name = "x".into();
        tracked.email = "nobody".into();
        let error = tracked.save(&counted).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().map(|e| &*e.path).collect::<Vec<_>>(), ["email", "name"]);
        assert_eq!(error.caller().unwrap().file(), file!());
        assert!(journal.is_empty() && tracked.is_changed((User::name, User::email)));
        tracked.name = "  Anna ".into();
        tracked.email = "ANNA@example.com".into();
        tracked.save(&db).await?;
        assert_eq!((tracked.name.as_str(), tracked.email.as_str()), ("Anna", "anna@example.com"));
    }

    async fn what_is_the_same_in_its_form_is_not_written(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (counted, journal) = db.journaled();
        let mut tracked = ann.clone().track();
        tracked.email = " ANN@example.com".into();
        tracked.save(&counted).await?;
        assert!(journal.take().iter().all(|sql| sql.starts_with("SELECT")));
        assert_eq!(tracked.into_inner(), ann);
    }

    async fn the_key_stays_as_it_was(db: Db) {
        let [ann, ..] = users(&db).await?;
        tables!(db: Membership, Tag);
        let (counted, journal) = db.journaled();
        let mut ann = ann.track();
        ann.id = Id::new(1000);
        ann.name = "Anna".into();
        let error = ann.save(&counted).await.unwrap_err();
        assert!(error.to_string().contains("`User::id` was changed, which is the key"), "{error}");
        assert!(journal.is_empty());
        let mut both = Membership::create().group_id(1).member_id(2).insert(&db).await?.track();
        Membership::create().group_id(1).member_id(3).insert(&db).await?;
        both.weight = 5;
        both.save(&db).await?;
        assert_eq!(Membership::query().filter(Membership::weight.eq(5)).count(&db).await?, 1);
        both.member_id = 3;
        assert!(both.save(&db).await.is_err());
        let mut tag = Tag::create().name("rust").insert(&db).await?.track();
        tag.description = Some("a language".into());
        tag.save(&db).await?;
        assert_eq!(Tag::find("rust").one(&db).await?.description.as_deref(), Some("a language"));
    }

    async fn a_computed_column_is_not_written_by_hand(db: Db) {
        tables!(db: Invoice);
        let mut invoice = Invoice::create().quantity(2).insert(&db).await?.track();
        invoice.doubled = 5;
        let error = invoice.save(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Invoice::doubled` was changed, which is computed"), "{error}");
        invoice.reset()?;
        invoice.quantity = 4;
        invoice.save(&db).await?;
        assert_eq!((invoice.quantity, invoice.doubled), (4, 8));
    }

    async fn the_time_of_the_update_is_set_with_another_change_or_by_hand(db: Db) {
        let [ann, ..] = users(&db).await?;
        let time = crate::support::seed::instant("2001-02-03T04:05:06Z");
        let mut tracked = ann.track();
        tracked.updated_at = time;
        tracked.save(&db).await?;
        assert_eq!(tracked.updated_at, time);
        tracked.logins += 1;
        tracked.save(&db).await?;
        assert!(tracked.updated_at > time);
    }

    async fn structs_and_documents_are_looked_into(db: Db) {
        tables!(db: Account);
        let address = Address { street: "Mill Road 1".into(), city: None };
        let account = Account::create().handle(Handle("ann".into())).address(address).password_hash("#1");
        let mut ann = account.settings(Settings::default()).labels(vec!["a".to_owned()]).insert(&db).await?.track();
        ann.address.city = Some("Bath".into());
        ann.settings.dark = true;
        assert!(ann.is_changed(Account::address) && ann.is_changed(Account::address.city) && !ann.is_changed(Account::address.street));
        assert_eq!(ann.changes()?.iter().map(|change| change.field).collect::<Vec<_>>(), ["address.city", "settings"]);
        ann.save(&db).await?;
        let found = Account::find(ann.id).one(&db).await?;
        assert_eq!((found.address.city.as_deref(), found.settings.dark), (Some("Bath"), true));
        assert!(Account::query().filter(Account::password_hash.eq("#1")).exists(&db).await?);
        ann.labels.0.push("b".into());
        ann.address.street = "s".repeat(21);
        let error = ann.save(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().next().unwrap().path, "address.street");
        ann.reset()?;
        assert_eq!((ann.labels.0.len(), ann.address.street.as_str(), ann.settings.dark), (1, "Mill Road 1", true));
    }

    async fn a_row_that_is_gone_is_not_found_and_keeps_its_changes(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let mut tracked = ann.clone().track();
        ann.delete(&db).await?;
        tracked.age = Some(1);
        assert!(tracked.save(&db).await.unwrap_err().is_not_found());
        assert!(tracked.is_changed(User::age));
        let mut bob = bob.track();
        bob.email = "cleo@example.com".into();
        assert!(bob.save(&db).await.unwrap_err().is_unique_violation());
        assert!(bob.is_changed(User::email));
    }

    async fn a_tracked_row_is_saved_in_a_transaction(db: Db) {
        let [ann, ..] = users(&db).await?;
        let tx = db.begin().await?;
        let mut tracked = ann.clone().track();
        tracked.logins = 50;
        tracked.save(&tx).await?;
        assert_eq!(User::find(ann.id).one(&tx).await?.logins, 50);
        tx.rollback().await?;
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        // It can be sent to another task, and cloned.
        let copy = tracked.clone();
        let handle = tokio::spawn(async move { copy.logins });
        assert_eq!(handle.await.unwrap(), 50);
    }

    async fn numbers_are_compared_as_numbers(db: Db) {
        tables!(db: Number);
        let (counted, journal) = db.journaled();
        let mut number = Number::create().ratio(0.1).single(0.5_f32).amount(decimal("1.5")).insert(&db).await?.track();
        number.ratio = Some(0.1);
        number.amount = Some(decimal("1.50000"));
        assert!(!number.has_changes());
        number.save(&counted).await?;
        assert!(journal.is_empty());
        number.ratio = Some(-0.0);
        number.save(&db).await?;
        number.ratio = Some(0.25);
        assert!(number.is_changed(Number::ratio));
    }
}
