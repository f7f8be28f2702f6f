//! Attributes, laid out as `rustfmt` does.

/// A part of an attribute.
pub(super) enum Part {
    /// What `rustfmt` understands: a word, or a word and a literal.
    Plain(String),
    /// What it leaves alone, with all around it.
    Free(String),
    /// A word with parts of its own.
    List(&'static str, Vec<Part>),
}

/// `word = "text"`.
pub(super) fn text(word: &str, text: &str) -> Part {
    Part::Plain(format!("{word} = {}", literal(text)))
}

/// The text as a literal, which is raw where that is easier to read.
pub(super) fn literal(text: &str) -> String {
    let escaped = text.contains(['"', '\\']);
    let plain = text.chars().all(|c| !c.is_control());
    match escaped && plain && !text.contains("\"#") {
        true if text.contains('"') => format!("r#\"{text}\"#"),
        true => format!("r\"{text}\""),
        false => format!("{text:?}"),
    }
}

/// The width that parts may have on one line.
const WIDTH: usize = 70;

impl Part {
    fn one_line(&self) -> String {
        match self {
            Self::Plain(text) | Self::Free(text) => text.clone(),
            Self::List(word, parts) => format!("{word}({})", joined(parts)),
        }
    }

    fn is_free(&self) -> bool {
        match self {
            Self::Plain(_) => false,
            Self::Free(_) => true,
            Self::List(_, parts) => parts.iter().any(Self::is_free),
        }
    }
}

fn joined(parts: &[Part]) -> String {
    parts
        .iter()
        .map(Part::one_line)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Appends `#[name(parts)]` and the end of the line, if there are any parts.
pub(super) fn write(source: &mut String, indent: usize, name: &str, parts: &[Part]) {
    if parts.is_empty() {
        return;
    }
    source.push_str(&" ".repeat(indent));
    source.push_str("#[");
    if parts.iter().any(Part::is_free) {
        source.push_str(&format!("{name}({})", joined(parts)));
    } else {
        list(source, indent, name, parts);
    }
    source.push_str("]\n");
}

fn list(source: &mut String, indent: usize, word: &str, parts: &[Part]) {
    let line = joined(parts);
    source.push_str(word);
    source.push('(');
    match parts {
        _ if line.chars().count() <= WIDTH => source.push_str(&line),
        [Part::List(word, parts)] => list(source, indent, word, parts),
        [one] => source.push_str(&one.one_line()),
        parts => {
            for (at, part) in parts.iter().enumerate() {
                source.push_str(if at == 0 { "\n" } else { ",\n" });
                source.push_str(&" ".repeat(indent + 4));
                match part {
                    Part::List(word, parts) => list(source, indent + 4, word, parts),
                    part => source.push_str(&part.one_line()),
                }
            }
            source.push('\n');
            source.push_str(&" ".repeat(indent));
        }
    }
    source.push(')');
}
