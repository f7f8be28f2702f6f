//! Reads on replicas: on another node when one fails, on the primary when there is none.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use super::choice::{Choice, choose};
use super::cluster::Cluster;
use super::scope::{Need, Pinned, Route};
use crate::db::Db;
use crate::driver::{Columns, Done, Lease, Pool, Position, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::row::RowSource;

impl Db {
    /// Runs a statement where it belongs. It is boxed by its caller, so that programs without replicas carry none of it.
    pub(in crate::db) async fn run_routed<S: RowSink>(
        &self,
        cluster: &Arc<Cluster>,
        statement: &Statement,
        sink: S,
    ) -> Result<(S, Done)> {
        let sink = Kept::new(sink);
        if let Some(route) = &self.route
            && statement.access.only_reads()
        {
            return read(self, cluster, route, statement, sink).await;
        }
        cluster.on_primary(self, statement, sink).await
    }

    /// The same handle, for the statements of one query, if it reads from replicas.
    pub(in crate::db) fn pinned(&self) -> Option<Self> {
        let route = self.route.as_ref().filter(|route| route.pin.is_none())?;
        let mut pinned = self.clone();
        pinned.route = Some(route.pinned());
        Some(pinned)
    }
}

/// Where a read goes next.
enum Place {
    /// To a replica, when it has reached the position if there is one.
    Replica(usize, Option<Position>),
    Primary,
}

async fn read<S: RowSink>(
    db: &Db,
    cluster: &Arc<Cluster>,
    route: &Route,
    statement: &Statement,
    sink: Kept<S>,
) -> Result<(S, Done)> {
    let pin = route.pin.as_deref();
    let pinned = pin.and_then(super::scope::Pin::get);
    let need = match (&route.scope, pinned) {
        // The node was found to have it by the query's first statement.
        (_, Some(_)) | (None, None) => Need::Nothing,
        (Some(scope), None) => scope.need(cluster).await,
    };
    let mut tried = Vec::new();
    let mut failure = None;
    loop {
        let place = place(cluster, &need, pinned, &tried);
        let (at, position) = match place {
            Place::Replica(at, position) => (at, position),
            Place::Primary => break,
        };
        match on_replica(db, cluster, at, position.as_ref(), statement, &sink).await {
            Ok(Some(result)) => {
                cluster.nodes[at].served();
                if let Some(pin) = pin {
                    pin.set(Pinned::Replica(at));
                }
                return Ok(result);
            }
            // It is too far behind.
            Ok(None) => break,
            Err(error) if goes_elsewhere(&error) => {
                cluster.nodes[at].failed(&error);
                if !sink.can_restart() {
                    return Err(error);
                }
                tried.push(at);
                failure = Some(error);
            }
            Err(error) => return Err(error),
        }
    }
    if let Some(pin) = pin {
        pin.set(Pinned::Primary);
    }
    let _leave = cluster.fall_back().await?;
    match cluster.on_primary(db, statement, sink).await {
        // Why the replica failed says more than that there was no primary to help.
        Err(error) if matches!(error.kind(), ErrorKind::NoPrimary { .. }) => {
            Err(failure.map_or(error, |failure| {
                let reason =
                    "a replica failed, and the primary cannot be reached either".to_owned();
                Error::new(ErrorKind::NoPrimary { reason }).with_source(failure)
            }))
        }
        result => result,
    }
}

fn place(cluster: &Cluster, need: &Need, pinned: Option<Pinned>, tried: &[usize]) -> Place {
    let position = match need {
        Need::Nothing => None,
        Need::Position(position) => Some(position),
        Need::Primary => return Place::Primary,
    };
    let mut candidates = cluster.candidates(position, tried);
    match pinned {
        Some(Pinned::Primary) => return Place::Primary,
        // Another replica may be behind this one; the primary is behind none.
        Some(Pinned::Replica(at)) => candidates.retain(|candidate| candidate.node == at),
        None => {}
    }
    // The other statements of a query take no turn: with two of them, the same node would always be next.
    let turn = match pinned {
        Some(_) => 0,
        None => cluster.turn.fetch_add(1, Ordering::Relaxed),
    };
    match choose(&candidates, turn) {
        Choice::Ready(at) => Place::Replica(at, None),
        Choice::Soon(at) => Place::Replica(at, position.cloned()),
        Choice::Primary => Place::Primary,
    }
}

/// Whether another node may succeed where this one failed.
fn goes_elsewhere(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Connect { .. } | ErrorKind::ConnectionLost => true,
        // What the primary did was in the read's way: a read alone collides with nothing else.
        ErrorKind::Serialization | ErrorKind::Deadlock => true,
        _ => false,
    }
}

