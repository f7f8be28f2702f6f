//! What spans and metrics say of statements, under the names that their readers know; and that no value is among it.

use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ResourceMetrics};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};
use orm::observe::{OpenTelemetry, Request};
use orm::prelude::*;
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::{Event, Level, Metadata, Subscriber, span};

use crate::support::TestDb;
use crate::support::models::*;
use crate::support::seed::tables;

pub(crate) type Fields = BTreeMap<String, String>;

/// Collects the spans and events of this crate, each with its target, its name and its fields.
#[derive(Clone, Default)]
pub(crate) struct Collector(Arc<Mutex<Vec<(String, Fields)>>>);

impl Collector {
    pub(crate) fn take(&self) -> Vec<(String, Fields)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

struct Read<'f>(&'f mut Fields);

impl Visit for Read<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.insert(field.name().to_owned(), format!("{value:?}"));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.insert(field.name().to_owned(), value.to_owned());
    }
}

impl Subscriber for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().split("::").next() == Some("orm")
    }

    fn new_span(&self, attributes: &span::Attributes<'_>) -> span::Id {
        let mut fields = Fields::new();
        attributes.record(&mut Read(&mut fields));
        let metadata = attributes.metadata();
        assert_eq!(*metadata.level(), Level::DEBUG);
        let mut all = self.0.lock().unwrap();
        all.push((format!("{} {}", metadata.target(), metadata.name()), fields));
        span::Id::from_u64(all.len() as u64)
    }

    fn record(&self, id: &span::Id, values: &span::Record<'_>) {
        let at = usize::try_from(id.into_u64()).unwrap() - 1;
        values.record(&mut Read(&mut self.0.lock().unwrap()[at].1));
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::new();
        event.record(&mut Read(&mut fields));
        assert_eq!(*event.metadata().level(), Level::WARN);
        let what = event.metadata().target().to_owned();
        self.0.lock().unwrap().push((what, fields));
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// What was exported: a line for each metric with its unit, with attributes, and what was counted.
#[derive(Clone, Default)]
struct Exporter(Arc<Mutex<Vec<String>>>);

impl PushMetricExporter for Exporter {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        let mut lines = Vec::new();
        for metric in metrics.scope_metrics().flat_map(|scope| scope.metrics()) {
            let what = format!("{} {}", metric.name(), metric.unit());
            match metric.data() {
                AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        assert!(point.sum() > 0.0 && point.bounds().next() == Some(0.001));
                        let attributes = shown(point.attributes());
                        lines.push(format!("{what}: {} of {attributes}", point.count()));
                    }
                }
                AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                    for point in histogram.data_points() {
                        let (count, sum) = (point.count(), point.sum());
                        let attributes = shown(point.attributes());
                        lines.push(format!("{what}: {count} with {sum} of {attributes}"));
                    }
                }
                AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                    assert!(sum.is_monotonic());
                    for point in sum.data_points() {
                        let attributes = shown(point.attributes());
                        lines.push(format!("{what}: {} of {attributes}", point.value()));
                    }
                }
                AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                    assert!(!sum.is_monotonic());
                    for point in sum.data_points() {
                        let attributes = shown(point.attributes());
                        lines.push(format!("{what}: {} of {attributes}", point.value()));
                    }
                }
                _ => lines.push(format!("{what} is of another kind")),
            }
        }
        lines.sort();
        *self.0.lock().unwrap() = lines;
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// The attributes, without where the server is, which is another one on each machine.
fn shown<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut all: Vec<String> = attributes
        .filter(|a| {
            !matches!(
                a.key.as_str(),
                "server.address" | "server.port" | "db.namespace"
            )
        })
        .map(|a| format!("{}={}", a.key, a.value))
        .collect();
    all.sort();
    all.join(" ")
}

/// The name that OpenTelemetry has for the database.
fn system(db: &TestDb) -> &'static str {
    match db.dialect().name() {
        "SQLite" => "sqlite",
        "PostgreSQL" => "postgresql",
        _ => "mariadb",
    }
}

