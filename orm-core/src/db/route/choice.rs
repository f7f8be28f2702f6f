//! Which of the nodes gets a read.

/// What is known of a replica at the moment.
#[derive(Debug, Clone, Copy)]
pub(super) struct Candidate {
    pub(super) node: usize,
    /// Reads that it works on.
    pub(super) reading: usize,
    /// Whether it was left out, and is tried by one read at a time.
    pub(super) tried: bool,
    /// How much it is known to lack of what must be read.
    pub(super) missing: u64,
}

/// Where a read shall go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    /// To a replica that has what must be read.
    Ready(usize),
    /// To a replica that may have it soon.
    Soon(usize),
    /// To the primary: there is no replica.
    Primary,
}

/// The replica that is least in use; of several, each in its `turn`. If none has what must be read, the one that lacks least.
pub(super) fn choose(candidates: &[Candidate], turn: usize) -> Choice {
    let free = |candidate: &&Candidate| !candidate.tried || candidate.reading == 0;
    let rank = |candidate: &Candidate| (candidate.missing, candidate.reading);
    let Some(best) = candidates.iter().filter(free).map(rank).min() else {
        return Choice::Primary;
    };
    let equal: Vec<usize> = candidates
        .iter()
        .filter(free)
        .filter(|candidate| rank(candidate) == best)
        .map(|candidate| candidate.node)
        .collect();
    let node = equal[turn % equal.len()];
    match best {
        (0, _) => Choice::Ready(node),
        _ => Choice::Soon(node),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(node: usize, reading: usize) -> Candidate {
        Candidate {
            node,
            reading,
            tried: false,
            missing: 0,
        }
    }

    #[test]
    fn the_least_used_is_chosen_and_equals_take_turns() {
        assert_eq!(choose(&[node(1, 3), node(2, 1)], 0), Choice::Ready(2));
        let equal = [node(1, 0), node(2, 0)];
        assert_eq!(choose(&equal, 0), Choice::Ready(1));
        assert_eq!(choose(&equal, 1), Choice::Ready(2));
        assert_eq!(choose(&equal, 2), Choice::Ready(1));
    }

    #[test]
    fn a_node_that_is_tried_gets_one_read_at_a_time() {
        let tried = |reading| Candidate {
            tried: true,
            ..node(1, reading)
        };
        assert_eq!(choose(&[tried(0), node(2, 1)], 0), Choice::Ready(1));
        assert_eq!(choose(&[tried(1), node(2, 9)], 0), Choice::Ready(2));
        assert_eq!(choose(&[tried(1)], 0), Choice::Primary);
    }

    #[test]
    fn a_replica_that_has_what_must_be_read_is_better_than_one_that_is_free() {
        let behind = Candidate {
            missing: 5,
            ..node(1, 0)
        };
        let far = Candidate {
            missing: 6,
            ..node(2, 0)
        };
        assert_eq!(choose(&[behind, node(2, 9)], 0), Choice::Ready(2));
        assert_eq!(choose(&[behind], 0), Choice::Soon(1));
        assert_eq!(choose(&[far, behind], 1), Choice::Soon(1));
        assert_eq!(choose(&[], 0), Choice::Primary);
    }
}
