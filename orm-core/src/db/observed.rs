//! Statements that somebody watches.

use std::ops::Deref;
use std::panic::Location;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::Db;
use crate::driver::{Done, RowSink, Statement};
use crate::error::{Error, Result};
use crate::observe::{
    Call, Outcome, Request, StatementStats, Step, Target, TransactionStep, Watched, trace,
};

/// A handle that knows which call of the program its statements are for; a copy only where somebody asks.
pub(crate) enum At<'d> {
    Same(&'d Db),
    Own(Box<Db>),
}

impl Deref for At<'_> {
    type Target = Db;

    fn deref(&self) -> &Db {
        match self {
            At::Same(db) => db,
            At::Own(db) => db,
        }
    }
}

impl Db {
    /// This handle, for the statements of the call at `caller`. The outermost call is the program's own.
    pub(crate) fn at(&self, caller: &'static Location<'static>) -> At<'_> {
        let told = self.is_watched() || self.shared.primary_pool().watch().is_heard();
        if self.caller.is_some() || !told {
            return At::Same(self);
        }
        At::Own(Box::new(Self {
            caller: Some(caller),
            ..self.clone()
        }))
    }

    #[inline]
    pub(super) fn is_watched(&self) -> bool {
        self.shared.observation.is_some() || trace::enabled()
    }

    /// A handle for the statements of one request, or of any other part of the program's work: a cheap copy, whose transactions belong to
    /// the request as well. It matters to whoever [watches](crate::observe).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let db = Db::builder("sqlite::memory:").fail_on_repeats(2).connect().await?;
    /// orm::create_tables_of(&db, &[User::def(), Post::def()]).await?;
    /// let ann = User::create().username("ann").email("ann@example.com").insert(&db).await?;
    /// Post::insert_many((1..=3).map(|n| Post::create().author_id(ann.id).title(format!("Post {n}")))).exec(&db).await?;
    ///
    /// let db = db.request("GET /posts");
    /// let mut authors = Vec::new();
    /// for post in Post::query().all(&db).await? {
    ///     authors.push(User::find(post.author_id).one(&db).await);         // a query for each post
    /// }
    /// let error = authors.pop().expect("three").expect_err("the third one is too many");
    /// assert!(error.to_string().contains("add `.include(Post::author)`"), "{error}");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn request(&self, request: impl Into<Request>) -> Self {
        Self {
            request: Some(request.into()),
            ..self.clone()
        }
    }

    /// What each statement has cost so far, the one that took most time first. Nothing without
    /// [`DbBuilder::statistics`](crate::DbBuilder::statistics).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> orm::Result<()> {
    /// let db = Db::builder("sqlite::memory:").statistics().connect().await?;
    /// orm::create_tables_of(&db, &[User::def()]).await?;
    /// for id in 1..=10 {
    ///     User::find(id).optional(&db).await?;
    /// }
    /// let stats = db.stats();
    /// let find = stats.iter().find(|statement| statement.summary == "SELECT users").expect("it was sent");
    /// assert_eq!((find.calls, find.rows, find.errors), (10, 0, 0));
    /// assert!(find.p50 <= find.p99 && find.p99 <= find.max);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn stats(&self) -> Vec<StatementStats> {
        let observation = self.shared.observation.as_ref();
        observation.map(|o| o.stats()).unwrap_or_default()
    }

    /// Forgets what statements have cost so far. See [`stats`](Self::stats).
    pub fn forget_stats(&self) {
        if let Some(observation) = &self.shared.observation {
            observation.forget();
        }
    }

    /// A handle that notes the node to which its statement goes, where there are several and that is not known yet.
    fn noting(&self) -> At<'_> {
        if self.shared.cluster.is_none() || self.session.is_some() {
            return At::Same(self);
        }
        At::Own(Box::new(Self {
            goes_to: Some(Arc::default()),
            ..self.clone()
        }))
    }

    /// Notes the node to which a statement goes, if somebody wants to know.
    pub(super) fn goes_to(&self, node: usize) {
        if let Some(noted) = &self.goes_to {
            noted.store(node, Ordering::Relaxed);
        }
    }

    /// The server of the statements of this handle, as far as that is known.
    fn target(&self) -> &Target {
        let noted = |noted: &Arc<AtomicUsize>| noted.load(Ordering::Relaxed);
        let node = match (&self.session, &self.shared.cluster) {
            (Some(session), _) => session.target(),
            (None, Some(cluster)) => {
                let at = self.goes_to.as_ref().map(noted);
                at.and_then(|at| cluster.target(at))
            }
            (None, None) => None,
        };
        node.unwrap_or(&self.shared.target)
    }

    /// The pools, each with its server where there are several.
    #[cfg(feature = "otel")]
    pub(crate) fn pools(&self) -> Vec<(Arc<crate::driver::Pool>, Option<Target>)> {
        match &self.shared.cluster {
            None => vec![(Arc::clone(&self.shared.pool), None)],
            Some(cluster) => cluster
                .pools()
                .map(|(pool, target)| (Arc::clone(pool), target.cloned()))
                .collect(),
        }
    }

    /// Begins to watch a statement.
    pub(super) fn watch<'c>(&'c self, statement: &'c Statement) -> Result<Watched<'c>> {
        let call = self.placed(Call::new(statement, self.target()));
        Watched::begin(self.shared.observation.as_ref(), call, Some(statement))
    }

    fn placed<'c>(&'c self, call: Call<'c>) -> Call<'c> {
        Call {
            caller: self.caller,
            request: self.request.as_ref(),
            in_session: self.session.is_some(),
            ..call
        }
    }

    pub(super) async fn run_watched<S: RowSink>(
        &self,
        statement: &Statement,
        sink: S,
    ) -> Result<(S, Done)> {
        let noting = self.noting();
        let mut watched = self.watch(statement)?;
        let observation = self.shared.observation.as_ref();
        let commented = observation.and_then(|o| o.commented(statement, watched.call()));
        // Pinned here: as an argument it would be in the future twice.
        let work = pin!(noting.send(commented.as_ref().unwrap_or(statement), sink));
        let later = noting.goes_to.is_some().then_some(|| noting.target());
        let result = trace::in_span(watched.call(), work, later).await;
        watched.has_gone_to(noting.target());
        watched.end(result.as_ref().map(|(_, done)| *done));
        result
    }

    pub(super) async fn script_watched(&self, sql: &str) -> Result<()> {
        let noting = self.noting();
        let call = self.placed(Call::script(self.target()));
        let mut watched = Watched::begin(self.shared.observation.as_ref(), call, None)?;
        let result = noting.send_script(sql).await;
        watched.has_gone_to(noting.target());
        watched.end(result.as_ref().map(|()| Done::default()));
        result
    }

    /// Begins to watch many rows that are written at once.
    pub(super) fn watch_load<'c>(
        &'c self,
        sql: &'c str,
        model: &'static crate::model::ModelDef,
    ) -> Result<Option<Watched<'c>>> {
        if !self.is_watched() {
            return Ok(None);
        }
        let script = Call::script(self.target());
        let call = self.placed(Call {
            sql,
            operation: "INSERT",
            collection: Some(model.table),
            ..script
        });
        Watched::begin(self.shared.observation.as_ref(), call, None).map(Some)
    }

    /// The time, if somebody wants to know how long a step of a transaction takes.
    pub(super) fn step_begins(&self) -> Option<Instant> {
        self.shared.observation.as_ref().map(|_| Instant::now())
    }

    /// Tells that a step of a transaction was taken.
    pub(super) fn step_ends(
        &self,
        begun: Option<Instant>,
        step: Step,
        savepoint: bool,
        failure: Option<&Error>,
    ) {
        if let (Some(observation), Some(begun)) = (&self.shared.observation, begun) {
            observation.step(&TransactionStep {
                step,
                savepoint,
                duration: begun.elapsed(),
                outcome: failure.map_or(Outcome::Done, Outcome::Failed),
            });
        }
    }
}
