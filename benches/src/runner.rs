//! The measuring loop.

use std::{
    future::Future,
    hint::black_box,
    pin::Pin,
    time::{Duration, Instant},
};

use crate::{
    contender::{Contender, Result, Workload},
    input::{self, Keys},
    store::Store,
    verify,
};

/// What one contender did within one workload: the nanoseconds of each operation.
pub struct Samples {
    sorted: Vec<u64>,
    /// The median of each round.
    rounds: Vec<u64>,
}

impl Samples {
    fn new(mut rounds: Vec<Vec<u64>>) -> Self {
        for round in &mut rounds {
            round.sort_unstable();
        }
        let medians = rounds.iter().map(|round| round[round.len() / 2]).collect();
        let mut sorted = rounds.concat();
        sorted.sort_unstable();
        Self {
            sorted,
            rounds: medians,
        }
    }

    pub fn count(&self) -> usize {
        self.sorted.len()
    }

    /// In microseconds.
    pub fn percentile(&self, percent: usize) -> f64 {
        let index = (self.sorted.len() * percent / 100).min(self.sorted.len() - 1);
        self.sorted[index] as f64 / 1000.0
    }

    pub fn median(&self) -> f64 {
        self.percentile(50)
    }

    /// How many times as long as the other it takes: the median of the rounds' ratios.
    ///
    /// The two turns of a round are milliseconds apart, so a machine that changes its speed in between rounds does not change
    /// this, while it does move the medians of whole runs.
    pub fn ratio(&self, other: &Self) -> f64 {
        let rounds = self.rounds.iter().zip(&other.rounds);
        let mut ratios: Vec<f64> = rounds
            .map(|(&ours, &theirs)| ours as f64 / theirs as f64)
            .collect();
        ratios.sort_unstable_by(f64::total_cmp);
        ratios[ratios.len() / 2]
    }
}

type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + 'a>>;

/// A [`Contender`] of any type. Its futures are boxed per batch, never per operation.
pub trait AnyContender {
    fn name(&self) -> &'static str;

    fn takes_part(&self, workload: Workload) -> bool;

    fn fill(&mut self, rows: i64) -> LocalFuture<'_, ()>;

    fn verify(&mut self, workload: Workload) -> LocalFuture<'_, ()>;

    /// Does the operation `count` times and appends the time of each.
    fn batch<'a>(
        &'a mut self,
        workload: Workload,
        count: usize,
        keys: &'a mut Keys,
        times: &'a mut Vec<u64>,
    ) -> LocalFuture<'a, ()>;
}

impl<C: Contender> AnyContender for C {
    fn name(&self) -> &'static str {
        C::NAME
    }

    fn takes_part(&self, workload: Workload) -> bool {
        C::takes_part(workload)
    }

    fn fill(&mut self, rows: i64) -> LocalFuture<'_, ()> {
        Box::pin(async move {
            if rows > 0 {
                self.bulk(input::rows(rows)).await?;
            }
            Ok(())
        })
    }

    fn verify(&mut self, workload: Workload) -> LocalFuture<'_, ()> {
        Box::pin(verify::contender(self, workload))
    }

    fn batch<'a>(
        &'a mut self,
        workload: Workload,
        count: usize,
        keys: &'a mut Keys,
        times: &'a mut Vec<u64>,
    ) -> LocalFuture<'a, ()> {
        // `$make` runs before the clock starts; the value of `$run` is dropped after it has stopped.
        macro_rules! repeat {
            ($input:pat = $make:expr => $run:expr) => {
                Box::pin(async move {
                    for _ in 0..count {
                        let $input = black_box($make);
                        let start = Instant::now();
                        let _output = black_box($run.await?);
                        times.push(start.elapsed().as_nanos() as u64);
                    }
                    Ok(())
                })
            };
        }
        match workload {
            Workload::Pk => repeat!(id = keys.key() => self.pk(id)),
            Workload::All1 | Workload::All100 | Workload::All10k => repeat!(() = () => self.all()),
            Workload::Insert1 => repeat!(row = input::row(keys.key()) => self.insert(row)),
            Workload::Bulk100 => repeat!(rows = input::rows(100) => self.bulk(rows)),
            Workload::Bulk10k => repeat!(rows = input::rows(10_000) => self.bulk(rows)),
            Workload::Update => {
                repeat!((id, name) = (keys.key(), renamed(keys)) => self.rename(id, name))
            }
            Workload::Page => repeat!(number = keys.page() => self.page(number)),
            Workload::Relations => repeat!(() = () => self.relations()),
            Workload::OneParent | Workload::ManyParents => repeat!(() = () => self.newest()),
            Workload::Deep => repeat!(() = () => self.deep()),
        }
    }
}

