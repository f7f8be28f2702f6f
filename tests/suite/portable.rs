//! The same program gives the same answer on every database, where they differ by nature.

use orm::prelude::*;

use crate::support::TestDb;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
#[db_enum(native)]
enum Mood {
    Zed,
    Alpha,
    Mid,
}

#[derive(Embed, serde::Serialize, serde::Deserialize, Debug, Clone, PartialEq)]
#[embed(json)]
struct Sizes {
    small: i16,
    large: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "portables", unique(fields(a, b)))]
struct Portable {
    id: Id<Portable>,
    a: i64,
    b: Option<i64>,
    #[model(default = 1.1)]
    single: f32,
    #[model(default = Mood::Mid)]
    mood: Mood,
    #[model(json, default = Sizes { small: 1, large: 2 })]
    sizes: Sizes,
}

#[derive(Model, Debug)]
#[model(table = "only_ids")]
struct OnlyId {
    id: Id<OnlyId>,
}

async fn tables(db: &TestDb) -> orm::Result<()> {
    crate::support::database::create_tables(
        db,
        &[<Portable as Model>::def(), <OnlyId as Model>::def()],
    )
    .await
}

on_every_database! {
    also mysql_without_returning;

    async fn a_fragment_may_bind_values_of_another_type_the_next_time(db: Db) {
        tables(&db).await?;
        let row = Portable::create().a(4).insert(&db).await?;
        let add = |fragment: orm::expr::Expr<Portable, i64>| row.update().set(Portable::a, fragment).save(&db);
        assert_eq!(add(sql!("a + {x}", x = 1_i64).expr()).await?.a, 5);
        assert_eq!(add(sql!("a + {x}", x = 2_i32).expr()).await?.a, 7);
        assert_eq!(Portable::query().filter(sql!("a > {x}", x = 6.5_f64).expr::<Portable, bool>()).count(&db).await?, 1);
        assert_eq!(Portable::query().filter(sql!("a > {x}", x = 7_i64).expr::<Portable, bool>()).count(&db).await?, 0);
    }

    async fn integers_of_any_width_are_found_in_documents(db: Db) {
        tables(&db).await?;
        Portable::create().a(1).insert(&db).await?;
        for _ in 0..2 {
            assert_eq!(Portable::query().filter(Portable::sizes.path(Sizes::small).value().eq(1_i16)).count(&db).await?, 1);
            assert_eq!(Portable::query().filter(Portable::sizes.path(Sizes::large).value().eq(2_i64)).count(&db).await?, 1);
        }
    }

    async fn cursors_over_enums_lose_no_row(db: Db) {
        tables(&db).await?;
        let moods = [Mood::Zed, Mood::Alpha, Mood::Mid];
        Portable::insert_many((0..30_usize).map(|n| Portable::create().a(n as i64).mood(moods[n % 3]))).exec(&db).await?;
        let query = || Portable::query().order_by((Portable::mood.desc(), Portable::id.asc()));
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let slice = query().after(cursor).slice(7, &db).await?;
            seen.extend(slice.items);
            cursor = slice.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, query().all(&db).await?);
        assert_eq!(seen.len(), 30);
    }

    async fn calculated_small_floats_can_be_read(db: Db) {
        tables(&db).await?;
        Portable::create().a(1).insert(&db).await?;
        let product = Portable::query().select(Portable::single * 1.1_f32).one(&db).await?;
        assert!((product - 1.21_f32).abs() < 1e-6, "{product}");
    }

    async fn a_null_in_the_conflict_columns_is_in_conflict_with_nothing(db: Db) {
        tables(&db).await?;
        for _ in 0..2 {
            let row = Portable::create().a(1).on_conflict((Portable::a, Portable::b)).update(Portable::mood).insert(&db).await?;
            assert_eq!(row.map(|row| row.a), Some(1));
        }
        assert_eq!(Portable::query().count(&db).await?, 2);
    }

    async fn the_last_of_equal_rows_in_one_upsert_wins(db: Db) {
        tables(&db).await?;
        let rows = [Mood::Zed, Mood::Alpha].map(|mood| Portable::create().a(1).b(2).mood(mood));
        Portable::insert_many(rows).on_conflict((Portable::a, Portable::b)).update(Portable::mood).exec(&db).await?;
        let all = Portable::query().all(&db).await?;
        assert_eq!(all.iter().map(|row| row.mood).collect::<Vec<_>>(), [Mood::Alpha]);
    }

    async fn excluded_values_stand_in_any_condition(db: Db) {
        tables(&db).await?;
        let upsert = |mood| {
            let row = Portable::create().a(1).b(2).mood(mood);
            let value = case().when(Portable::mood.excluded().in_([Mood::Zed]) | Portable::b.excluded().is_null(), 7_i64).otherwise(8_i64);
            row.on_conflict((Portable::a, Portable::b)).set(Portable::a, value)
        };
        upsert(Mood::Mid).insert(&db).await?;
        upsert(Mood::Zed).exec(&db).await?;
        assert_eq!(Portable::query().select(Portable::a).all(&db).await?, [7]);
    }

    async fn rows_that_give_no_value_are_inserted(db: Db) {
        tables(&db).await?;
        assert_eq!(OnlyId::insert_many((0..3).map(|_| OnlyId::create())).exec(&db).await?, 3);
        assert_eq!(OnlyId::query().count(&db).await?, 3);
    }

    async fn a_column_beside_an_aggregate_must_be_grouped_by(db: Db) {
        tables(&db).await?;
        let error = Portable::query().select((Portable::a + 1, count())).all(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Portable::a` is selected beside aggregates"), "{error}");
        let error = Portable::query().group_by(Portable::a).to_sql(db.dialect()).unwrap_err();
        assert!(error.to_string().contains("add `.select("), "{error}");
        let error = Portable::query().order_by(Portable::id).select(Portable::a).distinct().all(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Portable::id` is not selected"), "{error}");
        let error = Portable::query().for_update().count(&db).await.unwrap_err();
        assert!(error.to_string().contains("cannot be locked"), "{error}");
    }

    async fn a_quotient_may_be_null(db: Db) {
        tables(&db).await?;
        Portable::create().a(4).insert(&db).await?;
        assert_eq!(Portable::query().select((Portable::a / 0).nullable()).one(&db).await?, None);
        assert_eq!(Portable::query().select((Portable::a / 2).nullable()).one(&db).await?, Some(2));
    }
}
