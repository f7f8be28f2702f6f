//! Which expressions cut a text in the same way everywhere.
//!
//! Some databases take the first way that leads to a match, others look for the longest match, and both remember groups by their own
//! rules. They agree where each character of the text leaves one way to go on, and where the ways that there are end at the same place.

use super::{Part, Regex};

/// Characters, as ranges that do not touch.
type Set = Vec<(u32, u32)>;

/// What follows a part, up to the end of the expression.
#[derive(Clone)]
struct Rest {
    /// The characters with which it may begin.
    first: Set,
    /// How long it is, if that is always the same.
    length: Option<usize>,
}

impl Regex {
    /// Whether there is one way for each text; the groups that are repeated.
    ///
    /// # Errors
    /// What databases would understand in different ways.
    pub(super) fn one_way(&self) -> Result<Vec<usize>, String> {
        if self.lazy {
            return Err("databases understand `*?` and its like in different ways where text is replaced; say what it is not, as `[^>]*`".into());
        }
        if self
            .branches
            .iter()
            .any(|branch| branch.iter().all(may_be_empty))
        {
            return Err("the pattern may match nothing at all, and databases find nothing in different places; use `+`, or a character beside `^` and `$`".into());
        }
        let end = Rest {
            first: Set::new(),
            length: Some(0),
        };
        branches(&self.branches, &end)?;
        let mut repeated = Vec::new();
        self.branches
            .iter()
            .flatten()
            .for_each(|part| in_repetitions(part, false, &mut repeated));
        Ok(repeated)
    }
}

fn may_be_empty(part: &Part) -> bool {
    match part {
        Part::Class(..) => false,
        Part::Start | Part::End => true,
        Part::Group(branches, _) => branches
            .iter()
            .any(|branch| branch.iter().all(may_be_empty)),
        Part::Repeat(part, low, _) => *low == 0 || may_be_empty(part),
    }
}

/// The numbers of the groups that may match several times within one match.
fn in_repetitions(part: &Part, inside: bool, found: &mut Vec<usize>) {
    match part {
        Part::Group(branches, number) => {
            found.extend(number.filter(|_| inside));
            branches
                .iter()
                .flatten()
                .for_each(|part| in_repetitions(part, inside, found));
        }
        Part::Repeat(part, _, high) => in_repetitions(part, inside || *high != Some(1), found),
        _ => {}
    }
}

fn length(part: &Part) -> Option<usize> {
    match part {
        Part::Class(..) => Some(1),
        Part::Start | Part::End => Some(0),
        Part::Group(branches, _) => {
            let mut lengths = branches
                .iter()
                .map(|branch| branch.iter().map(length).sum::<Option<usize>>());
            let first = lengths.next()??;
            lengths.all(|other| other == Some(first)).then_some(first)
        }
        Part::Repeat(part, low, high) => (*high == Some(*low))
            .then(|| length(part))?
            .map(|length| length * *low as usize),
    }
}

fn remembers(part: &Part) -> bool {
    match part {
        Part::Group(branches, number) => {
            number.is_some() || branches.iter().flatten().any(remembers)
        }
        Part::Repeat(part, ..) => remembers(part),
        _ => false,
    }
}

fn branches(all: &[Vec<Part>], rest: &Rest) -> Result<Rest, String> {
    let mut ways = Vec::new();
    for branch in all {
        ways.push(sequence(branch, rest)?);
    }
    let [first, others @ ..] = ways.as_slice() else {
        return Ok(rest.clone());
    };
    let empty = |branch: &Vec<Part>| branch.iter().all(may_be_empty);
    if all.iter().rev().skip(1).any(empty) {
        return Err(
            "one of several ways may be empty, and others stand behind it; put it last".into(),
        );
    }
    let mut together = first.clone();
    let mut apart = true;
    for way in others {
        apart &= !meet(&together.first, &way.first);
        together.first = union(&together.first, &way.first);
        together.length = together.length.filter(|length| way.length == Some(*length));
    }
    let lengths: Vec<Option<usize>> = all
        .iter()
        .map(|branch| branch.iter().map(length).sum())
        .collect();
    let alike = lengths
        .iter()
        .all(|length| length.is_some() && *length == lengths[0]);
    if !apart && (!alike || all.iter().flatten().any(remembers)) {
        return Err("two ways of `|` begin with the same character and are not of one length: some databases take the first, others the longest; write what they begin with once, as in `https?`".into());
    }
    Ok(together)
}

