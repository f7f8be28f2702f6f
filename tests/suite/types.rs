//! Every type of field at its extremes: what is stored comes back as it was, and what a database cannot keep is refused before
//! any SQL is sent, never rounded or cut.

use std::fmt::Debug;

use orm::ErrorKind;
use orm::prelude::*;
use serde::{Deserialize, Serialize};

use crate::support::Database;
use crate::support::seed::tables;

/// A model with one column of a type, and one that may be NULL.
trait Holder: Model {
    type Value: Clone + PartialEq + Debug;

    /// Stores the value and reads the row again.
    async fn store(db: &Db, value: Self::Value) -> orm::Result<(Self::Value, Option<Self::Value>)>;

    /// Stores NULL, and reads the row again.
    async fn store_none(db: &Db, value: Self::Value) -> orm::Result<Option<Self::Value>>;

    /// How many rows are found by the value.
    async fn count(db: &Db, value: Self::Value) -> orm::Result<u64>;
}

macro_rules! holders {
    ($($name:ident $table:tt [$($ty:tt)+] $(#[$attr:meta])?;)+) => {$(
        #[derive(Model, Debug, Clone, PartialEq)]
        #[model(table = $table)]
        struct $name {
            id: Id<$name>,
            $(#[$attr])?
            value: $($ty)+,
            $(#[$attr])?
            maybe: Option<$($ty)+>,
        }

        impl Holder for $name {
            type Value = $($ty)+;

            async fn store(db: &Db, value: Self::Value) -> orm::Result<(Self::Value, Option<Self::Value>)> {
                let inserted = $name::create().value(value.clone()).maybe(value).insert(db).await?;
                let row = $name::find(inserted.id).one(db).await?;
                // As text, in which NaN is like itself.
                assert_eq!(format!("{inserted:?}"), format!("{row:?}"), "what the insert gives is what is stored");
                Ok((row.value, row.maybe))
            }

            async fn store_none(db: &Db, value: Self::Value) -> orm::Result<Option<Self::Value>> {
                let inserted = $name::create().value(value).insert(db).await?;
                $name::find(inserted.id).one(db).await.map(|row| row.maybe)
            }

            async fn count(db: &Db, value: Self::Value) -> orm::Result<u64> {
                $name::query().filter($name::value.eq(value.clone()) & $name::maybe.eq(value)).count(db).await
            }
        }
    )+};
}

holders! {
    Truth "type_truth" [bool];
    Small "type_small" [i16];
    Medium "type_medium" [i32];
    Big "type_big" [i64];
    Unsigned "type_unsigned" [u32];
    Single "type_single" [f32];
    Double "type_double" [f64];
    Text "type_text" [String];
    Binary "type_binary" [Vec<u8>];
    Key "type_key" [Uuid];
    Day "type_day" [NaiveDate];
    Clock "type_clock" [NaiveTime];
    Local "type_local" [NaiveDateTime];
    Moment "type_moment" [DateTime<Utc>];
    Money "type_money" [Decimal] #[model(precision = 28, scale = 10)];
    Wide "type_wide" [Decimal] #[model(precision = 38, scale = 10)];
    Fine "type_fine" [Decimal] #[model(precision = 38, scale = 28)];
    AnyNumber "type_any_number" [Decimal];
    Document "type_document" [Json<Profile>];
    AnyDocument "type_any_document" [orm::serde_json::Value];
    Labelled "type_labelled" [Role];
    Spelled "type_spelled" [Email];
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct Profile {
    name: String,
    big: u64,
    small: i64,
    ratio: f64,
    none: Option<u8>,
    list: Vec<String>,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Role {
    Member,
    #[db_enum(rename = "root user's \"label\" 🦀")]
    Root,
}

#[derive(Embed, Debug, Clone, PartialEq)]
struct Email(String);

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "type_lists")]
struct Lists {
    id: Id<Lists>,
    truths: Vec<bool>,
    numbers: Vec<i64>,
    floats: Vec<f64>,
    texts: Vec<String>,
    days: Option<Vec<NaiveDate>>,
    keys: Vec<Uuid>,
    roles: Vec<Role>,
}

#[derive(Embed, Debug, Clone, PartialEq)]
struct Place {
    latitude: f64,
    longitude: f64,
}

#[derive(Embed, Debug, Clone, PartialEq)]
struct Address {
    #[model(length = 20, trim)]
    street: String,
    #[model(column = "zip", length = 10, uppercase)]
    code: Option<String>,
    #[embed]
    place: Place,
}

#[derive(Embed, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[embed(json)]
struct Window {
    wide: bool,
}

#[derive(Embed, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[embed(json)]
#[serde(rename_all = "camelCase")]
struct Preferences {
    theme: String,
    font_size: Option<u32>,
    main_window: Window,
    tags: Vec<String>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "type_customers")]
struct Customer {
    id: Id<Customer>,
    #[model(embed)]
    home: Address,
    #[model(json)]
    preferences: Preferences,
}

fn customer(street: &str, theme: &str, font_size: Option<u32>) -> (Address, Preferences) {
    let home = Address {
        street: street.into(),
        code: Some("ab1".into()),
        place: Place {
            latitude: 47.5,
            longitude: -8.25,
        },
    };
    let main_window = Window {
        wide: font_size.is_some(),
    };
    (
        home,
        Preferences {
            theme: theme.into(),
            font_size,
            main_window,
            tags: vec![],
        },
    )
}

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn number(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Each value comes back as it was, and is found by itself.
async fn comes_back<H: Holder>(db: &Db, values: impl IntoIterator<Item = H::Value>) {
    for value in values {
        let (plain, maybe) = H::store(db, value.clone())
            .await
            .unwrap_or_else(|e| panic!("{value:?}: {e}"));
        assert_eq!(plain, value);
        assert_eq!(maybe.as_ref(), Some(&value));
        assert!(
            H::count(db, value.clone()).await.unwrap() >= 1,
            "{value:?} is not found by itself"
        );
        assert_eq!(H::store_none(db, value).await.unwrap(), None);
    }
}

/// Each value is refused by this crate; the database is not asked.
async fn is_refused<H: Holder>(db: &Db, values: impl IntoIterator<Item = H::Value>) {
    for value in values {
        let error = match H::store(db, value.clone()).await {
            Ok(stored) => panic!("{value:?} was stored as {stored:?}"),
            Err(error) => error,
        };
        let before_sending = matches!(
            error.kind(),
            ErrorKind::Encode { .. } | ErrorKind::Validation(_)
        );
        assert!(
            before_sending,
            "{value:?} was refused by the database: {error}"
        );
    }
}

on_every_database! {
    async fn numbers_come_back_from_the_least_to_the_greatest(db: Db) {
        tables!(db: Truth, Small, Medium, Big, Unsigned);
        comes_back::<Truth>(&db, [true, false]).await;
        comes_back::<Small>(&db, [i16::MIN, -1, 0, i16::MAX]).await;
        comes_back::<Medium>(&db, [i32::MIN, -1, 0, i32::MAX]).await;
        comes_back::<Big>(&db, [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX]).await;
        comes_back::<Unsigned>(&db, [0, u32::MAX]).await;
    }

    async fn floats_come_back_to_the_last_bit(db: Db) {
        tables!(db: Single, Double);
        let values = [0.1, -0.1, f64::MAX, f64::MIN, f64::EPSILON, 1.0 / 3.0, 9_007_199_254_740_993.0];
        comes_back::<Double>(&db, values.into_iter().chain([f64::MIN_POSITIVE])).await;
        for value in [0.1_f32, f32::MAX, f32::MIN, f32::EPSILON, f32::MIN_POSITIVE, 16_777_217.0] {
            let (stored, _) = Single::store(&db, value).await.unwrap();
            assert_eq!(stored.to_bits(), value.to_bits());
        }
    }

    async fn a_float_that_is_no_number_is_stored_as_it_is_or_refused(db: Db) {
        tables!(db: Single, Double);
        let refused: &[f64] = match db.database {
            Database::Postgres => &[],
            Database::Sqlite | Database::SqliteFile => &[f64::NAN],
            Database::Mariadb | Database::MysqlWithoutReturning => &[f64::NAN, f64::INFINITY, f64::NEG_INFINITY],
        };
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            #[expect(clippy::cast_possible_truncation, reason = "they are the same in both widths")]
            let single = value as f32;
            if refused.iter().any(|r| r.to_bits() == value.to_bits()) {
                is_refused::<Double>(&db, [value]).await;
                is_refused::<Single>(&db, [single]).await;
            } else {
                let (stored, _) = Double::store(&db, value).await.unwrap();
                assert!(stored == value || stored.is_nan() && value.is_nan(), "{value} came back as {stored}");
                let (stored, _) = Single::store(&db, single).await.unwrap();
                assert!(stored == single || stored.is_nan() && single.is_nan(), "{single} came back as {stored}");
            }
        }
    }

    async fn text_and_bytes_come_back_whatever_is_in_them(db: Db) {
        tables!(db: Text, Binary);
        let long = "å🦀".repeat(50_000);
        let texts = ["", " ", " a ", "a ", "A", "a", "ä", "a\u{308}", "'\"`\\%_{}?$1;--", "🦀🏳️‍🌈", "\u{10ffff}\u{feff}", "\r\n\t\u{1}", &long];
        comes_back::<Text>(&db, texts.map(str::to_owned)).await;
        for text in ["A", "a", "a ", "ä", "a\u{308}"] {
            assert_eq!(Text::count(&db, text.to_owned()).await.unwrap(), 1, "{text:?} is equal to itself only");
        }
        let all: Vec<u8> = (0..=255).collect();
        comes_back::<Binary>(&db, [vec![], vec![0], all, b"' OR 1=1".to_vec(), vec![0xff; 100_000]]).await;
    }

    async fn text_with_a_null_character_is_stored_whole_or_refused(db: Db) {
        tables!(db: Text);
        let values = ["\0", "a\0", "a\0b"].map(str::to_owned);
        if db.is_postgres() {
            is_refused::<Text>(&db, values).await;
        } else {
            comes_back::<Text>(&db, values).await;
        }
    }

    async fn days_and_times_come_back_to_the_microsecond(db: Db) {
        tables!(db: Day, Clock, Local, Moment);
        let days = [day(1, 1, 1), day(1582, 10, 10), day(1900, 3, 1), day(1969, 12, 31), day(1970, 1, 1), day(2024, 2, 29), day(9999, 12, 31)];
        comes_back::<Day>(&db, days).await;
        let last = NaiveTime::from_hms_micro_opt(23, 59, 59, 999_999).unwrap();
        comes_back::<Clock>(&db, [NaiveTime::MIN, NaiveTime::from_hms_micro_opt(0, 0, 0, 1).unwrap(), last]).await;
        for day in days {
            comes_back::<Local>(&db, [day.and_time(NaiveTime::MIN), day.and_time(last)]).await;
            comes_back::<Moment>(&db, [day.and_time(NaiveTime::MIN).and_utc(), day.and_time(last).and_utc()]).await;
        }
        comes_back::<Moment>(&db, [orm::now()]).await;
    }

    async fn years_of_other_lengths_are_stored_as_they_are_or_refused(db: Db) {
        tables!(db: Day, Local, Moment);
        let far = [NaiveDate::MIN, day(-4713, 11, 23), day(-4713, 11, 24), day(-1, 12, 31), day(0, 1, 1), day(10_000, 1, 1), NaiveDate::MAX];
        for day in far {
            use orm::chrono::Datelike;
            let kept = match db.database {
                Database::Postgres => day >= self::day(-4713, 11, 24),
                Database::Sqlite | Database::SqliteFile => (0..=9999).contains(&day.year()),
                Database::Mariadb | Database::MysqlWithoutReturning => false,
            };
            let time = day.and_time(NaiveTime::MIN);
            if kept {
                comes_back::<Day>(&db, [day]).await;
                comes_back::<Local>(&db, [time]).await;
                comes_back::<Moment>(&db, [time.and_utc()]).await;
            } else {
                is_refused::<Day>(&db, [day]).await;
                is_refused::<Local>(&db, [time]).await;
                is_refused::<Moment>(&db, [time.and_utc()]).await;
            }
        }
    }

    async fn nanoseconds_are_refused_to_store_and_cut_to_compare(db: Db) {
        tables!(db: Clock, Local, Moment);
        let exact = day(2026, 11, 23).and_hms_micro_opt(21, 7, 42, 123_456).unwrap();
        let finer = exact + orm::chrono::TimeDelta::nanoseconds(999);
        let leap = day(2016, 12, 31).and_hms_milli_opt(23, 59, 59, 1_000).unwrap();
        for time in [finer, leap] {
            is_refused::<Clock>(&db, [time.time()]).await;
            is_refused::<Local>(&db, [time]).await;
            is_refused::<Moment>(&db, [time.and_utc()]).await;
        }
        comes_back::<Moment>(&db, [exact.and_utc()]).await;
        assert_eq!(Moment::count(&db, finer.and_utc()).await.unwrap(), 1);
    }

    async fn decimals_come_back_with_every_digit(db: Db) {
        tables!(db: Money, Wide, Fine);
        let money = [
            "0",
            "-0.1",
            "0.0000000001",
            "123.45",
            "999999999999999999.9999999999",
            "-999999999999999999.9999999999",
        ];
        comes_back::<Money>(&db, money.map(number)).await;
        is_refused::<Money>(&db, ["0.00000000001", "1000000000000000000"].map(number)).await;
        let wide = ["9999999999999999999999999999", "-1234567890123456789.0123456789"];
        comes_back::<Wide>(&db, wide.map(number)).await;
        is_refused::<Wide>(&db, [Decimal::MAX, Decimal::MIN]).await;
        let fine = ["0.0000000000000000000000000001", "-7.9228162514264337593543950335", "9999999999"];
        comes_back::<Fine>(&db, fine.map(number)).await;
    }

    async fn a_decimal_of_any_precision_comes_back_where_there_is_such_a_column(db: Db) {
        if db.is_mariadb() {
            let error = orm::create_tables_of(&db, &[AnyNumber::def()]).await.unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("precision"), "{error}");
            return Ok(());
        }
        tables!(db: AnyNumber);
        let least = Decimal::new(1, 28);
        comes_back::<AnyNumber>(&db, [Decimal::MAX, Decimal::MIN, least, -least, Decimal::ZERO]).await;
        let (stored, _) = AnyNumber::store(&db, number("1.500")).await?;
        assert_eq!(stored.to_string(), "1.500", "zeros at the end are kept");
    }

    async fn documents_come_back_as_they_were(db: Db) {
        tables!(db: Document, AnyDocument);
        let profile = Profile {
            name: "'\"\\ 🦀 \u{7f}".into(),
            big: u64::MAX,
            small: i64::MIN,
            ratio: 0.1,
            none: None,
            list: vec![String::new(), "a".into()],
        };
        for value in [Json(profile), Json(Profile::default())] {
            assert_eq!(Document::store(&db, value.clone()).await.unwrap(), (value.clone(), Some(value.clone())));
            assert_eq!(Document::store_none(&db, value).await.unwrap(), None);
        }
        use orm::serde_json::json;
        for value in [json!(null), json!(true), json!(""), json!([]), json!({}), json!({"a": [1, {"b": null}], "": "é"}), json!(u64::MAX), json!(0.1)] {
            assert_eq!(AnyDocument::store(&db, value.clone()).await.unwrap(), (value.clone(), Some(value)));
        }
        let nulls = json!({"a\u{0}": "\u{0}"});
        if db.is_postgres() {
            is_refused::<AnyDocument>(&db, [nulls]).await;
        } else {
            assert_eq!(AnyDocument::store(&db, nulls.clone()).await.unwrap().0, nulls);
        }
        // What only looks like a null character is one backslash and five letters.
        let text = json!("\\u0000");
        assert_eq!(AnyDocument::store(&db, text.clone()).await.unwrap().0, text);
    }

    async fn a_document_that_could_not_be_read_again_is_refused(db: Db) {
        tables!(db: Document, AnyDocument);
        is_refused::<Document>(&db, [f64::NAN, f64::INFINITY].map(|ratio| Json(Profile { ratio, ..Profile::default() }))).await;
        let deep = (0..200).fold(orm::serde_json::json!(1), |inner, _| orm::serde_json::json!([inner]));
        is_refused::<AnyDocument>(&db, [deep]).await;
    }

    async fn keys_labels_and_newtypes_come_back(db: Db) {
        tables!(db: Key, Labelled, Spelled);
        comes_back::<Key>(&db, [Uuid::nil(), Uuid::max(), Uuid::from_u128(1), Uuid::now_v7()]).await;
        comes_back::<Labelled>(&db, [Role::Member, Role::Root]).await;
        comes_back::<Spelled>(&db, ["ann@example.com", ""].map(|text| Email(text.to_owned()))).await;
    }

    async fn lists_come_back_where_there_are_arrays_and_are_refused_elsewhere(db: Db) {
        let empty = || Lists::create().truths(vec![]).numbers(vec![]).floats(vec![]).texts(vec![]).keys(vec![]).roles(vec![]);
        let full = Lists::create()
            .truths(vec![true, false])
            .numbers(vec![i64::MIN, 0, i64::MAX])
            .floats(vec![0.1, f64::MAX])
            .texts(vec![String::new(), "{\"a\",NULL}".to_owned(), "🦀".to_owned()])
            .days(vec![day(1, 1, 1), day(9999, 12, 31)])
            .keys(vec![Uuid::nil(), Uuid::max()])
            .roles(vec![Role::Root, Role::Member]);
        if !db.is_postgres() {
            let error = empty().insert(&db).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Encode { .. } | ErrorKind::Unsupported { .. }), "{error}");
            assert!(error.to_string().contains("array"), "{error}");
            return Ok(());
        }
        tables!(db: Lists);
        let inserted = empty().insert(&db).await.unwrap();
        assert_eq!(inserted.days, None);
        assert_eq!(inserted.texts, Vec::<String>::new());
        let inserted = full.insert(&db).await.unwrap();
        let row = Lists::find(inserted.id).one(&db).await.unwrap();
        assert_eq!(row, inserted);
        assert_eq!(row.numbers, [i64::MIN, 0, i64::MAX]);
        assert_eq!(row.texts, ["", "{\"a\",NULL}", "🦀"]);
        assert_eq!(row.roles, [Role::Root, Role::Member]);
    }

    async fn an_embedded_struct_is_columns_of_its_model(db: Db) {
        tables!(db: Customer);
        let (home, preferences) = customer(" Main Street 1 ", "dark", None);
        let inserted = Customer::create().home(home).preferences(preferences).insert(&db).await?;
        assert_eq!(inserted.home.street, "Main Street 1");
        assert_eq!(inserted.home.code.as_deref(), Some("AB1"));
        let found = Customer::query()
            .filter(Customer::home.street.starts_with("Main") & Customer::home.place.longitude.lt(0.0) & Customer::home.code.eq("AB1"))
            .one(&db)
            .await?;
        assert_eq!(found, inserted);
        let place: (f64, f64) =
            Customer::query().select((Customer::home.place.latitude, Customer::home.place.longitude)).one(&db).await?;
        assert_eq!(place, (47.5, -8.25));
        let (home, preferences) = customer("a street whose name is too long", "dark", None);
        let error = Customer::create().home(home).preferences(preferences).insert(&db).await.unwrap_err();
        assert!(error.is_validation() && error.to_string().contains("home.street"), "{error}");
    }

    async fn a_path_leads_into_a_document(db: Db) {
        tables!(db: Customer);
        for (street, theme, size) in [("a", "dark", Some(12)), ("b", "light", Some(9)), ("c", "dark 'theme'", None)] {
            let (home, preferences) = customer(street, theme, size);
            Customer::create().home(home).preferences(preferences).insert(&db).await?;
        }
        let streets = async |condition: orm::expr::Expr<Customer, bool>| {
            Customer::query().filter(condition).order_by(Customer::id).select(Customer::home.street).all(&db).await.unwrap().join(" ")
        };
        let preferences = Customer::preferences;
        assert_eq!(streets(preferences.path(Preferences::theme).value().eq("dark")).await, "a");
        assert_eq!(streets(preferences.path(Preferences::theme).value().eq("dark 'theme'")).await, "c");
        assert_eq!(streets(preferences.path(Preferences::theme).value().starts_with("dark")).await, "a c");
        assert_eq!(streets(preferences.path(Preferences::font_size).value().lt(10)).await, "b");
        assert_eq!(streets(preferences.path(Preferences::font_size).value().is_null()).await, "c");
        assert_eq!(streets(preferences.path(Preferences::main_window).path(Window::wide).value().eq(true)).await, "a b");
        let sizes: Vec<Option<u32>> =
            Customer::query().order_by(Customer::id).select(preferences.path(Preferences::font_size).value()).all(&db).await?;
        assert_eq!(sizes, [Some(12), Some(9), None]);
    }
}
