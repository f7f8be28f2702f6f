//! Queries put together, under names, recursive, and along trees; against values computed in memory.

use std::collections::{BTreeMap, BTreeSet};

use orm::prelude::*;
use orm::query::{QueryModel, depth, path};

use crate::support::database::create_tables;
use crate::support::models::*;
use crate::support::seed::{blog, decimal, tables};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "staff")]
#[has_many(reports: Staff, via = boss)]
struct Staff {
    #[model(natural)]
    id: Id<Staff>,
    #[model(length = 50)]
    name: String,
    #[belongs_to(boss: Staff)]
    boss_id: Option<Id<Staff>>,
}

/// Who reports to whom; 9, 10 and 11 report to each other in a circle, and 12 to one of them.
const STAFF: [(i64, &str, Option<i64>); 12] = [
    (1, "Ada", None),
    (2, "Ben", Some(1)),
    (3, "Cal", Some(1)),
    (4, "Dee", Some(2)),
    (5, "Eve", Some(2)),
    (6, "Fay", Some(4)),
    (7, "Gus", None),
    (8, "Hal", Some(7)),
    (9, "Ivy", None),
    (10, "Jon", Some(9)),
    (11, "Kim", Some(10)),
    (12, "Leo", Some(11)),
];

async fn staff(db: &Db) -> orm::Result<()> {
    create_tables(db, &[Staff::def()]).await?;
    for (id, name, boss) in STAFF {
        Staff::create()
            .id(id)
            .name(name)
            .boss_id(boss.map(Id::new))
            .insert(db)
            .await?;
    }
    Staff::find(9)
        .one(db)
        .await?
        .update()
        .boss_id(Some(Id::new(11)))
        .save(db)
        .await?;
    Ok(())
}

fn boss(id: i64) -> Option<i64> {
    if id == 9 {
        Some(11)
    } else {
        STAFF.iter().find(|s| s.0 == id).and_then(|s| s.2)
    }
}

/// The rows below these, with the depth of each and the keys on the way.
fn below(roots: &[i64]) -> BTreeMap<i64, (i64, String)> {
    let mut found: BTreeMap<i64, (i64, String)> = roots
        .iter()
        .map(|id| (*id, (0, format!("/{id}/"))))
        .collect();
    let mut last: Vec<i64> = roots.to_vec();
    for depth in 1.. {
        let mut next = Vec::new();
        for (id, ..) in STAFF {
            if let Some(over) = boss(id)
                && last.contains(&over)
                && !found.contains_key(&id)
            {
                let way = format!("{}{id}/", found[&over].1);
                found.insert(id, (depth, way));
                next.push(id);
            }
        }
        if next.is_empty() {
            return found;
        }
        last = next;
    }
    found
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(query)]
struct OfAuthor {
    #[model(key)]
    #[belongs_to(author: User)]
    author_id: Id<User>,
    posts: i64,
    views: Option<i64>,
}

fn of_authors() -> Query<OfAuthor> {
    OfAuthor::from_query(Post::query().group_by(Post::user_id).select((
        Post::user_id,
        count(),
        Post::view_count.sum(),
    )))
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(query)]
struct Step {
    #[model(key)]
    n: i64,
    total: i64,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(query)]
struct Typed {
    #[model(key)]
    id: i64,
    text: Option<String>,
    flag: bool,
    amount: Decimal,
    day: Option<NaiveDate>,
    role: Role,
}

