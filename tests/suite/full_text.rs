//! Full-text search: the same words find the same rows on every database.

use orm::prelude::*;

use crate::support::seed::tables;

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "articles", fulltext(fields(title, body)))]
pub struct Article {
    id: Id<Article>,
    #[model(length = 200)]
    title: String,
    body: Option<String>,
    #[model(default = 0)]
    views: i32,
    #[model(default)]
    #[belongs_to(writer: Writer)]
    writer_id: Option<Id<Writer>>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "writers")]
#[has_many(articles: Article)]
pub struct Writer {
    id: Id<Writer>,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "lessons",
    fulltext(fields(text), language = "english", name = "lesson_words")
)]
pub struct Lesson {
    id: Id<Lesson>,
    text: String,
}

/// Several indexes, under names of their own; what counts is the title.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "papers",
    fulltext(fields(title, body, notes), weights(title = 8, body = 2)),
    fulltext(name = titles, fields(title)),
    fulltext(name = remarks, fields(notes), name = "paper_remarks")
)]
pub struct Paper {
    id: Id<Paper>,
    title: String,
    body: String,
    notes: Option<String>,
}

/// The words are kept beside each row where the database would read them anew.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(
    table = "essays",
    fulltext(fields(title, text), weights(title = 4), stored),
    fulltext(name = texts, fields(text), stored)
)]
pub struct Essay {
    id: Id<Essay>,
    title: String,
    text: Option<String>,
    #[model(default)]
    #[belongs_to(writer: Writer)]
    writer_id: Option<Id<Writer>>,
}

const TEXTS: [(&str, Option<&str>); 14] = [
    ("The Rust ORM", Some("a fast one, don't you think")),
    ("Rust", Some("iron that RUSTS will rust")),
    ("Über Größe", Some("Ärger mit ÉTÉ und straße")),
    ("of the and", Some("to be or not to be: that is it")),
    (
        "mail",
        Some("write to ann@example.com or see https://rust-lang.org/learn?x=1&y=2"),
    ),
    (
        "snake_case and kebab-case",
        Some("path/to/file.rs 3.14 -5 +49(89)123 v1.2"),
    ),
    (
        "quotes",
        Some("it's \"quoted\" 'so' `to` <b>say</b> 100% *star* ~x^"),
    ),
    ("", None),
    ("Python", None),
    ("日本語 テスト", Some("пример ТЕКСТА на русском")),
    ("a", Some("b c d e f")),
    ("numbers 007 42", Some("1e5 0x10 2nd 3d")),
    ("new\nline\ttab", Some("x AND y OR z NOT w NEAR v")),
    (
        "back\\slash",
        Some("semi;colon {brace} [bracket] |pipe| $dollar #hash !bang"),
    ),
];

/// The words as they are defined: runs of letters and digits, without case.
fn words(text: &str) -> Vec<String> {
    let parts = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    parts
        .map(|word| word.chars().flat_map(char::to_lowercase).collect())
        .collect()
}

fn found_here(query: &str, beginning: bool) -> Vec<i64> {
    let query = words(query);
    let holds = |title: &str, body: Option<&str>| {
        let there: Vec<String> = words(title)
            .into_iter()
            .chain(words(body.unwrap_or_default()))
            .collect();
        !query.is_empty()
            && query.iter().enumerate().all(|(n, word)| {
                let last = beginning && n + 1 == query.len();
                there
                    .iter()
                    .any(|t| t == word || last && t.starts_with(word.as_str()))
            })
    };
    TEXTS
        .iter()
        .zip(1..)
        .filter(|((title, body), _)| holds(title, *body))
        .map(|(_, id)| id)
        .collect()
}

async fn found(db: &Db, condition: orm::expr::Expr<Article, bool>) -> Vec<i64> {
    let ids = Article::query()
        .filter(condition)
        .order_by(Article::id)
        .select(Article::id)
        .all(db)
        .await
        .unwrap();
    ids.into_iter().map(|id| id.get()).collect()
}

async fn articles(db: &Db) {
    let rows = TEXTS.iter().map(|(title, body)| {
        Article::create()
            .title(*title)
            .body(body.map(str::to_owned))
    });
    Article::insert_many(rows).exec(db).await.unwrap();
}

