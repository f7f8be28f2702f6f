//! What stands in the place of text that a regular expression matches.

use super::Regex;

/// A text that may hold what an expression or its groups have matched: see
/// [`replace_matches`](crate::expr::Column::replace_matches).
///
/// `$0` is all that was matched, `$1` to `$9` (or `${1}`) is what a group has matched, or nothing where it has no part in the match, and
/// `$$` is a dollar sign. A `&str` or a `String` is read so; [`literal`](Self::literal) takes a text as it is.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::Replacement;
///
/// let price = Post::title.replace_matches(r"(\d+)%", "$$$1");
/// let secret = Post::title.replace_matches("[a-zA-Z]+", Replacement::literal("$1"));
/// assert_eq!(Post::find(4).select((price, secret)).one(&db).await?, ("$100 sure".into(), "100% $1".into()));
/// # Ok(()) }) }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Replacement {
    pieces: Result<Vec<Piece>, String>,
}

/// A piece of a replacement.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    /// What a group has matched; 0 for all.
    Group(usize),
}

impl Replacement {
    /// This text, whatever it holds.
    pub fn literal(text: impl Into<String>) -> Self {
        Self {
            pieces: Ok(vec![Piece::Text(text.into())]),
        }
    }

    /// The pieces, if they are what a replacement for this expression can hold.
    ///
    /// # Errors
    /// What is wrong with the text, or with the expression. Neither is in it.
    pub(crate) fn checked(&self, regex: &Regex) -> Result<(), String> {
        let repeated = regex.one_way()?;
        for piece in self.pieces.as_ref().map_err(String::clone)? {
            let Piece::Group(number) = piece else {
                continue;
            };
            if *number > regex.groups {
                return Err(format!(
                    "the replacement names the group {number}, and the pattern has {}",
                    regex.groups
                ));
            }
            if repeated.contains(number) {
                return Err(format!(
                    "the replacement names the group {number}, which is repeated, and databases remember different ones of its matches; put a group around the repetition"
                ));
            }
        }
        Ok(())
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        self.pieces.as_deref().unwrap_or_default()
    }

    /// The text that is read as this replacement.
    pub(crate) fn text(&self) -> String {
        let mut out = String::new();
        for piece in self.pieces() {
            match piece {
                Piece::Text(text) => out.push_str(&text.replace('$', "$$")),
                Piece::Group(number) => out.push_str(&format!("${{{number}}}")),
            }
        }
        out
    }

    /// The same in another language, in which these characters need a backslash, and groups have these names.
    pub(crate) fn written(&self, special: &[char], name: &dyn Fn(usize) -> String) -> String {
        let mut out = String::new();
        for piece in self.pieces() {
            let text = match piece {
                Piece::Group(number) => {
                    out.push_str(&name(*number));
                    continue;
                }
                Piece::Text(text) => text,
            };
            for c in text.chars() {
                if special.contains(&c) {
                    out.push('\\');
                }
                out.push(c);
            }
        }
        out
    }
}

fn read(template: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut text = String::new();
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        if c != '$' {
            text.push(c);
            continue;
        }
        let next = chars.next();
        let (number, braced) = match next {
            Some('{') => (chars.next(), true),
            other => (other, false),
        };
        match number.and_then(|c| c.to_digit(10)) {
            Some(number) if !braced || chars.next() == Some('}') => {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
                pieces.push(Piece::Group(number as usize));
            }
            None if next == Some('$') => text.push('$'),
            _ => {
                return Err("a `$` of a replacement stands before a number of one digit (`$1`, `${1}`); `$$` is the sign itself".into());
            }
        }
    }
    pieces.push(Piece::Text(text));
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(pieces)
}

impl From<&str> for Replacement {
    fn from(template: &str) -> Self {
        Self {
            pieces: read(template),
        }
    }
}
impl From<String> for Replacement {
    fn from(template: String) -> Self {
        Self::from(template.as_str())
    }
}
impl From<&String> for Replacement {
    fn from(template: &String) -> Self {
        Self::from(template.as_str())
    }
}

impl std::fmt::Debug for Replacement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Replacement(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_is_read_and_written() {
        for (template, text) in [
            ("", ""),
            ("a\\1", "a\\1"),
            ("$$1", "$$1"),
            ("$1 and ${2}0", "${1} and ${2}0"),
            ("$10", "${1}0"),
            ("$0$$", "${0}$$"),
        ] {
            assert_eq!(Replacement::from(template).text(), text);
            assert!(Replacement::from(text) == Replacement::from(template));
        }
        assert_eq!(Replacement::literal("$1").text(), "$$1");
        for wrong in ["$", "$x", "${1", "${x}", "${12}", "a$ "] {
            assert!(Replacement::from(wrong).pieces.is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_replacement_names_groups_that_there_are_once() {
        let check = |pattern: &str, replacement: &str| {
            Replacement::from(replacement).checked(&Regex::parse(pattern, false).unwrap())
        };
        assert_eq!(check("(a)(?:b)(c)", "$2$1$0"), Ok(()));
        assert_eq!(check("(a)?b", "$1"), Ok(()));
        for (pattern, replacement) in [
            ("(a)", "$2"),
            ("(?:a)", "$1"),
            ("(a)+", "$1"),
            ("(?:(a)b){2}", "$1"),
        ] {
            check(pattern, replacement).unwrap_err();
        }
        assert_eq!(check("(a)+(b)", "$2"), Ok(()));
    }
}
