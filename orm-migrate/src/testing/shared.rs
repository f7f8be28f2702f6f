//! The databases that tests in transactions share: made by the first of them, kept for the next run, and dropped when nobody has used them
//! for a while and another one is made.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use orm_core::db::AdvisoryLock;
use orm_core::model::{ColumnDef, ModelDef};
use orm_core::query::{Raw, RawPart};
use orm_core::{Db, Result, Value};

use super::{Prepare, number};
use crate::create::create_tables_of;

/// With what their names begin.
const PREFIX: &str = "orm_shared_";
/// After how many seconds without use a database is dropped.
const UNUSED: i64 = 60 * 60;
/// After how many seconds its use is noted again.
const NOTED: i64 = 10 * 60;

/// A pool for the database that all tests with this content share.
pub(super) async fn open(url: &str, module: &str, content: impl Prepare) -> Result<Db> {
    let server = Db::builder(url).max_connections(1).connect().await?;
    let name = format!(
        "{PREFIX}{:016x}",
        number(&format!("{module} {:x}", content.identity(&server)?))
    );
    let plan = server.dialect().scratch(url, &name);
    let connect = || Db::builder(&plan.url).max_connections(2).connect();
    let (Some(create), Some(drop)) = (&plan.create, &plan.drop) else {
        // In memory: there is nothing to share, and nothing to save.
        let db = connect().await?;
        content.prepare(&db).await?;
        return Ok(db);
    };
    // Tests begin at the same time, in one program or in several.
    let lock = AdvisoryLock::named("orm_shared_database")
        .lock(&server)
        .await?;
    let now = seconds();
    let found = connect().await;
    let used = match &found {
        Ok(db) => last_use(db).await.ok().flatten(),
        Err(_) => None,
    };
    let db = match (found, used) {
        (Ok(db), Some(used)) => {
            if now - used >= NOTED {
                note_use(&db, now).await?;
            }
            db
        }
        (found, _) => {
            // Whoever began to make it did not come to the end.
            if let Ok(half) = found {
                half.shutdown(Duration::from_secs(1)).await;
                lock.db().execute_script(drop).await?;
            }
            lock.db().execute_script(create).await?;
            let db = connect().await?;
            if let Err(error) = prepare(&db, content, now).await {
                db.shutdown(Duration::from_secs(1)).await;
                lock.db().execute_script(drop).await?;
                return Err(error);
            }
            drop_unused(lock.db(), url, &name, now).await;
            db
        }
    };
    lock.unlock().await?;
    server.shutdown(Duration::from_secs(1)).await;
    Ok(db)
}

async fn prepare(db: &Db, content: impl Prepare, now: i64) -> Result<()> {
    content.prepare(db).await?;
    create_tables_of(db, &[ready()]).await?;
    note_use(db, now).await
}

/// Drops the databases that nobody has used for long and nobody uses now. That one of them cannot be dropped is no test's failure.
async fn drop_unused(server: &Db, url: &str, own: &str, now: i64) {
    let names: Vec<String> = match server.dialect().unused_databases() {
        None => return,
        Some(probe) => Raw::new(vec![
            RawPart::Text(probe),
            RawPart::Bind("pattern", Ok(Value::Text(format!("{PREFIX}%")))),
        ])
        .all(server)
        .await
        .unwrap_or_default(),
    };
    for name in names.iter().filter(|name| name.as_str() != own) {
        let plan = server.dialect().scratch(url, name);
        let Ok(db) = Db::builder(&plan.url).max_connections(1).connect().await else {
            continue;
        };
        let used = last_use(&db).await;
        db.shutdown(Duration::from_secs(1)).await;
        // Without any sign of use it is being made, or its maker was killed; then the next one with this content begins anew.
        if let (Ok(Some(used)), Some(drop)) = (used, plan.drop_unused)
            && now - used >= UNUSED
        {
            // Refused where somebody has come to use it.
            let _ = server.execute_script(&drop).await;
        }
    }
}

/// A table whose rows say that the database was made to the end, and when it was used: seconds since 1970.
fn ready() -> &'static ModelDef {
    static READY: std::sync::LazyLock<ModelDef> = std::sync::LazyLock::new(|| {
        let mut model = ModelDef::new("Ready", "orm_test_ready");
        model.columns = vec![ColumnDef::new::<i64>("id", "id", "i64")];
        (model.visible, model.key) = (1, vec![0]);
        model
    });
    &READY
}

/// When the database was used; `None` while it is not made to the end.
async fn last_use(db: &Db) -> Result<Option<i64>> {
    let name = Value::Text(ready().table.to_owned());
    let tables = vec![
        RawPart::Text(db.dialect().count_tables()),
        RawPart::Bind("name", Ok(name)),
    ];
    if Raw::new(tables).one::<i64>(db).await? == 0 {
        return Ok(None);
    }
    let seconds = vec![RawPart::Text("SELECT max(id) FROM orm_test_ready")];
    // What an earlier version of this program has made says nothing of its use.
    let used: Option<i64> = Raw::new(seconds).one(db).await?;
    Ok(Some(used.unwrap_or(0)))
}

async fn note_use(db: &Db, now: i64) -> Result<()> {
    let seconds = || RawPart::Bind("seconds", Ok(Value::I64(now)));
    let remove = vec![RawPart::Text("DELETE FROM orm_test_ready")];
    let insert = vec![
        RawPart::Text("INSERT INTO orm_test_ready (id) VALUES ("),
        seconds(),
        RawPart::Text(")"),
    ];
    let tx = db.begin().await?;
    Raw::new(remove).execute(&tx).await?;
    Raw::new(insert).execute(&tx).await?;
    tx.commit().await
}

fn seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
