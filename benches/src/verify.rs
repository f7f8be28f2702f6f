//! Checks before anything is timed that a contender really does the work.

use std::fmt::Debug;

use crate::{
    contender::{Branch, Contender, NEWEST, PAGE_SIZE, Result, Tree, User, Workload},
    input,
};

/// The table holds the workload's rows, and rows that the contender wrote are read back by it.
pub async fn contender<C: Contender + ?Sized>(contender: &mut C, workload: Workload) -> Result<()> {
    match workload {
        Workload::Pk => {
            for id in [1, 5000, 10_000] {
                equal("row", contender.pk(id).await?.into(), stored(id))?;
            }
        }
        Workload::All1 | Workload::All100 | Workload::All10k => {
            all(contender, workload.rows()).await?;
        }
        Workload::Insert1 => {
            let inserted: User = contender.insert(input::row(7)).await?.into();
            equal(
                "inserted row",
                inserted.clone(),
                input::row(7).with_id(inserted.id),
            )?;
            equal(
                "row read back",
                contender.pk(inserted.id).await?.into(),
                inserted,
            )?;
        }
        Workload::Bulk100 => bulk(contender, 100).await?,
        Workload::Bulk10k => bulk(contender, 10_000).await?,
        Workload::Update => {
            contender.rename(3, "Another name".into()).await?;
            equal(
                "row read back",
                contender.pk(3).await?.into(),
                User {
                    name: "Another name".into(),
                    ..stored(3)
                },
            )?;
            equal("row beside it", contender.pk(4).await?.into(), stored(4))?;
        }
        Workload::Page => {
            let page = contender.page(2).await?;
            let items: Vec<User> = page.items.into_iter().map(Into::into).collect();
            equal(
                "items",
                items,
                (PAGE_SIZE + 1..=2 * PAGE_SIZE).map(stored).collect(),
            )?;
            equal("total", page.total, workload.rows())?;
        }
        Workload::Relations => tree(contender.relations().await?, workload)?,
        Workload::Deep => tree(contender.deep().await?, workload)?,
        Workload::OneParent | Workload::ManyParents => {
            let mut expected = input::tree(workload);
            for user in &mut expected {
                user.branches.reverse();
                user.branches.truncate(NEWEST as usize);
            }
            let mut found = contender.newest().await?.branches();
            found.sort_by(by_key);
            equal("users", found, expected)?;
        }
    }
    Ok(())
}

/// All rows are there, in whatever order.
fn tree(found: impl Tree, workload: Workload) -> Result<()> {
    let mut found = found.branches();
    sort(&mut found);
    equal("rows", found, input::tree(workload))
}

fn sort(branches: &mut [Branch]) {
    branches.sort_by(by_key);
    branches
        .iter_mut()
        .for_each(|branch| sort(&mut branch.branches));
}

fn by_key(a: &Branch, b: &Branch) -> std::cmp::Ordering {
    let key = |branch: &Branch| {
        branch
            .columns
            .split(' ')
            .next()
            .and_then(|id| id.parse::<i64>().ok())
    };
    key(a).cmp(&key(b))
}

async fn bulk<C: Contender + ?Sized>(contender: &mut C, count: i64) -> Result<()> {
    equal(
        "number of inserted rows",
        contender.bulk(input::rows(count)).await?,
        count as u64,
    )?;
    all(contender, count).await
}

async fn all<C: Contender + ?Sized>(contender: &mut C, count: i64) -> Result<()> {
    let mut users: Vec<User> = contender.all().await?.into_iter().map(Into::into).collect();
    users.sort_by_key(|user| user.id);
    equal("rows", users, (1..=count).map(stored).collect())
}

fn stored(id: i64) -> User {
    input::row(id).with_id(id)
}

fn equal<T: PartialEq + Debug>(what: &str, found: T, expected: T) -> Result<()> {
    if found == expected {
        return Ok(());
    }
    let mut message = format!("wrong {what}: found {found:?}, expected {expected:?}");
    message.truncate(message.floor_char_boundary(1000));
    Err(message.into())
}
