//! Which node takes the writes.

use std::collections::BTreeSet;

/// What a node said of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) primary: bool,
    pub(super) system: Option<u64>,
    pub(super) timeline: u32,
}

/// What a node is to the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeRole {
    /// Nothing is known of it yet.
    Unknown,
    /// It takes the writes.
    Primary,
    /// It repeats what the primary writes.
    Replica,
    /// It takes writes of its own beside the primary, so it is neither written to nor read from.
    Refused,
    /// It belongs to another system, so it is neither written to nor read from.
    Foreign,
}

/// Who takes the writes, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Roles {
    /// The node that writes go to; it need not answer.
    pub(super) writer: Option<usize>,
    /// The highest timeline that a primary has had: whoever has a lower one was replaced.
    timeline: u32,
    system: Option<u64>,
    /// Nodes that took writes beside the primary. They do not become the primary by its mere absence.
    refused: BTreeSet<usize>,
}

impl Roles {
    /// Decides again, by what each node said last. The first node is the one that the program calls its primary.
    pub(super) fn decide(&mut self, said: &[Option<Said>]) -> Vec<NodeRole> {
        if self.system.is_none() {
            let first = said.first().copied().flatten();
            self.system = first
                .or_else(|| said.iter().copied().flatten().next())
                .and_then(|said| said.system);
        }
        let mut roles: Vec<NodeRole> = said.iter().map(|said| self.alone(*said)).collect();
        let claims = |role: &NodeRole| *role == NodeRole::Primary;
        let timeline = |at: usize| said[at].map_or(0, |said| said.timeline);
        let highest = (0..roles.len())
            .filter(|at| claims(&roles[*at]))
            .map(timeline)
            .max();
        if let Some(highest) = highest {
            if highest > self.timeline {
                self.refused.clear();
            }
            self.timeline = self.timeline.max(highest);
        }
        let gives_in = |at: &usize| {
            said.get(*at)
                .is_some_and(|said| said.is_some_and(|said| !said.primary))
        };
        if self.refused.iter().chain(&self.writer).any(gives_in) {
            // Now that one of them is a replica, the others may be in the right.
            self.refused.clear();
        }
        let mut best: Vec<usize> = (0..roles.len())
            .filter(|at| claims(&roles[*at]) && timeline(*at) == self.timeline)
            .filter(|at| !self.refused.contains(at))
            .collect();
        if best.len() > 1 {
            // Nothing tells them apart: the one that has the writes keeps them, and without one nobody gets them.
            let known = self.writer.unwrap_or(0);
            best.retain(|at| *at == known);
        }
        for (at, role) in roles.iter_mut().enumerate() {
            if *role == NodeRole::Primary && best.first() != Some(&at) {
                *role = NodeRole::Refused;
                self.refused.insert(at);
            }
        }
        match (best.first(), self.writer) {
            (Some(at), _) => self.writer = Some(*at),
            // It may only not answer; but if it says that it is none, it is none.
            (None, Some(at)) if matches!(roles.get(at), Some(NodeRole::Unknown)) => {}
            (None, _) => self.writer = None,
        }
        roles
    }

    /// What a node is by its own words.
    fn alone(&self, said: Option<Said>) -> NodeRole {
        match said {
            None => NodeRole::Unknown,
            Some(said) if said.system.is_some() && said.system != self.system => NodeRole::Foreign,
            Some(said) if said.primary => NodeRole::Primary,
            Some(_) => NodeRole::Replica,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use NodeRole::{Foreign, Primary, Refused, Replica, Unknown};

    fn primary(timeline: u32) -> Option<Said> {
        Some(Said {
            primary: true,
            system: Some(7),
            timeline,
        })
    }

    fn replica() -> Option<Said> {
        Some(Said {
            primary: false,
            system: Some(7),
            timeline: 0,
        })
    }

    #[test]
    fn the_one_that_takes_writes_is_the_primary() {
        let mut roles = Roles::default();
        let decided = roles.decide(&[primary(1), replica(), replica()]);
        assert_eq!(decided, [Primary, Replica, Replica]);
        assert_eq!(roles.writer, Some(0));
    }

    #[test]
    fn of_two_the_higher_timeline_wins_and_the_other_is_refused() {
        let mut roles = Roles::default();
        roles.decide(&[primary(1), replica()]);
        assert_eq!(roles.decide(&[primary(1), primary(2)]), [Refused, Primary]);
        assert_eq!(roles.writer, Some(1));
    }

    #[test]
    fn an_old_primary_stays_refused_when_the_new_one_does_not_answer() {
        let mut roles = Roles::default();
        roles.decide(&[None, primary(2)]);
        assert_eq!(roles.decide(&[primary(1), None]), [Refused, Unknown]);
        assert_eq!(roles.writer, Some(1));
        // It has learned its place.
        assert_eq!(roles.decide(&[replica(), primary(2)]), [Replica, Primary]);
    }

    #[test]
    fn a_primary_that_does_not_answer_keeps_its_place_until_there_is_another() {
        let mut roles = Roles::default();
        roles.decide(&[primary(1), replica()]);
        assert_eq!(roles.decide(&[None, replica()]), [Unknown, Replica]);
        assert_eq!(roles.writer, Some(0));
        roles.decide(&[None, primary(2)]);
        assert_eq!(roles.writer, Some(1));
    }

    #[test]
    fn a_primary_that_became_a_replica_takes_no_writes() {
        let mut roles = Roles::default();
        roles.decide(&[primary(1), replica()]);
        roles.decide(&[replica(), replica()]);
        assert_eq!(roles.writer, None);
    }

    #[test]
    fn of_two_that_nothing_tells_apart_the_one_with_the_writes_keeps_them() {
        let mut roles = Roles::default();
        roles.decide(&[replica(), primary(3)]);
        assert_eq!(roles.decide(&[primary(3), primary(3)]), [Refused, Primary]);
        let mut unknown = Roles::default();
        let decided = unknown.decide(&[replica(), primary(3), primary(3)]);
        assert_eq!(decided, [Replica, Refused, Refused]);
        assert_eq!(unknown.writer, None);
    }

    #[test]
    fn a_node_that_took_writes_beside_the_primary_does_not_inherit_them() {
        let mut roles = Roles::default();
        roles.decide(&[primary(0), primary(0)]);
        assert_eq!(roles.decide(&[None, primary(0)]), [Unknown, Refused]);
        assert_eq!(roles.writer, Some(0));
        // Somebody has settled it.
        assert_eq!(roles.decide(&[replica(), primary(0)]), [Replica, Primary]);
        // One that took none before may have been promoted.
        let mut roles = Roles::default();
        roles.decide(&[primary(0), replica()]);
        assert_eq!(roles.decide(&[None, primary(0)]), [Unknown, Primary]);
    }

    #[test]
    fn a_node_of_another_system_is_not_used() {
        let foreign = Some(Said {
            primary: false,
            system: Some(8),
            timeline: 0,
        });
        let mut roles = Roles::default();
        assert_eq!(roles.decide(&[primary(1), foreign]), [Primary, Foreign]);
    }
}