on_every_database! {
    async fn sets_of_whole_rows(db: Db) {
        blog(&db).await?;
        let popular = || Post::query().filter(Post::view_count.ge(20));
        let anns = || Post::query().filter(Post::author.is(User::name.eq("Ann")));
        let titles = async |query: Query<Post>| query.order_by(Post::id).select(Post::title).all(&db).await;
        assert_eq!(titles(popular().union(anns())).await?, ["First", "Second", "Draft", "Other"]);
        assert_eq!(titles(popular().union_all(anns())).await?, ["First", "First", "Second", "Draft", "Other"]);
        assert_eq!(titles(popular().intersect(anns())).await?, ["First"]);
        assert_eq!(titles(popular().except(anns())).await?, ["Other"]);
        assert_eq!(titles(anns().except(popular())).await?, ["Second", "Draft"]);
        // From the left to the right, whatever a database thinks of precedence.
        assert_eq!(titles(popular().union(anns()).except(anns())).await?, ["Other"]);
        assert_eq!(titles(popular().union(anns().except(popular())).intersect(anns())).await?, ["First", "Second", "Draft"]);
    }

    async fn what_follows_is_about_the_whole(db: Db) {
        blog(&db).await?;
        let both = || Post::query().filter(Post::view_count.ge(20)).union(Post::query().filter(Post::published.eq(false)));
        // First, Draft, Other.
        let ordered = || both().order_by((Post::view_count.desc(), Post::id.asc()));
        assert_eq!(ordered().select(Post::view_count).all(&db).await?, [100, 20, 0]);
        assert_eq!(ordered().limit(1).offset(1).one(&db).await?.title, "Other");
        assert_eq!(both().count(&db).await?, 3);
        assert!(both().filter(Post::title.eq("Draft")).exists(&db).await?);
        assert_eq!(both().filter(Post::title.eq("Second")).count(&db).await?, 0);
        assert_eq!(both().filter_if(Some("D"), |text| Post::title.starts_with(text)).one(&db).await?.title, "Draft");
        let page = ordered().page(2, 2, &db).await?;
        assert_eq!((page.total, page.items.len(), page.items[0].title.as_str()), (3, 1, "Draft"));
        let slice = ordered().slice(2, &db).await?;
        assert_eq!(ordered().after(slice.next).select(Post::title).all(&db).await?, ["Draft"]);
        let rows = ordered().include(Post::author).filter(Post::author.get(User::name).ne("Bob")).all(&db).await?;
        assert_eq!(rows.iter().map(|p| p.get(Post::author).name.as_str()).collect::<Vec<_>>(), ["Ann", "Ann"]);
        let of_users = User::query().filter(User::id.in_(both().select(Post::user_id))).order_by(User::id).select(User::name).all(&db).await?;
        assert_eq!(of_users, ["Ann", "Bob"]);
        assert_eq!(both().group_by(Post::user_id).order_by(Post::user_id).select((count(), Post::view_count.sum())).all(&db).await?, [(2, Some(100)), (1, Some(20))]);
        let ranks = ordered().select(row_number().over(orm::expr::order_by(Post::view_count))).all(&db).await?;
        assert_eq!(ranks, [3, 2, 1]);
        assert_eq!(both().distinct_on_first(&db).await?, ["First", "Other"]);
        #[derive(View)]
        #[view(Post)]
        struct Shown { title: String, #[view(expr = Post::author.get(User::name))] author: String }
        let shown = ordered().view::<Shown>().all(&db).await?;
        assert_eq!((shown[1].title.as_str(), shown[1].author.as_str()), ("Other", "Bob"));
    }

    async fn parts_keep_their_own_ends(db: Db) {
        blog(&db).await?;
        let most = Post::query().order_by(Post::view_count.desc()).limit(1);
        let least = Post::query().order_by(Post::view_count).limit(1);
        let titles = most.union(least).order_by(Post::title.desc()).select(Post::title).all(&db).await?;
        assert_eq!(titles, ["First", "Draft"]);
    }

    async fn sets_of_selected_values(db: Db) {
        blog(&db).await?;
        let names = || User::query().select((User::name, User::logins));
        let titles = || Post::query().select((Post::title, Post::view_count));
        let all = names().union(titles()).order_by((User::logins.desc(), User::name.asc())).limit(4).all(&db).await?;
        assert_eq!(all, [("First".into(), 100), ("Other".into(), 20), ("Second".into(), 7), ("Ann".to_owned(), 3)]);
        // A value that is no column has a place, and columns beside it can still be named.
        let lengths = User::query().select((User::name, User::name.upper())).union_all(Post::query().select((Post::title, Post::slug)));
        assert_eq!(lengths.clone().filter(User::name.lt("C")).order_by(User::name).all(&db).await?, [("Ann".to_owned(), "ANN".to_owned()), ("Bob".into(), "BOB".into())]);
        assert_eq!(lengths.count(&db).await?, 8);
        let missing = names().union(titles()).filter(User::is_active).to_sql(db.dialect()).unwrap_err();
        assert!(missing.to_string().contains("`User::is_active` is not among the columns"), "{missing}");
        // Equal decimals are one, however they are written.
        let sums = User::query().select(User::balance).union(User::query().select(User::balance + decimal("0.000"))).count(&db).await?;
        assert_eq!(sums, 4);
        let users: BTreeSet<Id<User>> = User::query().select(User::id).except(Post::query().select(Post::user_id)).all(&db).await?.into_iter().collect();
        let silent: BTreeSet<Id<User>> = User::query().filter(User::name.in_(["Cleo", "Dan"])).select(User::id).all(&db).await?.into_iter().collect();
        assert_eq!(users, silent);
    }

    async fn equal_rows_are_counted_or_refused(db: Db) {
        blog(&db).await?;
        let authors = || Post::query().select(Post::user_id);
        let query = authors().except_all(User::query().select(User::id));
        match db.dialect().supports(orm::dialect::Feature::SetsOfEqualRows) {
            // Ann wrote three and is taken away once.
            true => assert_eq!(query.count(&db).await?, 2),
            false => assert!(query.count(&db).await.is_err_and(|e| e.is_unsupported())),
        }
        let query = authors().intersect_all(authors());
        match db.dialect().supports(orm::dialect::Feature::SetsOfEqualRows) {
            true => assert_eq!(query.count(&db).await?, 4),
            false => assert!(query.to_sql(db.dialect()).is_err_and(|e| e.is_unsupported())),
        }
    }

    async fn a_query_under_a_name_is_like_a_table(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let rows = of_authors().order_by(OfAuthor::views.desc()).all(&db).await?;
        let expected = [(ann.id, 3, 107), (bob.id, 1, 20)].map(|(author_id, posts, views)| OfAuthor { author_id, posts, views: Some(views) });
        assert_eq!(rows, expected);
        assert_eq!(of_authors().count(&db).await?, 2);
        assert_eq!(of_authors().filter(OfAuthor::posts.gt(1)).one(&db).await?.author_id, ann.id);
        assert_eq!(of_authors().order_by(OfAuthor::author_id).page(2, 1, &db).await?.items[0].posts, 1);
        let with = of_authors().include(OfAuthor::author).filter(OfAuthor::author.get(User::name).eq("Bob")).one(&db).await?;
        assert_eq!((with.posts, with.get(OfAuthor::author).email.as_str()), (1, "bob@example.com"));
        // Windows over groups can be filtered by here.
        let share = of_authors().filter_window(orm::expr::order_by(OfAuthor::views.desc()).into_rank(), |rank| rank.eq(1)).one(&db).await?;
        assert_eq!(share.author_id, ann.id);
        // Grouped again.
        assert_eq!(of_authors().select((count(), OfAuthor::posts.max())).one(&db).await?, (2, Some(3)));
        // Named once, read in several places.
        let most = OfAuthor::query().select(OfAuthor::posts.max());
        let best = OfAuthor::query().filter(OfAuthor::posts.nullable().in_(most)).select(OfAuthor::author_id);
        assert_eq!(User::query().with(of_authors()).filter(User::id.in_(best)).one(&db).await?.name, "Ann");
        // Of a query of itself.
        let sum = Step::from_query(of_authors().select((OfAuthor::posts, OfAuthor::posts + 1)));
        assert_eq!(sum.order_by(Step::n).select((Step::n, Step::total)).all(&db).await?, [(1, 2), (3, 4)]);
    }

    async fn a_name_without_its_query_is_refused(db: Db) {
        tables!(db: User);
        let error = OfAuthor::query().to_sql(db.dialect()).unwrap_err();
        assert!(error.to_string().contains("stands for the rows of a query"), "{error}");
        assert!(of_authors().delete().exec(&db).await.is_err());
        assert!(OfAuthor::create().author_id(1).posts(1).insert(&db).await.is_err());
        // A database knows no key of it, by which the other columns would be known.
        let error = of_authors().group_by(OfAuthor::author_id).select((OfAuthor::author_id, OfAuthor::posts)).to_sql(db.dialect()).unwrap_err();
        assert!(error.to_string().contains("`OfAuthor::posts` is selected beside"), "{error}");
        let more = [of_authors().limit(1), of_authors().distinct(), of_authors().limit_per(1, OfAuthor::author_id), of_authors().for_update(), of_authors().having(OfAuthor::posts.gt(1))];
        for rows in more {
            let error = User::query().with(rows).to_sql(db.dialect()).unwrap_err();
            assert!(error.to_string().contains("takes rows as they come"), "{error}");
        }
        assert!(!orm::model::all().iter().any(|model| model.name == "OfAuthor"));
    }

    async fn rows_of_values_are_like_a_table(db: Db) {
        let [ann, ..] = blog(&db).await?;
        let rows = vec![
            Typed { id: 1, text: Some("x'\"é😀".into()), flag: true, amount: decimal("-1.50"), day: Some("2024-02-29".parse().unwrap()), role: Role::Admin },
            Typed { id: 2, text: None, flag: false, amount: decimal("0.10"), day: None, role: Role::Member },
        ];
        let query = || Typed::rows(rows.clone());
        assert_eq!(query().order_by(Typed::id).all(&db).await?, rows);
        assert_eq!(query().filter(Typed::text.is_null()).all(&db).await?, rows[1..]);
        assert_eq!(query().select((count(), Typed::amount.sum())).one(&db).await?, (2, Some(decimal("-1.40"))));
        assert_eq!(query().order_by(Typed::amount).select(Typed::id).all(&db).await?, [1, 2]);
        assert_eq!(Typed::rows([]).all(&db).await?, []);
        let given = OfAuthor::rows([OfAuthor { author_id: ann.id, posts: 9, views: None }]);
        assert_eq!(given.select((OfAuthor::author.get(User::name), OfAuthor::posts)).all(&db).await?, [("Ann".to_owned(), 9)]);
    }

    async fn a_recursion_goes_on_until_there_is_nothing_new(db: Db) {
        let first = || Step::rows([Step { n: 1, total: 1 }]).select((Step::n, Step::total));
        let next = || Step::query().filter(Step::n.lt(10)).select((Step::n + 1, Step::total + Step::n + 1));
        let rows = Step::recursive(first(), next()).order_by(Step::n).all(&db).await?;
        let expected: Vec<Step> = (1..=10).map(|n| Step { n, total: n * (n + 1) / 2 }).collect();
        assert_eq!(rows, expected);
        assert_eq!(Step::recursive(first(), next()).filter(Step::n.gt(5)).count(&db).await?, 5);
        // A circle ends.
        let circle = Step::query().select(((Step::n + 1) % 5, Step::total * 1));
        let n: BTreeSet<i64> = Step::recursive(first(), circle).select(Step::n).all(&db).await?.into_iter().collect();
        assert_eq!(n, (0..5).collect());
        // And a long way is gone to its end.
        let far = Step::query().filter(Step::n.lt(2500)).select((Step::n + 1, Step::total * 1));
        assert_eq!(Step::recursive(first(), far).count(&db).await?, 2500);
        let limited = Step::query().limit(1).select((Step::n, Step::total));
        assert!(Step::recursive(first(), limited).to_sql(db.dialect()).is_err());
    }

    async fn a_tree_is_walked_down_and_up(db: Db) {
        staff(&db).await?;
        let down = |name: &str| Staff::query().filter(Staff::name.eq(name)).descend(Staff::reports);
        for (name, id) in [("Ada", 1), ("Ben", 2), ("Hal", 8), ("Ivy", 9), ("Kim", 11)] {
            let found = down(name).order_by(Staff::id).select((Staff::id, depth(), path())).all(&db).await?;
            let expected: Vec<_> = below(&[id]).into_iter().map(|(id, (depth, way))| (Id::new(id), depth, way)).collect();
            assert_eq!(found, expected, "{name}");
            assert_eq!(down(name).count(&db).await?, u64::try_from(expected.len()).unwrap());
        }
        // Several roots, one below the other: each row once, by the shortest way.
        let found = Staff::query().filter(Staff::id.in_([Id::new(1), Id::new(2)])).descend(Staff::reports).order_by(Staff::id).select((Staff::id, depth())).all(&db).await?;
        let expected: Vec<_> = below(&[1, 2]).into_iter().map(|(id, (depth, _))| (Id::new(id), depth)).collect();
        assert_eq!(found, expected);
        // Up.
        let above = Staff::find(6).ascend(Staff::boss).order_by(depth()).select(Staff::name).all(&db).await?;
        assert_eq!(above, ["Fay", "Dee", "Ben", "Ada"]);
        let circle = Staff::find(12).ascend(Staff::boss).order_by(depth()).select((Staff::id, depth())).all(&db).await?;
        assert_eq!(circle, [(12, 0), (11, 1), (10, 2), (9, 3)].map(|(id, depth)| (Id::new(id), depth)));
    }

    async fn a_tree_composes(db: Db) {
        staff(&db).await?;
        let tree = || Staff::find(1).descend(Staff::reports);
        assert_eq!(tree().filter(depth().ge(2)).order_by(Staff::id.desc()).select(Staff::name).all(&db).await?, ["Fay", "Eve", "Dee"]);
        assert_eq!(tree().order_by(path()).select(Staff::name).all(&db).await?, ["Ada", "Ben", "Dee", "Fay", "Eve", "Cal"]);
        assert_eq!(tree().order_by(path()).page(2, 4, &db).await?.items.len(), 2);
        let rows = tree().include(Staff::reports.order_by(Staff::id)).include(Staff::boss).order_by(Staff::id).limit(2).all(&db).await?;
        assert_eq!(rows[1].get(Staff::reports).iter().map(|s| s.name.as_str()).collect::<Vec<_>>(), ["Dee", "Eve"]);
        assert_eq!(rows[1].get(Staff::boss).as_ref().map(|s| s.name.as_str()), Some("Ada"));
        assert_eq!(tree().group_by(depth()).order_by(depth()).select((depth(), count())).all(&db).await?, [(0, 1), (1, 2), (2, 2), (3, 1)]);
        #[derive(View)]
        #[view(Staff)]
        struct Line { name: String, #[view(expr = depth())] depth: i64 }
        let lines = tree().order_by(path()).view::<Line>().all(&db).await?;
        assert_eq!(lines[3].depth, 3);
        assert_eq!(lines[3].name, "Fay");
        let ids = Staff::query().filter(Staff::id.in_(tree().select(Staff::id))).count(&db).await?;
        assert_eq!(ids, 6);
        assert!(Staff::query().select(depth()).to_sql(db.dialect()).is_err_and(|e| e.to_string().contains("descend")));
        assert!(Staff::query().limit(1).descend(Staff::reports).to_sql(db.dialect()).is_err());
        assert!(tree().delete().exec(&db).await.is_err());
    }
}

trait Helpers {
    fn distinct_on_first(self, db: &Db) -> impl Future<Output = orm::Result<Vec<String>>>;
}
impl Helpers for Query<Post> {
    async fn distinct_on_first(self, db: &Db) -> orm::Result<Vec<String>> {
        self.order_by((Post::view_count.desc(), Post::id.asc()))
            .distinct_on(Post::user_id)
            .order_by(Post::id)
            .select(Post::title)
            .all(db)
            .await
    }
}

trait Rank<M> {
    fn into_rank(self) -> orm::expr::Windowed<M, i64>;
}
impl<M: Model> Rank<M> for orm::expr::Over<M> {
    fn into_rank(self) -> orm::expr::Windowed<M, i64> {
        rank().over(self)
    }
}
