//! JSON documents in one spelling, since databases change their spaces and the order of their keys.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::iter::Peekable;
use std::str::Chars;

/// The document without spaces and with its keys in order; text that is no document stays as it is.
pub(super) fn normal(text: &str) -> String {
    let mut chars = text.chars().peekable();
    match value(&mut chars, 0) {
        Some(document) if end(&mut chars) => document,
        _ => text.to_owned(),
    }
}

/// Documents are not nested deeper than any database takes them.
const DEEPEST: usize = 128;

fn space(chars: &mut Peekable<Chars<'_>>) {
    while chars.next_if(|c| c.is_ascii_whitespace()).is_some() {}
}

fn end(chars: &mut Peekable<Chars<'_>>) -> bool {
    space(chars);
    chars.peek().is_none()
}

fn value(chars: &mut Peekable<Chars<'_>>, depth: usize) -> Option<String> {
    space(chars);
    if depth > DEEPEST {
        return None;
    }
    match chars.peek()? {
        '{' => {
            let mut entries = BTreeMap::new();
            members(chars, '}', |chars| {
                space(chars);
                let key = string(chars)?;
                space(chars);
                chars.next_if_eq(&':')?;
                entries.insert(key, value(chars, depth + 1)?);
                Some(())
            })?;
            let entries: Vec<_> = entries
                .into_iter()
                .map(|(k, v)| format!("{k}:{v}"))
                .collect();
            Some(format!("{{{}}}", entries.join(",")))
        }
        '[' => {
            let mut items = Vec::new();
            members(chars, ']', |chars| {
                items.push(value(chars, depth + 1)?);
                Some(())
            })?;
            Some(format!("[{}]", items.join(",")))
        }
        '"' => string(chars),
        _ => {
            let mut word = String::new();
            while let Some(c) =
                chars.next_if(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.'))
            {
                word.push(c);
            }
            (!word.is_empty()).then_some(word)
        }
    }
}

fn members(
    chars: &mut Peekable<Chars<'_>>,
    end: char,
    mut one: impl FnMut(&mut Peekable<Chars<'_>>) -> Option<()>,
) -> Option<()> {
    chars.next();
    space(chars);
    if chars.next_if_eq(&end).is_some() {
        return Some(());
    }
    loop {
        one(chars)?;
        space(chars);
        match chars.next()? {
            ',' => {}
            c if c == end => return Some(()),
            _ => return None,
        }
    }
}

/// A string with its quotes, where only what must be escaped is.
fn string(chars: &mut Peekable<Chars<'_>>) -> Option<String> {
    chars.next_if_eq(&'"')?;
    let mut out = String::from('"');
    loop {
        let c = match chars.next()? {
            '"' => {
                out.push('"');
                return Some(out);
            }
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => {
                    let digits: String = chars.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&digits, 16).ok()?;
                    match char::from_u32(code) {
                        Some(c) => c,
                        // Half of a pair.
                        None => {
                            let _ = write!(out, "\\u{code:04x}");
                            continue;
                        }
                    }
                }
                c => c,
            },
            c => c,
        };
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if u32::from(c) < 0x20 => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::normal;

    #[test]
    fn spaces_and_order_do_not_count() {
        assert_eq!(
            normal(r#" {"b" : [1, 2.50,true], "a":"x\u00e9\/\n"} "#),
            normal(r#"{"a": "xé/\n", "b": [1,2.50, true]}"#)
        );
        assert_ne!(normal("[1, 2]"), normal("[2, 1]"));
        assert_eq!(normal("{not json"), "{not json");
    }
}
