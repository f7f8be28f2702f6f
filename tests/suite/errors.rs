//! What errors say, and what they keep to themselves.

use std::error::Error as _;
use std::time::Duration;

use orm::prelude::*;
use orm::{Error, ErrorKind};

use crate::support::models::*;
use crate::support::seed::{blog, tables, users};

/// Every text that an error shows, its causes' included.
fn texts(error: &Error) -> Vec<String> {
    let mut all = vec![
        error.to_string(),
        format!("{error:?}"),
        format!("{error:#?}"),
    ];
    let mut source = error.source();
    while let Some(cause) = source {
        all.extend([
            cause.to_string(),
            format!("{cause:?}"),
            format!("{cause:#?}"),
        ]);
        source = cause.source();
    }
    all
}

fn shows_none_of(error: &Error, secrets: &[&str]) {
    for text in texts(error) {
        for secret in secrets {
            assert!(!text.contains(secret), "`{secret}` stands in: {text}");
        }
    }
}

fn is_about(error: &Error, model: &str, fields: &[&str]) {
    let constraint = error.constraint().unwrap_or_else(|| panic!("{error:?}"));
    assert_eq!(
        (constraint.model, constraint.fields.as_slice()),
        (Some(model), fields),
        "{error:?}"
    );
}

on_every_database! {
    also mysql_without_returning;

    async fn a_taken_unique_value_names_model_and_field(db: Db) {
        let [_, bob, ..] = users(&db).await?;
        let taken = User::create().email("ann@example.com").name("Secretname").insert(&db).await.unwrap_err();
        let nickname = bob.update().nickname("annie").save(&db).await.unwrap_err();
        let many = User::insert_many([User::create().email("x@example.com").name("Secretname"), User::create().email("ann@example.com").name("Secretname")]).exec(&db).await.unwrap_err();
        let by_filter = User::query().filter(User::id.eq(bob.id)).update().email("ann@example.com").exec(&db).await.unwrap_err();
        for (error, field) in [(taken, "email"), (nickname, "nickname"), (many, "email"), (by_filter, "email")] {
            assert!(error.is_unique_violation(), "{error:?}");
            is_about(&error, "User", &[field]);
            assert!(error.to_string().contains(&format!("`User::{field}` must be unique")), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
            shows_none_of(&error, &["ann@example.com", "Secretname", "annie"]);
        }
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn a_taken_key_names_its_fields(db: Db) {
        tables!(db: Tag, Membership, Session, Number);
        Tag::create().name("secretkey").insert(&db).await?;
        let error = Tag::create().name("secretkey").insert(&db).await.unwrap_err();
        assert!(error.is_unique_violation());
        is_about(&error, "Tag", &["name"]);
        shows_none_of(&error, &["secretkey"]);
        Membership::create().group_id(778_899).member_id(2).insert(&db).await?;
        let error = Membership::create().group_id(778_899).member_id(2).insert(&db).await.unwrap_err();
        assert!(error.is_unique_violation());
        is_about(&error, "Membership", &["group_id", "member_id"]);
        shows_none_of(&error, &["778899"]);
        let session = Session::create().note("a").insert(&db).await?;
        let error = Session::create().id(session.id).note("b").insert(&db).await.unwrap_err();
        is_about(&error, "Session", &["id"]);
        shows_none_of(&error, &[&session.id.to_string(), &session.id.get().simple().to_string()]);
        let number = Number::create().id(Id::new(445_566)).insert(&db).await?;
        let error = Number::create().id(number.id).insert(&db).await.unwrap_err();
        is_about(&error, "Number", &["id"]);
        shows_none_of(&error, &["445566"]);
    }

    async fn a_row_that_refers_to_nothing_names_model_and_field(db: Db) {
        let [ann, ..] = blog(&db).await?;
        let nobody: Id<User> = Id::new(987_654_321);
        let inserted = Post::create().user_id(nobody).title("Secrettitle").slug("s").insert(&db).await.unwrap_err();
        let post = Post::query().filter(Post::slug.eq("first")).one(&db).await?;
        let updated = post.update().user_id(nobody).exec(&db).await.unwrap_err();
        let many = Post::insert_many([Post::create().user_id(nobody).title("Secrettitle").slug("t")]).exec(&db).await.unwrap_err();
        for error in [inserted, updated, many] {
            assert!(error.is_foreign_key_violation(), "{error:?}");
            is_about(&error, "Post", &["user_id"]);
            shows_none_of(&error, &["987654321", "Secrettitle"]);
            assert!(error.sql().is_some(), "{error:?}");
        }
        let reviewer = Post::create().user_id(ann.id).reviewer_id(nobody).title("t").slug("s").insert(&db).await.unwrap_err();
        is_about(&reviewer, "Post", &["reviewer_id"]);
    }

    async fn deleting_a_row_that_is_referred_to_names_who_refers(db: Db) {
        let [_, bob, cleo, _] = blog(&db).await?;
        for error in [bob.delete(&db).await.unwrap_err(), User::query().filter(User::id.eq(bob.id)).delete().exec(&db).await.unwrap_err()] {
            assert!(error.is_foreign_key_violation(), "{error:?}");
            is_about(&error, "Post", &["user_id"]);
            shows_none_of(&error, &["bob@example.com"]);
        }
        let error = cleo.delete(&db).await.unwrap_err();
        is_about(&error, "Post", &["reviewer_id"]);
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn a_refused_check_names_model_and_field(db: Db) {
        tables!(db: Invoice);
        let invoice = Invoice::create().quantity(1).insert(&db).await?;
        for error in [
            Invoice::create().quantity(-778_899).insert(&db).await.unwrap_err(),
            invoice.update().quantity(-778_899).save(&db).await.unwrap_err(),
            Invoice::query().filter(Invoice::id.eq(invoice.id)).update().quantity(Invoice::quantity - 778_899).exec(&db).await.unwrap_err(),
        ] {
            assert!(error.is_check_violation(), "{error:?}");
            is_about(&error, "Invoice", &["quantity"]);
            shows_none_of(&error, &["778899"]);
        }
    }

    async fn null_where_none_is_allowed_names_model_and_field(db: Db) {
        let [_, bob, ..] = users(&db).await?;
        // What the types do not forbid: text and no text together are no text.
        let error = User::find(bob.id).update().name(User::name.concat(User::nickname)).exec(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::NotNullViolation(_)), "{error:?}");
        is_about(&error, "User", &["name"]);
    }

    async fn errors_show_the_statement_and_the_call(db: Db) {
        users(&db).await?;
        let line = line!() + 1;
        let error = User::create().email("ann@example.com").name("Other").insert(&db).await.unwrap_err();
        let caller = error.caller().unwrap();
        assert_eq!((caller.file(), caller.line()), (file!(), line));
        assert!(error.sql().unwrap().starts_with("INSERT INTO "), "{error:?}");
        assert!(error.to_string().contains("statement: INSERT INTO") && error.to_string().contains("errors.rs"), "{error}");
        assert!(error.source().is_some());
    }

    async fn a_missing_table_is_an_error_with_the_statement(db: Db) {
        let errors = [
            User::query().all(&db).await.unwrap_err(),
            User::query().count(&db).await.unwrap_err(),
            User::query().exists(&db).await.unwrap_err(),
            User::query().order_by(User::id).page(1, 2, &db).await.unwrap_err(),
            User::query().order_by(User::id).slice(2, &db).await.unwrap_err(),
            User::query().filter(User::email.eq("secret@example.com")).one(&db).await.unwrap_err(),
            User::query().filter(User::email.in_(["secret@example.com"])).delete().exec(&db).await.unwrap_err(),
            User::query().filter(User::email.contains("secret@example.com")).update().logins(1).exec(&db).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::Database), "{error:?}");
            assert!(error.sql().is_some() && error.caller().unwrap().file() == file!(), "{error:?}");
            shows_none_of(&error, &["secret@example.com"]);
        }
    }

    async fn a_missing_column_is_an_error_and_no_text(db: Db) {
        // SQLite would read a quoted name that no column has as text.
        db.execute_script("CREATE TABLE gone_columns (kept INTEGER)").await?;
        db.execute_script("INSERT INTO gone_columns VALUES (1)").await?;
        #[derive(Model, Debug)]
        #[model(table = "gone_columns")]
        struct Gone {
            #[model(key, natural)]
            kept: i64,
            dropped: String,
        }
        let read = Gone::query().all(&db).await.map(|rows| rows.into_iter().map(|row| (row.kept, row.dropped)).collect::<Vec<_>>());
        assert!(read.unwrap_err().to_string().contains("dropped"));
    }

    async fn a_value_that_is_refused_by_the_database_is_not_shown(db: Db) {
        tables!(db: Number);
        Number::create().whole(i64::MAX).insert(&db).await?;
        let errors = [
            Number::query().select(Number::whole + 778_899).one(&db).await.unwrap_err(),
            Number::query().filter(Number::whole.ge(0)).update().whole(Number::whole + 778_899).exec(&db).await.unwrap_err(),
        ];
        for error in errors {
            shows_none_of(&error, &["778899", "9223372036854775807"]);
        }
    }

    async fn a_query_shows_no_values_in_debug(db: Db) {
        let query = User::query().filter(User::email.eq("secret@example.com") & User::name.contains("secret") & User::age.in_([778_899]));
        let text = format!("{query:?} {:?}", User::name.starts_with("secret") | User::age.between(778_899, 778_900));
        assert!(!text.contains("secret") && !text.contains("7788"), "{text}");
        assert!(!format!("{:?}", *db).contains("root"));
    }

    async fn a_closed_pool_says_so(db: Db) {
        tables!(db: Tag);
        db.shutdown(Duration::from_secs(1)).await;
        let error = Tag::query().all(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::PoolClosed), "{error:?}");
    }

    async fn waiting_for_a_connection_has_a_limit(db: Db) {
        tables!(db: Tag);
        let small = Db::builder(if db.is_sqlite() { "sqlite::memory:".into() } else { db.url.clone() })
            .max_connections(1)
            .acquire_timeout(Duration::from_millis(50))
            .connect()
            .await?;
        let tx = small.begin().await?;
        let error = Tag::query().all(&small).await.unwrap_err();
        assert!(error.is_timeout() && matches!(error.kind(), ErrorKind::AcquireTimeout { in_use: 1, .. }), "{error:?}");
        drop(tx);
        small.execute_script("SELECT 1").await?;
        small.shutdown(Duration::from_secs(1)).await;
    }

    async fn handles_show_no_password(db: Db) {
        let builder = Db::builder("postgres://ann:secretword@localhost/app?password=secretword");
        assert!(!format!("{builder:?}").contains("secretword"));
        let text = format!("{:?}", *db);
        assert!(text.contains("Db") && !text.contains("://"), "{text}");
    }
}

