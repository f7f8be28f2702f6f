//! Names in Rust's style for those of a database.

/// `InvoiceLine`, `invoice_line` and `invoice line` → `["invoice", "line"]`.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words: Vec<String> = Vec::new();
    let mut open = false;
    for (at, letter) in letters.iter().enumerate() {
        if !letter.is_alphanumeric() {
            open = false;
            continue;
        }
        let before = at.checked_sub(1).and_then(|i| letters.get(i));
        let after = letters.get(at + 1);
        let begins = letter.is_uppercase()
            && before.is_some_and(|b| {
                b.is_lowercase()
                    || b.is_numeric()
                    || (b.is_uppercase() && after.is_some_and(|a| a.is_lowercase()))
            });
        if !open || begins {
            words.push(String::new());
            open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(letter.to_lowercase());
        }
    }
    words
}

/// `AlbumId` → `album_id`, as the name of a field.
pub(super) fn field(name: &str) -> String {
    let snake = words(name).join("_");
    let snake = match snake.chars().next() {
        None => "column".to_owned(),
        Some(first) if first.is_numeric() => format!("n_{snake}"),
        Some(_) => snake,
    };
    match KEYWORDS.contains(&snake.as_str()) || TAKEN.contains(&snake.as_str()) {
        true => snake + "_",
        false => snake,
    }
}

/// `blog_posts` → `BlogPost`, as the name of a struct.
pub(super) fn model(table: &str) -> String {
    let mut words = words(table);
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    let name: String = words.iter().map(|w| capital(w)).collect();
    let name = match name.chars().next() {
        None => "Table".to_owned(),
        Some(first) if first.is_numeric() => format!("Table{name}"),
        Some(_) => name,
    };
    match TYPES.contains(&name.as_str()) {
        true => name + "Row",
        false => name,
    }
}

/// A label as the name of a variant.
pub(super) fn variant(label: &str) -> String {
    let name: String = words(label).iter().map(|w| capital(w)).collect();
    match name.chars().next() {
        None => "Empty".to_owned(),
        Some(first) if first.is_numeric() => format!("V{name}"),
        Some(_) if name == "Self" => "Self_".to_owned(),
        Some(_) => name,
    }
}

