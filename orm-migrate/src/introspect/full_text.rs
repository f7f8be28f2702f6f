//! Full-text indexes, told by the form in which this crate makes them. What has another form is none of its own.

use orm_core::schema::FullText;

use super::raw::RawTable;
use super::unmanaged::{Unmanaged, UnmanagedKind};

/// PostgreSQL: an index over the vector of columns' words.
pub(super) fn of_vector(name: &str, method: &str, expressions: &[String]) -> Option<FullText> {
    let [expression] = expressions else {
        return None;
    };
    let rest = expression.strip_prefix("to_tsvector('")?;
    let (language, rest) = rest.split_once("'::regconfig, translate(")?;
    if method != "gin" {
        return None;
    }
    let columns: Option<Vec<String>> = rest
        .split("COALESCE(")
        .skip(1)
        .map(|part| identifier(part, '"').map(|(name, _)| name))
        .collect();
    let mut index = FullText::new(name, columns.filter(|c| !c.is_empty())?);
    index.language = (language != "simple").then(|| language.to_owned());
    Some(index)
}

/// PostgreSQL: the index whose words this column stores. It has the column's name until the index itself is read. Of weights only their
/// order is known.
pub(super) fn of_stored(name: &str, generated: &str) -> Option<FullText> {
    if !(name.starts_with("orm_") && name.ends_with("_words")) {
        return None;
    }
    let (_, rest) = generated.split_once("to_tsvector('")?;
    let (language, _) = rest.split_once("'::regconfig, translate(")?;
    let columns: Option<Vec<String>> = generated
        .split("COALESCE(")
        .skip(1)
        .map(|part| identifier(part, '"').map(|(name, _)| name))
        .collect();
    let mut index = FullText::new(name, columns.filter(|c| !c.is_empty())?);
    index.stored = true;
    index.language = (language != "simple").then(|| language.to_owned());
    // A label is the letter before its type, as in `'A'::"char"`.
    let parts: Vec<&str> = generated.split("'::\"char\"").collect();
    for part in parts.iter().rev().skip(1).rev() {
        let label = "DCBA".find(part.chars().next_back()?)?;
        index.weights.push(u32::try_from(label).ok()? + 1);
    }
    let whole = index.weights.is_empty() || index.weights.len() == index.columns.len();
    whole.then_some(index)
}

/// MySQL and MariaDB: the index whose own column this is. It has the column's name until the index itself is read.
pub(super) fn of_column(name: &str, generated: &str) -> Option<FullText> {
    if !(name.starts_with("orm_") && name.ends_with("_words")) {
        return None;
    }
    let lower = generated.to_lowercase();
    let start = lower.find("concat_ws(")?;
    let first = generated.get(start..)?.find('`')?;
    let (words, _) = list(generated.get(start + first..)?, '`')?;
    let mut index = FullText::new(name, Vec::new());
    // A column stands there as often as its words count.
    for column in words {
        if index.columns.last() == Some(&column) {
            *index.weights.last_mut()? += 1;
        } else {
            index.columns.push(column);
            index.weights.push(1);
        }
    }
    if index.weights.iter().all(|weight| *weight == 1) {
        index.weights.clear();
    }
    Some(index)
}

/// SQLite: the tables beside others, and the triggers that keep them in step, are taken out of what is not managed.
pub(super) fn of_virtual_tables(tables: &mut [RawTable], unmanaged: &mut Vec<Unmanaged>) {
    let mut found = Vec::new();
    for other in unmanaged
        .iter()
        .filter(|u| u.kind == UnmanagedKind::VirtualTable)
    {
        if let Some((table, index)) = of_fts5(&other.name, &other.definition)
            && let Some(table) = tables.iter_mut().find(|t| t.name.name == table)
        {
            table.full_texts.push(index);
            found.push(other.name.clone());
        }
    }
    unmanaged.retain(|other| {
        let ends: &[&str] = match other.kind {
            UnmanagedKind::VirtualTable => return !found.contains(&other.name),
            UnmanagedKind::ShadowTable => &["_data", "_idx", "_docsize", "_config"],
            UnmanagedKind::Trigger => &["_insert", "_update", "_delete"],
            _ => return true,
        };
        let mut owners = ends.iter().filter_map(|end| other.name.strip_suffix(end));
        !owners.any(|owner| found.iter().any(|name| name == owner))
    });
}

