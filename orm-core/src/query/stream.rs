//! Rows, one after the other, in constant memory.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use crate::error::{Error, Result};

/// The rows of a query, read as they are asked for. It is a [`Stream`], and has a [`next`](RowStream::next) of its own.
///
/// The statement runs no further ahead than a few dozen rows; dropping the stream ends it.
#[must_use = "a stream does nothing until it is read"]
pub struct RowStream<R> {
    ready: VecDeque<R>,
    rows: mpsc::Receiver<Vec<R>>,
    /// Runs the statement; it makes progress only while the stream is polled.
    work: Option<Pin<Box<dyn Future<Output = Result<()>> + Send>>>,
    error: Option<Error>,
    at_drop: AtDrop,
    started: bool,
}

/// What becomes of a statement whose stream is dropped.
pub(crate) enum AtDrop {
    /// It is cancelled, and its connection cleaned up or closed.
    Cancel,
    /// It is brought to its end in the background, since the connection is a transaction's, which must go on. From then on other
    /// statements may wait for that.
    Finish(Arc<AtomicBool>),
}

impl<R: Send + 'static> RowStream<R> {
    pub(crate) fn new(
        rows: mpsc::Receiver<Vec<R>>,
        at_drop: AtDrop,
        work: impl Future<Output = Result<()>> + Send + 'static,
    ) -> Self {
        Self {
            ready: VecDeque::new(),
            rows,
            work: Some(Box::pin(work)),
            error: None,
            at_drop,
            started: false,
        }
    }

    /// The next row; `None` when there are no more.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut names = User::query().order_by(User::id).select(User::username).stream(&db);
    /// assert_eq!(names.next().await.transpose()?.as_deref(), Some("ann"));
    /// # Ok(()) }) }
    /// ```
    pub async fn next(&mut self) -> Option<Result<R>>
    where
        R: Unpin,
    {
        std::future::poll_fn(|cx| Pin::new(&mut *self).poll_next(cx)).await
    }
}

impl<R: Unpin> Stream for RowStream<R> {
    type Item = Result<R>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.ready.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            if let Some(work) = &mut this.work {
                this.started = true;
                if let Poll::Ready(result) = work.as_mut().poll(cx) {
                    this.work = None;
                    this.error = result.err();
                }
            }
            // Rows that were sent before an error come first.
            match this.rows.poll_recv(cx) {
                Poll::Ready(Some(batch)) => this.ready.extend(batch),
                Poll::Ready(None) if this.work.is_none() => {
                    return Poll::Ready(this.error.take().map(Err));
                }
                Poll::Ready(None) | Poll::Pending => return Poll::Pending,
            }
        }
    }
}

impl<R> Drop for RowStream<R> {
    fn drop(&mut self) {
        let (Some(work), AtDrop::Finish(streaming), true) =
            (self.work.take(), &self.at_drop, self.started)
        else {
            return;
        };
        streaming.store(false, Ordering::Release);
        // Told so, the statement hands on no more rows.
        self.rows.close();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(work);
        }
    }
}