/// The words in a struct's style, without any change of number.
pub(super) fn type_name(name: &str) -> String {
    let name: String = words(name).iter().map(|w| capital(w)).collect();
    match name.chars().next() {
        None => "Label".to_owned(),
        Some(first) if first.is_numeric() => format!("Label{name}"),
        Some(_) => name,
    }
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// The name with a number behind it, if it is there already.
pub(super) fn distinct(name: String, taken: &[String]) -> String {
    let mut found = name.clone();
    let mut number = 2;
    while taken.contains(&found) {
        found = format!("{name}{number}");
        number += 1;
    }
    found
}

/// Plurals that follow no rule.
const IRREGULAR: &[(&str, &str)] = &[
    ("people", "person"),
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("mice", "mouse"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("criteria", "criterion"),
    ("quizzes", "quiz"),
    ("leaves", "leaf"),
    ("shelves", "shelf"),
    ("halves", "half"),
    ("lives", "life"),
    ("wives", "wife"),
    ("knives", "knife"),
    ("heroes", "hero"),
    ("potatoes", "potato"),
    ("tomatoes", "tomato"),
    ("analyses", "analysis"),
    ("bases", "basis"),
    ("axes", "axis"),
    ("crises", "crisis"),
    ("theses", "thesis"),
    ("movies", "movie"),
    ("cookies", "cookie"),
];

/// `InvoiceLine` → `invoice_lines`, as the name of a relation to many.
pub(super) fn many(model: &str) -> String {
    let mut words = words(model);
    if let Some(last) = words.last_mut() {
        *last = plural(last);
    }
    field(&words.join("_"))
}

fn plural(word: &str) -> String {
    if let Some((plural, _)) = IRREGULAR.iter().find(|(_, singular)| *singular == word) {
        return (*plural).to_owned();
    }
    let vowel = ["ay", "ey", "iy", "oy", "uy"]
        .iter()
        .any(|end| word.ends_with(end));
    if let Some(stem) = word.strip_suffix('y').filter(|_| !vowel) {
        return format!("{stem}ies");
    }
    match ["s", "x", "z", "ch", "sh"]
        .iter()
        .any(|end| word.ends_with(end))
    {
        true => format!("{word}es"),
        false => format!("{word}s"),
    }
}

fn singular(word: &str) -> String {
    const UNCHANGED: &[&str] = &[
        "data", "news", "series", "species", "media", "status", "address", "alias", "bus",
        "process", "access",
    ];
    if UNCHANGED.contains(&word)
        || word.ends_with("ss")
        || word.ends_with("us")
        || word.ends_with("is")
    {
        return word.to_owned();
    }
    if let Some((_, singular)) = IRREGULAR.iter().find(|(plural, _)| *plural == word) {
        return (*singular).to_owned();
    }
    if let Some(stem) = word
        .strip_suffix("ies")
        .filter(|stem| stem.chars().count() > 1)
    {
        return format!("{stem}y");
    }
    let es = ["sses", "xes", "zes", "ches", "shes"]
        .iter()
        .any(|end| word.ends_with(end));
    // Statuses, but houses and clauses.
    let us = word.ends_with("uses") && !word.ends_with("ouses") && !word.ends_with("auses");
    let es = es || us;
    match word.strip_suffix(if es { "es" } else { "s" }) {
        Some(stem) if !stem.is_empty() => stem.to_owned(),
        _ => word.to_owned(),
    }
}

/// Whether the derive certainly calls the table of this struct so by itself: the usual plural of a usual word.
pub(super) fn is_usual_table(model: &str, table: &str) -> bool {
    let words = words(model);
    let Some(last) = words.last() else {
        return false;
    };
    let irregular = IRREGULAR.iter().any(|(_, singular)| singular == last)
        || ["echo", "veto", "index", "datum"].contains(&last.as_str())
        || ["s", "x", "z", "ch", "sh", "y"]
            .iter()
            .any(|end| last.ends_with(end))
        || [
            "equipment",
            "information",
            "metadata",
            "media",
            "money",
            "sheep",
            "software",
            "data",
            "feedback",
            "staff",
            "people",
            "children",
        ]
        .contains(&last.as_str());
    let plain = model.chars().all(|c| c.is_ascii_alphabetic());
    plain && !irregular && format!("{}s", words.join("_")) == table
}

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names that every model or its builders have.
const TAKEN: &[&str] = &[
    "all_rows",
    "apply",
    "connect",
    "create",
    "def",
    "delete",
    "exec",
    "filter",
    "find",
    "insert",
    "insert_many",
    "on_conflict",
    "query",
    "returning",
    "save",
    "set",
    "update",
];

/// Names of types that the source needs itself.
const TYPES: &[&str] = &[
    "Clone",
    "Copy",
    "DateTime",
    "DbEnum",
    "Debug",
    "Decimal",
    "Id",
    "Json",
    "Model",
    "NaiveDate",
    "NaiveDateTime",
    "NaiveTime",
    "None",
    "Option",
    "PartialEq",
    "Eq",
    "Self",
    "Some",
    "String",
    "Utc",
    "Uuid",
    "Vec",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_brought_into_style() {
        for (column, name) in [
            ("AlbumId", "album_id"),
            ("type", "type_"),
            ("find", "find_"),
            ("with space", "with_space"),
            ("2fa", "n_2fa"),
            ("HTTPStatus", "http_status"),
            ("äöü", "äöü"),
            ("$", "column"),
        ] {
            assert_eq!(field(column), name);
        }
        for (table, name) in [
            ("blog_posts", "BlogPost"),
            ("InvoiceLine", "InvoiceLine"),
            ("categories", "Category"),
            ("people", "Person"),
            ("addresses", "Address"),
            ("boxes", "Box"),
            ("statuses", "Status"),
            ("options", "OptionRow"),
            ("houses", "House"),
            ("3d", "Table3d"),
        ] {
            assert_eq!(model(table), name, "{table}");
        }
        assert_eq!(
            (variant("in-progress"), variant(""), variant("3d")),
            (
                "InProgress".to_owned(),
                "Empty".to_owned(),
                "V3d".to_owned()
            )
        );
        assert!(is_usual_table("BlogPost", "blog_posts"));
        assert!(
            !is_usual_table("Person", "persons") && !is_usual_table("InvoiceLine", "InvoiceLine")
        );
    }
}
