//! Text whose matches of a regular expression are replaced, in time that grows with the text's length and the pattern's size alone.

use std::rc::Rc;

use super::matcher::{Matcher, Step};
use crate::expr::{Piece, Regex, Replacement};

/// A regular expression, and what stands in the place of its matches.
pub(super) struct Replacer {
    matcher: Matcher,
    with: Replacement,
}

/// Where groups begin and end: two places for each, the first two for the whole match.
type Ends = Rc<Vec<Option<usize>>>;

/// What may become a match, the most wanted first.
#[derive(Default)]
struct Ways {
    list: Vec<(usize, Ends)>,
    seen: Vec<bool>,
    /// The steps that were seen.
    steps: Vec<usize>,
}

impl Replacer {
    /// Reads both texts.
    ///
    /// # Errors
    /// What is wrong with them.
    pub(super) fn new(pattern: &str, with: &str) -> Result<Self, String> {
        let regex = Regex::parse(pattern, false)?;
        let with = Replacement::from(with);
        with.checked(&regex)?;
        Ok(Self {
            matcher: Matcher::with_groups(&regex),
            with,
        })
    }

    pub(super) fn replace(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        while let Some(ends) = self.next(text, from) {
            let (Some(begin), Some(end)) = (ends[0], ends[1]) else {
                break;
            };
            out.push_str(&text[from..begin]);
            for piece in self.with.pieces() {
                match piece {
                    Piece::Text(text) => out.push_str(text),
                    Piece::Group(number) => {
                        let place = |at: usize| ends.get(at).copied().flatten();
                        if let (Some(begin), Some(end)) = (place(2 * number), place(2 * number + 1))
                        {
                            out.push_str(&text[begin..end]);
                        }
                    }
                }
            }
            // An expression that matches nothing is refused before; it would not come to an end here.
            if end <= from {
                break;
            }
            from = end;
        }
        out.push_str(&text[from..]);
        out
    }

    /// The first match behind a place.
    fn next(&self, text: &str, from: usize) -> Option<Ends> {
        let mut now = Ways::new(self.matcher.steps.len());
        let mut then = Ways::new(self.matcher.steps.len());
        let mut found = None;
        let mut at = from;
        loop {
            let c = text[at..].chars().next();
            if found.is_none() {
                let ends = Rc::new(vec![Some(at), None]);
                self.follow(&mut now, 0, ends, at, text.len());
            }
            if now.list.is_empty() && found.is_some() {
                return found;
            }
            let behind = at + c.map_or(0, char::len_utf8);
            for (place, ends) in now.list.drain(..) {
                match (&self.matcher.steps[place], c) {
                    (Step::Found, _) => {
                        found = Some(with(&ends, 1, at));
                        // The others are wanted less.
                        break;
                    }
                    (Step::Class(ranges, negated), Some(c))
                        if ranges.iter().any(|(from, to)| (*from..=*to).contains(&c))
                            != *negated =>
                    {
                        self.follow(&mut then, place + 1, ends, behind, text.len());
                    }
                    _ => {}
                }
            }
            now.clear();
            if c.is_none() {
                return found;
            }
            at = behind;
            std::mem::swap(&mut now, &mut then);
        }
    }

    /// Adds the ways that lead on from a step without a character.
    fn follow(&self, ways: &mut Ways, step: usize, ends: Ends, at: usize, length: usize) {
        let mut open = vec![(step, ends)];
        while let Some((step, ends)) = open.pop() {
            if std::mem::replace(&mut ways.seen[step], true) {
                continue;
            }
            ways.steps.push(step);
            match &self.matcher.steps[step] {
                Step::Class(..) | Step::Found => ways.list.push((step, ends)),
                Step::Start if at == 0 => open.push((step + 1, ends)),
                Step::End if at == length => open.push((step + 1, ends)),
                Step::Start | Step::End => {}
                Step::Both(first, second) => {
                    open.push((*second, Rc::clone(&ends)));
                    open.push((*first, ends));
                }
                Step::Go(to) => open.push((*to, ends)),
                Step::Remember(place) => open.push((step + 1, with(&ends, *place, at))),
            }
        }
    }
}

/// The same places, and one more.
fn with(ends: &Ends, place: usize, at: usize) -> Ends {
    let mut ends = Vec::clone(ends);
    if ends.len() <= place {
        ends.resize(place + 1, None);
    }
    ends[place] = Some(at);
    Rc::new(ends)
}

impl Ways {
    fn new(steps: usize) -> Self {
        Self {
            seen: vec![false; steps],
            ..Self::default()
        }
    }

    fn clear(&mut self) {
        self.list.clear();
        for step in self.steps.drain(..) {
            self.seen[step] = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_are_replaced() {
        for (pattern, with, text, replaced) in [
            ("b", "x", "abcb", "axcx"),
            ("b", "", "aaa", "aaa"),
            (r"\s+", " ", "a  b\t\n c", "a b c"),
            (r"(\w+) (\w+)", "$2 $1", "one two three", "two one three"),
            ("^a", "x", "aaa", "xaa"),
            ("a$", "x", "aaa", "aax"),
            ("(é)|(b)", "<$1$2>", "éab", "<é>a<b>"),
            ("(a)?b", "[$1]", "abb", "[a][]"),
            (".*foo", "$0!", "a foo b foo c", "a foo b foo! c"),
            ("(ab)+c", "$$", "xababcab", "x$ab"),
        ] {
            let replacer = Replacer::new(pattern, with).unwrap();
            assert_eq!(replacer.replace(text), replaced, "{pattern} {text:?}");
        }
        assert!(Replacer::new("a*", "").is_err());
    }
}
