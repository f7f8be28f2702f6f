//! Rows in files: exported, and imported again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{day, decimal, instant, tables, users};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "things")]
pub struct Thing {
    pub id: Id<Thing>,
    pub flag: bool,
    pub count: Option<i64>,
    pub ratio: Option<f64>,
    pub single: Option<f32>,
    #[model(precision = 20, scale = 4)]
    pub amount: Option<Decimal>,
    pub text: String,
    pub note: Option<String>,
    pub bytes: Option<Vec<u8>>,
    pub key: Option<Uuid>,
    pub meta: Option<Json<Vec<String>>>,
    pub day: Option<NaiveDate>,
    pub clock: Option<NaiveTime>,
    pub local: Option<NaiveDateTime>,
    pub at: Option<DateTime<Utc>>,
    pub role: Option<Role>,
}

async fn things(db: &Db) -> orm::Result<Vec<Thing>> {
    let at = instant("2024-02-29T12:34:56.789012Z");
    let full = Thing::create()
        .flag(true)
        .count(i64::MIN)
        .ratio(-0.1)
        .single(0.1_f32)
        .amount(decimal("-1234567890.5"))
        .text("a, \"b\"\r\nc")
        .note("")
        .bytes(vec![0, 10, 255])
        .key(Uuid::from_u128(7))
        .meta(Json(vec!["x\ny".to_owned(), "\"".to_owned()]))
        .day(day("1969-12-31"))
        .clock(at.naive_utc().time())
        .local(at.naive_utc())
        .at(at)
        .role(Role::Editor);
    let empty = Thing::create().flag(false).text("");
    Thing::insert_many([full, empty]).exec(db).await?;
    Thing::query().order_by(Thing::id).all(db).await
}

const CSV: &str = "id,flag,count,ratio,single,amount,text,note,bytes,key,day,clock,local,at,role\n\
    1,true,-9223372036854775808,-0.1,0.1,-1234567890.5000,\"a, \"\"b\"\"\r\nc\",\"\",\\x000aff,00000000-0000-0000-0000-000000000007,1969-12-31,12:34:56.789012,2024-02-29T12:34:56.789012,2024-02-29T12:34:56.789012Z,editor\n\
    2,false,,,,,\"\",,,,,,,,\n";

fn text(exported: orm::query::Exported<Vec<u8>>) -> String {
    String::from_utf8(exported.writer).unwrap()
}

