//! Regular expressions that mean the same on every database.
//!
//! Databases have engines of their own, which differ in more than it seems: what `.` and `$` are at a line's end, what `\w` is beyond ASCII,
//! which escapes there are. So a pattern is read here, what they do not share is a mistake, and the rest is written in words that they share.

mod one_way;
mod replacement;

pub(crate) use replacement::Piece;
pub use replacement::Replacement;

use super::accent;

/// A regular expression.
#[derive(Clone, PartialEq, Eq)]
pub struct Regex {
    pub(crate) branches: Vec<Vec<Part>>,
    /// How many groups have a number.
    groups: usize,
    /// Whether something is repeated as seldom as possible.
    lazy: bool,
}

impl std::fmt::Debug for Regex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Regex(…)")
    }
}

/// A part of a regular expression.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// One character out of these ranges, or, if it says so, out of all others.
    Class(Vec<(char, char)>, bool),
    /// The text's beginning.
    Start,
    /// The text's end.
    End,
    /// One of several; what matches may be remembered under a number.
    Group(Vec<Vec<Part>>, Option<usize>),
    /// As often as this; without a second number, as often as it likes.
    Repeat(Box<Part>, u32, Option<u32>),
}

/// Some databases count no further.
const MOST_REPEATED: u32 = 255;

/// How many parts there may be, where repeated ones are counted as often as they stand there.
const MOST_PARTS: usize = 5_000;

const DEEPEST: usize = 50;

impl Regex {
    /// Reads a pattern.
    ///
    /// # Errors
    /// What is wrong with it, and where. The text of the pattern is not in it.
    pub(crate) fn parse(pattern: &str, insensitive: bool) -> Result<Self, String> {
        let mut parser = Parser {
            chars: pattern.chars().collect(),
            at: 0,
            insensitive,
            groups: 0,
            lazy: false,
        };
        let branches = parser.branches(0)?;
        if parser.at < parser.chars.len() {
            return Err(parser.wrong("a `)` that no `(` opens"));
        }
        if size_of_all(&branches) > MOST_PARTS {
            return Err("the pattern is too large".into());
        }
        Ok(Self {
            branches,
            groups: parser.groups,
            lazy: parser.lazy,
        })
    }

    /// Text in which neither case nor marks count; bound to the text's beginning and end as asked.
    pub(crate) fn alike(text: &str, start: bool, end: bool) -> Self {
        let mut parts = Vec::new();
        if start {
            parts.push(Part::Start);
        }
        for c in text.chars().filter(|c| !accent::is_mark(*c)) {
            let letters = accent::alike(c).into_iter().map(|c| (c, c)).collect();
            parts.push(Part::Class(letters, false));
            let marks = Part::Class(vec![('\u{300}', '\u{36f}')], false);
            parts.push(Part::Repeat(Box::new(marks), 0, None));
        }
        if end {
            parts.push(Part::End);
        }
        Self {
            branches: vec![parts],
            groups: 0,
            lazy: false,
        }
    }

    /// The pattern in the words that databases share, but for the text's end.
    pub(crate) fn text(&self, end: &str) -> String {
        let mut out = String::new();
        write_all(&mut out, &self.branches, end, "(?:");
        out
    }

    /// The same, where what groups match is remembered.
    pub(crate) fn text_with_groups(&self, end: &str) -> String {
        let mut out = String::new();
        write_all(&mut out, &self.branches, end, "(");
        out
    }
}

fn size_of_all(branches: &[Vec<Part>]) -> usize {
    let parts = branches.iter().flatten().map(size);
    parts.fold(branches.len(), usize::saturating_add)
}

fn size(part: &Part) -> usize {
    match part {
        Part::Class(..) | Part::Start | Part::End => 1,
        Part::Group(branches, _) => size_of_all(branches),
        Part::Repeat(part, low, high) => {
            let times = high.unwrap_or(*low + 1).max(1) as usize;
            size(part).saturating_mul(times).saturating_add(times)
        }
    }
}