fn sequence(parts: &[Part], rest: &Rest) -> Result<Rest, String> {
    let mut rest = rest.clone();
    for part in parts.iter().rev() {
        rest = one(part, rest)?;
    }
    Ok(rest)
}

/// What a part and the rest are together.
fn one(part: &Part, rest: Rest) -> Result<Rest, String> {
    match part {
        Part::Class(ranges, negated) => Ok(Rest {
            first: set(ranges, *negated),
            length: rest.length.map(|length| length + 1),
        }),
        Part::Start => Ok(rest),
        // Nothing stands behind it.
        Part::End => Ok(Rest {
            first: Set::new(),
            length: Some(0),
        }),
        Part::Group(all, _) => branches(all, &rest),
        Part::Repeat(part, low, high) => repeated(part, *low, *high, rest),
    }
}

fn repeated(part: &Part, low: u32, high: Option<u32>, rest: Rest) -> Result<Rest, String> {
    if may_be_empty(part) {
        return Err("something that may be empty is repeated".into());
    }
    let end = Rest {
        first: Set::new(),
        length: None,
    };
    let first = one(part, end)?.first;
    let fixed = high == Some(low);
    // As much as possible is the longest where what follows is always of one length.
    let clear = fixed
        || !meet(&first, &rest.first)
        || (matches!(part, Part::Class(..)) && rest.length.is_some());
    if !clear {
        return Err("what is repeated may begin as what stands behind it, and databases part them in different ways; say what it is not, as `[^@]*@`".into());
    }
    let all = union(&first, &rest.first);
    if !matches!(part, Part::Class(..)) {
        let again = Rest {
            first: if high == Some(1) {
                rest.first.clone()
            } else {
                all.clone()
            },
            length: None,
        };
        one(part, again)?;
    }
    let own = length(part)
        .filter(|_| fixed)
        .map(|length| length * low as usize);
    Ok(Rest {
        first: match low {
            0 => all,
            _ => first,
        },
        length: own.and_then(|own| Some(own + rest.length?)),
    })
}

fn set(ranges: &[(char, char)], negated: bool) -> Set {
    let set = merged(
        ranges
            .iter()
            .map(|(from, to)| (u32::from(*from), u32::from(*to)))
            .collect(),
    );
    if !negated {
        return set;
    }
    let mut others = Set::new();
    let mut next = 0;
    for (from, to) in set {
        if from > next {
            others.push((next, from - 1));
        }
        next = to + 1;
    }
    others.push((next, u32::from(char::MAX)));
    others
}

fn merged(mut ranges: Set) -> Set {
    ranges.sort_unstable();
    let mut out = Set::new();
    for (from, to) in ranges {
        match out.last_mut() {
            Some(last) if from <= last.1.saturating_add(1) => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

fn union(a: &[(u32, u32)], b: &[(u32, u32)]) -> Set {
    merged(a.iter().chain(b).copied().collect())
}

fn meet(a: &[(u32, u32)], b: &[(u32, u32)]) -> bool {
    a.iter()
        .any(|(from, to)| b.iter().any(|(low, high)| from <= high && low <= to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_one_way_is_known() {
        for pattern in [
            r"\s+",
            r"^\s+",
            r"\s+$",
            "a",
            "a.*",
            r"(\w+)@(\w+)\.com",
            "<[^>]*>",
            ".*foo",
            r"(\d{3})-(\d{4})",
            "(Mr|Ms|Dr) (.*)",
            "https?://",
            "(ab)+c",
            "(a|b)*c",
            "x(a|)",
            "(,|^)b",
            "(?:ab*)+",
            "[^0-9]+",
            "a{2,3}b",
            "a(bc)?d",
            r"(\d+)(?:\.(\d+))?",
            "^a|b$",
        ] {
            assert_eq!(
                Regex::parse(pattern, false).unwrap().one_way().err(),
                None,
                "{pattern}"
            );
        }
    }

    #[test]
    fn what_has_several_ways_is_a_mistake() {
        for pattern in [
            "a*",
            "",
            "^",
            "$",
            "a|",
            "(a?)+b",
            "a*?b",
            "a|ab",
            "x(|a)",
            "a?(ab)?b",
            "(.*)@(.*)",
            "(?:ab)*ac",
            "(a|ab)(c|bcd)",
            "(a)b|a(b)",
            r"^\s+|\s+$",
            "(?:ab?)+b",
            "(?:ab)*a",
            "x(b?|a)",
        ] {
            assert!(
                Regex::parse(pattern, false).unwrap().one_way().is_err(),
                "{pattern}"
            );
        }
    }
}