fn renamed(keys: &mut Keys) -> String {
    format!("User number {}", keys.key())
}

/// About how long a contender has its turn before the next one comes.
const BATCH: Duration = Duration::from_millis(10);

/// Fewer rounds than this give no median.
const MIN_ROUNDS: usize = 5;

/// The samples of each contender; none of those that do not take part.
pub async fn run<S: Store>(
    store: &mut S,
    contenders: &mut [Box<dyn AnyContender>],
    workload: Workload,
    cell: Duration,
    core: Option<usize>,
) -> Result<Vec<Option<Samples>>> {
    let mut playing: Vec<usize> = Vec::new();
    for (at, contender) in contenders.iter_mut().enumerate() {
        if !(S::RELATED || workload.levels().is_empty()) || !contender.takes_part(workload) {
            continue;
        }
        playing.push(at);
        store.clear().await?;
        store
            .fill(std::slice::from_mut(contender), workload)
            .await?;
        contender
            .verify(workload)
            .await
            .map_err(|error| format!("{}: {}: {error}", contender.name(), workload.title()))?;
    }
    store.clear().await?;
    store.fill(contenders, workload).await?;

    let mut keys = vec![Keys::new(workload); playing.len()];
    let mut sizes = Vec::new();
    for (&at, keys) in playing.iter().zip(&mut keys) {
        sizes.push(warm_up(contenders[at].as_mut(), workload, keys, cell / 10).await?);
    }

    // Now, because a pool may have opened connections only while warming up.
    if let Some(core) = core {
        store.pin(core).await?;
    }

    let mut rounds = vec![Vec::new(); playing.len()];
    let budget = cell * playing.len() as u32;
    let mut spent = Duration::ZERO;
    let mut round = 0;
    while !playing.is_empty() && (round < MIN_ROUNDS || spent < budget) {
        if workload.grows() {
            store.clear().await?;
        }
        let start = Instant::now();
        for turn in 0..playing.len() {
            // Each round begins with another contender, so that nobody always follows the same one.
            let at = (round + turn) % playing.len();
            let mut times = Vec::with_capacity(sizes[at]);
            contenders[playing[at]]
                .batch(workload, sizes[at], &mut keys[at], &mut times)
                .await?;
            rounds[at].push(times);
        }
        spent += start.elapsed();
        round += 1;
    }
    let mut samples: Vec<Option<Samples>> = contenders.iter().map(|_| None).collect();
    for (at, rounds) in playing.into_iter().zip(rounds) {
        samples[at] = Some(Samples::new(rounds));
    }
    Ok(samples)
}

/// Fills caches, and finds out how many operations make a batch.
async fn warm_up(
    contender: &mut dyn AnyContender,
    workload: Workload,
    keys: &mut Keys,
    time: Duration,
) -> Result<usize> {
    let mut times = Vec::new();
    let start = Instant::now();
    // PostgreSQL settles on a plan after five executions.
    while times.len() < 6 || (start.elapsed() < time && times.len() < 2000) {
        contender.batch(workload, 1, keys, &mut times).await?;
    }
    times.sort_unstable();
    let median = Duration::from_nanos(times[times.len() / 2]).max(Duration::from_nanos(1));
    Ok(((BATCH.as_nanos() / median.as_nanos()) as usize).clamp(1, 1000))
}
