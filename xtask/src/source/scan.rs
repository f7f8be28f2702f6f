//! The scanner: which bytes are code, and which code is compiled only for tests.

use std::ops::Range;

use super::{Kind, is_word, words};

/// Words that begin an item or a statement. Anything else after `#[cfg(test)]` is a field, a variant or an arm,
/// and those end at a comma.
const ITEM_WORDS: &[&str] = &[
    "pub",
    "fn",
    "mod",
    "use",
    "impl",
    "struct",
    "enum",
    "union",
    "trait",
    "const",
    "static",
    "type",
    "unsafe",
    "async",
    "extern",
    "macro_rules",
    "let",
    "if",
    "for",
    "while",
    "loop",
    "match",
];

/// The kind of each byte, and the contents of the string literals.
pub(super) fn kinds(text: &str) -> (Vec<Kind>, Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let mut kinds = vec![Kind::Code; bytes.len()];
    let mut literals = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &text[at..];
        if rest.starts_with("//") {
            let end = at + rest.find('\n').unwrap_or(rest.len());
            kinds[at..end].fill(Kind::Comment);
            at = end;
        } else if rest.starts_with("/*") {
            let end = at + block_comment(rest);
            kinds[at..end].fill(Kind::Comment);
            at = end;
        } else if let Some((content, length)) = string(rest) {
            let content = at + content.start..at + content.end;
            kinds[content.clone()].fill(Kind::Text);
            literals.push(content);
            at += length;
        } else if let Some(content) = character(rest) {
            // Between the quotes may stand a quote, a brace or a slash.
            kinds[at + content.start..at + content.end].fill(Kind::Text);
            at += content.end + 1;
        } else {
            at += one_step(rest);
        }
    }
    (kinds, literals)
}

/// A whole word, so that the `r` of `for"…"` is not taken for a prefix, or else one character.
fn one_step(rest: &str) -> usize {
    let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    if word > 0 { word } else { one_character(rest) }
}

/// The length of the block comment, which may hold others.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut depth, mut at) = (0, 0);
    while at < bytes.len() {
        match bytes.get(at..at + 2) {
            Some(b"/*") => (depth, at) = (depth + 1, at + 2),
            Some(b"*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

/// The content and the whole length of the string literal that begins here.
fn string(rest: &str) -> Option<(Range<usize>, usize)> {
    let prefix = rest.find(|c| !is_word(c))?;
    let raw = match &rest[..prefix] {
        "" | "b" | "c" => false,
        "r" | "br" | "cr" => true,
        _ => return None,
    };
    let after = &rest[prefix..];
    let hashes = if raw {
        after.len() - after.trim_start_matches('#').len()
    } else {
        0
    };
    if !after[hashes..].starts_with('"') {
        return None;
    }
    let begin = prefix + hashes + 1;
    let closing = format!("\"{}", "#".repeat(hashes));
    let mut end = begin;
    while end < rest.len() && !rest[end..].starts_with(&closing) {
        let escape = !raw && rest[end..].starts_with('\\');
        end += one_character(&rest[end..]);
        if escape && end < rest.len() {
            end += one_character(&rest[end..]);
        }
    }
    Some((begin..end, (end + closing.len()).min(rest.len())))
}

fn one_character(rest: &str) -> usize {
    rest.chars().next().map_or(1, char::len_utf8)
}

/// The content of the character literal that begins here. A lifetime is none.
fn character(rest: &str) -> Option<Range<usize>> {
    let begin = if rest.starts_with("b'") { 2 } else { 1 };
    let content = rest.strip_prefix('b').unwrap_or(rest).strip_prefix('\'')?;
    let end = match content.strip_prefix('\\') {
        // The escaped character may itself be a quote, so it is stepped over.
        Some(escaped) => {
            let first = one_character(escaped);
            1 + first + escaped.get(first..)?.find('\'')?
        }
        None => {
            let first = one_character(content);
            content.get(first..)?.starts_with('\'').then_some(first)?
        }
    };
    Some(begin..begin + end)
}

/// What `#[cfg(test)]` guards, attribute included.
pub(super) fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    let mut from = 0;
    while let Some(found) = code[from..].find("#[") {
        let at = from + found;
        let end = balanced(code, at + 1);
        from = end;
        if means_test(&code[at + 2..end]) {
            from = item_end(code, end);
            items.push(at..from);
        }
    }
    items
}

/// Whether an attribute compiles its item for tests alone.
fn means_test(attribute: &str) -> bool {
    let mut list = words(attribute).map(|word| word.text);
    match list.next() {
        Some("cfg") => {}
        _ => return false,
    }
    let list: Vec<_> = list.collect();
    matches!(list.as_slice(), ["test"])
        || (list.first() == Some(&"all") && list.contains(&"test") && !list.contains(&"not"))
}

/// Where the item ends that begins, perhaps with more attributes, at `from`.
fn item_end(code: &str, from: usize) -> usize {
    let mut at = from + blanks(&code[from..]);
    while code[at..].starts_with("#[") {
        at = balanced(code, at + 1);
        at += blanks(&code[at..]);
    }
    let first = words(&code[at..]).next().map_or("", |word| word.text);
    let ends_at_comma = !ITEM_WORDS.contains(&first);
    let mut block = false;
    while at < code.len() {
        match code.as_bytes()[at] {
            b'{' => {
                at = balanced(code, at);
                block = true;
                let next = code[at..].trim_start();
                // `use a::{b, c};` and `let x = Y { … };` go on, and so does an `else`.
                if next.starts_with(';') || next.starts_with("else") || next.starts_with('.') {
                    continue;
                }
                return at;
            }
            b'(' | b'[' => at = balanced(code, at),
            // The end of what encloses a last field, or a last arm.
            b'}' | b')' | b']' => return at,
            b';' => return at + 1,
            b',' if ends_at_comma || block => return at + 1,
            _ => at += 1,
        }
    }
    code.len()
}

fn blanks(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The end of the brackets that open at `open`, with everything in them.
fn balanced(code: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in code.as_bytes()[open..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return open + offset + 1;
        }
    }
    code.len()
}