on_every_database! {
    async fn a_csv_file_is_the_same_on_every_database(db: Db) {
        tables!(db: Thing);
        things(&db).await?;
        let columns = (Thing::id, Thing::flag, Thing::count, Thing::ratio, Thing::single, Thing::amount, Thing::text, Thing::note);
        let others = (Thing::bytes, Thing::key, Thing::day, Thing::clock, Thing::local, Thing::at, Thing::role);
        let exported = Thing::query().order_by(Thing::id).select((columns, others)).export_csv(Vec::new()).run(&db).await?;
        assert_eq!(exported.rows, 2);
        assert_eq!(text(exported), CSV);
    }

    async fn what_was_exported_as_csv_comes_back(db: Db) {
        tables!(db: Thing);
        let before = things(&db).await?;
        let file = Thing::query().order_by(Thing::id).export_csv(Vec::new()).run(&db).await?.writer;
        Thing::query().delete().all_rows().exec(&db).await?;
        assert_eq!(Thing::import_csv(std::io::Cursor::new(file)).run(&db).await?, 2);
        assert_eq!(Thing::query().order_by(Thing::id).all(&db).await?, before);
        assert!(Thing::create().flag(true).text("next").insert(&db).await?.id > before[1].id);
    }

    async fn what_was_exported_as_json_lines_comes_back(db: Db) {
        tables!(db: Thing);
        let before = things(&db).await?;
        let file = text(Thing::query().order_by(Thing::id).export_json_lines(Vec::new()).run(&db).await?);
        assert_eq!(file.lines().count(), 2);
        let second = "{\"id\":2,\"flag\":false,\"count\":null,\"ratio\":null,\"single\":null,\"amount\":null,\"text\":\"\",\"note\":null,\"bytes\":null,\"key\":null,\"meta\":null,\"day\":null,\"clock\":null,\"local\":null,\"at\":null,\"role\":null}";
        assert_eq!(file.lines().nth(1), Some(second));
        // The documents can be read by anybody.
        let first: orm::serde_json::Value = orm::serde_json::from_str(file.lines().next().unwrap()).unwrap();
        assert_eq!(first["count"], i64::MIN);
        assert_eq!(first["amount"], "-1234567890.5000");
        assert_eq!(first["text"], "a, \"b\"\r\nc");
        assert_eq!(first["meta"][0], "x\ny");
        assert_eq!(first["at"], "2024-02-29T12:34:56.789012Z");
        Thing::query().delete().all_rows().exec(&db).await?;
        assert_eq!(Thing::import_json_lines(std::io::Cursor::new(file)).run(&db).await?, 2);
        assert_eq!(Thing::query().order_by(Thing::id).all(&db).await?, before);
    }

    async fn columns_may_be_left_out_come_in_any_order_and_get_their_defaults(db: Db) {
        tables!(db: User, Invoice);
        let file = "NAME\n";
        let error = User::import_csv(file.as_bytes()).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("`User` has no column `NAME`; it has: id, email"), "{error}");
        let error = User::import_csv("name\n".as_bytes()).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("the column `email` is missing"), "{error}");
        let error = User::import_csv("name,email,name\n".as_bytes()).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("the column `name` comes twice"), "{error}");
        let file = "name,email,role\r\n  Ann ,ANN@example.com,admin\r\nBob,bob@example.com,member\r\n\r\n";
        assert_eq!(User::import_csv(file.as_bytes()).run(&db).await?, 2);
        let users = User::query().order_by(User::id).all(&db).await?;
        assert_eq!(users.iter().map(|u| (u.name.as_str(), u.email.as_str(), u.role, u.is_active)).collect::<Vec<_>>(), [
            ("Ann", "ann@example.com", Role::Admin, true),
            ("Bob", "bob@example.com", Role::Member, true),
        ]);
        // What the database computes is in the file, and computed anew.
        Invoice::create().quantity(4).insert(&db).await?;
        let file = Invoice::query().export_csv(Vec::new()).run(&db).await?.writer;
        Invoice::query().delete().all_rows().exec(&db).await?;
        assert_eq!(Invoice::import_csv(std::io::Cursor::new(file)).run(&db).await?, 1);
        assert_eq!(Invoice::query().one(&db).await?.doubled, 8);
        let lines = "{\"quantity\": 1}\n\n{\"quantity\": 2, \"state\": \"paid\"}";
        assert_eq!(Invoice::import_json_lines(lines.as_bytes()).run(&db).await?, 2);
        assert_eq!(Invoice::query().filter(Invoice::state.eq("paid")).one(&db).await?.quantity, 2);
    }

    async fn a_cell_that_does_not_fit_is_reported_with_its_row_and_without_its_value(db: Db) {
        tables!(db: Thing);
        for (column, value, reason) in [
            ("flag", "secret", "it is neither `true` nor `false`"),
            ("count", "12secret", "it is no integer"),
            ("count", "9223372036854775808", "it is no integer, or too big"),
            ("amount", "secret", "it is no number"),
            ("key", "secret", "it is no UUID"),
            ("meta", "[secret", "it is no JSON"),
            ("day", "2023-02-29", "it is no day"),
            ("at", "secret", "it is no time"),
            ("role", "secret", "it is none of the labels"),
            ("flag", "", "it must have a value"),
        ] {
            let head = if column == "flag" { "text,flag".to_owned() } else { format!("text,flag,{column}") };
            let row = |value: &str| if column == "flag" { format!("t,{value}\n") } else { format!("t,true,{value}\n") };
            let fine = if column == "flag" { "true" } else { "" };
            let file = format!("{head}\n{}{}{}", row(fine), row(value), row(fine));
            let error = Thing::import_csv(std::io::Cursor::new(file)).run(&db).await.unwrap_err();
            let message = error.to_string();
            assert!(message.contains(&format!("column `{column}`")) && message.contains(reason), "{message}");
            assert!(!message.contains("secret"), "{message}");
            assert_eq!(error.row(), Some(2), "{message}");
        }
        let error = Thing::import_csv("text,flag\na,true\nb\n".as_bytes()).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("line 3: it has 1 fields, and the first line 2"), "{error}");
        let error = Thing::import_json_lines("{\"text\": \"a\", \"flag\": true}\n[]".as_bytes()).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("line 2: it is no JSON object"), "{error}");
        let error = Thing::import_json_lines("{\"text\": \"a\", \"flag\": \"secret\"}".as_bytes()).run(&db).await.unwrap_err();
        assert!(error.row() == Some(1) && !error.to_string().contains("secret"), "{error}");
        assert_eq!(Thing::query().count(&db).await?, 0);
    }

    async fn a_taken_key_in_a_file_is_reported_with_its_row(db: Db) {
        users(&db).await?;
        let file = "name,email\nNew,new@example.com\nAnn,ann@example.com\n";
        let error = User::import_csv(file.as_bytes()).run(&db).await.unwrap_err();
        assert!(error.is_unique_violation() && error.row() == Some(2), "{error}");
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn many_rows_go_through_a_file(db: Db) {
        tables!(db: Word);
        Word::import_iter((0..20_000).map(|n| Word::create().text(format!("word {n}, \"quoted\"")))).run(&db).await?;
        let seen = Arc::new(AtomicU64::new(0));
        let counter = seen.clone();
        let query = Word::query().order_by(Word::id).select((Word::text, Word::other));
        let exported = query.export_csv(Vec::new()).progress(move |p| counter.store(p.rows, Ordering::Relaxed)).run(&db).await?;
        assert_eq!((exported.rows, seen.load(Ordering::Relaxed)), (20_000, 20_000));
        Word::query().delete().all_rows().exec(&db).await?;
        assert_eq!(Word::import_csv(std::io::Cursor::new(exported.writer)).run(&db).await?, 20_000);
        let texts = Word::query().order_by(Word::id).select(Word::text).all(&db).await?;
        assert!(texts.iter().enumerate().all(|(n, text)| *text == format!("word {n}, \"quoted\"")));
    }

    async fn a_file_that_cannot_be_written_ends_the_export(db: Db) {
        #[derive(Debug)]
        struct Full(usize);
        impl std::io::Write for Full {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                self.0 = self.0.checked_sub(bytes.len()).ok_or(std::io::ErrorKind::StorageFull)?;
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        tables!(db: Word);
        Word::import_iter((0..5000).map(|n| Word::create().text(format!("{n:0>40}")))).run(&db).await?;
        let error = Word::query().export_csv(Full(100_000)).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("the file cannot be written"), "{error}");
        // The connection is as it was.
        assert_eq!(Word::query().count(&db).await?, 5000);
        let tx = db.begin().await?;
        assert!(Word::query().export_csv(Full(100_000)).run(&tx).await.is_err());
        assert_eq!(Word::query().count(&tx).await?, 5000);
        tx.commit().await?;
    }

    async fn computed_columns_have_names_of_their_own(db: Db) {
        users(&db).await?;
        let query = User::query().filter(User::age.is_not_null()).order_by(User::id).limit(1);
        let exported = query.select((User::name.upper(), User::name, User::name, User::age + 1, User::balance)).export_json_lines(Vec::new()).run(&db).await?;
        assert_eq!(text(exported), "{\"column1\":\"ANN\",\"name\":\"Ann\",\"column3\":\"Ann\",\"column4\":31,\"balance\":\"10.50\"}\n");
        let none = User::query().filter(never()).select(User::name).export_csv(Vec::new()).run(&db).await?;
        assert_eq!((none.rows, text(none).as_str()), (0, "name\n"));
    }
}