fn refused(result: orm::Result<Db>, secret: &str) -> Error {
    let error = result.map(|_| ()).unwrap_err();
    shows_none_of(&error, &[secret]);
    error
}

on_every_database! {
    only postgres, mariadb;

    async fn a_server_that_is_not_there_is_a_connect_error(db: Db) {
        let scheme = if db.is_postgres() { "postgres" } else { "mysql" };
        let url = format!("{scheme}://ann:secretword@127.0.0.1:1/app");
        let error = refused(Db::builder(url).connect_timeout(Duration::from_secs(3)).connect().await, "secretword");
        assert!(error.is_connection() && matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
    }

    async fn an_unknown_database_is_a_connect_error(db: Db) {
        let (address, _) = db.url.split_once('?').unwrap_or((&db.url, ""));
        let (server, _) = address.rsplit_once('/').unwrap();
        let error = refused(Db::connect(&format!("{server}/no_such_database")).await, "secretword");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert!(error.to_string().contains("no_such_database"), "{error}");
    }

    async fn a_wrong_login_is_a_connect_error(db: Db) {
        let (scheme, rest) = db.url.split_once("://").unwrap();
        let (_, address) = rest.split_once('@').unwrap();
        let error = refused(Db::connect(&format!("{scheme}://no_such_user:secretword@{address}")).await, "secretword");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    }

    async fn a_server_that_does_not_answer_is_given_up(db: Db) {
        let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let scheme = if db.is_postgres() { "postgres" } else { "mysql" };
        let url = format!("{scheme}://ann:secretword@{}/app", silent.local_addr().unwrap());
        let begun = std::time::Instant::now();
        let error = refused(Db::builder(url).connect_timeout(Duration::from_millis(300)).connect().await, "secretword");
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(3));
    }
}

on_every_database! {
    only sqlite;

    async fn urls_that_make_no_sense_are_refused_without_being_quoted(_db: Db) {
        for url in ["", "app.db", "oracle://scott:secretword@host/db", "postgres://ann:secretword@host:port/db", "mysql://ann:secretword@host:port/db", "sqlite://a.db?secretword=1&x=2"] {
            let error = Db::connect(url).await.map(|_| ()).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Configuration { .. }), "{url}: {error:?}");
            if !url.starts_with("sqlite") {
                shows_none_of(&error, &["secretword"]);
            }
        }
    }

    async fn a_file_that_cannot_be_opened_is_a_connect_error(_db: Db) {
        let error = Db::connect("sqlite:///no/such/folder/app.db").await.map(|_| ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
        let error = Db::connect("sqlite:///tmp/orm_suite_no_such_file.db?mode=rw").await.map(|_| ()).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Connect { .. }), "{error:?}");
    }
}
