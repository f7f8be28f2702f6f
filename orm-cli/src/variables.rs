//! The file `.env`, in which a project keeps variables for development.

/// The value of a variable in the text of a `.env` file.
pub(crate) fn lookup(text: &str, name: &str) -> Option<String> {
    text.lines().rev().find_map(|line| {
        let line = line.trim();
        let line = line.strip_prefix("export ").unwrap_or(line);
        let (key, value) = line.split_once('=')?;
        (key.trim() == name).then(|| unquoted(value.trim()))
    })
}

fn unquoted(value: &str) -> String {
    for quote in ['"', '\''] {
        let inner = value.strip_prefix(quote);
        if let Some(inner) = inner.and_then(|v| v.split_once(quote)) {
            return inner.0.to_owned();
        }
    }
    // What stands behind a blank and a `#` is a comment; a `#` alone may be part of a password.
    value
        .split_once(" #")
        .map_or(value, |(value, _)| value.trim_end())
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::lookup;

    #[test]
    fn variables_are_found_as_shells_write_them() {
        let text = "# A comment\nA=1\nexport B = \"two # three\" # four\nC='x'\nD=pass#word # comment\nA=5\n#E=6\n";
        let found = |name| lookup(text, name);
        assert_eq!(found("A").as_deref(), Some("5"));
        assert_eq!(found("B").as_deref(), Some("two # three"));
        assert_eq!(found("C").as_deref(), Some("x"));
        assert_eq!(found("D").as_deref(), Some("pass#word"));
        assert_eq!(found("E"), None);
    }
}
