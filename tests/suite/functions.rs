//! Arithmetic, and functions of text, of times and of NULL.

mod reference;
mod scalar;
mod time;

use orm::expr::Expr;
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{day, decimal, instant, tables, users, words};

/// The value of an expression for the only row.
async fn of<T: orm::Field>(expr: Expr<Number, T>, db: &Db) -> orm::Result<T> {
    Number::query().select(expr).one(db).await
}

on_every_database! {
    async fn integers_are_divided_without_a_rest(db: Db) {
        tables!(db: Number);
        Number::create().whole(-7).medium(7).small(9).insert(&db).await?;
        assert_eq!(of(Number::whole / 2, &db).await?, Some(-3));
        assert_eq!(of(Number::whole / -2, &db).await?, Some(3));
        assert_eq!(of(Number::medium / 2, &db).await?, Some(3));
        assert_eq!(of(Number::small / 2, &db).await?, Some(4));
        assert_eq!(of(Number::whole % 3, &db).await?, Some(-1));
        assert_eq!(of(Number::medium % 4, &db).await?, Some(3));
        assert_eq!(of(Number::medium / 2 * 2, &db).await?, Some(6));
        assert_eq!(of(Number::medium / (Number::medium - 5), &db).await?, Some(3));
    }

    async fn operators_keep_their_precedence(db: Db) {
        tables!(db: Number);
        Number::create().whole(10).group(3).insert(&db).await?;
        assert_eq!(of((Number::whole + 2) * 3, &db).await?, Some(36));
        assert_eq!(of(Number::whole + 2 * 3, &db).await?, Some(16));
        assert_eq!(of(Number::whole - (Number::whole - 4), &db).await?, Some(4));
        assert_eq!(of(Number::whole - Number::whole - 4, &db).await?, Some(-4));
        assert_eq!(of(-(Number::whole + 1), &db).await?, Some(-11));
        assert_eq!(of(-Number::whole - -5, &db).await?, Some(-5));
        assert_eq!(of((Number::whole - 15).abs(), &db).await?, Some(5));
        assert_eq!(of(Number::group * Number::group, &db).await?, 9);
        assert_eq!(of(Number::whole / (Number::whole / 3), &db).await?, Some(3));
    }

    async fn division_by_zero_is_null(db: Db) {
        tables!(db: Number);
        Number::create().whole(5).medium(5).ratio(5.0).amount(decimal("5")).insert(&db).await?;
        assert_eq!(of(Number::whole / 0, &db).await?, None);
        assert_eq!(of(Number::whole % 0, &db).await?, None);
        assert_eq!(of(Number::whole / (Number::whole - 5), &db).await?, None);
        assert_eq!(of(Number::ratio / 0.0, &db).await?, None);
        assert_eq!(of(Number::amount / Decimal::ZERO, &db).await?, None);
        assert_eq!(of(Number::amount % Decimal::ZERO, &db).await?, None);
        assert_eq!(Number::query().filter((Number::whole / 0).is_null()).count(&db).await?, 1);
    }

    async fn division_by_zero_is_null_in_changes_as_well(db: Db) {
        tables!(db: Number);
        let number = Number::create().whole(5).ratio(5.0).amount(decimal("5")).insert(&db).await?;
        let changed = number
            .update()
            .whole(Number::whole / (Number::whole - 5))
            .ratio(Number::ratio / 0.0)
            .amount(Number::amount / Decimal::ZERO)
            .save(&db)
            .await?;
        assert_eq!((changed.whole, changed.ratio, changed.amount), (None, None, None));
    }

    async fn null_makes_arithmetic_null(db: Db) {
        tables!(db: Number);
        Number::create().insert(&db).await?;
        assert_eq!(of(Number::whole + 1, &db).await?, None);
        assert_eq!(of(-Number::amount, &db).await?, None);
        assert_eq!(of(Number::ratio.abs(), &db).await?, None);
    }

    async fn integers_that_overflow_are_an_error(db: Db) {
        tables!(db: Number);
        let number = Number::create().whole(i64::MAX).insert(&db).await?;
        assert!(of(Number::whole + 1, &db).await.is_err());
        assert!(of(Number::whole * 2, &db).await.is_err());
        assert!(of(-Number::whole - 2, &db).await.is_err());
        assert!(number.update().whole(Number::whole + 1).save(&db).await.is_err());
        assert_eq!(Number::find(number.id).one(&db).await?.whole, Some(i64::MAX));
        number.update().whole(i64::MIN).exec(&db).await?;
        assert!(of(Number::whole - 1, &db).await.is_err());
        assert!(of(-Number::whole, &db).await.is_err());
        assert!(of(Number::whole.abs(), &db).await.is_err());
        assert!(of(Number::whole / -1, &db).await.is_err());
    }

    async fn integers_that_overflow_in_a_condition_are_an_error(db: Db) {
        tables!(db: Number);
        Number::create().whole(i64::MAX).insert(&db).await?;
        assert!(Number::query().filter((Number::whole + 1).gt(0)).count(&db).await.is_err());
        assert!(Number::query().filter((Number::whole * 2).lt(0)).count(&db).await.is_err());
        assert!(Number::query().filter((-Number::whole - 2).lt(0)).count(&db).await.is_err());
    }

    async fn small_integers_that_overflow_are_an_error(db: Db) {
        tables!(db: Number);
        let number = Number::create().small(i16::MAX).medium(i32::MAX).insert(&db).await?;
        assert!(of(Number::small + 1, &db).await.is_err());
        assert!(of(Number::medium + 1, &db).await.is_err());
        assert!(of(Number::medium * 2, &db).await.is_err());
        assert!(number.update().medium(Number::medium + 1).exec(&db).await.is_err());
        assert!(number.update().small(Number::small + 1).exec(&db).await.is_err());
        assert_eq!(Number::find(number.id).one(&db).await?, number);
    }

    async fn decimals_are_exact(db: Db) {
        tables!(db: Number);
        let number = Number::create().amount(decimal("0.1")).insert(&db).await?;
        assert_eq!(of(Number::amount + decimal("0.2"), &db).await?, Some(decimal("0.3")));
        assert_eq!(of(Number::amount - decimal("0.3"), &db).await?, Some(decimal("-0.2")));
        assert_eq!(of(Number::amount * decimal("0.1"), &db).await?, Some(decimal("0.01")));
        assert_eq!(of(Number::amount % decimal("0.03"), &db).await?, Some(decimal("0.01")));
        assert_eq!(of(-Number::amount, &db).await?, Some(decimal("-0.1")));
        assert_eq!(of((Number::amount - decimal("0.3")).abs(), &db).await?, Some(decimal("0.2")));
        assert_eq!(of(Number::amount / decimal("4"), &db).await?.map(|d| d.round_dp(5)), Some(decimal("0.025")));
        let third = of(Number::amount / decimal("3"), &db).await?.unwrap();
        assert_eq!(third.round_dp(6), decimal("0.033333"));
        assert_eq!(Number::query().filter((Number::amount + decimal("0.2")).eq(decimal("0.30"))).count(&db).await?, 1);
        let changed = number.update().amount(Number::amount * decimal("1.1") + decimal("1000000000000000")).save(&db).await?;
        assert_eq!(changed.amount.unwrap().to_string(), "1000000000000000.1100");
        // More digits than the column has are rounded.
        let changed = changed.update().amount(Number::amount * decimal("0.00045")).save(&db).await?;
        assert_eq!(changed.amount.unwrap().to_string(), "450000000000.0000");
        let changed = changed.update().amount(Number::amount * Decimal::ZERO - decimal("0.00125")).save(&db).await?;
        assert_eq!(changed.amount.unwrap().to_string(), "-0.0013");
    }

    async fn a_quotient_of_decimals_is_precise(db: Db) {
        tables!(db: Number);
        Number::create().amount(decimal("1")).insert(&db).await?;
        let third = of(Number::amount / decimal("3"), &db).await?.unwrap();
        assert_eq!(third.round_dp(15), decimal("0.333333333333333"));
        assert_eq!(of(Number::amount / decimal("3") * decimal("3000000"), &db).await?.unwrap().round_dp(6), decimal("1000000"));
    }

    async fn floats_are_calculated_as_doubles(db: Db) {
        tables!(db: Number);
        Number::create().ratio(0.1).single(0.5).insert(&db).await?;
        assert_eq!(of(Number::ratio + 0.2, &db).await?, Some(0.1 + 0.2));
        assert_eq!(of(Number::ratio / 3.0, &db).await?, Some(0.1 / 3.0));
        assert_eq!(of(Number::ratio * -2.0, &db).await?, Some(-0.2));
        assert_eq!(of(Number::single / 2.0, &db).await?, Some(0.25));
    }

    async fn upper_and_lower_case_are_known_beyond_ascii(db: Db) {
        words(&db, &["Ärger ÉTÉ 😀 ABC", ""]).await?;
        let rows = Word::query().order_by(Word::id).select((Word::text.lower(), Word::text.upper())).all(&db).await?;
        assert_eq!(rows, [("ärger été 😀 abc".to_owned(), "ÄRGER ÉTÉ 😀 ABC".to_owned()), (String::new(), String::new())]);
        assert_eq!(Word::query().filter(Word::text.lower().eq("ärger été 😀 abc")).count(&db).await?, 1);
    }

    async fn length_counts_characters(db: Db) {
        words(&db, &["", "abc", "é", "😀😀", "a ", "e\u{301}"]).await?;
        let lengths: Vec<Option<i64>> = Word::query().order_by(Word::id).select(Word::text.length()).all(&db).await?;
        assert_eq!(lengths, [0, 3, 1, 2, 2, 2].map(Some));
        assert_eq!(Word::query().limit(1).select(Word::other.length()).one(&db).await?, None);
    }

    async fn text_is_put_together_and_trimmed(db: Db) {
        tables!(db: Word);
        Word::create().text("  a b ").other("x").insert(&db).await?;
        let row = Word::query().select((Word::text.trim(), Word::text.concat("!"), Word::other.concat("-").concat(Word::text), Word::text.trim().upper().concat("?"))).one(&db).await?;
        assert_eq!(row, ("a b".to_owned(), "  a b !".to_owned(), Some("x-  a b ".to_owned()), "A B?".to_owned()));
        Word::query().update().all_rows().other(None::<&str>).exec(&db).await?;
        assert_eq!(Word::query().select(Word::other.concat("-")).one(&db).await?, None);
        assert_eq!(Word::query().filter(Word::text.concat("%").starts_with("  a b %")).count(&db).await?, 1);
    }

    async fn coalesce_gives_the_first_value_that_is_there(db: Db) {
        users(&db).await?;
        let rows: Vec<(i32, String)> = User::query().order_by(User::id).select((User::age.coalesce(-1), User::nickname.coalesce(User::name))).all(&db).await?;
        let rows: Vec<(i32, &str)> = rows.iter().map(|(age, name)| (*age, name.as_str())).collect();
        assert_eq!(rows, [(30, "annie"), (-1, "Bob"), (25, "c"), (41, "Dan")]);
        assert_eq!(User::query().filter(User::age.coalesce(99).gt(40)).count(&db).await?, 2);
    }

    async fn case_chooses_the_first_condition_that_holds(db: Db) {
        users(&db).await?;
        let size = case().when(User::age.gt(40), "old").when(User::age.gt(28), "grown").when(User::age.is_null(), "unknown").otherwise("young");
        let sizes: Vec<String> = User::query().order_by(User::id).select(size).all(&db).await?;
        assert_eq!(sizes, ["grown", "unknown", "young", "old"]);
        let open = case().when(User::is_active.eq(false), User::logins + 100).end();
        assert_eq!(User::query().order_by(User::id).select(open).all(&db).await?, [None, Some(100), None, None]);
        let role = case().when(User::age.gt(28), Role::Admin).otherwise(User::role);
        assert_eq!(User::query().order_by(User::id).select(role).all(&db).await?, [Role::Admin, Role::Member, Role::Editor, Role::Admin]);
        let amount = case().when(User::is_active.eq(true), User::balance * decimal("2")).otherwise(Decimal::ONE);
        let amounts: Vec<Decimal> = User::query().order_by(User::id).select(amount).all(&db).await?;
        assert_eq!(amounts, [decimal("21"), decimal("1"), decimal("200.5"), decimal("-10")]);
        let rank = || case().when(User::role.eq(Role::Admin), 1).when(User::role.eq(Role::Editor), 2).otherwise(3);
        assert_eq!(User::query().order_by((rank(), User::name.desc())).select(User::name).all(&db).await?, ["Ann", "Cleo", "Dan", "Bob"]);
        let flag = case().when(User::age.gt(28), true).otherwise(false);
        assert_eq!(User::query().order_by(User::id).select(flag).all(&db).await?, [true, false, false, true]);
        let time = instant("2000-01-01T00:00:00Z");
        let when = case().when(User::age.gt(28), time).otherwise(time + orm::chrono::TimeDelta::days(1));
        assert_eq!(User::query().order_by(User::id).limit(1).select(when).one(&db).await?, time);
    }

    async fn parts_of_days_and_times_are_those_of_utc(db: Db) {
        tables!(db: Moment);
        // A leap day; the last second before 1970; the first day of a year, which is not the first of its week.
        for (at, parts, rest) in [
            ("2024-02-29T00:00:00Z", (2024, 2, 29, 0, 0, 0), (4, 60)),
            ("1969-12-31T23:59:59.999999Z", (1969, 12, 31, 23, 59, 59), (3, 365)),
            ("1900-03-01T05:06:07.5Z", (1900, 3, 1, 5, 6, 7), (4, 60)),
            ("2023-01-01T18:15:30Z", (2023, 1, 1, 18, 15, 30), (0, 1)),
        ] {
            let at = instant(at);
            let moment = Moment::create().at(at).day(at.date_naive()).local(at.naive_utc()).clock(at.time()).insert(&db).await?;
            let row = Moment::find(moment.id)
                .select((Moment::at.year(), Moment::at.month(), Moment::at.day(), Moment::at.hour(), Moment::at.minute(), Moment::at.second()))
                .one(&db)
                .await?;
            assert_eq!(row, parts);
            let row = Moment::find(moment.id).select((Moment::at.weekday(), Moment::at.year_day(), Moment::at.date())).one(&db).await?;
            assert_eq!(row, (rest.0, rest.1, at.date_naive()));
            let row = Moment::find(moment.id)
                .select((Moment::local.year(), Moment::local.month(), Moment::local.day(), Moment::local.hour(), Moment::local.minute(), Moment::local.second(), Moment::local.date()))
                .one(&db)
                .await?;
            assert_eq!(row, (Some(parts.0), Some(parts.1), Some(parts.2), Some(parts.3), Some(parts.4), Some(parts.5), Some(at.date_naive())));
            let row = Moment::find(moment.id).select((Moment::day.year(), Moment::day.month(), Moment::day.day(), Moment::day.weekday(), Moment::day.year_day())).one(&db).await?;
            assert_eq!(row, (Some(parts.0), Some(parts.1), Some(parts.2), Some(rest.0), Some(rest.1)));
            let row = Moment::find(moment.id).select((Moment::clock.hour(), Moment::clock.minute(), Moment::clock.second())).one(&db).await?;
            assert_eq!(row, (Some(parts.3), Some(parts.4), Some(parts.5)));
        }
        let empty = Moment::create().at(instant("2000-01-01T00:00:00Z")).insert(&db).await?;
        let row = Moment::find(empty.id).select((Moment::day.year(), Moment::local.hour(), Moment::clock.minute(), Moment::local.date())).one(&db).await?;
        assert_eq!(row, (None, None, None, None));
    }

    async fn times_are_compared_as_points_in_time(db: Db) {
        tables!(db: Moment);
        let times = ["1969-12-31T23:59:59.5Z", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000001Z", "2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z", "2024-01-01T00:00:01Z"].map(instant);
        Moment::insert_many(times.iter().rev().map(|t| Moment::create().at(*t).local(t.naive_utc()).clock(t.time()).day(t.date_naive()))).exec(&db).await?;
        assert_eq!(Moment::query().order_by(Moment::at).select(Moment::at).all(&db).await?, times);
        for (n, time) in times.iter().enumerate() {
            let n = u64::try_from(n).unwrap();
            assert_eq!(Moment::query().filter(Moment::at.lt(*time)).count(&db).await?, n);
            assert_eq!(Moment::query().filter(Moment::at.le(*time)).count(&db).await?, n + 1);
            assert_eq!(Moment::query().filter(Moment::at.eq(*time)).count(&db).await?, 1);
            assert_eq!(Moment::query().filter(Moment::local.gt(time.naive_utc())).count(&db).await?, 5 - n);
        }
        assert_eq!(Moment::query().filter(Moment::clock.lt("00:00:01".parse::<NaiveTime>().unwrap())).count(&db).await?, 4);
        assert_eq!(Moment::query().filter(Moment::day.between(day("1970-01-01"), day("2023-12-31"))).count(&db).await?, 2);
        assert_eq!(Moment::query().filter(Moment::at.date().eq(day("1969-12-31"))).count(&db).await?, 1);
        assert_eq!(Moment::query().filter(Moment::at.year().eq(2024)).count(&db).await?, 3);
        // Finer than what is stored.
        assert_eq!(Moment::query().filter(Moment::at.ge(instant("2024-01-01T00:00:00.5Z"))).count(&db).await?, 2);
    }

    async fn rows_are_grouped_by_parts_of_their_time(db: Db) {
        tables!(db: Moment);
        Moment::insert_many(["2023-05-01T23:30:00Z", "2023-05-02T00:30:00Z", "2024-05-01T12:00:00Z"].map(|t| Moment::create().at(instant(t)))).exec(&db).await?;
        let per_year: Vec<(i32, i64)> = Moment::query().group_by(Moment::at.year()).order_by(Moment::at.year()).select((Moment::at.year(), count())).all(&db).await?;
        assert_eq!(per_year, [(2023, 2), (2024, 1)]);
        let per_day: Vec<(NaiveDate, i64)> = Moment::query().group_by(Moment::at.date()).order_by(Moment::at.date()).select((Moment::at.date(), count())).all(&db).await?;
        assert_eq!(per_day, [(day("2023-05-01"), 1), (day("2023-05-02"), 1), (day("2024-05-01"), 1)]);
    }

    async fn trim_takes_away_spaces_and_nothing_else(db: Db) {
        words(&db, &["  a\t ", "\n a \r\n", "a b", "   "]).await?;
        assert_eq!(Word::query().order_by(Word::id).select(Word::text.trim()).all(&db).await?, ["a\t", "\n a \r\n", "a b", ""]);
    }
}

on_every_database! {
    only postgres, mariadb;

    /// On SQLite it is infinite, as in Rust.
    async fn floats_that_overflow_are_an_error(db: Db) {
        tables!(db: Number);
        Number::create().ratio(1e308).insert(&db).await?;
        assert!(of(Number::ratio * 10.0, &db).await.is_err());
    }
}