on_every_database! {
    async fn the_same_words_find_the_same_rows(db: Db) {
        tables!(db: Writer, Article);
        articles(&db).await;
        let queries = [
            "rust", "RUST", "rust orm", "orm fast", "rusts", "rus", "the", "a", "of the", "to be or not", "don't", "t", "über", "ÜBER grösse",
            "größe", "été", "ärger straße", "example", "example com", "ann@example.com", "rust-lang", "lang learn", "snake", "snake_case", "kebab case",
            "case", "3.14", "14", "5", "49 89", "v1 2", "quoted so", "\"quoted\" OR", "100%", "star*", "*", "", " - ", "日本語", "日本", "テスト", "текста",
            "ПРИМЕР", "b", "e f", "007", "7", "42", "1e5", "0x10", "2nd", "3d", "AND", "x NOT z", "NEAR", "line", "tab", "back\\slash", "semi:colon",
            "(rust", "rust)", "rust & !orm", "'", "''; DROP TABLE articles; --", "python", "b say", "hash bang dollar", "+rust -orm", "rust:*", "nothing",
        ];
        for query in queries {
            assert_eq!(found(&db, Article::search.matches(query)).await, found_here(query, false), "{query}");
            assert_eq!(found(&db, Article::search.matches_beginning(query)).await, found_here(query, true), "{query} …");
        }
        // Each word that there is, and each pair of neighbours.
        for (title, body) in TEXTS {
            let all = words(&format!("{title} {}", body.unwrap_or_default()));
            for pair in all.windows(2) {
                let query = pair.join(" ");
                assert_eq!(found(&db, Article::search.matches(&query)).await, found_here(&query, false), "{query}");
            }
        }
        let none = found(&db, !Article::search.matches("rust")).await;
        let here: Vec<i64> = (1..=14).filter(|id| !found_here("rust", false).contains(id)).collect();
        assert_eq!(none, here);
        let flags: Vec<bool> = Article::query().order_by(Article::id).select(Article::search.matches("rust")).all(&db).await?;
        assert_eq!(flags.iter().filter(|flag| **flag).count(), found_here("rust", false).len());
    }

    async fn the_index_is_kept_in_step(db: Db) {
        tables!(db: Writer, Article);
        articles(&db).await;
        Article::find(2).update().body("iron".to_owned()).exec(&db).await?;
        assert_eq!(found(&db, Article::search.matches("will")).await, [0; 0]);
        assert_eq!(found(&db, Article::search.matches("iron rust")).await, [2]);
        Article::query().filter(Article::search.matches("snake")).update().title("snake_game").views(3).exec(&db).await?;
        assert_eq!(found(&db, Article::search.matches("kebab")).await, [0; 0]);
        assert_eq!(found(&db, Article::search.matches("game")).await, [6]);
        Article::query().filter(Article::search.matches("game")).delete().exec(&db).await?;
        assert_eq!(found(&db, Article::search.matches("snake")).await, [0; 0]);
        Article::create().title("snake again").insert(&db).await?;
        assert_eq!(found(&db, Article::search.matches("snake")).await.len(), 1);
        let tx = db.begin().await?;
        Article::create().title("never there").insert(&tx).await?;
        tx.rollback().await?;
        assert_eq!(found(&db, Article::search.matches("never")).await, [0; 0]);
    }

    async fn rows_are_ranked_and_marked(db: Db) {
        tables!(db: Writer, Article);
        articles(&db).await;
        let ranks: Vec<(Id<Article>, f64)> = Article::query()
            .filter(Article::search.matches("rust"))
            .order_by((Article::search.rank("rust").desc(), Article::id))
            .select((Article::id, Article::search.rank("rust")))
            .all(&db)
            .await?;
        assert_eq!(ranks.len(), 3);
        assert!(ranks.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{ranks:?}");
        assert!(ranks.iter().all(|(_, rank)| *rank > 0.0), "{ranks:?}");
        let ids: Vec<_> = ranks.iter().map(|(id, _)| id.get()).collect();
        // Twice in a short text is the best.
        assert_eq!(ids[0], 2, "{ranks:?}");
        let zero: Vec<f64> = Article::find(9).select(Article::search.rank("rust")).all(&db).await?;
        assert_eq!(zero, [0.0]);
        let marked: Vec<(String, Option<String>)> = Article::query()
            .filter(Article::search.matches("rust iron"))
            .select((Article::search.highlight(Article::title, "rust iron", "<b>", "</b>"), Article::search.highlight(Article::body, "rust iron", "[\"$1\\", "\\1]")))
            .all(&db)
            .await?;
        assert_eq!(marked, [("<b>Rust</b>".to_owned(), Some("[\"$1\\iron\\1] that RUSTS will [\"$1\\rust\\1]".to_owned()))]);
        let error = Article::query().select(Article::search.highlight(Article::title, "", "<", ">")).all(&db).await?;
        assert_eq!(error.len(), 14);
    }

    async fn searches_stand_wherever_expressions_do(db: Db) {
        tables!(db: Writer, Article);
        articles(&db).await;
        let ann = Writer::create().name("Ann").insert(&db).await?;
        Writer::create().name("Bob").insert(&db).await?;
        Article::query().filter(Article::search.matches("rust")).update().writer_id(ann.id).exec(&db).await?;
        let writers = Writer::query().filter(Writer::articles.any(Article::search.matches("orm"))).all(&db).await?;
        assert_eq!(writers.iter().map(|w| w.id).collect::<Vec<_>>(), [ann.id]);
        assert_eq!(found(&db, Article::search.matches("rust") & Article::writer.is(Writer::name.eq("Ann"))).await, found_here("rust", false));
        assert_eq!(Article::query().filter(Article::search.matches("rust") | Article::search.matches("python")).count(&db).await?, 4);
    }

    async fn a_model_has_several_indexes(db: Db) {
        tables!(db: Paper);
        Paper::create().title("On trees").body("a forest of pines").notes("check: birds".to_owned()).insert(&db).await?;
        Paper::create().title("On birds").body("they live in trees").insert(&db).await?;
        let ids = async |condition: orm::expr::Expr<Paper, bool>| {
            let ids: Vec<Id<Paper>> = Paper::query().filter(condition).order_by(Paper::id).select(Paper::id).all(&db).await.unwrap();
            ids.into_iter().map(|id| id.get()).collect::<Vec<_>>()
        };
        assert_eq!(ids(Paper::search.matches("trees")).await, [1, 2]);
        assert_eq!(ids(Paper::titles.matches("trees")).await, [1]);
        assert_eq!(ids(Paper::remarks.matches("birds")).await, [1]);
        assert_eq!(ids(Paper::titles.matches("birds") & Paper::search.matches("live")).await, [2]);
        assert_eq!(ids(Paper::titles.matches("birds") | Paper::remarks.matches_beginning("bi")).await, [1, 2]);
        Paper::find(1).update().title("On pines").notes(None::<String>).exec(&db).await?;
        assert_eq!(ids(Paper::titles.matches("pines")).await, [1]);
        assert_eq!(ids(Paper::titles.matches("trees")).await, [0; 0]);
        assert_eq!(ids(Paper::remarks.matches("birds")).await, [0; 0]);
        let marked: Vec<String> = Paper::query().filter(Paper::titles.matches("pines")).select(Paper::titles.highlight(Paper::title, "pines", "<", ">")).all(&db).await?;
        assert_eq!(marked, ["On <pines>"]);
        let error = Paper::query().select(Paper::titles.highlight(Paper::body, "pines", "<", ">")).all(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Paper::titles`"), "{error}");
        Paper::find(1).delete().exec(&db).await?;
        assert_eq!(ids(Paper::titles.matches("on")).await, [2]);
    }

    /// The same words stand in both rows as often, so that only the weights tell them apart.
    async fn a_word_counts_as_much_as_its_field(db: Db) {
        tables!(db: Paper);
        // Words that stand in most rows count for nothing on some databases.
        for n in 0..20 {
            Paper::create().title(format!("Other {n}")).body("nothing of it").insert(&db).await?;
        }
        let texts = [
            ("one", "two", Some("iron rust")),
            ("iron rust", "one", Some("two")),
            ("one", "iron rust", Some("two")),
        ];
        for (title, body, notes) in texts {
            Paper::create().title(title).body(body).notes(notes.map(str::to_owned)).insert(&db).await?;
        }
        for words in ["iron", "rust iron"] {
            let found: Vec<(String, String, f64)> = Paper::query()
                .filter(Paper::search.matches(words))
                .order_by(Paper::search.rank(words).desc())
                .select((Paper::title, Paper::body, Paper::search.rank(words)))
                .all(&db)
                .await?;
            let order: Vec<(&str, &str)> = found.iter().map(|(title, body, _)| (title.as_str(), body.as_str())).collect();
            assert_eq!(order, [("iron rust", "one"), ("one", "iron rust"), ("one", "two")], "{words}: {found:?}");
            assert!(found.windows(2).all(|pair| pair[0].2 > pair[1].2 * 1.2), "{words}: {found:?}");
        }
        let without: f64 = Paper::find(1).select(Paper::search.rank("iron")).one(&db).await?;
        assert!(without.abs() < f64::EPSILON, "{without}");
    }

    async fn stored_words_are_found_as_others_are(db: Db) {
        tables!(db: Writer, Essay, Article);
        articles(&db).await;
        let ann = Writer::create().name("Ann").insert(&db).await?;
        for (title, text) in TEXTS {
            Essay::create().title(title).text(text.map(str::to_owned)).writer_id(ann.id).insert(&db).await?;
        }
        let ids = async |condition: orm::expr::Expr<Essay, bool>| {
            let ids: Vec<Id<Essay>> = Essay::query().filter(condition).order_by(Essay::id).select(Essay::id).all(&db).await.unwrap();
            ids.into_iter().map(|id| id.get()).collect::<Vec<_>>()
        };
        for words in ["rust", "rust orm", "ärger straße", "3.14", "ann@example.com", "quoted so", "x not z", "nothing", ""] {
            assert_eq!(ids(Essay::search.matches(words)).await, found_here(words, false), "{words}");
        }
        assert_eq!(ids(Essay::texts.matches("rust")).await, [2, 5]);
        let ranks: Vec<(String, f64)> = Essay::query()
            .filter(Essay::search.matches("rust"))
            .order_by(Essay::search.rank("rust").desc())
            .select((Essay::title, Essay::search.rank("rust")))
            .all(&db)
            .await?;
        assert_eq!(ranks.len(), 3);
        assert!(ranks[0].0 != "mail" && ranks[2].0 == "mail" && ranks[2].1 > 0.0, "{ranks:?}");
        // From beside, and out of whole rows: the words do not come along.
        let writers = Writer::query().filter(Writer::articles.none(Article::search.matches("rust"))).count(&db).await?;
        assert_eq!(writers, 1);
        let mut essay = Essay::find(1).one(&db).await?;
        essay.title = "Elms".to_owned();
        Essay::find(1).update().title("Elms").exec(&db).await?;
        assert_eq!(Essay::query().filter(Essay::search.matches("elms")).all(&db).await?, [essay]);
        assert_eq!(ids(Essay::search.matches("orm")).await, [0; 0]);
        let Some(sql) = db.is_postgres().then(|| Essay::query().filter(Essay::search.matches("rust")).to_sql(db.dialect())) else {
            return Ok(());
        };
        assert!(sql?.0.contains(r#""orm_essays_search_idx_words" @@"#));
    }

    /// What is put together has the columns of the model alone.
    async fn searches_over_a_union_work_or_are_refused(db: Db) {
        tables!(db: Writer, Essay);
        for (title, text) in TEXTS {
            Essay::create().title(title).text(text.map(str::to_owned)).insert(&db).await?;
        }
        let (few, many) = (Essay::query().filter(Essay::id.le(Id::new(3))), Essay::query().filter(Essay::id.gt(Id::new(2))));
        let found = few.union(many).filter(Essay::search.matches("rust")).order_by((Essay::search.rank("rust").desc(), Essay::id)).all(&db).await;
        if db.dialect().family() == orm::dialect::Family::Mysql {
            let error = found.unwrap_err();
            assert!(error.to_string().contains("full-text index of `Essay`"), "{error}");
            return Ok(());
        }
        assert_eq!(found?.len(), 3);
    }

    async fn a_language_knows_the_forms_of_a_word_or_is_refused(db: Db) {
        if db.dialect().family() == orm::dialect::Family::Mysql {
            let error = orm::create_tables_of(&db, &[Lesson::def()]).await.unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("full-text"), "{error}");
            let error = Lesson::query().filter(Lesson::search.matches("a")).all(&db).await.unwrap_err();
            assert!(error.is_unsupported(), "{error}");
            return Ok(());
        }
        tables!(db: Lesson);
        for text in ["she was running", "two runs", "a runner", "ruin"] {
            Lesson::create().text(text).insert(&db).await?;
        }
        let ids: Vec<Id<Lesson>> = Lesson::query().filter(Lesson::search.matches("run")).order_by(Lesson::id).select(Lesson::id).all(&db).await?;
        assert_eq!(ids.iter().map(|id| id.get()).collect::<Vec<_>>(), [1, 2]);
    }
}
