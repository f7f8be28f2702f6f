//! What a program sees when servers and networks fail: on servers of the test's own, which are stopped, paused and cut off.

mod outages;
mod replicas;
mod servers;

/// Runs a test on several threads, so that what is blocked here does not hold up the other side.
fn run(test: impl Future<Output = orm::Result<()>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    if let Err(error) = runtime.block_on(test) {
        panic!("{error}");
    }
}