fn write_all(out: &mut String, branches: &[Vec<Part>], end: &str, numbered: &str) {
    for (i, branch) in branches.iter().enumerate() {
        if i > 0 {
            out.push('|');
        }
        branch
            .iter()
            .for_each(|part| write_part(out, part, end, numbered));
    }
}

fn write_part(out: &mut String, part: &Part, end: &str, numbered: &str) {
    match part {
        Part::Class(ranges, false) if matches!(ranges[..], [(a, b)] if a == b) => {
            let c = ranges[0].0;
            if c.is_ascii_punctuation() {
                out.push('\\');
            }
            out.push(c);
        }
        Part::Class(ranges, negated) => {
            out.push_str(if *negated { "[^" } else { "[" });
            for (from, to) in ranges {
                member(out, *from);
                if from != to {
                    out.push('-');
                    member(out, *to);
                }
            }
            out.push(']');
        }
        Part::Start => out.push('^'),
        Part::End => out.push_str(end),
        Part::Group(branches, number) => {
            out.push_str(number.map_or("(?:", |_| numbered));
            write_all(out, branches, end, numbered);
            out.push(')');
        }
        Part::Repeat(part, low, high) => {
            write_part(out, part, end, numbered);
            match (low, high) {
                (0, None) => out.push('*'),
                (1, None) => out.push('+'),
                (0, Some(1)) => out.push('?'),
                (low, None) => out.push_str(&format!("{{{low},}}")),
                (low, Some(high)) if low == high => out.push_str(&format!("{{{low}}}")),
                (low, Some(high)) => out.push_str(&format!("{{{low},{high}}}")),
            }
        }
    }
}

