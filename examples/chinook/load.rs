//! Reads the scripts of the Chinook database, whose names are spelled differently for each database.

/// What a line begins with that is about the whole database, or drops what this program has not made.
const NOT_OURS: &[&str] = &[
    "CREATE DATABASE",
    "DROP DATABASE",
    "DROP TABLE",
    "USE ",
    "\\c ",
];

/// The script with each name in snake case, so that one set of models fits all databases: `[InvoiceLine]`, `` `InvoiceLine` `` and
/// `invoice_line` become `invoice_line`. Text in quotes stays as it is.
pub(crate) fn translated(script: &str) -> String {
    let mut result = String::with_capacity(script.len());
    let mut rest = script.trim_start_matches('\u{feff}');
    while let Some(first) = rest.chars().next() {
        let begins_line = result.is_empty() || result.ends_with('\n');
        if begins_line && NOT_OURS.iter().any(|word| rest.starts_with(word)) {
            rest = behind(rest, "\n");
        } else if rest.starts_with("/*") {
            rest = behind(rest, "*/");
        } else if let Some(end) = closing(first) {
            let name = rest[1..].split(end).next().unwrap_or_default();
            result.push_str(&snake_case(name));
            rest = rest.get(name.len() + 2..).unwrap_or_default();
        } else if first == '\'' {
            // A doubled quote is two texts side by side, as far as this matters here.
            let length = rest[1..].find('\'').map_or(rest.len(), |end| end + 2);
            result.push_str(&rest[..length]);
            rest = &rest[length..];
        } else {
            result.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    result
}

/// The mark that ends a quoted name.
fn closing(opening: char) -> Option<char> {
    match opening {
        '[' => Some(']'),
        '`' | '"' => Some(opening),
        _ => None,
    }
}

fn behind<'a>(text: &'a str, end: &str) -> &'a str {
    text.split_once(end).map_or("", |(_, rest)| rest)
}

/// `InvoiceLine` → `invoice_line`, `IFK_AlbumArtistId` → `ifk_album_artist_id`.
fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    let mut before = '_';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
        before = letter;
    }
    snake
}
