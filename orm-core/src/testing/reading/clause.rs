//! From words to the parts of a statement and their clauses.

mod table;

use super::scope::{Clause, Place, Reading, Scope, Verb};
use super::word::Word;

pub(super) fn read(words: Vec<Word<'_>>) -> Reading<'_> {
    let nowhere = Place {
        scope: None,
        clause: Clause::Other,
        depth: 0,
    };
    let mut reading = Reading {
        places: vec![nowhere; words.len()],
        words,
        scopes: Vec::new(),
    };
    let end = reading.words.len();
    part(&mut reading, 0..end, None, Vec::new(), true);
    reading
}

/// What stands between parentheses, or the whole statement.
struct Part<'r, 's> {
    reading: &'r mut Reading<'s>,
    parent: Option<usize>,
    /// Names that queries were given in front of it.
    named: Vec<String>,
    outermost: bool,
    scope: Option<usize>,
    /// The `INSERT` whose rows a query gives.
    insert: Option<usize>,
    clause: Clause,
    depth: usize,
    /// Whether a table comes next.
    expects: bool,
    /// Whether the next table is the other side of an outer join.
    optional: bool,
    /// The parentheses around joins that are open: whether they are the other side, and where the joins before them began.
    groups: Vec<(bool, usize)>,
    /// The first of the tables that are joined with each other.
    joined_from: usize,
}

fn part(
    reading: &mut Reading<'_>,
    range: std::ops::Range<usize>,
    parent: Option<usize>,
    named: Vec<String>,
    outermost: bool,
) {
    let mut part = Part {
        reading,
        parent,
        named,
        outermost,
        scope: None,
        insert: None,
        clause: Clause::Other,
        depth: 0,
        expects: false,
        optional: false,
        groups: Vec::new(),
        joined_from: 0,
    };
    let mut at = range.start;
    while at < range.end {
        at = part.step(at, range.end).max(at + 1);
    }
}

impl Part<'_, '_> {
    fn is(&self, at: usize, keywords: &[&str]) -> bool {
        self.reading.words.get(at).is_some_and(|w| w.is(keywords))
    }

    fn opens(&self, at: usize) -> bool {
        self.reading.words.get(at) == Some(&Word::Open)
    }

    fn verb(&self) -> Option<Verb> {
        Some(self.reading.scopes[self.scope?].verb)
    }

    /// Where the parentheses close that open here.
    fn close(&self, open: usize, end: usize) -> usize {
        let mut depth = 0_usize;
        for at in open..end {
            match self.reading.words[at] {
                Word::Open => depth += 1,
                Word::Close if depth == 1 => return at,
                Word::Close => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        end
    }

    /// Takes a word, and what belongs to it; where the next one is.
    fn step(&mut self, at: usize, end: usize) -> usize {
        self.reading.places[at] = Place {
            scope: self.scope,
            clause: self.clause,
            depth: self.depth,
        };
        match self.reading.words[at].clone() {
            Word::Open => return self.open(at, end),
            Word::Close if self.depth == 0 => {
                if let Some((_, before)) = self.groups.pop() {
                    self.joined_from = before;
                    self.clause = Clause::From;
                }
            }
            Word::Close => self.depth -= 1,
            _ if self.depth > 0 => {}
            Word::Comma if matches!(self.clause, Clause::From | Clause::On) => {
                (self.clause, self.expects) = (Clause::From, true);
                self.joined_from = self.sources();
            }
            Word::Plain(_) if self.keyword(at) => {
                self.reading.places[at].clause = self.clause;
                self.reading.places[at].scope = self.scope;
                if self.is(at, &["WITH"]) {
                    return self.with(at + 1, end);
                }
            }
            Word::Plain(_) | Word::Quoted(_) if self.expects => return self.table(at, end),
            _ => {}
        }
        at + 1
    }

    fn sources(&self) -> usize {
        self.scope
            .map_or(0, |scope| self.reading.scopes[scope].sources.len())
    }

    /// Whether a query stands between these parentheses, and nothing beside it.
    fn is_query(&self, at: usize, end: usize) -> bool {
        if !self.opens(at + 1) {
            return self.is(at + 1, &["SELECT", "WITH", "VALUES"]);
        }
        let behind = self.close(at + 1, end) + 1;
        let goes_on = &["UNION", "EXCEPT", "INTERSECT", "ORDER", "LIMIT"];
        let alone =
            self.reading.words.get(behind) == Some(&Word::Close) || self.is(behind, goes_on);
        alone && self.is_query(at + 1, end)
    }

    /// `(`: a query, joins, or a part of an expression.
    fn open(&mut self, at: usize, end: usize) -> usize {
        if self.is_query(at, end) {
            let close = self.close(at, end);
            let from = self.expects;
            let lateral = at > 0 && self.is(at - 1, &["LATERAL"]);
            let parent = match from && !lateral {
                true => self.parent,
                false => self.scope.or(self.parent),
            };
            let outermost = self.outermost && self.scope.is_none();
            part(
                self.reading,
                at + 1..close,
                parent,
                self.named.clone(),
                outermost,
            );
            return match from {
                true => self.alias(close + 1, end, None, String::new()),
                false => close + 1,
            };
        }
        if self.expects {
            self.groups.push((self.optional, self.joined_from));
            self.optional = false;
            self.joined_from = self.sources();
        } else {
            self.depth += 1;
        }
        at + 1
    }

    /// `WITH name AS (…), …`
    fn with(&mut self, mut at: usize, end: usize) -> usize {
        if self.is(at, &["RECURSIVE"]) {
            at += 1;
        }
        loop {
            let Some(name) = self.reading.words.get(at).and_then(Word::name) else {
                return at;
            };
            self.named.push(name.to_owned());
            at += 1;
            if self.opens(at) {
                at = self.close(at, end) + 1;
            }
            while self.is(at, &["AS", "NOT", "MATERIALIZED"]) {
                at += 1;
            }
            if !self.opens(at) || at >= end {
                return at;
            }
            let close = self.close(at, end);
            part(
                self.reading,
                at + 1..close,
                self.parent,
                self.named.clone(),
                false,
            );
            at = close + 1;
            if self.reading.words.get(at) != Some(&Word::Comma) {
                return at;
            }
            at += 1;
        }
    }

    fn begin(&mut self, verb: Verb, at: usize) {
        if self.verb() == Some(Verb::Insert) && verb == Verb::Select {
            self.insert = self.scope;
        }
        let compound = self
            .scope
            .is_some_and(|before| self.reading.scopes[before].compound);
        self.reading.scopes.push(Scope {
            verb,
            parent: self.parent,
            sources: Vec::new(),
            at,
            compound,
            target: self.insert,
            outermost: self.outermost,
        });
        self.scope = Some(self.reading.scopes.len() - 1);
        self.joined_from = 0;
    }

    /// Takes a word that begins something; `false` if it does not.
    fn keyword(&mut self, at: usize) -> bool {
        let Word::Plain(word) = self.reading.words[at] else {
            return false;
        };
        let word = word.to_ascii_uppercase();
        let before = |n: usize, words: &[&str]| at >= n && self.is(at - n, words);
        // A column that is called as a keyword.
        if at > 0 && self.reading.words[at - 1].is_sign(&["."]) {
            return false;
        }
        let (verb, clause) = (self.verb(), self.clause);
        let next = match word.as_str() {
            "SELECT" => {
                self.begin(Verb::Select, at);
                Clause::Select
            }
            "INSERT" | "REPLACE" if verb.is_none() => {
                self.begin(Verb::Insert, at);
                Clause::Other
            }
            "INTO" if verb == Some(Verb::Insert) && clause == Clause::Other => {
                self.expects = true;
                Clause::Into
            }
            "UPDATE" if verb.is_none() => {
                self.begin(Verb::Update, at);
                self.expects = true;
                Clause::From
            }
            "UPDATE" if clause == Clause::Other && before(1, &["KEY"]) => Clause::Set,
            "DELETE" if verb.is_none() => {
                self.begin(Verb::Delete, at);
                Clause::Other
            }
            "WITH" if verb.is_none() || clause == Clause::Into => clause,
            "FROM" if before(1, &["DISTINCT"]) && before(2, &["IS", "NOT"]) => return false,
            "FROM" => {
                self.expects = true;
                Clause::From
            }
            "USING" if clause == Clause::From && !self.opens(at + 1) => {
                self.expects = true;
                Clause::From
            }
            "LEFT" | "RIGHT" | "FULL" if self.is(at + 1, &["JOIN", "OUTER"]) => {
                self.outer(&word);
                Clause::From
            }
            "JOIN" | "STRAIGHT_JOIN" if matches!(clause, Clause::From | Clause::On) => {
                self.expects = true;
                Clause::From
            }
            "INNER" | "CROSS" | "NATURAL" | "OUTER" if clause == Clause::On => Clause::From,
            "ON" if self.is(at + 1, &["CONFLICT", "DUPLICATE"]) => {
                self.scope = self.insert.or(self.scope);
                Clause::Other
            }
            "ON" if clause == Clause::From => Clause::On,
            "WHERE" => Clause::Where,
            "GROUP" => Clause::Group,
            "HAVING" => Clause::Having,
            "ORDER" => Clause::Order,
            "LIMIT" | "OFFSET" => Clause::Limit,
            "SET" if matches!(verb, Some(Verb::Update | Verb::Insert)) => Clause::Set,
            "VALUES" | "VALUE" if verb == Some(Verb::Insert) && clause == Clause::Into => {
                Clause::Values
            }
            "RETURNING" => {
                self.scope = self.insert.or(self.scope);
                Clause::Returning
            }
            "UNION" | "EXCEPT" | "INTERSECT" => {
                if let Some(scope) = self.scope {
                    self.reading.scopes[scope].compound = true;
                }
                Clause::Other
            }
            "WINDOW" | "FETCH" | "FOR" => Clause::Other,
            _ => return false,
        };
        self.clause = next;
        true
    }

    /// A row may be without what stands on the other side.
    fn outer(&mut self, side: &str) {
        self.optional = side != "RIGHT";
        if side == "LEFT" {
            return;
        }
        if let Some(scope) = self.scope {
            let sources = self.reading.scopes[scope].sources.iter_mut();
            sources
                .skip(self.joined_from)
                .for_each(|source| source.optional = true);
        }
    }
}
