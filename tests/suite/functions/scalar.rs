//! Functions of text, numbers and NULL, casts, and random values, against values that the test computes.

use orm::expr::{Expr, random, random_uuid};
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, tables, texts, words};

const TEXTS: [&str; 12] = [
    "",
    " ",
    "a",
    "  both  ",
    "Straße",
    "ÄÖÜ äöü",
    "日本語テキスト",
    "e\u{301}",
    "😀 emoji 😀",
    "100%_\\*[x]",
    "line\nend\n",
    "aaaa",
];

/// An expression's value for each of the texts.
async fn each<T: orm::Field>(db: &Db, expr: Expr<Word, T>) -> orm::Result<Vec<T>> {
    Word::query().order_by(Word::id).select(expr).all(db).await
}

/// What Rust says for each of the texts.
fn expected<T>(of: impl Fn(&str) -> T) -> Vec<T> {
    TEXTS.iter().map(|text| of(text)).collect()
}

fn slice(text: &str, skip: i64, take: i64) -> String {
    let skip = usize::try_from(skip).unwrap_or(0);
    let take = usize::try_from(take).unwrap_or(0);
    text.chars().skip(skip).take(take).collect()
}

/// A number that is not known before the row is read.
fn zero() -> Expr<Word, Option<i64>> {
    Word::text.length() - Word::text.length()
}

async fn of<T: orm::Field>(expr: Expr<Number, T>, db: &Db) -> orm::Result<T> {
    Number::query().select(expr).one(db).await
}