fn member(out: &mut String, c: char) {
    if c.is_ascii_punctuation() {
        out.push('\\');
    }
    out.push(c);
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    insensitive: bool,
    groups: usize,
    lazy: bool,
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn takes(&mut self, c: char) -> bool {
        let takes = self.peek() == Some(c);
        self.at += usize::from(takes);
        takes
    }

    fn wrong(&self, what: &str) -> String {
        format!(
            "{what}, at character {} of the pattern",
            self.at.min(self.chars.len()) + 1
        )
    }

    fn branches(&mut self, depth: usize) -> Result<Vec<Vec<Part>>, String> {
        if depth > DEEPEST {
            return Err(self.wrong("groups inside of groups go too deep"));
        }
        let mut branches = vec![Vec::new()];
        while let Some(c) = self.peek() {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    branches.push(Vec::new());
                }
                _ => {
                    let part = self.part(depth)?;
                    let part = self.repeated(part)?;
                    if let Some(branch) = branches.last_mut() {
                        branch.push(part);
                    }
                }
            }
        }
        Ok(branches)
    }

    fn part(&mut self, depth: usize) -> Result<Part, String> {
        let begin = self.at;
        match self.next() {
            Some('.') => Ok(Part::Class(vec![('\n', '\n')], true)),
            Some('^') => Ok(Part::Start),
            Some('$') => Ok(Part::End),
            Some('[') => self.class(),
            Some('(') => {
                let plain = self.takes('?');
                if plain && !self.takes(':') {
                    return Err(self.wrong(
                        "`(?` begins something that databases understand in different ways; there is `(…)` and `(?:…)`",
                    ));
                }
                self.groups += usize::from(!plain);
                let number = Some(self.groups).filter(|_| !plain);
                let branches = self.branches(depth + 1)?;
                if !self.takes(')') {
                    return Err(self.wrong("a `(` that no `)` closes"));
                }
                Ok(Part::Group(branches, number))
            }
            Some('\\') => match self.escape()? {
                Escape::Char(c) => Ok(self.literal(c)),
                Escape::Class(ranges, negated) => Ok(Part::Class(ranges, negated)),
            },
            Some('*' | '+' | '?') => {
                self.at = begin;
                Err(self.wrong("there is nothing to repeat"))
            }
            Some('{' | '}' | ']') => {
                self.at = begin;
                Err(self.wrong("a bracket without meaning; write `\\` before it for the character"))
            }
            Some(c) => Ok(self.literal(c)),
            None => Err(self.wrong("the pattern ends too early")),
        }
    }

    fn literal(&self, c: char) -> Part {
        let mut ranges = vec![(c, c)];
        if self.insensitive {
            add_cases(&mut ranges);
        }
        Part::Class(ranges, false)
    }

    fn repeated(&mut self, part: Part) -> Result<Part, String> {
        let (low, high) = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => {
                self.at += 1;
                let low = self.number()?;
                let high = match (self.takes(','), self.peek()) {
                    (false, _) => Some(low),
                    (true, Some('}')) => None,
                    (true, _) => Some(self.number()?),
                };
                if self.peek() != Some('}') {
                    return Err(self.wrong("a number of repetitions is `{2}`, `{2,}` or `{2,5}`"));
                }
                if high.is_some_and(|high| high < low) {
                    return Err(self.wrong("the greater number of repetitions stands first"));
                }
                (low, high)
            }
            _ => return Ok(part),
        };
        if matches!(part, Part::Start | Part::End) {
            return Err(self.wrong("there is nothing to repeat"));
        }
        self.at += 1;
        // As little as possible or as much: that does not change whether the text matches.
        self.lazy |= self.takes('?');
        if matches!(self.peek(), Some('*' | '+' | '?' | '{')) {
            return Err(self.wrong("a repetition is repeated; put a group around it"));
        }
        Ok(Part::Repeat(Box::new(part), low, high))
    }

    fn number(&mut self) -> Result<u32, String> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.peek().and_then(|c| c.to_digit(10)) {
            number = Some((number.unwrap_or(0) * 10 + digit).min(MOST_REPEATED + 1));
            self.at += 1;
        }
        match number {
            Some(number) if number <= MOST_REPEATED => Ok(number),
            Some(_) => Err(self.wrong("there are 255 repetitions at most")),
            None => Err(self.wrong("a number of repetitions is `{2}`, `{2,}` or `{2,5}`")),
        }
    }

    fn class(&mut self) -> Result<Part, String> {
        let negated = self.takes('^');
        let mut ranges = Vec::new();
        loop {
            let from = match self.next() {
                None => return Err(self.wrong("a `[` that no `]` closes")),
                Some(']') if ranges.is_empty() => {
                    return Err(
                        self.wrong("a class without characters; write `\\]` for the bracket")
                    );
                }
                Some(']') => break,
                Some('[') => {
                    return Err(self.wrong("a class in a class; write `\\[` for the bracket"));
                }
                Some('\\') => match self.escape()? {
                    Escape::Char(c) => c,
                    Escape::Class(more, false) => {
                        ranges.extend(more);
                        continue;
                    }
                    Escape::Class(_, true) => {
                        return Err(self.wrong("`\\D`, `\\W` and `\\S` cannot stand in a class"));
                    }
                },
                Some(c) => c,
            };
            let ends = self.chars.get(self.at + 1) == Some(&']');
            if self.peek() != Some('-') || ends {
                ranges.push((from, from));
                continue;
            }
            self.at += 1;
            let to = match self.next() {
                Some('\\') => match self.escape()? {
                    Escape::Char(c) => c,
                    Escape::Class(..) => return Err(self.wrong("a range ends with a class")),
                },
                Some(c) => c,
                None => return Err(self.wrong("a `[` that no `]` closes")),
            };
            if to < from {
                return Err(self.wrong("a range whose end is before its beginning"));
            }
            ranges.push((from, to));
        }
        if self.insensitive {
            let far = |(from, to): &(char, char)| from != to && !to.is_ascii();
            if ranges.iter().any(far) {
                return Err(self.wrong(
                    "a range beyond ASCII has no upper and lower case that all databases know; name its letters",
                ));
            }
            add_cases(&mut ranges);
        }
        Ok(Part::Class(ranges, negated))
    }

    fn escape(&mut self) -> Result<Escape, String> {
        let digits = || vec![('0', '9')];
        let word = || vec![('A', 'Z'), ('a', 'z'), ('0', '9'), ('_', '_')];
        let space = || vec![('\t', '\r'), (' ', ' ')];
        Ok(match self.next() {
            Some('d') => Escape::Class(digits(), false),
            Some('D') => Escape::Class(digits(), true),
            Some('w') => Escape::Class(word(), false),
            Some('W') => Escape::Class(word(), true),
            Some('s') => Escape::Class(space(), false),
            Some('S') => Escape::Class(space(), true),
            Some('n') => Escape::Char('\n'),
            Some('r') => Escape::Char('\r'),
            Some('t') => Escape::Char('\t'),
            Some(c) if c.is_ascii_punctuation() => Escape::Char(c),
            Some(_) => {
                return Err(self.wrong(
                    "an escape that databases understand in different ways; there are `\\d \\w \\s \\D \\W \\S \\n \\r \\t` and those of punctuation",
                ));
            }
            None => return Err(self.wrong("the pattern ends with `\\`")),
        })
    }
}