/// Reads on one replica; `None` when it has not reached the position in time.
async fn on_replica<S: RowSink>(
    db: &Db,
    cluster: &Cluster,
    at: usize,
    position: Option<&Position>,
    statement: &Statement,
    sink: &Kept<S>,
) -> Result<Option<(S, Done)>> {
    let node = &cluster.nodes[at];
    let mut left_out = node.left_out();
    db.goes_to(at);
    let _reading = node.enter();
    let work = async {
        let mut lease = node.pool.lease().await?;
        if let Some(position) = position {
            if !lease.reach(position, cluster.config.wait).await? {
                return Ok(None);
            }
            node.reached(position);
        }
        sink.fill(&mut lease, db, statement, &node.pool)
            .await
            .map(Some)
    };
    tokio::select! {
        biased;
        result = work => result,
        // It does not answer others either, and would keep this read for as long as it likes.
        _ = left_out.changed() => {
            let cause = format!("the replica {} does not answer", node.target);
            Err(Error::new(ErrorKind::ConnectionLost).with_source(cause))
        }
    }
}

/// A sink that is lent to a statement and comes back when that fails, so that another node can fill it.
pub(super) struct Kept<S>(Arc<Mutex<Option<S>>>);

struct Lent<S> {
    sink: Option<S>,
    home: Arc<Mutex<Option<S>>>,
}

impl<S: RowSink> Kept<S> {
    fn new(sink: S) -> Self {
        Self(Arc::new(Mutex::new(Some(sink))))
    }

    /// Whether a statement may begin again: its rows so far can be forgotten.
    pub(super) fn can_restart(&self) -> bool {
        let mut sink = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sink.as_mut().is_some_and(|sink| {
            let can = sink.can_restart();
            if can {
                sink.reset();
            }
            can
        })
    }

    /// Runs a statement whose rows the sink takes. It comes back when that fails, or is given up.
    pub(super) async fn fill(
        &self,
        lease: &mut Lease,
        db: &Db,
        statement: &Statement,
        pool: &Pool,
    ) -> Result<(S, Done)> {
        let (lent, result) = lease
            .fetch_within(statement, self.lend()?, db.limits(), pool.watch())
            .await;
        let done = result?;
        lent.and_then(Lent::into_inner)
            .map(|sink| (sink, done))
            .ok_or_else(|| Error::new(ErrorKind::ConnectionLost))
    }

    fn lend(&self) -> Result<Lent<S>> {
        let sink = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        match sink {
            Some(sink) => Ok(Lent {
                sink: Some(sink),
                home: Arc::clone(&self.0),
            }),
            // A driver that kept a sink beyond its statement.
            None => Err(Error::new(ErrorKind::ConnectionLost)),
        }
    }
}

impl<S> Lent<S> {
    fn into_inner(mut self) -> Option<S> {
        self.sink.take()
    }
}

impl<S> Drop for Lent<S> {
    fn drop(&mut self) {
        if let Some(sink) = self.sink.take() {
            *self.home.lock().unwrap_or_else(PoisonError::into_inner) = Some(sink);
        }
    }
}

/// `None` is there only while it is dropped.
impl<S: RowSink> RowSink for Lent<S> {
    const STREAMS: bool = S::STREAMS;

    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.sink
            .as_mut()
            .map_or(Ok(()), |sink| sink.start(columns))
    }

    #[inline]
    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.sink.as_mut().map_or(Ok(()), |sink| sink.row(row))
    }

    fn is_full(&self) -> bool {
        self.sink.as_ref().is_some_and(RowSink::is_full)
    }

    async fn drain(&mut self) -> bool {
        match &mut self.sink {
            Some(sink) => sink.drain().await,
            None => false,
        }
    }

    fn drain_blocking(&mut self) -> bool {
        self.sink.as_mut().is_some_and(RowSink::drain_blocking)
    }

    fn reset(&mut self) {
        if let Some(sink) = &mut self.sink {
            sink.reset();
        }
    }

    fn can_restart(&self) -> bool {
        self.sink.as_ref().is_some_and(RowSink::can_restart)
    }

    fn needs_columns(&self) -> bool {
        self.sink.as_ref().is_none_or(RowSink::needs_columns)
    }
}
