//! Tables as they are made: what a database refuses, what it fills in, and that all databases agree on it.

use orm::prelude::*;
use orm::schema::Schema;

use crate::support::TestDb;
use crate::support::seed::tables;

/// May be a label of an enum type where there are enum types.
#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
#[db_enum(native)]
enum Color {
    Red,
    #[db_enum(rename = "it's green")]
    Green,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum State {
    Open,
    Closed,
}

/// One column of each type with limits.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "schema_limits",
    check(name = "schema_limits_in_order", sql = "small <= medium")
)]
struct Limits {
    id: Id<Limits>,
    flag: Option<bool>,
    small: Option<i16>,
    medium: Option<i32>,
    big: Option<i64>,
    positive: Option<u32>,
    #[model(length = 3)]
    short: Option<String>,
    #[model(precision = 5, scale = 2)]
    price: Option<Decimal>,
    doc: Option<Json<Vec<i32>>>,
    day: Option<NaiveDate>,
    clock: Option<NaiveTime>,
    local: Option<NaiveDateTime>,
    at: Option<DateTime<Utc>>,
    state: Option<State>,
    color: Option<Color>,
    #[model(check = "checked > 0 OR checked = -7")]
    checked: Option<i32>,
}

/// Everything that the database fills in.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "schema_defaults", comment = "It's */ \\ commented")]
struct Defaults {
    id: Id<Defaults>,
    /// With a ' and a \ and a */.
    #[model(length = 20)]
    name: String,
    #[model(default = "it's \\ \n \"so\"".to_owned())]
    text: String,
    #[model(default = vec![0, 39, 92, 255])]
    bytes: Vec<u8>,
    #[model(default = true)]
    flag: bool,
    #[model(default = -5)]
    number: i64,
    #[model(default = 0.1)]
    ratio: f64,
    #[model(default = Decimal::new(-15, 1), precision = 10, scale = 2)]
    price: Decimal,
    #[model(default = Uuid::from_u128(7))]
    uuid: Uuid,
    #[model(default = Json(vec!["a\\'\"".to_owned()]))]
    doc: Json<Vec<String>>,
    #[model(default = NaiveDate::from_ymd_opt(2024, 2, 29).unwrap_or_default())]
    day: NaiveDate,
    #[model(default = DateTime::UNIX_EPOCH)]
    at: DateTime<Utc>,
    #[model(default = State::Closed)]
    state: State,
    #[model(default = Color::Green)]
    color: Color,
    #[model(default_sql = "1 + 2")]
    computed: i32,
    #[model(generated = "number * 2")]
    twice: i64,
    #[model(created_at)]
    created_at: DateTime<Utc>,
    #[model(updated_at)]
    updated_at: NaiveDateTime,
}

/// Text in keys, with no length given.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "schema_words", index(fields(other desc, word)))]
struct Keyed {
    #[model(key, natural)]
    word: String,
    #[model(unique)]
    other: String,
}

/// Refers to itself, and to one that refers back.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "schema_people")]
struct Person {
    id: Id<Person>,
    #[belongs_to(boss: Person, on_delete = SetNull)]
    boss_id: Option<Id<Person>>,
    #[belongs_to(team: Team, on_delete = Cascade)]
    team_id: Option<Id<Team>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "schema_teams")]
struct Team {
    id: Id<Team>,
    #[belongs_to(lead: Person, on_delete = Restrict)]
    lead_id: Option<Id<Person>>,
}

/// What not every database has.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "schema_partial",
    unique(fields(name), where = "deleted = FALSE"),
    index(fields("lower(name)"))
)]
struct Partial {
    id: Id<Partial>,
    #[model(length = 20)]
    name: String,
    #[model(default = false)]
    deleted: bool,
}

/// Comes before `schema_teams` in order of name.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "schema_a")]
struct First {
    id: Id<First>,
}

async fn insert(db: &TestDb, column: &str, value: &str) -> orm::Result<()> {
    let quote = if db.is_mariadb() { '`' } else { '"' };
    db.execute_script(&format!(
        "INSERT INTO schema_limits ({quote}{column}{quote}) VALUES ({value})"
    ))
    .await
}

