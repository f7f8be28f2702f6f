//! How long nothing has been heard of a connection, and whether it was asked for a sign of life.

use std::time::{Duration, Instant};

/// How long a connection may be silent before it is asked.
const SILENCE: Duration = Duration::from_secs(30);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// What is known of a connection's silence. It begins with the last that was heard.
#[derive(Debug, Clone, Copy)]
pub(super) struct Silence {
    since: Instant,
    /// When it was asked, as long as it has not answered.
    asked: Option<Instant>,
}

impl Default for Silence {
    fn default() -> Self {
        Self {
            since: Instant::now(),
            asked: None,
        }
    }
}

impl Silence {
    /// Whether the connection has to be asked now, and how much longer its answer may take. Who gives up waiting for the answer asks
    /// again, with what is left of the time.
    pub(super) fn question(&mut self) -> Option<Duration> {
        self.question_at(Instant::now())
    }

    fn question_at(&mut self, now: Instant) -> Option<Duration> {
        if self.asked.is_none() && now.duration_since(self.since) >= SILENCE {
            self.asked = Some(now);
        }
        let asked = self.asked?;
        Some(ANSWER.saturating_sub(now.duration_since(asked)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_silent_connection_is_asked_once_and_has_so_long_to_answer() {
        let mut silence = Silence::default();
        let at = |seconds| silence.since + Duration::from_secs(seconds);
        let (early, asked, later, late) = (at(29), at(30), at(33), at(60));
        assert_eq!(silence.question_at(early), None);
        assert_eq!(silence.question_at(asked), Some(ANSWER));
        // Whoever waited for the answer gave up: the time runs on.
        assert_eq!(silence.question_at(later), Some(Duration::from_secs(2)));
        assert_eq!(silence.question_at(late), Some(Duration::ZERO));
    }
}
