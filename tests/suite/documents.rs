//! What is inside of JSON documents and arrays: paths, parts, containment, and changes of one place.

use std::collections::BTreeMap;

use orm::ErrorKind;
use orm::expr::Expr;
use orm::prelude::*;
use orm::serde_json::{Value, json};
use serde::{Deserialize, Serialize};

use crate::support::seed::tables;

#[derive(Embed, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[embed(json)]
pub struct Settings {
    theme: String,
    size: Option<i64>,
    window: Option<Frame>,
    tags: Vec<String>,
    points: Vec<Point>,
    limits: BTreeMap<String, i64>,
}

#[derive(Embed, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[embed(json)]
pub struct Frame {
    title: String,
    wide: bool,
}

#[derive(Embed, Debug, Clone, PartialEq, Serialize, Deserialize)]
#[embed(json)]
pub struct Point {
    x: i64,
    y: f64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "profiles")]
pub struct Profile {
    id: Id<Profile>,
    settings: Json<Settings>,
    spare: Option<Json<Settings>>,
    list: Json<Vec<i64>>,
    any: Value,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "arrays")]
pub struct Arrays {
    id: Id<Arrays>,
    tags: Vec<String>,
    scores: Option<Vec<i32>>,
}

fn settings(theme: &str, size: Option<i64>, wide: Option<bool>, tags: &[&str]) -> Settings {
    Settings {
        theme: theme.into(),
        size,
        window: wide.map(|wide| Frame {
            title: format!("{theme} window"),
            wide,
        }),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        points: tags
            .iter()
            .zip(1..)
            .map(|(_, x)| Point { x, y: 0.5 })
            .collect(),
        limits: tags
            .iter()
            .zip(10..)
            .map(|(tag, n)| ((*tag).to_owned(), n))
            .collect(),
    }
}

/// Tags with what is special in JSON, in paths and in SQL.
const STRANGE: [&str; 6] = [
    "a\"b",
    "back\\slash",
    "it's",
    "{\"é\": [1]}",
    "new\nline",
    "$.x[0] ?1 %_",
];

async fn profiles(db: &Db) -> Vec<Profile> {
    let all = [
        (
            settings("dark", Some(12), Some(true), &["rust", "sql"]),
            vec![3, 1, 2],
            json!({"kind": "a", "list": [1, {"deep": [true]}], "n": 1}),
        ),
        (
            settings("light", None, Some(false), &["sql"]),
            vec![],
            json!({"kind": "b", "list": [], "n": 1.0, "null": null}),
        ),
        (
            settings("dim", Some(-7), None, &[]),
            vec![9_007_199_254_740_993],
            json!({"kind": null}),
        ),
        (
            settings("dark", Some(12), None, &STRANGE),
            vec![1, 1],
            json!({"a\"b": {"it's": "é"}}),
        ),
    ];
    let mut rows = Vec::new();
    for (settings, list, any) in all {
        rows.push(
            Profile::create()
                .settings(settings)
                .list(list)
                .any(any)
                .insert(db)
                .await
                .unwrap(),
        );
    }
    rows
}

/// The rows for which the condition holds in the database.
async fn ids(db: &Db, condition: Expr<Profile, bool>) -> Vec<i64> {
    let found = Profile::query()
        .filter(condition)
        .order_by(Profile::id)
        .select(Profile::id)
        .all(db)
        .await
        .unwrap();
    found.into_iter().map(|id| id.get()).collect()
}

/// The rows for which it holds here.
fn expected(rows: &[Profile], holds: impl Fn(&Profile) -> bool) -> Vec<i64> {
    rows.iter()
        .filter(|row| holds(row))
        .map(|row| row.id.get())
        .collect()
}

