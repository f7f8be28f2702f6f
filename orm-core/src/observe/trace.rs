//! Spans and events for `tracing`; nothing without the feature.

#[cfg(feature = "tracing")]
pub(crate) use spans::{enabled, in_span, repeated, slow};

#[cfg(not(feature = "tracing"))]
pub(crate) use nothing::{enabled, in_span, repeated, slow};

#[cfg(feature = "tracing")]
mod spans {
    use tracing::field::Empty;
    use tracing::{Instrument, Span};

    use crate::driver::Done;
    use crate::error::Result;
    use crate::observe::{Call, Ended, Outcome, Repetition, Target};

    /// Whether anybody collects spans of statements.
    pub(crate) fn enabled() -> bool {
        tracing::enabled!(target: "orm", tracing::Level::DEBUG)
    }

    /// Runs a statement in a span of its own, under the names of OpenTelemetry. Where there are several servers, the one that it has gone
    /// to is known in the end.
    pub(crate) async fn in_span<'t, S>(
        call: &Call<'_>,
        work: impl Future<Output = Result<(S, Done)>>,
        later: Option<impl FnOnce() -> &'t Target>,
    ) -> Result<(S, Done)> {
        let known = later.is_none().then_some(call.target);
        let span = tracing::debug_span!(
            target: "orm",
            "db.query",
            otel.name = call.summary(),
            otel.kind = "client",
            otel.status_code = Empty,
            db.system.name = call.target.system.as_str(),
            db.namespace = call.target.namespace.as_deref(),
            db.collection.name = call.collection,
            db.operation.name = call.operation,
            db.query.summary = call.summary(),
            db.query.text = call.sql,
            db.response.returned_rows = Empty,
            error.r#type = Empty,
            server.address = known.and_then(|target| target.address.as_deref()),
            server.port = known.and_then(|target| target.port),
            code.file.path = call.caller.map(|caller| caller.file()),
            code.line.number = call.caller.map(|caller| caller.line()),
            request = call.request.map(|request| request.label()),
            request_id = call.request.and_then(|request| request.request_id()),
        );
        let result = work.instrument(span.clone()).await;
        if let Some(later) = later {
            let target = later();
            span.record("server.address", target.address.as_deref());
            span.record("server.port", target.port);
        }
        record(&span, &result);
        result
    }

    fn record<S>(span: &Span, result: &Result<(S, Done)>) {
        match result {
            Ok((_, done)) => {
                span.record("db.response.returned_rows", done.rows);
            }
            Err(error) => {
                span.record("error.type", Outcome::Failed(error).error_type());
                span.record("otel.status_code", "ERROR");
            }
        }
    }

    pub(crate) fn slow(call: &Call<'_>, end: &Ended<'_>) {
        tracing::warn!(
            target: "orm::slow",
            summary = call.summary(),
            sql = call.sql,
            duration_ms = end.duration.as_secs_f64() * 1000.0,
            rows = end.rows,
            caller = call.caller.map(tracing::field::display),
            request = call.request.map(|request| request.label()),
            request_id = call.request.and_then(|request| request.request_id()),
            "slow statement"
        );
    }

    pub(crate) fn repeated(repetition: &Repetition<'_>) {
        tracing::warn!(target: "orm::repeated", times = repetition.times, "{repetition}");
    }
}

#[cfg(not(feature = "tracing"))]
mod nothing {
    use crate::observe::{Call, Ended, Repetition, Target};

    pub(crate) const fn enabled() -> bool {
        false
    }

    pub(crate) async fn in_span<'t, T>(
        _: &Call<'_>,
        work: impl Future<Output = T>,
        _: Option<impl FnOnce() -> &'t Target>,
    ) -> T {
        work.await
    }

    pub(crate) const fn slow(_: &Call<'_>, _: &Ended<'_>) {}

    pub(crate) const fn repeated(_: &Repetition<'_>) {}
}
