//! A database to work in, that is not there before and not there afterwards.

use orm::prelude::*;

use crate::Result;

/// The database of the URL, created if the server has none of that name.
pub(crate) struct Scratch {
    db: Db,
    /// What has to be dropped at the end.
    created: Option<Created>,
}

struct Created {
    server: Db,
    drop: String,
}

impl Scratch {
    /// Connects, and creates the database before where that is needed.
    pub(crate) async fn open(url: &str) -> Result<Self> {
        let created = match Address::of(url) {
            Some(address) => address.create().await?,
            None => None,
        };
        Ok(Self {
            db: Db::connect(url).await?,
            created,
        })
    }

    /// The database.
    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    /// Lets the database stay where it is.
    pub(crate) fn keep(&mut self) {
        self.created = None;
    }

    /// Closes the database, and drops it if it was created by [`open`](Self::open).
    pub(crate) async fn close(self) -> Result {
        self.db.shutdown(std::time::Duration::from_secs(5)).await;
        if let Some(created) = self.created {
            created.server.execute_script(&created.drop).await?;
        }
        Ok(())
    }
}

/// A server, and the name of one of its databases.
struct Address {
    server: String,
    name: String,
    postgres: bool,
}

impl Address {
    /// The parts of the URL; `None` where there is no server.
    fn of(url: &str) -> Option<Self> {
        let postgres = url.starts_with("postgres");
        if !postgres && !url.starts_with("mysql:") && !url.starts_with("mariadb:") {
            return None;
        }
        let (path, options) = url
            .split_once('?')
            .map_or((url, String::new()), |(path, o)| (path, format!("?{o}")));
        let (host, name) = path.split_once("//")?.1.split_once('/')?;
        let scheme = path.split_once("//")?.0;
        let database = if postgres { "postgres" } else { "" };
        let server = format!("{scheme}//{host}/{database}{options}");
        Some(Self {
            server,
            name: name.to_owned(),
            postgres,
        })
    }

    /// Creates the database, if it is not there.
    async fn create(self) -> Result<Option<Created>> {
        let (server, name) = (Db::connect(&self.server).await?, &self.name);
        let known = if self.postgres {
            sql!("SELECT count(*) FROM pg_database WHERE datname = {name}")
                .one::<i64>(&server)
                .await?
        } else {
            sql!("SELECT count(*) FROM information_schema.schemata WHERE schema_name = {name}")
                .one::<i64>(&server)
                .await?
        };
        if known > 0 {
            return Ok(None);
        }
        if name.is_empty() {
            return Err("the URL has to end with the name of a database: `/blog_example`".into());
        }
        // A name is no value that could be bound, so it is checked instead.
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(plain) {
            let reason = "to create it, give it a name of lower case letters, digits and `_`";
            return Err(format!("there is no database `{name}`; {reason}").into());
        }
        server
            .execute_script(&format!("CREATE DATABASE {name}"))
            .await?;
        Ok(Some(Created {
            server,
            drop: format!("DROP DATABASE {name}"),
        }))
    }
}
