//! What to write in place of a word that is not known.
//!
//! `orm_core::nearest` measures words in the same way. This crate has its own, since the macros cannot depend on
//! `orm-core`: it would be built for the compiler's machine as well, drivers and all, before any of them could run.

/// Says that a word is not known, which one was probably meant, and which there are.
///
/// `what` is what the word should have been: "attribute of a field".
pub(crate) fn unknown(what: &str, word: &str, known: &[&str]) -> String {
    let list = known.join(", ");
    match nearest(word, known) {
        Some(near) => {
            format!("`{word}` is no {what}; did you mean `{near}`?\nknown are: {list}")
        }
        None => format!("`{word}` is no {what}\nknown are: {list}"),
    }
}

/// The known word that is nearest to this one, if it is near at all.
pub(crate) fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let word = word.to_lowercase();
    let limit = (word.chars().count() / 3).max(1);
    known
        .iter()
        .map(|candidate| (distance(&word, &candidate.to_lowercase()), *candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters have to be added, removed, replaced or swapped with their neighbour to turn one word into the other.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<_>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[&str] = &["unique", "length", "default", "default_sql", "column"];

    #[test]
    fn a_slip_finds_the_word_that_was_meant() {
        assert_eq!(nearest("uniqe", WORDS), Some("unique"));
        assert_eq!(nearest("lenght", WORDS), Some("length"));
        assert_eq!(nearest("Default", WORDS), Some("default"));
        assert_eq!(nearest("defaultsql", WORDS), Some("default_sql"));
        assert_eq!(nearest("colum", WORDS), Some("column"));
    }

    #[test]
    fn another_word_finds_none() {
        assert_eq!(nearest("primary", WORDS), None);
        assert_eq!(nearest("x", WORDS), None);
    }

    #[test]
    fn the_message_lists_what_there_is() {
        assert_eq!(
            unknown("attribute", "uniqe", &["unique", "length"]),
            "`uniqe` is no attribute; did you mean `unique`?\nknown are: unique, length"
        );
    }
}