on_every_database! {
    also mysql_without_returning;

    async fn other_programs_cannot_store_what_the_types_forbid(db: Db) {
        tables!(db: Limits);
        let cases: &[(&str, &[&str], &[&str])] = &[
            ("flag", &["TRUE", "NULL"], &["2"]),
            ("small", &["32767", "-32768"], &["32768", "-32769"]),
            ("medium", &["2147483647"], &["2147483648"]),
            ("big", &["9223372036854775807"], &["9223372036854775808"]),
            ("positive", &["4294967295", "0"], &["4294967296", "-1"]),
            ("short", &["'äöü'", "''"], &["'abcd'"]),
            ("price", &["'999.99'", "'-999.99'", "'0.05'", "0"], &["'1000'", "'-1000.00'", "'many'"]),
            ("doc", &["'[1]'", "'[]'"], &["'[1'"]),
            ("day", &["'2024-02-29'"], &["'2026-02-29'", "'someday'"]),
            ("clock", &["'23:59:59.999999'", "'00:00:00.000000'"], &["'24:00:01.000000'", "'-01:00:00.000000'"]),
            ("local", &["'2026-11-23 21:07:59.999999'"], &["'2026-11-23 21:60:00.000000'", "'2026-11-31 21:00:00.000000'"]),
            ("at", &["'2026-11-23 21:07:59.999999'"], &["'2026-13-23 21:07:42.000000'"]),
            ("state", &["'open'", "'closed'"], &["'Open'", "'open '", "'gone'"]),
            ("color", &["'red'", "'it''s green'"], &["'blue'"]),
            ("checked", &["5", "-7"], &["0", "-1"]),
        ];
        for (column, good, bad) in cases {
            for value in *good {
                insert(&db, column, value).await.unwrap_or_else(|e| panic!("{column} takes {value}: {e}"));
            }
            for value in *bad {
                assert!(insert(&db, column, value).await.is_err(), "{column} takes {value}");
            }
        }
        let rows = Limits::query().all(&db).await?;
        assert_eq!(rows.len(), cases.iter().map(|(_, good, _)| good.len()).sum::<usize>());
    }

    async fn a_refused_check_is_named(db: Db) {
        tables!(db: Limits);
        let error = Limits::create().checked(0).insert(&db).await.unwrap_err();
        assert!(error.is_check_violation(), "{error:?}");
        assert_eq!(error.constraint().unwrap().fields, ["checked"]);
        let error = Limits::create().small(2).medium(1).insert(&db).await.unwrap_err();
        assert_eq!(error.constraint().unwrap().name.as_deref(), Some("schema_limits_in_order"), "{error:?}");
        let error = Limits::create().medium(i32::MAX).insert(&db).await?;
        let over = Limits::find(error.id).update().medium(Limits::medium + 1).exec(&db).await;
        assert!(over.is_err(), "arithmetic stays in the range of its type");
    }

    async fn the_database_fills_in_what_another_program_leaves_out(db: Db) {
        tables!(db: Defaults);
        let before = orm::now();
        db.execute_script("INSERT INTO schema_defaults (name) VALUES ('a')").await?;
        let row = Defaults::query().one(&db).await?;
        assert_eq!(row.text, "it's \\ \n \"so\"");
        assert_eq!(row.bytes, [0, 39, 92, 255]);
        assert_eq!((row.flag, row.number, row.ratio, row.computed, row.twice), (true, -5, 0.1, 3, -10));
        assert_eq!((row.price, row.price.scale(), row.uuid), (Decimal::new(-15, 1), 2, Uuid::from_u128(7)));
        assert_eq!((row.doc.0.as_slice(), row.day.to_string()), (["a\\'\"".to_owned()].as_slice(), "2024-02-29".to_owned()));
        assert_eq!((row.at, row.state, row.color), (DateTime::UNIX_EPOCH, State::Closed, Color::Green));
        for time in [row.created_at, row.updated_at.and_utc()] {
            let distance = (time - before).num_seconds().abs();
            assert!(distance < 60, "{time} is not now in UTC");
        }
        let own = Defaults::create().name("b").insert(&db).await?;
        assert_eq!((own.text, own.uuid, own.color), (row.text, row.uuid, row.color));
    }

    async fn text_in_keys_is_compared_as_it_is(db: Db) {
        tables!(db: Keyed);
        for word in ["a", "A", "a ", "ä", "á", "ss", "ß", ""] {
            Keyed::create().word(word).other(word).insert(&db).await?;
        }
        for (word, other) in [("a ", "new"), ("new", "ß")] {
            assert!(Keyed::create().word(word).other(other).insert(&db).await.unwrap_err().is_unique_violation());
        }
        assert_eq!(Keyed::query().filter(Keyed::other.eq("a")).count(&db).await?, 1);
        assert_eq!(Keyed::find("A".to_owned()).one(&db).await?.other, "A");
        // It is kept whole, or refused; never cut.
        let long = "x".repeat(300);
        match Keyed::create().word("long").other(long.as_str()).insert(&db).await {
            Ok(row) => assert_eq!(row.other, long),
            Err(error) => assert!(db.is_mariadb(), "{error:?}"),
        }
        assert_eq!(Keyed::query().filter(Keyed::word.eq("long")).count(&db).await?, u64::from(!db.is_mariadb()));
    }

    async fn a_number_is_never_given_twice(db: Db) {
        tables!(db: First);
        let rows = [First::create().insert(&db).await?, First::create().insert(&db).await?];
        rows[1].delete(&db).await?;
        assert!(First::create().insert(&db).await?.id > rows[1].id);
    }

    async fn tables_that_refer_to_each_other_are_made_used_and_dropped(db: Db) {
        let models = [Team::def(), Person::def()];
        for _ in 0..2 {
            orm::create_tables_of(&db, &models).await?;
            let boss = Person::create().insert(&db).await?;
            let team = Team::create().lead_id(boss.id).insert(&db).await?;
            let member = Person::create().boss_id(boss.id).team_id(team.id).insert(&db).await?;
            assert!(boss.delete(&db).await.unwrap_err().is_foreign_key_violation());
            team.update().lead_id(None).exec(&db).await?;
            boss.delete(&db).await?;
            assert_eq!(Person::find(member.id).one(&db).await?.boss_id, None);
            team.delete(&db).await?;
            assert_eq!(Person::query().count(&db).await?, 0);
            orm::drop_tables_of(&db, &models).await?;
            orm::drop_tables_of(&db, &models).await?;
        }
    }

    async fn a_table_that_is_there_already_is_an_error(db: Db) {
        tables!(db: Keyed);
        let error = orm::create_tables_of(&db, &[Keyed::def(), First::def()]).await.unwrap_err();
        assert!(error.sql().is_some() || error.to_string().contains("CREATE TABLE"), "{error}");
        let undone = First::query().count(&db).await.is_err();
        assert_eq!(undone, !db.is_mariadb(), "all tables are made or none, where the database can do that");
        if db.is_mariadb() {
            assert!(error.to_string().contains("1 of 2 statements were carried out and stay"), "{error}");
        }
    }

    async fn indexes_over_some_rows_or_expressions_are_made_or_refused(db: Db) {
        let made = orm::create_tables_of(&db, &[Partial::def()]).await;
        if db.is_mariadb() {
            let error = made.unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("`schema_partial_"), "{error}");
            return Ok(());
        }
        made?;
        let one = Partial::create().name("a").insert(&db).await?;
        assert!(Partial::create().name("a").insert(&db).await.unwrap_err().is_unique_violation());
        one.update().deleted(true).exec(&db).await?;
        Partial::create().name("a").insert(&db).await?;
    }

    async fn tables_that_share_an_enum_come_and_go_one_by_one(db: Db) {
        tables!(db: Limits);
        tables!(db: Defaults);
        orm::drop_tables_of(&db, &[Limits::def()]).await?;
        assert_eq!(Defaults::create().name("a").insert(&db).await?.color, Color::Green);
        orm::drop_tables_of(&db, &[Defaults::def()]).await?;
        if db.is_postgres() {
            db.execute_script("CREATE TYPE color AS ENUM ('red', 'blue')").await?;
            let error = orm::create_tables_of(&db, &[Limits::def()]).await.unwrap_err();
            assert!(error.to_string().contains("\"color\" already exists"), "{error}");
        }
    }

    async fn a_table_with_rows_is_dropped(db: Db) {
        tables!(db: Keyed, Defaults);
        Keyed::create().word("a").other("b").insert(&db).await?;
        orm::drop_tables_of(&db, &[Keyed::def(), Defaults::def()]).await?;
        tables!(db: Keyed, Defaults);
        assert_eq!(Keyed::query().count(&db).await?, 0);
    }
}

#[test]
fn the_same_models_give_the_same_statements() {
    let statements = |models: &[&'static orm::model::ModelDef], dialect| {
        let schema = Schema::from_models(models).unwrap();
        orm_migrate::plan::create(&schema, dialect).unwrap()
    };
    for dialect in [
        orm::dialect::SQLITE,
        orm::dialect::POSTGRES,
        orm::dialect::MARIADB,
        orm::dialect::MYSQL,
    ] {
        let one = statements(
            &[Team::def(), Person::def(), Defaults::def(), Limits::def()],
            dialect,
        );
        let two = statements(
            &[
                Limits::def(),
                Defaults::def(),
                Person::def(),
                Team::def(),
                Limits::def(),
            ],
            dialect,
        );
        assert_eq!(one, two);
    }
}
