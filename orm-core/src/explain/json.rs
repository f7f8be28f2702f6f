//! As much of JSON as it takes to read the plans of servers, which come as JSON also where the program has no use for it.

/// A value of a document.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    /// The keys in their order; a plan may have one twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a document; `None` if it is none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut reader = Reader { text, depth: 0 };
        let value = reader.value()?;
        reader.space();
        reader.text.is_empty().then_some(value)
    }

    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.entries()
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, v)| v)
    }

    pub(crate) fn entries(&self) -> &[(String, Self)] {
        match self {
            Self::Object(entries) => entries,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match self.get(key)? {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// A number, also where it stands in quotes.
    pub(crate) fn number(&self, key: &str) -> Option<f64> {
        match self.get(key)? {
            Self::Number(n) => Some(*n),
            Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    depth: usize,
}

impl Reader<'_> {
    /// No plan is deeper, and no reader's stack shallower.
    const DEEPEST: usize = 200;

    fn space(&mut self) {
        self.text = self.text.trim_start();
    }

    fn take(&mut self, token: &str) -> bool {
        self.space();
        match self.text.strip_prefix(token) {
            Some(rest) => {
                self.text = rest;
                true
            }
            None => false,
        }
    }

    fn value(&mut self) -> Option<Json> {
        self.space();
        if self.take("null") {
            return Some(Json::Null);
        }
        if self.take("true") {
            return Some(Json::Bool(true));
        }
        if self.take("false") {
            return Some(Json::Bool(false));
        }
        match self.text.chars().next()? {
            '"' => self.string().map(Json::Text),
            '[' => self
                .nested("[", "]", |reader, items: &mut Vec<Json>| {
                    items.push(reader.value()?);
                    Some(())
                })
                .map(Json::List),
            '{' => self
                .nested("{", "}", |reader, entries: &mut Vec<(String, Json)>| {
                    reader.space();
                    let key = reader.string()?;
                    reader.take(":").then_some(())?;
                    entries.push((key, reader.value()?));
                    Some(())
                })
                .map(Json::Object),
            _ => self.number(),
        }
    }

    fn nested<T>(
        &mut self,
        open: &str,
        close: &str,
        mut one: impl FnMut(&mut Self, &mut Vec<T>) -> Option<()>,
    ) -> Option<Vec<T>> {
        self.depth += 1;
        if self.depth > Self::DEEPEST || !self.take(open) {
            return None;
        }
        let mut all = Vec::new();
        if !self.take(close) {
            loop {
                one(self, &mut all)?;
                if self.take(close) {
                    break;
                }
                self.take(",").then_some(())?;
            }
        }
        self.depth -= 1;
        Some(all)
    }

    fn number(&mut self) -> Option<Json> {
        let length = self
            .text
            .find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'))
            .unwrap_or(self.text.len());
        let (number, rest) = self.text.split_at(length);
        self.text = rest;
        number.parse().ok().map(Json::Number)
    }

    fn string(&mut self) -> Option<String> {
        let mut out = String::new();
        let mut chars = self.text.strip_prefix('"')?.chars();
        loop {
            match chars.next()? {
                '"' => {
                    self.text = chars.as_str();
                    return Some(out);
                }
                '\\' => match chars.next()? {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    'r' => out.push('\r'),
                    'b' => out.push('\u{8}'),
                    'f' => out.push('\u{c}'),
                    'u' => {
                        let digits = chars.as_str().get(..4)?;
                        chars = chars.as_str().get(4..)?.chars();
                        // Half of a pair stands for a character that no plan is read for.
                        let code = u32::from_str_radix(digits, 16).ok()?;
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                    c => out.push(c),
                },
                c => out.push(c),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_read_and_what_is_none_is_refused() {
        let json = Json::parse(
            r#" {"a": [1, -2.5e1, "x\"\u00e9\n"], "b": {"c": null, "d": true}, "e": "7"} "#,
        );
        let json = json.expect("a document");
        let items = json.get("a").expect("a key").items();
        assert_eq!(items[1], Json::Number(-25.0));
        assert_eq!(items[2], Json::Text("x\"é\n".into()));
        assert_eq!(json.number("e"), Some(7.0));
        assert_eq!(json.get("b").and_then(|b| b.get("c")), Some(&Json::Null));
        for broken in [
            "",
            "{",
            "[1,]",
            "{\"a\" 1}",
            "\"a",
            "1 2",
            "nul",
            "\"\\u12\"",
        ] {
            assert_eq!(Json::parse(broken), None, "{broken}");
        }
        assert_eq!(Json::parse(&"[".repeat(100_000)), None);
    }
}
