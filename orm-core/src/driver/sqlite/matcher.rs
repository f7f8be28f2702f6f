//! Whether a text matches a regular expression, in time that grows with the text's length alone.

use crate::expr::{Part, Regex};

/// A regular expression as steps.
pub(super) struct Matcher {
    pub(super) steps: Vec<Step>,
    /// Whether what groups match is asked for.
    remembers: bool,
}

pub(super) enum Step {
    /// One character out of these ranges, or out of all others.
    Class(Vec<(char, char)>, bool),
    Start,
    End,
    /// On in two places at once.
    Both(usize, usize),
    Go(usize),
    /// On, and the place in the text is one that is asked for.
    Remember(usize),
    Found,
}

impl Matcher {
    pub(super) fn new(regex: &Regex) -> Self {
        Self::of(regex, false)
    }

    /// The same, with steps that remember what groups match.
    pub(super) fn with_groups(regex: &Regex) -> Self {
        Self::of(regex, true)
    }

    fn of(regex: &Regex, remembers: bool) -> Self {
        let mut matcher = Self {
            steps: Vec::new(),
            remembers,
        };
        matcher.branches(&regex.branches);
        matcher.steps.push(Step::Found);
        matcher
    }

    fn branches(&mut self, branches: &[Vec<Part>]) {
        let mut ends = Vec::new();
        for (i, branch) in branches.iter().enumerate() {
            let fork = self.steps.len();
            let last = i + 1 == branches.len();
            if !last {
                self.steps.push(Step::Both(fork + 1, fork + 1));
            }
            branch.iter().for_each(|part| self.part(part));
            if !last {
                ends.push(self.steps.len());
                self.steps.push(Step::Go(0));
                self.steps[fork] = Step::Both(fork + 1, self.steps.len());
            }
        }
        let behind = self.steps.len();
        for end in ends {
            self.steps[end] = Step::Go(behind);
        }
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Class(ranges, negated) => self.steps.push(Step::Class(ranges.clone(), *negated)),
            Part::Start => self.steps.push(Step::Start),
            Part::End => self.steps.push(Step::End),
            Part::Group(branches, number) => {
                let ends = number.filter(|_| self.remembers);
                self.steps
                    .extend(ends.map(|number| Step::Remember(2 * number)));
                self.branches(branches);
                self.steps
                    .extend(ends.map(|number| Step::Remember(2 * number + 1)));
            }
            Part::Repeat(part, low, high) => {
                (0..*low).for_each(|_| self.part(part));
                let Some(high) = high else {
                    let fork = self.steps.len();
                    self.steps.push(Step::Go(0));
                    self.part(part);
                    self.steps.push(Step::Go(fork));
                    self.steps[fork] = Step::Both(fork + 1, self.steps.len());
                    return;
                };
                let mut forks = Vec::new();
                for _ in *low..*high {
                    forks.push(self.steps.len());
                    self.steps.push(Step::Go(0));
                    self.part(part);
                }
                let behind = self.steps.len();
                for fork in forks {
                    self.steps[fork] = Step::Both(fork + 1, behind);
                }
            }
        }
    }

    pub(super) fn is_match(&self, text: &str) -> bool {
        let mut now = Places::new(self.steps.len());
        let mut then = Places::new(self.steps.len());
        let mut chars = text.chars();
        let mut start = true;
        loop {
            let c = chars.next();
            // A match may begin at each character.
            if self.enter(&mut now, start, c.is_none()) {
                return true;
            }
            let Some(c) = c else {
                return false;
            };
            let end = chars.as_str().is_empty();
            for place in &now.list {
                if let Step::Class(ranges, negated) = &self.steps[*place]
                    && ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != *negated
                    && self.follow(&mut then, *place + 1, false, end)
                {
                    return true;
                }
            }
            start = false;
            std::mem::swap(&mut now, &mut then);
            then.clear();
        }
    }

    fn enter(&self, places: &mut Places, start: bool, end: bool) -> bool {
        self.follow(places, 0, start, end)
    }

    /// Goes on until a character is needed; whether the end of the expression is reached.
    fn follow(&self, places: &mut Places, from: usize, start: bool, end: bool) -> bool {
        let mut open = vec![from];
        while let Some(place) = open.pop() {
            if !places.add(place) {
                continue;
            }
            match &self.steps[place] {
                Step::Class(..) => {}
                Step::Start if start => open.push(place + 1),
                Step::End if end => open.push(place + 1),
                Step::Start | Step::End => {}
                Step::Both(a, b) => open.extend([*a, *b]),
                Step::Go(to) => open.push(*to),
                Step::Remember(_) => open.push(place + 1),
                Step::Found => return true,
            }
        }
        false
    }
}

/// Where in the expression one is; each place once.
struct Places {
    list: Vec<usize>,
    seen: Vec<bool>,
}

impl Places {
    fn new(steps: usize) -> Self {
        Self {
            list: Vec::new(),
            seen: vec![false; steps],
        }
    }

    fn add(&mut self, place: usize) -> bool {
        if self.seen[place] {
            return false;
        }
        self.seen[place] = true;
        self.list.push(place);
        true
    }

    fn clear(&mut self) {
        for place in self.list.drain(..) {
            self.seen[place] = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_match() {
        for (pattern, text, matches) in [
            ("", "", true),
            ("", "abc", true),
            ("b", "abc", true),
            ("^b", "abc", false),
            ("c$", "abc", true),
            ("^$", "", true),
            ("^$", "a", false),
            ("^a*$", "aaaa", true),
            ("^(a|b)+c$", "ababc", true),
            ("^(a|b)+c$", "abdc", false),
            ("^a{2,3}$", "a", false),
            ("^a{2,3}$", "aaa", true),
            ("^a{2,3}$", "aaaa", false),
            ("^(a*)*$", "aab", false),
            ("^(|a)b$", "b", true),
            ("a|^b|c$", "xc", true),
            ("^.$", "\n", false),
            ("^[^a]$", "é", true),
            ("a$", "a\n", false),
            ("(a?){30}a{30}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", true),
        ] {
            let regex = Regex::parse(pattern, false).unwrap();
            assert_eq!(
                Matcher::new(&regex).is_match(text),
                matches,
                "{pattern} {text:?}"
            );
        }
    }
}
