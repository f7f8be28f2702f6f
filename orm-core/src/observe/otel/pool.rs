//! Metrics of pools: how they stand when somebody looks, and how long things take.

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::SECONDS;
use crate::db::PoolStats;
use crate::driver::{Pool, Times};
use crate::observe::Target;

/// A pool, and the attributes of what is told of it.
struct Watched {
    pool: Arc<Pool>,
    attributes: Vec<KeyValue>,
}

/// Watches pools. Where there are several, each has its server's address.
pub(super) fn watch(meter: &Meter, pools: Vec<(Arc<Pool>, Option<Target>)>, name: &'static str) {
    let seconds = |name: &'static str, what: &'static str| {
        meter
            .f64_histogram(name)
            .with_unit("s")
            .with_description(what)
            .with_boundaries(SECONDS.to_vec())
            .build()
    };
    let created = seconds(
        "db.client.connection.create_time",
        "The time it took to open a connection.",
    );
    let lent = seconds(
        "db.client.connection.wait_time",
        "The time it took to get a connection of the pool.",
    );
    let used = seconds(
        "db.client.connection.use_time",
        "The time for which a connection was used.",
    );
    let pools = pools.into_iter().map(|(pool, target)| {
        let mut attributes = vec![KeyValue::new("db.client.connection.pool.name", name)];
        if let Some(target) = target {
            let address = target.address;
            attributes.extend(address.map(|host| KeyValue::new("server.address", host)));
            let port = target.port.map(i64::from);
            attributes.extend(port.map(|port| KeyValue::new("server.port", port)));
        }
        pool.watch().take_times(Box::new(Taken {
            created: created.clone(),
            lent: lent.clone(),
            used: used.clone(),
            attributes: attributes.clone(),
        }));
        Watched { pool, attributes }
    });
    let pools: Arc<[Watched]> = pools.collect();

    let asked = Arc::clone(&pools);
    meter
        .i64_observable_up_down_counter("db.client.connection.count")
        .with_unit("{connection}")
        .with_callback(move |observer| {
            for Watched { pool, attributes } in asked.iter() {
                let stats = pool.stats();
                let used = stats.total.saturating_sub(stats.idle);
                for (state, number) in [("used", used), ("idle", stats.idle)] {
                    let state = KeyValue::new("db.client.connection.state", state);
                    let attributes: Vec<KeyValue> =
                        attributes.iter().cloned().chain([state]).collect();
                    observer.observe(count(number), &attributes);
                }
            }
        })
        .build();
    let number = |name: &'static str, unit: &'static str, of: fn(&PoolStats) -> usize| {
        let asked = Arc::clone(&pools);
        meter
            .i64_observable_up_down_counter(name)
            .with_unit(unit)
            .with_callback(move |observer| {
                for Watched { pool, attributes } in asked.iter() {
                    observer.observe(count(of(&pool.stats())), attributes);
                }
            })
            .build();
    };
    number("db.client.connection.max", "{connection}", |stats| {
        stats.max
    });
    // All of them may be idle.
    number("db.client.connection.idle.max", "{connection}", |stats| {
        stats.max
    });
    number("db.client.connection.idle.min", "{connection}", |stats| {
        stats.min
    });
    number(
        "db.client.connection.pending_requests",
        "{request}",
        |stats| stats.waiting,
    );
    let asked = Arc::clone(&pools);
    meter
        .u64_observable_counter("db.client.connection.timeouts")
        .with_unit("{timeout}")
        .with_callback(move |observer| {
            for Watched { pool, attributes } in asked.iter() {
                observer.observe(pool.stats().timeouts, attributes);
            }
        })
        .build();
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The times of one pool's connections.
struct Taken {
    created: Histogram<f64>,
    lent: Histogram<f64>,
    used: Histogram<f64>,
    attributes: Vec<KeyValue>,
}

impl Times for Taken {
    fn created(&self, took: Duration) {
        self.created.record(took.as_secs_f64(), &self.attributes);
    }

    fn lent(&self, waited: Duration) {
        self.lent.record(waited.as_secs_f64(), &self.attributes);
    }

    fn used(&self, time: Duration) {
        self.used.record(time.as_secs_f64(), &self.attributes);
    }
}
