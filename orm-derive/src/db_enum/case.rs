//! How the words of a name are put together.

/// A style of writing several words as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Case {
    Lower,
    Upper,
    Pascal,
    Camel,
    Snake,
    ScreamingSnake,
    Kebab,
    ScreamingKebab,
}

impl Case {
    /// The names by which attributes know the styles, as `serde` spells them.
    pub(crate) const NAMES: &[&str] = &[
        "snake_case",
        "lowercase",
        "UPPERCASE",
        "SCREAMING_SNAKE_CASE",
        "kebab-case",
        "SCREAMING-KEBAB-CASE",
        "camelCase",
        "PascalCase",
    ];

    pub(crate) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "snake_case" => Self::Snake,
            "lowercase" => Self::Lower,
            "UPPERCASE" => Self::Upper,
            "SCREAMING_SNAKE_CASE" => Self::ScreamingSnake,
            "kebab-case" => Self::Kebab,
            "SCREAMING-KEBAB-CASE" => Self::ScreamingKebab,
            "camelCase" => Self::Camel,
            "PascalCase" => Self::Pascal,
            _ => return None,
        })
    }

    /// The name of a type or variant, `InProgress`, in this style. An abbreviation counts as one word: `HTTPServer` is `http_server`.
    pub(crate) fn of_pascal(self, name: &str) -> String {
        let words = words(name);
        let capitalized = |word: &String| {
            let mut chars = word.chars();
            chars
                .next()
                .into_iter()
                .flat_map(char::to_uppercase)
                .chain(chars)
                .collect::<String>()
        };
        match self {
            Self::Lower => words.concat(),
            Self::Upper => words.concat().to_uppercase(),
            Self::Pascal => words.iter().map(capitalized).collect(),
            Self::Camel => {
                let (first, rest) = words.split_at(words.len().min(1));
                first.concat() + &rest.iter().map(capitalized).collect::<String>()
            }
            Self::Snake => words.join("_"),
            Self::ScreamingSnake => words.join("_").to_uppercase(),
            Self::Kebab => words.join("-"),
            Self::ScreamingKebab => words.join("-").to_uppercase(),
        }
    }

    /// The name of a field, `first_name`, in this style, exactly as `serde` writes it.
    pub(crate) fn of_field(self, name: &str) -> String {
        match self {
            Self::Lower | Self::Snake => name.to_owned(),
            Self::Upper | Self::ScreamingSnake => name.to_ascii_uppercase(),
            Self::Kebab => name.replace('_', "-"),
            Self::ScreamingKebab => name.to_ascii_uppercase().replace('_', "-"),
            Self::Pascal | Self::Camel => {
                let mut out = String::new();
                let mut capital = self == Self::Pascal;
                for c in name.chars() {
                    match c {
                        '_' => capital = true,
                        c if capital => {
                            out.push(c.to_ascii_uppercase());
                            capital = false;
                        }
                        c => out.push(c),
                    }
                }
                // A leading underscore makes no capital of the first letter.
                if self == Self::Camel && name.starts_with('_') {
                    let rest = out.get(1..).unwrap_or_default().to_owned();
                    out = out.get(..1).unwrap_or_default().to_ascii_lowercase() + &rest;
                }
                out
            }
        }
    }
}

/// `HTTPServerV2` is `http`, `server`, `v2`.
fn words(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    for (i, c) in chars.iter().enumerate() {
        if *c == '_' {
            words.push(String::new());
            continue;
        }
        let before = i.checked_sub(1).and_then(|i| chars.get(i));
        let after = chars.get(i + 1);
        let begins = c.is_uppercase()
            && (before.is_some_and(|b| !b.is_uppercase())
                || (before.is_some() && after.is_some_and(|a| a.is_lowercase())));
        if begins || words.is_empty() {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variants_words_are_found() {
        let snake = |name| Case::Snake.of_pascal(name);
        assert_eq!(snake("Member"), "member");
        assert_eq!(snake("InProgress"), "in_progress");
        assert_eq!(snake("HTTPServer"), "http_server");
        assert_eq!(snake("ReadOnlyV2"), "read_only_v2");
        assert_eq!(snake("A"), "a");
        assert_eq!(snake("AB"), "ab");
        assert_eq!(snake("Über_Größe"), "über_größe");
        assert_eq!(snake("_X"), "x");
    }

    #[test]
    fn each_style_has_its_form() {
        let forms = [
            "in_progress",
            "inprogress",
            "INPROGRESS",
            "IN_PROGRESS",
            "in-progress",
            "IN-PROGRESS",
            "inProgress",
            "InProgress",
        ];
        for (name, form) in Case::NAMES.iter().zip(forms) {
            assert_eq!(Case::parse(name).unwrap().of_pascal("InProgress"), form);
        }
        assert_eq!(Case::parse("snake"), None);
    }

    #[test]
    fn a_field_is_written_as_serde_writes_it() {
        let forms = [
            "first_name",
            "first_name",
            "FIRST_NAME",
            "FIRST_NAME",
            "first-name",
            "FIRST-NAME",
            "firstName",
            "FirstName",
        ];
        for (name, form) in Case::NAMES.iter().zip(forms) {
            assert_eq!(Case::parse(name).unwrap().of_field("first_name"), form);
        }
    }
}
