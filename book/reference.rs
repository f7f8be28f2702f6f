// What stands, unseen, around the examples of the API's documentation: the book's blog, with no more than they need, since each of them
// compiles it.

#[allow(unused_imports)]
use orm::prelude::*;

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(posts: Post)]
pub struct User {
    pub id: Id<User>,
    #[model(unique, length = 50)]
    pub username: String,
    #[model(unique, trim, lowercase)]
    pub email: String,
    pub age: Option<i32>,
    #[model(default = 0)]
    pub logins: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User, on_delete = Cascade)]
    pub author_id: Id<User>,
    pub title: String,
    #[model(default = false)]
    pub published: bool,
    #[model(default = 0)]
    pub views: i64,
    #[model(created_at)]
    pub created_at: DateTime<Utc>,
}

/// Runs an example on a blog in memory: Ann and Bob have written two posts each, Cyd none.
#[allow(dead_code)]
fn blog(example: impl AsyncFnOnce(Db) -> orm::Result<()>) -> orm::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let db = Db::connect("sqlite::memory:").await?;
        orm::create_tables_of(&db, &[User::def(), Post::def()]).await?;
        db.execute_script(
            "INSERT INTO users (id, username, email, age, logins) VALUES
                (1, 'ann', 'ann@example.com', 34, 7), (2, 'bob', 'bob@example.com', NULL, 0), (3, 'cyd', 'cyd@example.com', 17, 2);
            INSERT INTO posts (id, author_id, title, published, views, created_at) VALUES
                (1, 1, 'Hello', 1, 120, '2026-01-02 03:04:05.000000'), (2, 1, 'A draft', 0, 0, '2026-01-03 03:04:05.000000'),
                (3, 2, 'Rust and SQL', 1, 40, '2026-02-01 03:04:05.000000'), (4, 2, '100% sure', 1, 5, '2026-02-02 03:04:05.000000');",
        )
        .await?;
        example(db).await
    })
}