on_every_database! {
    async fn a_statement_is_a_span_with_the_stable_names_and_no_value(db: Db) {
        let watched = Db::builder(&db.url).max_connections(1).connect().await?;
        tables!(watched: Tag);
        let request = watched.request(Request::new("GET /tags").id("17"));
        let spans = Collector::default();
        let line = line!() + 2;
        let work = async {
            Tag::create().name("a secret").insert(&request).await?;
            Tag::query().filter(Tag::name.eq("a secret")).all(&request).await?;
            let refused = Tag::create().name("a secret").insert(&watched).await;
            assert!(refused.unwrap_err().is_unique_violation());
            orm::Result::Ok(())
        };
        work.with_subscriber(spans.clone()).await?;
        let found = spans.take();
        assert!(!format!("{found:?}").contains("secret"), "{found:?}");
        assert!(found.iter().all(|(what, _)| what == "orm db.query"), "{found:?}");
        let fields: Vec<&Fields> = found.iter().map(|(_, fields)| fields).collect();
        let of = |at: usize, name: &str| fields[at].get(name).map(String::as_str);
        assert_eq!(fields.len(), 3, "{found:?}");
        for (at, operation) in ["INSERT", "SELECT", "INSERT"].into_iter().enumerate() {
            let summary = format!("{operation} tags");
            assert_eq!(of(at, "otel.name"), Some(summary.as_str()));
            assert_eq!(of(at, "db.query.summary"), Some(summary.as_str()));
            assert_eq!(of(at, "otel.kind"), Some("client"));
            assert_eq!(of(at, "db.system.name"), Some(system(&db)));
            assert_eq!(of(at, "db.operation.name"), Some(operation));
            assert_eq!(of(at, "db.collection.name"), Some("tags"));
            assert!(of(at, "db.query.text").unwrap().starts_with(operation));
            assert!(of(at, "db.namespace").is_some());
            assert_eq!(of(at, "server.address").is_none(), db.is_sqlite());
            assert!(of(at, "code.file.path").unwrap().ends_with("telemetry.rs"));
            assert_eq!(of(at, "code.line.number"), Some((line + at as u32).to_string().as_str()));
        }
        for at in [0, 1] {
            assert_eq!(of(at, "db.response.returned_rows"), Some("1"));
            assert_eq!((of(at, "error.type"), of(at, "otel.status_code")), (None, None));
            assert_eq!((of(at, "request"), of(at, "request_id")), (Some("GET /tags"), Some("17")));
        }
        assert_eq!(of(2, "error.type"), Some("unique_violation"));
        assert_eq!(of(2, "otel.status_code"), Some("ERROR"));
        assert_eq!((of(2, "request"), of(2, "db.response.returned_rows")), (None, None));
    }

    async fn slow_and_repeated_statements_are_warnings(db: Db) {
        let watched = Db::builder(&db.url).slow_query(Duration::from_nanos(1)).warn_on_repeats(2).connect().await?;
        tables!(watched: Tag);
        let request = watched.request("GET /tags");
        let spans = Collector::default();
        let work = async {
            for _ in 0..4 {
                Tag::query().filter(Tag::name.eq("a secret")).all(&request).await?;
            }
            orm::Result::Ok(())
        };
        work.with_subscriber(spans.clone()).await?;
        let found = spans.take();
        assert!(!format!("{found:?}").contains("secret"), "{found:?}");
        let of = |target: &str| -> Vec<&Fields> {
            found.iter().filter(|(what, _)| what == target).map(|(_, fields)| fields).collect()
        };
        let slow = of("orm::slow");
        assert_eq!(slow.len(), 4);
        assert_eq!((slow[0]["summary"].as_str(), slow[0]["request"].as_str()), ("SELECT tags", "GET /tags"));
        assert!(slow[0]["sql"].starts_with("SELECT ") && slow[0]["caller"].contains("telemetry.rs:"));
        assert!(slow[0]["duration_ms"].parse::<f64>().unwrap() > 0.0);
        let repeated = of("orm::repeated");
        assert_eq!(repeated.len(), 1);
        assert_eq!(repeated[0]["times"], "3");
        assert!(repeated[0]["message"].starts_with("`SELECT tags` was sent 3 times from "), "{repeated:?}");
    }

    async fn metrics_have_the_stable_names_and_no_value(db: Db) {
        let exporter = Exporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).with_interval(Duration::from_secs(3600)).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        let meter = provider.meter("a test");
        tables!(db: Tag);
        let watched = Db::builder(&db.url)
            .max_connections(2)
            .acquire_timeout(Duration::from_secs(2))
            .observer(OpenTelemetry::new(&meter))
            .connect().await?;
        if db.is_sqlite() {
            tables!(watched: Tag);
        }
        OpenTelemetry::watch_pool(&meter, &watched, "main");
        for name in ["a secret", "another secret"] {
            Tag::create().name(name).insert(&watched).await?;
        }
        let refused = Tag::create().name("a secret").insert(&watched).await.unwrap_err();
        assert!(refused.is_unique_violation());
        assert_eq!(Tag::query().all(&watched).await?.len(), 2);
        let held = watched.begin().await?;
        let second = watched.hold().await?;
        assert!(watched.hold().await.is_err_and(|error| error.is_timeout()));
        provider.force_flush().unwrap();
        let lines = exporter.0.lock().unwrap().clone();
        drop(second);
        held.rollback().await?;
        assert!(!format!("{lines:?}").contains("secret"), "{lines:?}");
        let system = system(&db);
        let of = |operation: &str, more: &str| format!(
            "db.collection.name=tags db.operation.name={operation} db.query.summary={operation} tags {more}db.system.name={system}"
        );
        let status = match system {
            "sqlite" => "1555",
            "postgresql" => "23505",
            _ => "1062",
        };
        let failure = format!("db.response.status_code={status} ");
        let expected = [
            format!("db.client.operation.duration s: 2 of {}", of("INSERT", "")),
            format!("db.client.operation.duration s: 1 of {} error.type=unique_violation", of("INSERT", &failure)),
            format!("db.client.operation.duration s: 1 of {}", of("SELECT", "")),
            format!("db.client.response.returned_rows {{row}}: 2 with 2 of {}", of("INSERT", "")),
            format!("db.client.response.returned_rows {{row}}: 1 with 2 of {}", of("SELECT", "")),
            "db.client.connection.count {connection}: 2 of db.client.connection.pool.name=main db.client.connection.state=used".to_owned(),
            "db.client.connection.count {connection}: 0 of db.client.connection.pool.name=main db.client.connection.state=idle".to_owned(),
            "db.client.connection.max {connection}: 2 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.idle.max {connection}: 2 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.idle.min {connection}: 0 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.pending_requests {request}: 0 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.timeouts {timeout}: 1 of db.client.connection.pool.name=main".to_owned(),
            // The second one was opened since the pool is watched. Four statements have given theirs back, two are still out.
            "db.client.connection.create_time s: 1 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.wait_time s: 6 of db.client.connection.pool.name=main".to_owned(),
            "db.client.connection.use_time s: 4 of db.client.connection.pool.name=main".to_owned(),
        ];
        for line in &expected {
            assert!(lines.contains(line), "{line} is not in {lines:#?}");
        }
        let others: Vec<&String> = lines.iter()
            .filter(|line| !expected.contains(line) && !line.contains("SCRIPT") && !line.contains("CREATE"))
            .collect();
        assert!(others.is_empty(), "{others:#?}");
        provider.shutdown().unwrap();
    }
}
