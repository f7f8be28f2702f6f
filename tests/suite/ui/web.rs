//! The source of an application of many models, each of which refers to several others and is referred to by them: for a test that
//! they compile, and for measuring how long that takes (`cargo xtask compile-time`).

use std::fmt::Write as _;

/// Four references of each model, by name, and how far away the model lies that they lead to.
const REFERENCES: [(&str, usize); 4] = [("next", 1), ("third", 3), ("seventh", 7), ("twelfth", 12)];

/// The name of a model.
fn name(at: usize, count: usize) -> String {
    format!("Model{:02}", at % count)
}

/// The name of the module of a model.
pub fn module(at: usize) -> String {
    format!("model{at:02}")
}

/// The source of a model, with a few functions that use it as an application does.
pub fn model(at: usize, count: usize) -> String {
    let own = name(at, count);
    let mut out =
        String::from("use orm::prelude::*;\n\nuse super::*;\n\n#[derive(Model, Debug, Clone)]\n");
    for (reference, distance) in REFERENCES {
        let from = name(at + count - distance, count);
        _ = writeln!(
            out,
            "#[has_many(of_{reference}: {from}, via = {reference})]"
        );
    }
    let peer = name(at + count / 2, count);
    _ = writeln!(out, "#[many_to_many(peers: {peer})]");
    _ = writeln!(out, "pub struct {own} {{\n    pub id: Id<{own}>,");
    for (reference, distance) in REFERENCES {
        let to = name(at + distance, count);
        _ = writeln!(
            out,
            "    #[belongs_to({reference}: {to})]\n    pub {reference}_id: Option<Id<{to}>>,"
        );
    }
    out += "    #[model(unique)]\n    pub email: String,\n    pub title: String,\n    pub body: Option<String>,\n";
    out += "    #[model(default = 0)]\n    pub views: i64,\n    #[model(default = false)]\n    pub published: bool,\n";
    out += "    pub score: f64,\n    pub payload: Vec<u8>,\n}\n";
    let next = name(at + 1, count);
    _ = write!(
        out,
        r#"
pub async fn newest(db: &Db, word: &str) -> orm::Result<usize> {{
    let rows = {own}::query()
        .filter({own}::title.contains(word) & {own}::views.gt(10))
        .filter({own}::of_next.any({before}::published.eq(true)))
        .include({own}::next.include({next}::of_third.order_by({far}::id.desc()).limit(3)))
        .include({own}::of_seventh.include({seventh}::peers))
        .include({own}::peers.count())
        .order_by({own}::id.desc())
        .limit(20)
        .all(db)
        .await?;
    Ok(rows.iter().map(|row| row.get({own}::of_seventh).len() + row.title.len()).sum())
}}

pub async fn write(db: &Db) -> orm::Result<u64> {{
    let row = {own}::create().email("a@example.com").title("title").score(1.5).payload(vec![1]).insert(db).await?;
    {own}::query().filter({own}::id.eq(row.id)).update().title("other").exec(db).await
}}
"#,
        before = name(at + count - 1, count),
        far = name(at + 1 + count - 3, count),
        seventh = name(at + count - 7, count),
    );
    out
}

/// The line of each module in the file that holds them.
pub fn modules(count: usize, mut body: impl FnMut(usize) -> String) -> String {
    let mut out = String::new();
    for at in 0..count {
        let module = module(at);
        _ = writeln!(
            out,
            "mod {module}{}\npub use {module}::{};",
            body(at),
            name(at, count)
        );
    }
    out
}

/// A `main` that reaches every function, so that none is left out.
pub fn main(count: usize) -> String {
    let mut out = String::from("\npub async fn all(db: &orm::Db) -> orm::Result<()> {\n");
    for at in 0..count {
        let module = module(at);
        _ = writeln!(
            out,
            "    {module}::newest(db, \"word\").await?;\n    {module}::write(db).await?;"
        );
    }
    out += "    Ok(())\n}\n\nfn main() {\n    drop(all);\n}\n";
    out
}
