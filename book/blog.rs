// What stands, unseen, around the blocks of the book: the blog that its chapters use, in memory and with a few rows.

use orm::prelude::*;

#[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Member,
    Editor,
    Admin,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(posts: Post)]
pub struct User {
    pub id: Id<User>,
    #[model(unique, trim)]
    #[validate(length(min = 2, max = 50))]
    pub username: String,
    #[model(unique, trim, lowercase)]
    #[validate(email)]
    pub email: String,
    pub age: Option<i32>,
    #[model(default = Role::Member)]
    pub role: Role,
    #[model(updated_at)]
    pub updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(index(fields(author_id, published)))]
pub struct Post {
    pub id: Id<Post>,
    #[belongs_to(author: User, on_delete = Cascade)]
    pub author_id: Id<User>,
    #[validate(length(min = 1, max = 255))]
    pub title: String,
    #[model(unique)]
    pub slug: String,
    #[model(default = false)]
    pub published: bool,
    #[model(default = 0)]
    pub views: i64,
    #[model(created_at)]
    pub created_at: DateTime<Utc>,
}

/// Ann and Bob have written two posts each, Cyd none.
#[allow(dead_code)]
pub async fn blog() -> orm::Result<Db> {
    let db = Db::connect("sqlite::memory:").await?;
    orm::create_tables_of(&db, &[User::def(), Post::def()]).await?;
    let ann = User::create().username("ann").email("ann@example.com").age(34).role(Role::Admin).insert(&db).await?;
    let bob = User::create().username("bob").email("bob@example.com").insert(&db).await?;
    User::create().username("cyd").email("cyd@example.com").age(17).role(Role::Editor).insert(&db).await?;
    let posts = [
        (ann.id, "Hello", "hello", true, 120),
        (ann.id, "A draft", "a-draft", false, 0),
        (bob.id, "Rust and SQL", "rust-and-sql", true, 40),
        (bob.id, "100% sure", "sure", true, 5),
    ];
    let posts = posts.map(|(author, title, slug, published, views)| {
        Post::create().author_id(author).title(title).slug(slug).published(published).views(views)
    });
    Post::insert_many(posts).exec(&db).await?;
    Ok(db)
}

/// Holds a model as a chapter shows it against the one in this file.
#[allow(dead_code)]
pub fn assert_same<A: Model, B: Model>() {
    fn shown<M: Model>() -> Vec<String> {
        let column = |c: &orm::model::ColumnDef| {
            let default = c.default.map(|_| "default");
            format!("{} {} {} {} {:?} {:?} {:?}", c.field, c.name, c.rust_type, c.unique, c.role, c.normalize, default)
        };
        let keys = M::def().foreign_keys.iter().map(|k| format!("{} {:?} {:?}", k.relation, k.columns, k.on_delete));
        let indexes = M::def().indexes.iter().map(|i| format!("{i:?}"));
        M::def().columns.iter().map(column).chain(keys).chain(indexes).collect()
    }
    assert_eq!(shown::<A>(), shown::<B>());
}
