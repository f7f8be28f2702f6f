//! Checksums: SHA-256 of a text whose lines end in LF, so that a checkout on another system has the same ones.

use sha2::{Digest as _, Sha256};

/// The checksum of a text, as `sha256:…`.
pub(crate) fn of(text: &str) -> String {
    let mut hash = Sha256::new();
    for (n, line) in text.split("\r\n").enumerate() {
        if n > 0 {
            hash.update(b"\n");
        }
        hash.update(line.as_bytes());
    }
    let mut out = String::from("sha256:");
    out.push_str(&hex(&hash.finalize()));
    out
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut out = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        out.push(char::from(DIGITS[usize::from(byte >> 4)]));
        out.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_lines_does_not_count() {
        assert_eq!(of("a\r\nb\r\n"), of("a\nb\n"));
        assert_ne!(of("a\nb"), of("a\nb\n"));
        assert_eq!(
            of(""),
            "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
    }
}
