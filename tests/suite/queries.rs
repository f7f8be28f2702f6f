//! Filters, orderings, limits, and what asks for rows.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{self, blog, day, decimal, names, tables, texts, users, words};

on_every_database! {
    async fn equal_to_none_asks_for_null(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::age.eq(None)).await?, ["Bob"]);
        assert_eq!(names(&db, User::age.ne(None)).await?, ["Ann", "Cleo", "Dan"]);
        let age: Option<i32> = None;
        assert_eq!(names(&db, User::age.eq(age)).await?, ["Bob"]);
        assert_eq!(names(&db, User::age.is_null()).await?, ["Bob"]);
        assert_eq!(names(&db, User::age.is_not_null()).await?, ["Ann", "Cleo", "Dan"]);
    }

    async fn comparing_with_a_value_leaves_out_nulls(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::age.eq(30)).await?, ["Ann"]);
        assert_eq!(names(&db, User::age.ne(30)).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, User::age.gt(25)).await?, ["Ann", "Dan"]);
        assert_eq!(names(&db, User::age.ge(25)).await?, ["Ann", "Cleo", "Dan"]);
        assert_eq!(names(&db, User::age.lt(30)).await?, ["Cleo"]);
        assert_eq!(names(&db, User::age.le(30)).await?, ["Ann", "Cleo"]);
        assert_eq!(names(&db, !User::age.eq(30)).await?, ["Cleo", "Dan"]);
    }

    async fn columns_of_every_type_are_compared(db: Db) {
        let [ann, ..] = users(&db).await?;
        assert_eq!(names(&db, User::id.eq(ann.id)).await?, ["Ann"]);
        assert_eq!(names(&db, User::name.eq("Cleo")).await?, ["Cleo"]);
        assert_eq!(names(&db, User::name.eq(String::from("Cleo"))).await?, ["Cleo"]);
        assert_eq!(names(&db, User::name.lt("C")).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::nickname.eq("c")).await?, ["Cleo"]);
        assert_eq!(names(&db, User::is_active.eq(false)).await?, ["Bob"]);
        assert_eq!(names(&db, User::role.eq(Role::Editor)).await?, ["Cleo"]);
        assert_eq!(names(&db, User::role.ne(Role::Member)).await?, ["Ann", "Cleo"]);
        assert_eq!(names(&db, User::created_at.eq(ann.created_at)).await?.first().map(String::as_str), Some("Ann"));
        assert_eq!(names(&db, User::created_at.lt(ann.created_at)).await?, [""; 0]);
    }

    async fn a_boolean_column_is_a_condition(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, !User::is_active).await?, ["Bob"]);
        assert_eq!(names(&db, User::is_active & User::age.gt(28)).await?, ["Ann", "Dan"]);
        assert_eq!(User::query().filter(User::is_active).count(&db).await?, 3);
    }

    async fn decimals_are_compared_as_numbers(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::balance.gt(decimal("9"))).await?, ["Ann", "Cleo"]);
        assert_eq!(names(&db, User::balance.eq(decimal("10.5"))).await?, ["Ann"]);
        assert_eq!(names(&db, User::balance.eq(decimal("10.5000"))).await?, ["Ann"]);
        assert_eq!(names(&db, User::balance.eq(decimal("0"))).await?, ["Bob"]);
        assert_eq!(names(&db, User::balance.lt(decimal("0"))).await?, ["Dan"]);
        assert_eq!(names(&db, User::balance.between(decimal("-10"), decimal("9"))).await?, ["Bob", "Dan"]);
        assert_eq!(names(&db, User::balance.in_([decimal("10.5"), decimal("-5")])).await?, ["Ann", "Dan"]);
        assert_eq!(names(&db, User::balance.not_in([decimal("10.5"), decimal("-5")])).await?, ["Bob", "Cleo"]);
        let by_balance: Vec<String> = User::query().order_by(User::balance.desc()).select(User::name).all(&db).await?;
        assert_eq!(by_balance, ["Cleo", "Ann", "Bob", "Dan"]);
    }

    async fn calculated_decimals_are_compared_as_numbers(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, (User::balance * decimal("1.000")).eq(decimal("10.5"))).await?, ["Ann"]);
        assert_eq!(names(&db, (User::balance * decimal("1.000")).in_([decimal("10.5")])).await?, ["Ann"]);
        assert_eq!(names(&db, (User::balance + decimal("1")).between(decimal("9"), decimal("12"))).await?, ["Ann"]);
        tables!(db: Number);
        Number::insert_many([decimal("10.5"), decimal("-5")].map(|n| Number::create().amount(n))).exec(&db).await?;
        let amounts = || Number::query().select(Number::amount);
        assert_eq!(names(&db, User::balance.in_(amounts())).await?, ["Ann", "Dan"]);
        assert_eq!(names(&db, User::balance.not_in(amounts())).await?, ["Bob", "Cleo"]);
        assert_eq!(names(&db, User::balance.gt(amounts().limit(1).order_by(Number::id))).await?, ["Cleo"]);
    }

    async fn a_decimal_finer_than_its_column_equals_nothing(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::balance.eq(decimal("10.501"))).await?, [""; 0]);
        assert_eq!(names(&db, User::balance.lt(decimal("10.501")) & User::balance.gt(decimal("10.499"))).await?, ["Ann"]);
        assert_eq!(names(&db, User::balance.in_([decimal("10.501"), decimal("100.25")])).await?, ["Cleo"]);
    }

    async fn text_is_compared_character_by_character(db: Db) {
        words(&db, &["a", "A", "a ", "á", "e\u{301}", "é", "", " "]).await?;
        for text in ["a", "A", "a ", "á", "e\u{301}", "é", "", " "] {
            assert_eq!(texts(&db, Word::text.eq(text)).await?, [text]);
            assert_eq!(texts(&db, Word::text.in_([text])).await?, [text]);
        }
        assert_eq!(Word::query().select(Word::text.count_distinct()).one(&db).await?, 8);
    }

    async fn text_is_ordered_by_code_points(db: Db) {
        words(&db, &["é", "b", "Z", "a", "😀", "_", "B", "ä", "aa"]).await?;
        let sorted: Vec<String> = Word::query().order_by(Word::text).select(Word::text).all(&db).await?;
        assert_eq!(sorted, ["B", "Z", "_", "a", "aa", "b", "ä", "é", "😀"]);
        assert_eq!(texts(&db, Word::text.gt("b")).await?, ["é", "😀", "ä"]);
    }

    async fn columns_are_compared_with_columns(db: Db) {
        tables!(db: Number);
        let rows = [(1, Some(1)), (2, Some(3)), (3, None), (4, Some(2))];
        Number::insert_many(rows.map(|(group, medium)| Number::create().group(group).medium(medium))).exec(&db).await?;
        let found = |condition| Number::query().filter(condition).order_by(Number::id).select(Number::group);
        assert_eq!(found(Number::group.eq(Number::medium)).all(&db).await?, [1]);
        assert_eq!(found(Number::medium.gt(Number::group)).all(&db).await?, [2]);
        assert_eq!(found(Number::medium.ne(Number::group)).all(&db).await?, [2, 4]);
        assert_eq!(found(Number::group.between(Number::medium, Number::medium + 1)).all(&db).await?, [1]);
        assert_eq!(found(Number::medium.eq(Number::medium)).all(&db).await?, [1, 2, 4]);
    }

    async fn an_empty_list_holds_nothing(db: Db) {
        users(&db).await?;
        let none: Vec<i32> = Vec::new();
        assert_eq!(names(&db, User::age.in_(&none)).await?, [""; 0]);
        assert_eq!(names(&db, User::age.not_in(&none)).await?, ["Ann", "Bob", "Cleo", "Dan"]);
        assert_eq!(names(&db, !User::age.in_(none)).await?, ["Ann", "Bob", "Cleo", "Dan"]);
    }

    async fn none_in_a_list_asks_for_null(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::age.in_([Some(30), None])).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::age.in_([None::<i32>])).await?, ["Bob"]);
        assert_eq!(names(&db, User::age.not_in([Some(30), None])).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, User::age.not_in([None::<i32>])).await?, ["Ann", "Cleo", "Dan"]);
        assert_eq!(names(&db, User::age.not_in([30])).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, User::is_active & User::age.in_([Some(30), None])).await?, ["Ann"]);
    }

    async fn lists_are_of_values_of_every_type(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        assert_eq!(names(&db, User::id.in_([ann.id, bob.id])).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::id.in_(&[ann.id, bob.id][..])).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::name.in_(["Ann", "Dan"])).await?, ["Ann", "Dan"]);
        assert_eq!(names(&db, User::name.in_(vec![String::from("Ann")])).await?, ["Ann"]);
        assert_eq!(names(&db, User::role.in_([Role::Admin, Role::Editor])).await?, ["Ann", "Cleo"]);
        assert_eq!(names(&db, User::role.not_in([Role::Admin, Role::Editor])).await?, ["Bob", "Dan"]);
        assert_eq!(names(&db, User::is_active.in_([false])).await?, ["Bob"]);
        assert_eq!(names(&db, User::created_at.in_([ann.created_at])).await?.first().map(String::as_str), Some("Ann"));
    }

    async fn a_list_of_100_000_keys_is_no_problem(db: Db) {
        let [ann, bob, cleo, dan] = users(&db).await?;
        let ids: Vec<Id<User>> = (0..100_000_i64).map(|n| Id::new(n + 1)).filter(|id| *id != bob.id).collect();
        assert_eq!(names(&db, User::id.in_(&ids)).await?, ["Ann", "Cleo", "Dan"]);
        assert_eq!(names(&db, User::id.not_in(&ids)).await?, ["Bob"]);
        assert_eq!(names(&db, User::id.in_(&ids) & User::id.in_(vec![ann.id, bob.id, cleo.id, dan.id])).await?, ["Ann", "Cleo", "Dan"]);
    }

    async fn a_list_of_100_000_texts_is_no_problem(db: Db) {
        words(&db, &["word 7", "a \"quote\" and \\", "line\nbreak\ttab\u{1}", "ünïcödé 😀", "missing", "WORD 7"]).await?;
        let mut list: Vec<String> = (0..100_000).map(|n| format!("word {n}")).collect();
        list.extend(["a \"quote\" and \\", "line\nbreak\ttab\u{1}", "ünïcödé 😀"].map(String::from));
        assert_eq!(texts(&db, Word::text.in_(&list)).await?, ["word 7", "a \"quote\" and \\", "line\nbreak\ttab\u{1}", "ünïcödé 😀"]);
        assert_eq!(texts(&db, Word::text.not_in(&list)).await?, ["missing", "WORD 7"]);
    }

    async fn a_list_of_100_000_uuids_or_days_is_no_problem(db: Db) {
        tables!(db: Session);
        let rows = Session::insert_many((0..3).map(|n| Session::create().note(format!("s{n}")).day(day("2024-01-01") + chrono_days(n)))).all(&db).await?;
        let mut ids: Vec<Id<Session, Uuid>> = (0..100_000_u128).map(|n| Id::new(Uuid::from_u128(n))).collect();
        ids.push(rows[1].id);
        let found = |condition| Session::query().filter(condition).order_by(Session::note).select(Session::note);
        assert_eq!(found(Session::id.in_(&ids)).all(&db).await?, ["s1"]);
        assert_eq!(found(Session::id.not_in(&ids)).all(&db).await?, ["s0", "s2"]);
        let days: Vec<NaiveDate> = (1..100_000_u64).map(|n| day("2024-01-01") + chrono_days(n)).collect();
        assert_eq!(found(Session::day.in_(&days)).all(&db).await?, ["s1", "s2"]);
        assert_eq!(found(Session::day.not_in(&days)).all(&db).await?, ["s0"]);
    }

    async fn a_list_of_many_decimals_times_or_floats_is_no_problem(db: Db) {
        tables!(db: Number, Moment);
        for amount in ["0.0001", "12.3400", "-3"] {
            Number::create().amount(decimal(amount)).ratio(amount.parse::<f64>().unwrap()).insert(&db).await?;
        }
        let amounts: Vec<Decimal> = (0..50_000).map(|n| Decimal::new(n, 2)).collect();
        let found = |condition| Number::query().filter(condition).order_by(Number::id).select(Number::amount);
        assert_eq!(found(Number::amount.in_(&amounts)).all(&db).await?, [Some(decimal("12.34"))]);
        assert_eq!(found(Number::amount.not_in(&amounts)).all(&db).await?, [Some(decimal("0.0001")), Some(decimal("-3"))]);
        let ratios: Vec<f64> = (0..50_000).map(|n| f64::from(n) / 100.0).collect();
        assert_eq!(found(Number::ratio.in_(&ratios)).all(&db).await?, [Some(decimal("12.34"))]);

        let start = seed::instant("1969-12-31T23:59:58.5Z");
        Moment::insert_many((0..3).map(|n| Moment::create().at(start + chrono_seconds(n)))).exec(&db).await?;
        let times: Vec<DateTime<Utc>> = (1..20_000).map(|n| start + chrono_seconds(n)).collect();
        assert_eq!(Moment::query().filter(Moment::at.in_(&times)).count(&db).await?, 2);
        assert_eq!(Moment::query().filter(Moment::at.not_in(&times)).count(&db).await?, 1);
    }

    async fn between_includes_both_ends(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::age.between(25, 30)).await?, ["Ann", "Cleo"]);
        assert_eq!(names(&db, User::age.between(26, 29)).await?, [""; 0]);
        assert_eq!(names(&db, User::age.between(30, 25)).await?, [""; 0]);
        assert_eq!(names(&db, !User::age.between(25, 30)).await?, ["Dan"]);
    }

    async fn conditions_keep_their_precedence(db: Db) {
        users(&db).await?;
        let (ann, bob, cleo) = (User::name.eq("Ann"), User::name.eq("Bob"), User::name.eq("Cleo"));
        assert_eq!(names(&db, (ann.clone() | bob.clone()) & User::is_active.eq(true)).await?, ["Ann"]);
        assert_eq!(names(&db, ann.clone() | bob.clone() & User::is_active.eq(true)).await?, ["Ann"]);
        assert_eq!(names(&db, bob.clone() | ann.clone() & User::is_active.eq(true)).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, !(ann.clone() | bob.clone())).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, !ann.clone() & !bob.clone()).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, !(!ann.clone())).await?, ["Ann"]);
        assert_eq!(names(&db, ann.clone() | (bob.clone() | cleo.clone())).await?, ["Ann", "Bob", "Cleo"]);
        assert_eq!(names(&db, (ann | bob) & (cleo | User::age.gt(20))).await?, ["Ann"]);
    }

    async fn conditions_are_put_together_in_a_loop(db: Db) {
        users(&db).await?;
        let any = ["Ann", "Dan"].into_iter().fold(never(), |all, name| all | User::name.eq(name));
        assert_eq!(names(&db, any).await?, ["Ann", "Dan"]);
        let all = [20, 28].into_iter().fold(always(), |all, age| all & User::age.gt(age));
        assert_eq!(names(&db, all).await?, ["Ann", "Dan"]);
        assert_eq!(names(&db, never()).await?, [""; 0]);
        assert_eq!(names(&db, always()).await?, ["Ann", "Bob", "Cleo", "Dan"]);
        assert_eq!(names(&db, !always::<User>()).await?, [""; 0]);
    }

    async fn several_filters_must_all_hold(db: Db) {
        users(&db).await?;
        let query = User::query().filter(User::is_active.eq(true) | User::name.eq("Bob")).filter(User::age.lt(35));
        assert_eq!(query.order_by(User::id).select(User::name).all(&db).await?, ["Ann", "Cleo"]);
    }

    async fn a_filter_without_a_value_is_left_out(db: Db) {
        users(&db).await?;
        let search = |text: Option<&str>| User::query().filter_if(text, |t| User::email.contains(t)).filter_if(None::<i32>, |n| User::age.eq(n));
        assert_eq!(search(Some("ann@")).count(&db).await?, 1);
        assert_eq!(search(None).count(&db).await?, 4);
    }

    async fn nulls_come_last_unless_the_query_says_otherwise(db: Db) {
        users(&db).await?;
        let ordered = |order| User::query().order_by((order, User::id)).select(User::name).all(&db);
        assert_eq!(ordered(User::age.asc()).await?, ["Cleo", "Ann", "Dan", "Bob"]);
        assert_eq!(ordered(User::age.desc()).await?, ["Bob", "Dan", "Ann", "Cleo"]);
        assert_eq!(ordered(User::age.asc().nulls_first()).await?, ["Bob", "Cleo", "Ann", "Dan"]);
        assert_eq!(ordered(User::age.asc().nulls_last()).await?, ["Cleo", "Ann", "Dan", "Bob"]);
        assert_eq!(ordered(User::age.desc().nulls_first()).await?, ["Bob", "Dan", "Ann", "Cleo"]);
        assert_eq!(ordered(User::age.desc().nulls_last()).await?, ["Dan", "Ann", "Cleo", "Bob"]);
        assert_eq!(ordered(User::name.desc().nulls_first()).await?, ["Dan", "Cleo", "Bob", "Ann"]);
    }

    async fn an_ordering_has_several_terms_and_expressions(db: Db) {
        users(&db).await?;
        let all = User::query().order_by((User::is_active.desc(), User::role.asc(), User::name.desc())).select(User::name).all(&db).await?;
        assert_eq!(all, ["Ann", "Cleo", "Dan", "Bob"]);
        let all = User::query().order_by(User::is_active).order_by(User::name.desc()).select(User::name).all(&db).await?;
        assert_eq!(all, ["Bob", "Dan", "Cleo", "Ann"]);
        let all = User::query().order_by(User::name.lower().desc()).select(User::name).all(&db).await?;
        assert_eq!(all, ["Dan", "Cleo", "Bob", "Ann"]);
        let all = User::query().order_by(User::age.coalesce(0)).select(User::name).all(&db).await?;
        assert_eq!(all, ["Bob", "Cleo", "Ann", "Dan"]);
        let terms = vec![User::is_active.asc(), User::age.desc()];
        assert_eq!(User::query().order_by(terms).select(User::name).all(&db).await?, ["Bob", "Dan", "Ann", "Cleo"]);
    }

    async fn limit_and_offset_cut_out_a_part(db: Db) {
        users(&db).await?;
        let query = || User::query().order_by(User::id).select(User::name);
        assert_eq!(query().limit(2).all(&db).await?, ["Ann", "Bob"]);
        assert_eq!(query().limit(2).offset(1).all(&db).await?, ["Bob", "Cleo"]);
        assert_eq!(query().offset(3).all(&db).await?, ["Dan"]);
        assert_eq!(query().offset(9).all(&db).await?, [""; 0]);
        assert_eq!(query().limit(0).all(&db).await?, [""; 0]);
        assert_eq!(query().limit(u64::MAX).offset(2).all(&db).await?, ["Cleo", "Dan"]);
        assert_eq!(query().offset(1).one(&db).await?, "Bob");
        assert_eq!(query().limit(0).optional(&db).await?, None);
    }

    async fn distinct_gives_equal_rows_once(db: Db) {
        blog(&db).await?;
        let authors = Post::query().distinct().order_by(Post::user_id).select(Post::user_id);
        assert_eq!(authors.clone().all(&db).await?.len(), 2);
        assert_eq!(authors.count(&db).await?, 2);
        let pairs = Post::query().distinct().select((Post::user_id, Post::published)).count(&db).await?;
        assert_eq!(pairs, 3);
    }

    async fn one_gives_the_first_row_or_says_that_there_is_none(db: Db) {
        let [ann, ..] = users(&db).await?;
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        assert_eq!(User::find(&ann.id).optional(&db).await?, Some(ann.clone()));
        assert_eq!(User::query().order_by(User::id).one(&db).await?, ann);
        assert_eq!(User::find(999_999).optional(&db).await?, None);
        let error = User::find(999_999).one(&db).await.unwrap_err();
        assert!(error.is_not_found(), "{error}");
        assert!(error.to_string().contains("no `User` was found"), "{error}");
        assert_eq!(error.caller().unwrap().file(), file!());
        let error = User::query().filter(User::name.eq("Zoe")).select(User::age).one(&db).await.unwrap_err();
        assert!(error.is_not_found() && error.to_string().contains("`User`"), "{error}");
    }

    async fn rows_are_found_by_keys_of_every_form(db: Db) {
        tables!(db: Tag, Membership, Session);
        let tag = Tag::create().name("rust").description("a language").insert(&db).await?;
        assert_eq!(Tag::find("rust").one(&db).await?, tag);
        assert_eq!(Tag::find(String::from("rust")).one(&db).await?, tag);
        assert!(Tag::find("Rust").optional(&db).await?.is_none());
        let member = Membership::create().group_id(1).member_id(2).insert(&db).await?;
        assert_eq!(member.weight, 1);
        assert_eq!(Membership::find((1, 2)).one(&db).await?, member);
        assert!(Membership::find((2, 1)).optional(&db).await?.is_none());
        let session = Session::create().note("n").insert(&db).await?;
        assert_eq!(Session::find(session.id).one(&db).await?, session);
        assert_eq!(session.id.get().get_version_num(), 7);
    }

    async fn count_counts_what_the_query_would_give(db: Db) {
        blog(&db).await?;
        assert_eq!(Post::query().count(&db).await?, 4);
        assert_eq!(Post::query().filter(Post::published.eq(true)).count(&db).await?, 3);
        assert_eq!(Post::query().limit(2).count(&db).await?, 2);
        assert_eq!(Post::query().offset(3).count(&db).await?, 1);
        assert_eq!(Post::query().order_by(Post::id).limit(10).offset(1).count(&db).await?, 3);
        assert_eq!(Post::query().group_by(Post::user_id).select(Post::user_id).count(&db).await?, 2);
        assert_eq!(Post::query().group_by(Post::user_id).having(count().gt(1)).select((Post::user_id, count())).count(&db).await?, 1);
        assert_eq!(Post::query().select(Post::reviewer_id).count(&db).await?, 4);
        assert_eq!(Post::query().distinct().select(Post::reviewer_id).count(&db).await?, 2);
        assert_eq!(Post::query().select((count(), Post::view_count.sum())).count(&db).await?, 1);
        assert_eq!(Post::query().select((Post::id, Post::id)).limit(3).count(&db).await?, 3);
    }

    async fn exists_says_whether_there_is_any_row(db: Db) {
        blog(&db).await?;
        assert!(User::query().exists(&db).await?);
        assert!(User::query().filter(User::name.eq("Ann")).exists(&db).await?);
        assert!(!User::query().filter(User::name.eq("Zoe")).exists(&db).await?);
        assert!(!User::query().offset(4).exists(&db).await?);
        assert!(!User::query().limit(0).exists(&db).await?);
        assert!(User::query().filter(User::name.eq("Zoe")).select(count()).exists(&db).await?);
        assert!(Post::query().group_by(Post::user_id).having(count().gt(2)).select(Post::user_id).exists(&db).await?);
        assert!(!Post::query().group_by(Post::user_id).having(count().gt(3)).select(Post::user_id).exists(&db).await?);
    }

    async fn a_query_can_be_used_twice(db: Db) {
        users(&db).await?;
        let query = User::query().filter(User::is_active.eq(true)).order_by(User::id);
        assert_eq!(query.clone().count(&db).await?, 3);
        assert_eq!(query.all(&db).await?.len(), 3);
    }
}

