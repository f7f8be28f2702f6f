//! Metrics for OpenTelemetry, under its stable names.

mod pool;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use super::{Call, Ended, Observer};
use crate::Db;

/// The buckets that OpenTelemetry advises for the duration of a database's operations, in seconds.
const SECONDS: [f64; 9] = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0];

/// Writes the histogram `db.client.operation.duration`, and what is known of the pool as `db.client.connection.…`.
///
/// ```no_run
/// use orm::Db;
/// use orm::observe::OpenTelemetry;
///
/// # async fn example(meter: &opentelemetry::metrics::Meter) -> orm::Result<()> {
/// let db = Db::builder("postgres://localhost/app").observer(OpenTelemetry::new(meter)).connect().await?;
/// OpenTelemetry::watch_pool(meter, &db, "main");
/// # Ok(())
/// # }
/// ```
///
/// The meter is one of the crate `opentelemetry`: `opentelemetry::global::meter("app")`, for example.
#[derive(Debug)]
pub struct OpenTelemetry {
    duration: Histogram<f64>,
    rows: Histogram<u64>,
}

impl OpenTelemetry {
    /// Metrics that this meter makes.
    #[must_use]
    pub fn new(meter: &Meter) -> Self {
        Self {
            duration: meter
                .f64_histogram("db.client.operation.duration")
                .with_unit("s")
                .with_description("Duration of database client operations.")
                .with_boundaries(SECONDS.to_vec())
                .build(),
            rows: meter
                .u64_histogram("db.client.response.returned_rows")
                .with_unit("{row}")
                .with_description("The number of rows that an operation gave or changed.")
                .with_boundaries(vec![
                    1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0,
                ])
                .build(),
        }
    }

    /// Lets this meter ask the pool how it stands, under this name, whenever metrics are collected, and takes the times of its connections
    /// from now on. With replicas, each node's pool is told by the node's address. It keeps the pools open.
    pub fn watch_pool(meter: &Meter, db: &Db, name: &'static str) {
        pool::watch(meter, db.pools(), name);
    }
}

impl Observer for OpenTelemetry {
    fn ended(&self, call: &Call<'_>, end: &Ended<'_>) {
        let mut attributes = Vec::with_capacity(8);
        let mut add = |name: &'static str, value: &str| {
            attributes.push(KeyValue::new(name, value.to_owned()));
        };
        add("db.system.name", &call.target.system);
        add("db.operation.name", call.operation);
        add("db.query.summary", &call.summary());
        if let Some(collection) = call.collection {
            add("db.collection.name", collection);
        }
        if let Some(namespace) = &call.target.namespace {
            add("db.namespace", namespace);
        }
        if let Some(address) = &call.target.address {
            add("server.address", address);
        }
        if let Some(kind) = end.outcome.error_type() {
            add("error.type", kind);
        }
        if let Some(code) = end.outcome.status_code() {
            add("db.response.status_code", code);
        }
        if let Some(port) = call.target.port {
            attributes.push(KeyValue::new("server.port", i64::from(port)));
        }
        self.duration
            .record(end.duration.as_secs_f64(), &attributes);
        if end.outcome.error_type().is_none() {
            self.rows.record(end.rows, &attributes);
        }
    }
}
