//! Asking each node, again and again, how it stands.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::cluster::{Cluster, LOOK};
use super::health::Sign;
use crate::driver::Watcher;

/// One task for each node, so that one that does not answer holds up no other. They end with the cluster.
pub(super) fn begin(cluster: &Arc<Cluster>) {
    for (at, node) in cluster.nodes.iter().enumerate() {
        let Some(watcher) = node.pool.watcher() else {
            continue;
        };
        let wake = cluster.wake.subscribe();
        let every = cluster.config.every;
        tokio::spawn(attend(Arc::downgrade(cluster), at, watcher, wake, every));
    }
}

async fn attend(
    cluster: Weak<Cluster>,
    at: usize,
    mut watcher: Watcher,
    mut wake: watch::Receiver<u64>,
    every: Duration,
) {
    loop {
        wake.mark_unchanged();
        let began = Instant::now();
        // The cluster is not kept alive by who waits for a server.
        let said = match watcher.look(LOOK).await {
            Ok(Some(facts)) => Ok(facts),
            Ok(None) => Err(Sign::Bad),
            Err(error) if matches!(error.kind(), crate::ErrorKind::Connect { .. }) => {
                Err(Sign::Refused)
            }
            Err(_) => Err(Sign::Bad),
        };
        match cluster.upgrade() {
            Some(cluster) if !cluster.stopped.load(Ordering::Acquire) => {
                cluster.looked(at, began, said);
            }
            _ => return,
        }
        tokio::select! {
            () = tokio::time::sleep(every) => {}
            woken = wake.changed() => {
                if woken.is_err() {
                    return;
                }
            }
        }
    }
}