enum Escape {
    Char(char),
    Class(Vec<(char, char)>, bool),
}

/// Adds the other case of each letter. Ranges are of ASCII.
fn add_cases(ranges: &mut Vec<(char, char)>) {
    for at in 0..ranges.len() {
        let (from, to) = ranges[at];
        if from == to {
            for other in [accent::letter_lower(from), accent::letter_upper(from)] {
                if other != from {
                    ranges.push((other, other));
                }
            }
            continue;
        }
        for (first, last, lower) in [('a', 'z', true), ('A', 'Z', false)] {
            let (low, high) = (from.max(first), to.min(last));
            if low <= high {
                let of = |c: char| {
                    if lower {
                        c.to_ascii_uppercase()
                    } else {
                        c.to_ascii_lowercase()
                    }
                };
                ranges.push((of(low), of(high)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pattern: &str) -> String {
        Regex::parse(pattern, false).unwrap().text("$")
    }

    #[test]
    fn a_pattern_is_written_in_words_that_are_shared() {
        assert_eq!(text(r"^a.b$"), "^a[^\n]b$");
        assert_eq!(text(r"\d+?|(x|y){2,5}"), "[0-9]+|(?:x|y){2,5}");
        assert_eq!(text(r"[\w.-]\."), r"[A-Za-z0-9\_\.\-]\.");
        let insensitive = Regex::parse("[a-f]é1", true).unwrap();
        assert_eq!(insensitive.text("$"), "[a-fA-F][éÉ]1");
        // What was written means the same when it is read again.
        for pattern in [r"^a.b$", r"[^\]\\^-]x*", r"(?:a||b)+?c{3,}", r"\S\D"] {
            assert_eq!(text(&text(pattern)), text(pattern), "{pattern}");
        }
    }

    #[test]
    fn what_databases_do_not_share_is_a_mistake() {
        for (pattern, message) in [
            ("a**", "a repetition is repeated"),
            ("*a", "nothing to repeat"),
            ("^*", "nothing to repeat"),
            ("(a", "that no `)` closes"),
            ("a)", "that no `(` opens"),
            ("[a", "that no `]` closes"),
            ("[]", "without characters"),
            ("[z-a]", "end is before its beginning"),
            ("[[:alpha:]]", "a class in a class"),
            (r"(a)\1", "an escape"),
            (r"\bword", "an escape"),
            ("(?=a)", "`(?` begins"),
            ("(?i)a", "`(?` begins"),
            ("a{,3}", "a number of repetitions"),
            ("a{3,2}", "the greater number"),
            ("a{256}", "255 repetitions"),
            ("a{999999999999}", "255 repetitions"),
            ("{", "a bracket"),
            ("((a{255}){255}){255}", "too large"),
            ("a\\", "ends with"),
        ] {
            let error = Regex::parse(pattern, false).err().unwrap_or_default();
            assert!(error.contains(message), "{pattern}: {error}");
        }
        let deep = "(".repeat(5_000);
        assert!(Regex::parse(&deep, false).is_err());
        assert!(Regex::parse("[à-ÿ]", true).is_err());
    }
}