on_every_database! {
    /// Some collations pad the shorter text, so that they would be equal.
    async fn a_space_at_the_end_of_a_text_counts(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        let theme = || Profile::settings.path(Settings::theme).value();
        for text in ["dark", "dark ", " dark", "dim\t", "DARK"] {
            assert_eq!(ids(&db, theme().eq(text)).await, expected(&rows, |row| row.settings.theme == text), "{text:?}");
            assert_eq!(ids(&db, theme().ne(text)).await, expected(&rows, |row| row.settings.theme != text), "{text:?}");
            assert_eq!(ids(&db, theme().lt(text)).await, expected(&rows, |row| row.settings.theme.as_str() < text), "{text:?}");
            assert_eq!(ids(&db, theme().in_([text, "light "])).await, expected(&rows, |row| row.settings.theme == text), "{text:?}");
            assert_eq!(ids(&db, theme().like(text)).await, expected(&rows, |row| row.settings.theme == text), "{text:?}");
            // So many that they are sent as one document.
            let many: Vec<String> = (0..1_200).map(|n| n.to_string()).chain([text.to_owned()]).collect();
            assert_eq!(ids(&db, theme().in_(many)).await, expected(&rows, |row| row.settings.theme == text), "{text:?}");
        }
    }

    async fn paths_lead_into_lists_maps_and_objects(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        let read: Vec<(Option<String>, Option<i64>, Option<i64>, Option<f64>, Option<bool>)> = Profile::query()
            .order_by(Profile::id)
            .select((
                Profile::settings.path(Settings::tags).at(1).value(),
                Profile::settings.path(Settings::points).at(0).path(Point::x).value(),
                Profile::settings.path(Settings::limits).key("sql").value(),
                Profile::settings.path(Settings::points).at(1).path(Point::y).value(),
                Profile::settings.path(Settings::window).path(Frame::wide).value(),
            ))
            .all(&db)
            .await?;
        let here: Vec<_> = rows
            .iter()
            .map(|row| {
                let s = &row.settings;
                (s.tags.get(1).cloned(), s.points.first().map(|p| p.x), s.limits.get("sql").copied(), s.points.get(1).map(|p| p.y), s.window.as_ref().map(|w| w.wide))
            })
            .collect();
        assert_eq!(read, here);
        for tag in STRANGE {
            let limit = Profile::settings.path(Settings::limits).key(tag);
            assert_eq!(ids(&db, limit.clone().exists()).await, [4], "{tag}");
            assert_eq!(ids(&db, limit.value().ge(10)).await, [4], "{tag}");
        }
        let by_first: Vec<i64> = Profile::query()
            .order_by((Profile::list.document().at(0).value().asc().nulls_last(), Profile::id))
            .select(Profile::id)
            .all(&db)
            .await?
            .into_iter()
            .map(|id| id.get())
            .collect();
        assert_eq!(by_first, [4, 1, 3, 2]);
        let any = Profile::any.document();
        assert_eq!(ids(&db, any.clone().key("kind").read::<String>().value().eq("b")).await, [2]);
        assert_eq!(ids(&db, any.clone().key("list").at(1).key("deep").at(0).read::<bool>().value().eq(true)).await, [1]);
        assert_eq!(ids(&db, any.key("a\"b").key("it's").read::<String>().value().eq("é")).await, [4]);
    }

    async fn missing_and_null_are_told_apart_by_exists_alone(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        let window = Profile::settings.path(Settings::window);
        assert_eq!(ids(&db, window.clone().exists()).await, [1, 2, 3, 4]);
        assert_eq!(ids(&db, window.clone().json().is_null()).await, expected(&rows, |row| row.settings.window.is_none()));
        assert_eq!(ids(&db, window.path(Frame::wide).exists()).await, [1, 2]);
        assert_eq!(ids(&db, Profile::settings.path(Settings::size).value().is_null()).await, [2]);
        assert_eq!(ids(&db, !Profile::spare.path(Settings::theme).exists()).await, [1, 2, 3, 4]);
        assert_eq!(ids(&db, Profile::spare.path(Settings::tags).length().is_null()).await, [1, 2, 3, 4]);
        assert_eq!(ids(&db, Profile::spare.path(Settings::tags).contains("sql")).await, [0; 0]);
        assert_eq!(ids(&db, !Profile::spare.path(Settings::tags).contains("sql")).await, [0; 0]);
        assert_eq!(ids(&db, Profile::any.document().key("null").exists()).await, [2]);
        assert_eq!(ids(&db, Profile::any.document().key("kind").exists()).await, [1, 2, 3]);
    }

    async fn parts_come_as_documents(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        let read: Vec<(Option<Json<Frame>>, Option<Json<Vec<Point>>>, Option<Json<Vec<String>>>)> = Profile::query()
            .order_by(Profile::id)
            .select((Profile::settings.path(Settings::window).json(), Profile::settings.path(Settings::points).json(), Profile::settings.path(Settings::tags).json()))
            .all(&db)
            .await?;
        let here: Vec<_> = rows
            .iter()
            .map(|row| {
                let s = row.settings.clone().into_inner();
                (s.window.map(Json), Some(Json(s.points)), Some(Json(s.tags)))
            })
            .collect();
        assert_eq!(read, here);
        let lengths: Vec<(Option<i64>, Option<i64>)> = Profile::query()
            .order_by(Profile::id)
            .select((Profile::settings.path(Settings::tags).length(), Profile::list.document().length()))
            .all(&db)
            .await?;
        assert_eq!(lengths, [(Some(2), Some(3)), (Some(1), Some(0)), (Some(0), Some(1)), (Some(6), Some(2))]);
    }

    async fn containment_is_the_same_everywhere(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        for tag in ["rust", "sql", "Sql", "sq", ""].into_iter().chain(STRANGE) {
            let found = ids(&db, Profile::settings.path(Settings::tags).contains(tag)).await;
            assert_eq!(found, expected(&rows, |row| row.settings.tags.iter().any(|t| t == tag)), "{tag}");
            let others = ids(&db, !Profile::settings.path(Settings::tags).contains(tag)).await;
            assert_eq!(others, expected(&rows, |row| row.settings.tags.iter().all(|t| t != tag)), "{tag}");
        }
        for number in [1, 2, 7, -1] {
            let found = ids(&db, Profile::list.document().contains(&number)).await;
            assert_eq!(found, expected(&rows, |row| row.list.contains(&number)), "{number}");
        }
        let point = Point { x: 2, y: 0.5 };
        assert_eq!(ids(&db, Profile::settings.path(Settings::points).contains(&point)).await, [1, 4]);
        let any = Profile::any.document();
        for (part, holds) in [
            (json!({}), vec![1, 2, 3, 4]),
            (json!({"kind": "a"}), vec![1]),
            (json!({"kind": null}), vec![3]),
            (json!({"n": 1}), vec![1, 2]),
            (json!({"list": []}), vec![1, 2]),
            (json!({"list": [{"deep": []}]}), vec![1]),
            (json!({"list": [{"deep": [false]}]}), vec![]),
            (json!({"list": [1, 1]}), vec![1]),
            (json!({"a\"b": {"it's": "é"}}), vec![4]),
            (json!(["kind"]), vec![]),
        ] {
            assert_eq!(ids(&db, any.clone().includes(&part)).await, holds, "{part}");
        }
        assert_eq!(ids(&db, Profile::settings.document().includes(json!({"theme": "dark", "size": 12}))).await, [1, 4]);
    }

    async fn one_place_is_changed_and_the_rest_is_kept(db: Db) {
        tables!(db: Profile);
        let mut rows = profiles(&db).await;
        let changed = Profile::settings.path(Settings::theme).set("it's \"new\" é\\")
            .path(Settings::size).set(99)
            .path(Settings::window).path(Frame::wide).set(true)
            .path(Settings::tags).push("last")
            .path(Settings::points).at(0).path(Point::y).set(-1.5)
            .path(Settings::limits).key("sql").remove();
        let list = Profile::list.document().push(4);
        let any = Profile::any.document().key("new").set(json!({"deep": [null]}));
        assert_eq!(Profile::query().update().settings(changed).list(list).any(any).all_rows().exec(&db).await?, 4);
        for row in &mut rows {
            let s = &mut row.settings.0;
            s.theme = "it's \"new\" é\\".into();
            s.size = Some(99);
            s.window.iter_mut().for_each(|window| window.wide = true);
            s.tags.push("last".into());
            s.points.first_mut().into_iter().for_each(|point| point.y = -1.5);
            s.limits.remove("sql");
            row.list.0.push(4);
            row.any["new"] = json!({"deep": [null]});
        }
        assert_eq!(Profile::query().order_by(Profile::id).all(&db).await?, rows);
        // A changed document is still found by all of it.
        for row in &rows {
            assert_eq!(ids(&db, Profile::list.eq(row.list.clone())).await, [row.id.get()]);
        }
    }

    async fn what_has_no_place_changes_nothing(db: Db) {
        tables!(db: Profile);
        let rows = profiles(&db).await;
        let settings = Profile::settings.path(Settings::tags).at(70).set("none");
        let spare = Profile::spare.path(Settings::theme).set("none");
        let any = Profile::any.document().key("no").key("where").set(json!(1)).document().key("kind").key("inside").set(json!(1)).document().key("gone").remove();
        Profile::query().update().settings(settings).spare(spare).any(any).all_rows().exec(&db).await?;
        assert_eq!(Profile::query().order_by(Profile::id).all(&db).await?, rows);
        let error = Profile::query().update().list(Profile::list.document().set(vec![1])).all_rows().exec(&db).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error}");
        Profile::query().update().settings(Profile::settings.path(Settings::size).set_null()).all_rows().exec(&db).await?;
        assert!(Profile::query().all(&db).await?.iter().all(|row| row.settings.size.is_none()));
    }

    async fn arrays_are_asked_and_changed_where_there_are_any(db: Db) {
        if !db.is_postgres() {
            let error = Arrays::query().filter(Arrays::tags.has("a")).all(&db).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Unsupported { .. }) && error.to_string().contains("array columns"), "{error}");
            return Ok(());
        }
        tables!(db: Arrays);
        let seed = [(vec!["a", "b"], Some(vec![1, 5, 3])), (vec![], None), (vec!["b", "c", "it's {,}"], Some(vec![])), (vec!["c", "c"], Some(vec![7, 9]))];
        for (tags, scores) in &seed {
            let tags: Vec<String> = tags.iter().map(|tag| (*tag).to_owned()).collect();
            Arrays::create().tags(tags).scores(scores.clone()).insert(&db).await?;
        }
        let found = async |condition: Expr<Arrays, bool>| {
            let ids = Arrays::query().filter(condition).order_by(Arrays::id).select(Arrays::id).all(&db).await.unwrap();
            ids.into_iter().map(|id| id.get()).collect::<Vec<_>>()
        };
        let here = |holds: &dyn Fn(&[&str], Option<&[i32]>) -> bool| {
            seed.iter().zip(1_i64..).filter(|((tags, scores), _)| holds(tags, scores.as_deref())).map(|(_, id)| id).collect::<Vec<_>>()
        };
        assert_eq!(found(Arrays::tags.has("it's {,}")).await, here(&|tags, _| tags.contains(&"it's {,}")));
        assert_eq!(found(Arrays::tags.contains_all(["b", "c"])).await, here(&|tags, _| tags.contains(&"b") && tags.contains(&"c")));
        assert_eq!(found(Arrays::tags.contained_by(["a", "b", "c"])).await, here(&|tags, _| tags.iter().all(|tag| ["a", "b", "c"].contains(tag))));
        assert_eq!(found(Arrays::tags.overlaps(vec!["a", "c"])).await, here(&|tags, _| tags.contains(&"a") || tags.contains(&"c")));
        assert_eq!(found(Arrays::tags.overlaps(Arrays::tags)).await, [1, 3, 4]);
        assert_eq!(found(Arrays::scores.any().gt(4)).await, here(&|_, scores| scores.is_some_and(|s| s.iter().any(|n| *n > 4))));
        assert_eq!(found(Arrays::scores.any().le(3)).await, here(&|_, scores| scores.is_some_and(|s| s.iter().any(|n| *n <= 3))));
        assert_eq!(found(Arrays::scores.all().ge(7)).await, here(&|_, scores| scores.is_some_and(|s| s.iter().all(|n| *n >= 7))));
        assert_eq!(found(Arrays::scores.all().ne(5)).await, here(&|_, scores| scores.is_some_and(|s| s.iter().all(|n| *n != 5))));
        let read: Vec<(Option<i64>, Option<i32>, Option<String>)> = Arrays::query()
            .order_by(Arrays::id)
            .select((Arrays::scores.cardinality(), Arrays::scores.element(1), Arrays::tags.element(usize::MAX)))
            .all(&db)
            .await?;
        let expected: Vec<_> = seed
            .iter()
            .map(|(_, scores)| (scores.as_ref().and_then(|s| i64::try_from(s.len()).ok()), scores.as_ref().and_then(|s| s.get(1).copied()), None))
            .collect();
        assert_eq!(read, expected);
        Arrays::query().update().tags(Arrays::tags.without("c").append("z")).scores(Arrays::scores.prepend(0)).all_rows().exec(&db).await?;
        let after: Vec<(Vec<String>, Option<Vec<i32>>)> = Arrays::query().order_by(Arrays::id).select((Arrays::tags, Arrays::scores)).all(&db).await?;
        for ((tags, scores), (old_tags, old_scores)) in after.iter().zip(&seed) {
            let expected: Vec<&str> = old_tags.iter().copied().filter(|tag| *tag != "c").chain(["z"]).collect();
            assert_eq!(tags, &expected);
            let expected: Vec<i32> = [0].into_iter().chain(old_scores.clone().unwrap_or_default()).collect();
            assert_eq!(scores, &Some(expected));
        }
    }
}
