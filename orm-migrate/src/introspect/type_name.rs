//! The names of types in one spelling each.

use orm_core::dialect::Family;

use super::token::{Token, tokens};

/// Reads a type's name at the beginning of the words; how many words it takes as well.
pub(super) fn read(words: &[&Token]) -> Option<(String, usize)> {
    let mut reader = Reader { words, at: 0 };
    let mut name = reader.word()?;
    while reader.sign(".") {
        name = format!("{name}.{}", reader.word()?);
    }
    let second: &[&str] = match name.as_str() {
        "character" | "char" | "bit" => &["varying"],
        "national" => &["character", "char", "varchar", "varying"],
        "double" => &["precision"],
        _ => &[],
    };
    while let Some(word) = reader.one_of(second) {
        name = format!("{name} {word}");
    }
    let arguments = reader.arguments()?;
    if let Some(with) = reader.one_of(&["with", "without"]) {
        reader.one_of(&["time"])?;
        reader.one_of(&["zone"])?;
        if with == "with" {
            name.push_str("tz");
        }
    }
    let mut behind = String::new();
    while let Some(word) = reader.one_of(&["unsigned", "signed", "zerofill"]) {
        behind = format!("{behind} {word}");
    }
    while reader.sign("[") {
        while !reader.sign("]") {
            reader.words.get(reader.at)?;
            reader.at += 1;
        }
        "[]".clone_into(&mut behind);
    }
    let name = spelling(&name);
    Some((format!("{name}{arguments}{behind}"), reader.at))
}

struct Reader<'w> {
    words: &'w [&'w Token],
    at: usize,
}

impl Reader<'_> {
    fn word(&mut self) -> Option<String> {
        let Token::Word { text, quoted } = self.words.get(self.at)? else {
            return None;
        };
        self.at += 1;
        Some(if *quoted {
            text.clone()
        } else {
            text.to_lowercase()
        })
    }

    fn one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let next = self.words.get(self.at)?;
        let found = words.iter().copied().find(|w| next.is_word(w))?;
        self.at += 1;
        Some(found)
    }

    fn sign(&mut self, sign: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|t| t.is_sign(sign));
        self.at += usize::from(found);
        found
    }

    /// What stands in parentheses, with them; nothing if there are none.
    fn arguments(&mut self) -> Option<String> {
        let mut text = String::new();
        if !self.sign("(") {
            return Some(text);
        }
        text.push('(');
        while !self.sign(")") {
            match self.words.get(self.at)? {
                Token::Number(n) => text.push_str(n),
                Token::Sign(s) => text.push_str(s),
                Token::Word { text: word, .. } => text.push_str(&word.to_lowercase()),
                Token::Text(label) => {
                    text.push('\'');
                    text.push_str(&label.replace('\'', "''"));
                    text.push('\'');
                }
                Token::Blob(_) | Token::Comment(_) => return None,
            }
            self.at += 1;
        }
        text.push(')');
        Some(text)
    }
}

/// The name in one spelling; text that is no type's name stays as it is.
pub(super) fn normal(text: &str, family: Family) -> String {
    let read = tokens(text, family).and_then(|all| {
        let words: Vec<_> = all.iter().map(|t| &t.token).collect();
        read(&words).filter(|(_, length)| *length == words.len())
    });
    match read {
        Some((name, _)) => name,
        None => text.trim().to_owned(),
    }
}

fn spelling(name: &str) -> &str {
    match name.trim_start_matches("pg_catalog.") {
        "character varying"
        | "char varying"
        | "national varchar"
        | "national character varying" => "varchar",
        "character" | "bpchar" | "national char" | "national character" => "char",
        "int" | "int4" => "integer",
        "int8" => "bigint",
        "int2" => "smallint",
        "bool" => "boolean",
        "float8" => "double precision",
        "float4" => "real",
        "decimal" | "dec" => "numeric",
        "bit varying" => "varbit",
        other => other,
    }
}

/// Whether values of the type are numbers.
pub(super) fn is_number(name: &str) -> bool {
    let plain = name.split('(').next().unwrap_or_default();
    [
        "integer",
        "bigint",
        "smallint",
        "numeric",
        "real",
        "double precision",
        "double",
        "float",
        "signed",
        "unsigned",
        "oid",
    ]
    .contains(&plain)
}

/// The numbers in the parentheses behind a type's name.
pub(super) fn arguments(name: &str) -> (&str, Vec<u32>, &str) {
    let Some((plain, rest)) = name.split_once('(') else {
        return match name.strip_suffix("[]") {
            Some(plain) => (plain, Vec::new(), "[]"),
            None => (name, Vec::new(), ""),
        };
    };
    let Some((inside, behind)) = rest.rsplit_once(')') else {
        return (name, Vec::new(), "");
    };
    let numbers: Option<Vec<u32>> = inside.split(',').map(|n| n.trim().parse().ok()).collect();
    match numbers {
        Some(numbers) => (plain, numbers, behind),
        None => (name, Vec::new(), ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_one_spelling() {
        for (text, name) in [
            ("character varying(20)", "varchar(20)"),
            ("NUMERIC(10, 2)", "numeric(10,2)"),
            ("timestamp(6) with time zone", "timestamptz(6)"),
            ("TIMESTAMPTZ(6)", "timestamptz(6)"),
            ("time(6) without time zone", "time(6)"),
            ("timestamp without time zone", "timestamp"),
            ("double precision", "double precision"),
            ("text[]", "text[]"),
            ("character varying(9)[]", "varchar(9)[]"),
            ("bpchar", "char"),
        ] {
            assert_eq!(normal(text, Family::Postgres), name);
        }
        assert_eq!(
            normal("int(10) unsigned", Family::Mysql),
            "integer(10) unsigned"
        );
        assert_eq!(
            normal("enum('a','b''c')", Family::Mysql),
            "enum('a','b''c')"
        );
        assert_eq!(normal("", Family::Sqlite), "");
        assert_eq!(arguments("numeric(10,2)"), ("numeric", vec![10, 2], ""));
        assert_eq!(arguments("varchar(9)[]"), ("varchar", vec![9], "[]"));
    }
}