on_every_database! {
    async fn parts_of_text_are_counted_in_characters(db: Db) {
        words(&db, &TEXTS).await?;
        for (from, length) in [(1, 2), (2, 3), (0, 2), (-5, 2), (3, 0), (3, -1), (1, i64::MAX), (i64::MAX, 5), (i64::MIN, 1)] {
            let is = expected(|text| slice(text, from.max(1) - 1, length));
            assert_eq!(each(&db, Word::text.substring(from, length)).await?, is, "{from} {length}");
            // Where the numbers are not known before.
            let (from_row, length_row) = (zero() + from, zero() + length);
            assert_eq!(each(&db, Word::text.substring(from_row, length_row)).await?, is, "{from} {length}");
        }
        for n in [0, 1, 3, 100, -1, i64::MAX] {
            assert_eq!(each(&db, Word::text.left(n)).await?, expected(|text| slice(text, 0, n)));
            let right = |text: &str| slice(text, i64::try_from(text.chars().count()).unwrap() - n.max(0), n);
            assert_eq!(each(&db, Word::text.right(n)).await?, expected(right), "{n}");
            assert_eq!(each(&db, Word::text.right(zero() + n)).await?, expected(right), "{n}");
        }
        assert_eq!(each(&db, Word::text.reverse()).await?, expected(|text| text.chars().rev().collect::<String>()));
        assert_eq!(each(&db, Word::text.trim_start()).await?, expected(|text| text.trim_start_matches(' ').to_owned()));
        assert_eq!(each(&db, Word::text.trim_end()).await?, expected(|text| text.trim_end_matches(' ').to_owned()));
        for needle in ["", "a", " ", "ü", "テキ", "😀", "\n", "%", "\\", "A"] {
            let position = |text: &str| Some(text.find(needle).map_or(0, |at| i64::try_from(text[..at].chars().count()).unwrap() + 1));
            assert_eq!(each(&db, Word::text.position(needle)).await?, expected(position), "{needle}");
        }
        assert_eq!(each(&db, Word::other.position("a")).await?, vec![None; TEXTS.len()]);
        assert_eq!(each(&db, Word::other.substring(1, 2)).await?, vec![None; TEXTS.len()]);
    }

    async fn text_is_replaced_and_padded(db: Db) {
        words(&db, &TEXTS).await?;
        for (from, to) in [("a", "bb"), ("aa", "a"), ("A", "x"), ("ß", "ss"), ("😀", ""), ("\\", "/"), ("%", "%%"), ("\n", " ")] {
            assert_eq!(each(&db, Word::text.replace(from, to)).await?, expected(|text| text.replace(from, to)), "{from}");
        }
        assert_eq!(each(&db, Word::text.replace("", "x")).await?, TEXTS);
        assert_eq!(each(&db, Word::text.replace(Word::text, "x")).await?, expected(|text| if text.is_empty() { "" } else { "x" }));
        for (width, fill) in [(0, 'x'), (3, '.'), (6, 'é'), (10, '😀'), (8, ' ')] {
            let fills = |text: &str| fill.to_string().repeat(usize::from(width).saturating_sub(text.chars().count()));
            let cut = |text: &str| slice(text, 0, width.into());
            assert_eq!(each(&db, Word::text.pad_start(width, fill)).await?, expected(|text| fills(text) + &cut(text)), "{width}");
            assert_eq!(each(&db, Word::text.pad_end(width, fill)).await?, expected(|text| cut(text) + &fills(text)), "{width}");
        }
        let all = Word::text.concat("<").concat(Word::text).concat(">").concat("");
        assert_eq!(each(&db, all).await?, expected(|text| format!("{text}<{text}>")));
        assert_eq!(each(&db, Word::other.concat(Word::text)).await?, vec![None; TEXTS.len()]);
    }

    async fn letters_have_one_other_case(db: Db) {
        words(&db, &["straße", "ǆ", "ᾳ ᾀ", "İstanbul", "ΑΣ", "ﬁ", "ǉ", "ÿ", "µ"]).await?;
        assert_eq!(each(&db, Word::text.upper()).await?[..3], ["STRAßE", "Ǆ", "ᾼ ᾈ"]);
        assert_eq!(each(&db, Word::text.lower()).await?[3..5], ["istanbul", "ας".replace('ς', "σ").as_str()]);
        assert_eq!(each(&db, Word::text.upper()).await?[5..8], ["ﬁ", "Ǉ", "Ÿ"]);
    }

    async fn accents_do_not_count_where_they_are_ignored(db: Db) {
        words(&db, &["Zoë", "ZOE", "zoe", "zo", "Zoe\u{308}", "Việt Nam", "viet nam", "straße", "strasse", "Ἀθῆναι", "αθηναι", "Їжак", "a.b", "aXb", "Crème Brûlée"]).await?;
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("zoé")).await?, ["Zoë", "ZOE", "zoe", "Zoe\u{308}"]);
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("Zo")).await?, ["zo"]);
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("VIET NAM")).await?, ["Việt Nam", "viet nam"]);
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("Straße")).await?, ["straße"]);
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("Αθηναι")).await?, ["Ἀθῆναι", "αθηναι"]);
        assert_eq!(texts(&db, Word::text.starts_with_ignore_accents("і")).await?, ["Їжак"]);
        assert_eq!(texts(&db, Word::text.contains_ignore_accents("A.B")).await?, ["a.b"]);
        assert_eq!(texts(&db, Word::text.contains_ignore_accents("ME BRU")).await?, ["Crème Brûlée"]);
        assert_eq!(texts(&db, Word::text.contains_ignore_accents("")).await?.len(), 15);
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("")).await?, [""; 0]);
        // No line's end is overlooked.
        words_more(&db, &["zoe\n"]).await?;
        assert_eq!(texts(&db, Word::text.eq_ignore_accents("zoe")).await?.len(), 4);
    }

    async fn marks_are_taken_away_or_refused(db: Db) {
        words(&db, &["Crème Brûlée", "Việt", "ß≠Đ한", "Ἀθῆναι", "e\u{301}", ""]).await?;
        let bare = each(&db, Word::text.unaccent()).await;
        if db.is_sqlite() || db.is_postgres() {
            assert_eq!(bare?, ["Creme Brulee", "Viet", "ß≠Đ한", "Αθηναι", "e", ""]);
        } else {
            let error = bare.unwrap_err();
            assert!(error.to_string().contains("does not support `unaccent`"), "{error}");
        }
    }

    async fn regular_expressions_mean_the_same(db: Db) {
        let all = ["", "a", "A", "ab", "aab", "ab\n", "a\nb", "é", "É", "x1", "_", "a b", "a\tb", "a-b]", "^$.*", "日本", "١", "a\\b", "'quoted'"];
        words(&db, &all).await?;
        // What each pattern should match, said by hand.
        for (pattern, hits) in [
            ("", all.to_vec()),
            ("^$", vec![""]),
            ("^a", vec!["a", "ab", "aab", "ab\n", "a\nb", "a b", "a\tb", "a-b]", "a\\b"]),
            ("b$", vec!["ab", "aab", "a\nb", "a b", "a\tb", "a\\b"]),
            ("^a.b$", vec!["aab", "a b", "a\tb", "a\\b"]),
            ("^.$", vec!["a", "A", "é", "É", "_"].into_iter().chain(["١"]).collect()),
            (r"^\w+$", vec!["a", "A", "ab", "aab", "x1", "_"]),
            (r"\d", vec!["x1"]),
            (r"\s", vec!["ab\n", "a\nb", "a b", "a\tb"]),
            (r"^[^a-z]+$", vec!["A", "É", "é", "_", "^$.*", "日本", "١"]),
            (r"^\^\$\.\*$", vec!["^$.*"]),
            (r"[\]\\']", vec!["a-b]", "a\\b", "'quoted'"]),
            ("^(a|é){1,2}b?$", vec!["a", "ab", "aab", "é"]),
            ("^(?:a?){2}$", vec!["", "a"]),
            ("本|^É$|^_", vec!["É", "_", "日本"]),
            (r"^a[- ]b", vec!["a b", "a-b]"]),
        ] {
            let mut hits = hits;
            hits.sort_unstable();
            let mut found = texts(&db, Word::text.matches(pattern)).await?;
            found.sort_unstable();
            assert_eq!(found, hits, "{pattern}");
            let others = texts(&db, !Word::text.matches(pattern)).await?;
            assert_eq!(others.len(), all.len() - hits.len(), "{pattern}");
        }
        assert_eq!(texts(&db, Word::text.matches_insensitive("^[a-z]$|^é$")).await?, ["a", "A", "é", "É"]);
        assert_eq!(texts(&db, Word::text.matches_insensitive("QUOTED")).await?, ["'quoted'"]);
        assert_eq!(Word::query().filter(Word::other.matches(".")).count(&db).await?, 0);
        assert_eq!(Word::query().filter(!Word::other.matches(".")).count(&db).await?, 0);
    }

    async fn a_pattern_that_is_none_is_an_error(db: Db) {
        words(&db, &["a"]).await?;
        for (pattern, reason) in [("(secret", "that no `)` closes"), ("a**", "is repeated"), (r"\bword", "an escape"), ("[", "that no `]` closes")] {
            let error = texts(&db, Word::text.matches(pattern)).await.unwrap_err().to_string();
            assert!(error.contains("the regular expression is not valid") && error.contains(reason), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    async fn numbers_are_rounded_half_away_from_zero(db: Db) {
        tables!(db: Number);
        let floats = [0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.499_999_999_999_999_94, 2.4, -2.6, 1e15 + 0.5, 4_503_599_627_370_497.5, 1e300, -1e300, 5e-324];
        Number::insert_many(floats.map(|n| Number::create().ratio(n))).exec(&db).await?;
        let select = (Number::ratio.round(), Number::ratio.floor(), Number::ratio.ceil(), Number::ratio.trunc(), Number::ratio.sign());
        let rows = Number::query().order_by(Number::id).select(select).all(&db).await?;
        for (row, n) in rows.into_iter().zip(floats) {
            let sign = if n == 0.0 { 0.0 } else { n.signum() };
            assert_eq!(row, (Some(n.round()), Some(n.floor()), Some(n.ceil()), Some(n.trunc()), Some(sign)), "{n}");
        }
    }

    async fn decimals_are_rounded_to_digits(db: Db) {
        tables!(db: Number);
        let numbers = [("0", "0", "0", "0", "0", "0"), ("0.005", "0.01", "0", "0", "1", "1"), ("-0.005", "-0.01", "0", "-1", "0", "-1"), ("2.5", "2.5", "3", "2", "3", "1"), ("-2.5", "-2.5", "-3", "-3", "-2", "-1"),
            ("1234567890123456.7851", "1234567890123456.79", "1234567890123457", "1234567890123456", "1234567890123457", "1"), ("-0.0049", "0", "0", "-1", "0", "-1")];
        for (n, to_cents, whole, floor, ceil, sign) in numbers {
            let row = Number::create().amount(decimal(n)).insert(&db).await?;
            let select = (Number::amount.round_to(2), Number::amount.round(), Number::amount.floor(), Number::amount.ceil(), Number::amount.sign());
            let is = [to_cents, whole, floor, ceil, sign].map(|n| Some(decimal(n)));
            assert_eq!(Number::find(row.id).select(select).one(&db).await?, (is[0], is[1], is[2], is[3], is[4]), "{n}");
            // The same in a condition.
            let cents = Number::find(row.id).filter(Number::amount.round_to(2).eq(decimal(to_cents))).count(&db).await?;
            assert_eq!(cents, 1, "{n}");
        }
    }

    async fn powers_and_roots(db: Db) {
        tables!(db: Number);
        Number::create().ratio(2.5).insert(&db).await?;
        assert_eq!(of(Number::ratio.power(2.0), &db).await?, Some(6.25));
        assert_eq!(of(Number::ratio.power(-1.0), &db).await?, Some(0.4));
        assert_eq!(of((Number::ratio * 10.0).sqrt(), &db).await?, Some(5.0));
        assert_eq!(of((-Number::ratio).sqrt(), &db).await?, None);
        assert_eq!(of(Number::single.cast::<f64>().sqrt(), &db).await?, None);
        for (base, exponent) in [(-8.0, 0.5), (0.0, -1.0), (10.0, 400.0)] {
            assert!(of((Number::ratio * 0.0 + base).power(exponent), &db).await.is_err(), "{base} {exponent}");
        }
    }

    async fn the_greater_and_the_lesser_of_two(db: Db) {
        tables!(db: Number, Word, Moment, Session);
        Number::create().group(3).whole(-7).ratio(0.5).amount(decimal("10.5")).insert(&db).await?;
        assert_eq!(of(Number::group.greatest(5), &db).await?, 5);
        assert_eq!(of(Number::group.least(5), &db).await?, 3);
        assert_eq!(of(Number::whole.greatest(i64::MIN), &db).await?, Some(-7));
        assert_eq!(of(Number::whole.least(i64::MIN), &db).await?, Some(i64::MIN));
        assert_eq!(of(Number::ratio.greatest(Number::ratio * 3.0), &db).await?, Some(1.5));
        // As numbers, not as text.
        assert_eq!(of(Number::amount.greatest(decimal("9")), &db).await?, Some(decimal("10.5")));
        assert_eq!(of(Number::amount.least(decimal("-9")), &db).await?, Some(decimal("-9")));
        // NULL is neither greater nor lesser.
        assert_eq!(of(Number::medium.greatest(1), &db).await?, None);
        assert_eq!(of(Number::medium.least(1), &db).await?, None);
        assert_eq!(of(Number::whole.greatest(Number::medium.cast::<i64>()), &db).await?, None);
        Word::create().text("b").other("B").insert(&db).await?;
        assert_eq!(each(&db, Word::text.greatest("é")).await?, ["é"]);
        assert_eq!(each(&db, Word::text.greatest(Word::other)).await?, ["b"]);
        assert_eq!(each(&db, Word::text.least(Word::other)).await?, ["B"]);
        let day: NaiveDate = "2024-02-29".parse().unwrap();
        let at: DateTime<Utc> = "2024-02-29T12:00:00Z".parse().unwrap();
        Moment::create().at(at).day(day).insert(&db).await?;
        let later = (Moment::day.greatest(day.succ_opt().unwrap()), Moment::at.least(at - std::time::Duration::from_micros(1)));
        assert_eq!(Moment::query().select(later).one(&db).await?, (day.succ_opt(), at - std::time::Duration::from_micros(1)));
    }

    async fn null_is_replaced_and_made(db: Db) {
        tables!(db: Number);
        Number::create().group(4).medium(7).amount(decimal("1.50")).insert(&db).await?;
        assert_eq!(of(Number::group.nullif(4), &db).await?, None);
        assert_eq!(of(Number::group.nullif(5), &db).await?, Some(4));
        assert_eq!(of(Number::medium.nullif(7), &db).await?, None);
        assert_eq!(of(Number::whole.nullif(7), &db).await?, None);
        assert_eq!(of(Number::medium.nullif(None::<i32>), &db).await?, Some(7));
        assert_eq!(of(Number::amount.nullif(decimal("1.5")), &db).await?, None);
        assert_eq!(of(Number::whole.or(Number::medium.cast::<i64>()).or(3), &db).await?, Some(7));
        assert_eq!(of(Number::whole.or(Number::whole).coalesce(3), &db).await?, 3);
        assert_eq!(of(Number::whole.or(Number::whole), &db).await?, None);
        assert_eq!(of(Number::small.or(Number::small.nullif(1)).coalesce(2), &db).await?, 2);
    }

    async fn casts(db: Db) {
        tables!(db: Number, Word, Session);
        Number::create().group(-3).small(i16::MIN).medium(i32::MAX).whole(i64::MIN).ratio(-2.9).single(0.1).amount(decimal("-2.9")).insert(&db).await?;
        assert_eq!(of(Number::small.cast::<i32>(), &db).await?, Some(-32_768));
        assert_eq!(of(Number::medium.cast::<i64>() + 1, &db).await?, Some(2_147_483_648));
        assert_eq!(of(Number::whole.cast::<f64>(), &db).await?, Some(-9_223_372_036_854_775_808.0));
        assert_eq!(of(Number::whole.cast::<Decimal>(), &db).await?, Some(decimal("-9223372036854775808")));
        assert_eq!(of(Number::whole.cast::<Decimal>() - decimal("0.5"), &db).await?, Some(decimal("-9223372036854775808.5")));
        assert_eq!(of(Number::whole.cast::<String>(), &db).await?, Some("-9223372036854775808".into()));
        assert_eq!(of(Number::group.cast::<String>().concat("!"), &db).await?, "-3!");
        assert_eq!(of(Number::ratio.cast::<i64>(), &db).await?, Some(-2));
        assert_eq!(of((Number::ratio * 1e18).cast::<i64>(), &db).await?, Some(-2_900_000_000_000_000_000));
        assert_eq!(of((Number::ratio * 1e19).cast::<i64>(), &db).await?, None);
        assert_eq!(of((Number::ratio * 0.0 + 9_223_372_036_854_775_808.0).cast::<i64>(), &db).await?, None);
        assert_eq!(of(Number::single.cast::<f64>(), &db).await?, Some(f64::from(0.1_f32)));
        assert_eq!(of(Number::amount.cast::<i64>(), &db).await?, Some(-2));
        assert_eq!(of(Number::amount.cast::<f64>(), &db).await?, Some(-2.9));
        assert_eq!(of((Number::amount * decimal("10000000000000000000")).cast::<i64>(), &db).await?, None);
        assert_eq!(of(Number::group.gt(0).cast::<i32>(), &db).await?, 0);
        assert_eq!(of(Number::group.lt(0).cast::<i32>() + 1, &db).await?, 2);

        let numbers = [("12", Some(12), Some(12.0)), ("-007", Some(-7), Some(-7.0)), ("+5", Some(5), Some(5.0)), ("", None, None), (" 1", None, None), ("1\n", None, None), ("1.5", None, Some(1.5)), ("1e3", None, Some(1000.0)),
            ("abc", None, None), ("12abc", None, None), ("999999999999999999", Some(999_999_999_999_999_999), Some(1e18)), ("9999999999999999999", None, Some(1e19)), ("0.1", None, Some(0.1)), ("NaN", None, None), ("0x1", None, None), ("١", None, None),
            ("123456789.123456789", None, Some(123_456_789.123_456_79)), ("1.7976931348623157e99", None, Some(1.797_693_134_862_315_7e99))];
        words_more(&db, &numbers.map(|(text, _, _)| text)).await?;
        assert_eq!(each(&db, Word::text.cast::<i64>()).await?, numbers.map(|(_, n, _)| n));
        assert_eq!(each(&db, Word::text.cast::<f64>()).await?, numbers.map(|(_, _, n)| n));
        let session = Session::create().note("").day("2024-02-29".parse::<NaiveDate>().unwrap()).insert(&db).await?;
        let texts = Session::query().select((Session::day.cast::<String>(), Session::day.cast::<String>().left(4))).one(&db).await?;
        assert_eq!(texts, (Some("2024-02-29".into()), Some("2024".into())));
        assert_eq!(session.note, "");
    }

    async fn random_values_differ_from_row_to_row(db: Db) {
        words(&db, &(0..200).map(|_| "x").collect::<Vec<_>>()).await?;
        let numbers = each(&db, random()).await?;
        assert!(numbers.iter().all(|n| (0.0..1.0).contains(n)));
        let mean = numbers.iter().sum::<f64>() / 200.0;
        assert!((0.3..0.7).contains(&mean), "{mean}");
        let mut uuids = each(&db, random_uuid()).await?;
        assert!(uuids.iter().all(|id| id.get_version_num() == 4 && id.get_variant() == orm::uuid::Variant::RFC4122));
        uuids.sort();
        uuids.dedup();
        assert_eq!(uuids.len(), 200);
        let shuffled = Word::query().order_by(random()).select(Word::id).all(&db).await?;
        let mut sorted = shuffled.clone();
        sorted.sort_by_key(|id| id.get());
        assert_eq!(sorted.len(), 200);
        assert_ne!(shuffled, sorted);
        let text = each(&db, random_uuid().cast::<String>()).await?;
        assert!(text.iter().all(|text| text.parse::<Uuid>().is_ok_and(|id| id.to_string() == *text)));
    }
}

async fn words_more(db: &Db, texts: &[&str]) -> orm::Result<()> {
    Word::insert_many(texts.iter().map(|text| Word::create().text(*text)))
        .exec(db)
        .await?;
    Ok(())
}
