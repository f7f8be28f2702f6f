//! What makes two texts the same statement.

/// A number for a text in which lists of placeholders, and of rows of them, count as one, however long they are.
pub(super) fn of(sql: &str) -> u64 {
    let mut hash = Hash(0xcbf2_9ce4_8422_2325);
    let bytes = sql.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        match placeholder(bytes, at) {
            Some(end) => {
                hash.add(b'?');
                at = rest_of_list(bytes, end);
            }
            None => {
                hash.add(bytes[at]);
                at += 1;
            }
        }
    }
    hash.0
}

/// FNV-1a: short, good enough for some thousand texts, and the same in every program.
struct Hash(u64);

impl Hash {
    fn add(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
}

/// The end of the placeholder that begins here: `?`, `?1` or `$1`.
fn placeholder(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = bytes[from..].iter().take_while(|b| b.is_ascii_digit());
        from + count.count()
    };
    match bytes.get(at)? {
        b'?' => Some(digits(at + 1)),
        b'$' => Some(digits(at + 1)).filter(|end| *end > at + 1),
        _ => None,
    }
}

/// Where the list ends whose placeholder was before: behind `, ?` and `), (?` as often as they come.
fn rest_of_list(bytes: &[u8], mut at: usize) -> usize {
    loop {
        let next = bytes[at..]
            .iter()
            .position(|b| !matches!(b, b',' | b' ' | b'(' | b')'))
            .map_or(bytes.len(), |length| at + length);
        let separator = &bytes[at..next];
        // What stands between must be a list's: a comma first, or a row's end.
        let of_list = matches!(separator, b", " | b"), (");
        match placeholder(bytes, next) {
            Some(end) if of_list => at = end,
            _ => return at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_any_length_are_the_same_statement() {
        assert_eq!(of("a IN (?, ?, ?)"), of("a IN (?)"));
        assert_eq!(of("a IN ($1, $2)"), of("a IN ($7)"));
        assert_eq!(of("VALUES (?, ?), (?, ?), (?, ?)"), of("VALUES (?, ?)"));
        assert_eq!(of("LIMIT ?12"), of("LIMIT ?3"));
    }

    #[test]
    fn other_texts_are_other_statements() {
        let texts = [
            "SELECT a FROM t",
            "SELECT b FROM t",
            "SELECT a FROM t WHERE a = ?",
            "SELECT a FROM t WHERE a = ? AND b = ?",
            "SELECT a FROM t WHERE b = ?",
            "SELECT a FROM t WHERE f(?) = ?",
            "SELECT '$' FROM t",
            "",
        ];
        let mut numbers: Vec<u64> = texts.iter().map(|text| of(text)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), texts.len());
    }
}
