//! Whether a node can be used: it is left out after failures, and let in again step by step.

use std::time::{Duration, Instant};

/// Failures in a row after which a node is left out.
const FAILURES: u32 = 2;
/// Successes in a row by which it comes back; more for one that failed again soon.
const SUCCESSES: u32 = 2;
/// How often the number of successes is doubled.
const DOUBLINGS: u32 = 3;
/// After how long without a failure an earlier one does not count any more.
const FORGIVEN: Duration = Duration::from_secs(60);

/// How a node was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    /// It did what it was asked.
    Good,
    /// Something was lost, or came too late: that can be chance.
    Bad,
    /// It refuses connections: that is none.
    Refused,
}

/// Whether a node can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Health {
    state: State,
    /// How often it was left out, and when last.
    outages: u32,
    left_out: Option<Instant>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It is used; failures in a row.
    Up(u32),
    /// It is left out.
    Down,
    /// It answers again, and is tried; successes in a row.
    Tried(u32),
}

impl Health {
    /// A node of which nothing is known is left out until it answers, and then used at once.
    pub(super) fn unknown() -> Self {
        Self {
            state: State::Down,
            outages: 0,
            left_out: None,
        }
    }

    pub(super) fn is_up(&self) -> bool {
        matches!(self.state, State::Up(_))
    }

    pub(super) fn is_down(&self) -> bool {
        self.state == State::Down
    }

    pub(super) fn is_tried(&self) -> bool {
        matches!(self.state, State::Tried(_))
    }

    /// Whether a good sign would change nothing.
    pub(super) fn is_perfect(&self) -> bool {
        self.state == State::Up(0)
    }

    /// Takes a sign in; `true` when the node is left out because of it.
    pub(super) fn note(&mut self, sign: Sign, now: Instant) -> bool {
        let was_down = self.is_down();
        match (self.state, sign) {
            (State::Up(_), Sign::Good) => self.state = State::Up(0),
            (State::Up(failures), Sign::Bad) if failures + 1 < FAILURES => {
                self.state = State::Up(failures + 1);
            }
            (State::Down, Sign::Good) => self.succeeded(1),
            (State::Tried(successes), Sign::Good) => self.succeeded(successes + 1),
            (_, Sign::Bad | Sign::Refused) => {
                if !was_down {
                    let recent = self
                        .left_out
                        .is_some_and(|then| now.duration_since(then) < FORGIVEN);
                    self.outages = if recent { self.outages + 1 } else { 1 };
                }
                self.left_out = Some(now);
                self.state = State::Down;
            }
        }
        !was_down && self.is_down()
    }

    fn succeeded(&mut self, successes: u32) {
        let needed = match self.outages {
            // It was not there when the program began.
            0 => 1,
            outages => SUCCESSES << (outages - 1).min(DOUBLINGS),
        };
        self.state = if successes >= needed {
            State::Up(0)
        } else {
            State::Tried(successes)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(signs: &[Sign]) -> Health {
        let mut health = Health::unknown();
        let now = Instant::now();
        for sign in signs {
            health.note(*sign, now);
        }
        health
    }

    use Sign::{Bad, Good, Refused};

    #[test]
    fn one_lost_answer_is_forgiven_and_two_are_not() {
        assert!(after(&[Good, Bad]).is_up());
        assert!(after(&[Good, Bad, Good, Bad]).is_up());
        assert!(after(&[Good, Bad, Bad]).is_down());
    }

    #[test]
    fn who_refuses_is_left_out_at_once() {
        assert!(after(&[Good, Refused]).is_down());
    }

    #[test]
    fn it_comes_back_by_two_successes_and_every_outage_asks_for_more() {
        let out = [Good, Refused];
        assert!(after(&[out.as_slice(), &[Good]].concat()).is_tried());
        assert!(after(&[out.as_slice(), &[Good, Good]].concat()).is_up());
        assert!(after(&[out.as_slice(), &[Good, Bad, Good]].concat()).is_tried());
        let twice = [out.as_slice(), &[Good, Good, Refused]].concat();
        assert!(after(&[twice.as_slice(), &[Good, Good, Good]].concat()).is_tried());
        assert!(after(&[twice.as_slice(), &[Good, Good, Good, Good]].concat()).is_up());
    }

    #[test]
    fn an_outage_long_ago_asks_for_no_more() {
        let begun = Instant::now();
        let mut health = after(&[Good, Refused, Good, Good]);
        health.note(Refused, begun + FORGIVEN * 2);
        health.note(Good, begun + FORGIVEN * 2);
        health.note(Good, begun + FORGIVEN * 2);
        assert!(health.is_up());
    }

    #[test]
    fn being_left_out_is_told_once() {
        let now = Instant::now();
        let mut health = after(&[Good]);
        assert!(!health.note(Bad, now));
        assert!(health.note(Bad, now));
        assert!(!health.note(Refused, now));
    }
}