fn chrono_days(days: u64) -> orm::chrono::Days {
    orm::chrono::Days::new(days)
}

fn chrono_seconds(seconds: i64) -> orm::chrono::TimeDelta {
    orm::chrono::TimeDelta::seconds(seconds)
}

on_every_database! {
    async fn starts_with_takes_every_character_as_it_is(db: Db) {
        words(&db, ODD).await?;
        for prefix in ["%", "_", "\\", "*", "?", "[", "]", "^", "'", "\"", "a", "A", "😀", "é", "%_", "\\%", "[a]", "--"] {
            let expected: Vec<&str> = ODD.iter().copied().filter(|t| t.starts_with(prefix)).collect();
            assert_eq!(texts(&db, Word::text.starts_with(prefix)).await?, expected, "{prefix:?}");
        }
        assert_eq!(texts(&db, Word::text.starts_with("")).await?.len(), ODD.len());
    }

    async fn ends_with_takes_every_character_as_it_is(db: Db) {
        words(&db, ODD).await?;
        for end in ["%", "_", "\\", "*", "?", "[", "]", "b", "B", "😀", "%b", "\\", "[a]", " "] {
            let expected: Vec<&str> = ODD.iter().copied().filter(|t| t.ends_with(end)).collect();
            assert_eq!(texts(&db, Word::text.ends_with(end)).await?, expected, "{end:?}");
        }
    }

    async fn contains_takes_every_character_as_it_is(db: Db) {
        words(&db, ODD).await?;
        for part in ["%", "_", "\\", "\\\\", "*", "?", "[", "[a", "]", "^", "a", "A", "B", "😀", "é", "É", "a%b", "a_b", "\n", "'", "\""] {
            let expected: Vec<&str> = ODD.iter().copied().filter(|t| t.contains(part)).collect();
            assert_eq!(texts(&db, Word::text.contains(part)).await?, expected, "{part:?}");
        }
        assert_eq!(texts(&db, !Word::text.contains("a") & !Word::text.contains("A")).await?.len(), ODD.iter().filter(|t| !t.contains(['a', 'A'])).count());
    }

    async fn like_knows_percent_underscore_and_backslash_only(db: Db) {
        words(&db, ODD).await?;
        let cases: [(&str, fn(&str) -> bool); 12] = [
            ("%", |_| true),
            ("a_b", |t| t.starts_with('a') && t.ends_with('b') && t.chars().count() == 3),
            ("a\\_b", |t| t == "a_b"),
            ("a\\%b", |t| t == "a%b"),
            ("a%b", |t| t.starts_with('a') && t.ends_with('b') && t.chars().count() >= 2),
            ("\\\\%", |t| t.starts_with('\\')),
            ("_", |t| t.chars().count() == 1),
            ("[a]%", |t| t.starts_with("[a]")),
            ("*%", |t| t.starts_with('*')),
            ("?", |t| t == "?"),
            ("%😀", |t| t.ends_with('😀')),
            ("", |t| t.is_empty()),
        ];
        for (pattern, meets) in cases {
            let expected: Vec<&str> = ODD.iter().copied().filter(|t| meets(t)).collect();
            assert_eq!(texts(&db, Word::text.like(pattern)).await?, expected, "{pattern:?}");
        }
    }

    async fn like_tells_upper_from_lower_case_and_ilike_does_not(db: Db) {
        words(&db, &["apple", "Apple", "APPLE", "äpfel", "ÄPFEL", "pear", "aPp_e"]).await?;
        assert_eq!(texts(&db, Word::text.like("app%")).await?, ["apple"]);
        assert_eq!(texts(&db, Word::text.starts_with("App")).await?, ["Apple"]);
        assert_eq!(texts(&db, Word::text.ends_with("LE")).await?, ["APPLE"]);
        assert_eq!(texts(&db, Word::text.contains("PP")).await?, ["APPLE"]);
        assert_eq!(texts(&db, Word::text.ilike("APP%")).await?, ["apple", "Apple", "APPLE", "aPp_e"]);
        assert_eq!(texts(&db, Word::text.ilike("app\\_e")).await?, ["aPp_e"]);
        assert_eq!(texts(&db, Word::text.ilike("äp%")).await?, ["äpfel", "ÄPFEL"]);
    }

    async fn a_pattern_matches_no_null(db: Db) {
        users(&db).await?;
        assert_eq!(names(&db, User::nickname.contains("n")).await?, ["Ann"]);
        assert_eq!(names(&db, !User::nickname.contains("n")).await?, ["Cleo"]);
        assert_eq!(names(&db, User::nickname.like("%")).await?, ["Ann", "Cleo"]);
    }
}

const ODD: &[&str] = &[
    "",
    "a",
    "A",
    "ab",
    "a%b",
    "a_b",
    "a\\b",
    "axb",
    "axxb",
    "%",
    "_",
    "\\",
    "\\\\",
    "*",
    "?",
    "[a]",
    "[",
    "]b",
    "^",
    "50%",
    "50 %",
    "a*b",
    "a?b",
    "[a]b",
    "😀",
    "a😀",
    "😀b",
    "é",
    "É",
    "line\nb",
    "it's",
    "\"quoted\"",
    "--comment",
    "%_%",
    "trail ",
    "AB",
];