/// The table that the words are of, and the index.
fn of_fts5(name: &str, sql: &str) -> Option<(String, FullText)> {
    let (_, rest) = sql.split_once(" USING fts5(")?;
    let (columns, rest) = list(rest, '"')?;
    let (table, rest) = identifier(rest.strip_prefix(", content=")?, '\'')?;
    let (_, rest) = identifier(rest.strip_prefix(", content_rowid=")?, '\'')?;
    let mut index = FullText::new(name, columns);
    index.language = match rest {
        ", tokenize='unicode61 remove_diacritics 0')" => None,
        ", tokenize='porter unicode61 remove_diacritics 0')" => Some("english".to_owned()),
        _ => return None,
    };
    Some((table, index))
}

/// Names with commas between them, and what follows.
fn list(mut sql: &str, quote: char) -> Option<(Vec<String>, &str)> {
    let mut names = Vec::new();
    loop {
        let (name, rest) = identifier(sql, quote)?;
        names.push(name);
        let next = rest.strip_prefix(',').map(str::trim_start);
        match next.filter(|next| next.starts_with(quote)) {
            Some(next) => sql = next,
            None => return Some((names, rest)),
        }
    }
}

/// A name, quoted or not, and what follows.
fn identifier(sql: &str, quote: char) -> Option<(String, &str)> {
    let Some(inside) = sql.strip_prefix(quote) else {
        let end = sql.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))?;
        return (end > 0).then(|| (sql[..end].to_owned(), &sql[end..]));
    };
    let mut name = String::new();
    let mut chars = inside.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != quote {
            name.push(c);
        } else if chars.next_if(|(_, next)| *next == quote).is_some() {
            name.push(quote);
        } else {
            return Some((name, &inside[at + c.len_utf8()..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_is_told_by_its_form() {
        let expression = "to_tsvector('english'::regconfig, translate((((COALESCE(title, ''::character varying))::text || ' '::text) || COALESCE(\"the \"\"body\", ''::text)), '!'::text, ' '::text))";
        let index = of_vector("words", "gin", &[expression.to_owned()]).unwrap();
        assert_eq!(index.columns, ["title", "the \"body"]);
        assert_eq!(index.language.as_deref(), Some("english"));
        assert_eq!(
            of_vector("words", "gin", &["lower(title)".to_owned()]),
            None
        );

        let expression = "(setweight(to_tsvector('simple'::regconfig, translate((COALESCE(title, ''::character varying))::text, '!'::text, ' '::text)), 'C'::\"char\") || setweight(to_tsvector('simple'::regconfig, translate(COALESCE(body, ''::text), '!'::text, ' '::text)), 'D'::\"char\"))";
        let index = of_stored("orm_posts_words", expression).unwrap();
        assert_eq!(index.columns, ["title", "body"]);
        assert_eq!(
            (index.weights, index.stored, index.language),
            (vec![2, 1], true, None)
        );
        assert_eq!(of_stored("words", expression), None);

        let column = "regexp_replace(lcase(concat_ws(' ',`title`,`the ``body`)),'x','y')";
        let index = of_column("orm_posts_words", column).unwrap();
        assert_eq!(index.columns, ["title", "the `body"]);
        assert_eq!(index.weights, [0; 0]);
        assert_eq!(of_column("search", column), None);
        let column = column.replace("`title`", "`title`,`title`,`title`");
        let index = of_column("orm_posts_words", &column).unwrap();
        assert_eq!((index.columns.len(), index.weights), (2, vec![3, 1]));

        let sql = "CREATE VIRTUAL TABLE \"w\" USING fts5(\"title\", \"b,\"\"\", content='po''sts', content_rowid='id', tokenize='unicode61 remove_diacritics 0')";
        let (table, index) = of_fts5("w", sql).unwrap();
        assert_eq!(
            (table.as_str(), index.columns),
            ("po'sts", vec!["title".to_owned(), "b,\"".to_owned()])
        );
        assert_eq!(
            of_fts5("w", "CREATE VIRTUAL TABLE w USING fts5(title)"),
            None
        );
    }
}
