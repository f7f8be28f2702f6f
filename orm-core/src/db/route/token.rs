//! What must have been repeated before a read, as a text that crosses requests.

use std::fmt;
use std::str::FromStr;

use crate::driver::Position;
use crate::error::Error;

/// How far a primary had written when it was asked: a read after it sees everything that was committed before.
///
/// Its text holds letters, digits, `.` and `-` only, so it goes into a header, a cookie or a URL as it is. It holds no data.
///
/// ```
/// use orm::ReadToken;
///
/// let token: ReadToken = "1.5e2a.0-16b3748".parse()?;
/// assert_eq!(token.to_string(), "1.5e2a.0-16b3748");
/// assert!("anything else".parse::<ReadToken>().is_err());
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReadToken {
    /// The system that counts so; another one counts from elsewhere.
    pub(super) system: u64,
    pub(super) position: Position,
}

impl ReadToken {
    /// Whether it was made by another system than this one, as far as both are known.
    pub(super) fn is_foreign(&self, system: u64) -> bool {
        self.system != 0 && system != 0 && self.system != system
    }
}

/// The first part, should there ever be another form.
const VERSION: &str = "1";
/// Streams at most that a text may name: it comes from outside.
const STREAMS: usize = 64;

impl fmt::Display for ReadToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{VERSION}.{:x}", self.system)?;
        for (stream, at) in self.position.streams() {
            write!(f, ".{stream:x}-{at:x}")?;
        }
        Ok(())
    }
}

impl FromStr for ReadToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        parse(text).ok_or_else(|| {
            Error::invalid_query("the text is not a `ReadToken`; read from the primary instead")
        })
    }
}

fn parse(text: &str) -> Option<ReadToken> {
    let mut parts = text.split('.');
    if parts.next()? != VERSION {
        return None;
    }
    let system = number(parts.next()?)?;
    let mut position = Position::default();
    for (count, part) in parts.enumerate() {
        let (stream, at) = part.split_once('-')?;
        if count == STREAMS {
            return None;
        }
        position.set(u32::try_from(number(stream)?).ok()?, number(at)?);
    }
    Some(ReadToken { system, position })
}

/// Without the signs that the standard library takes as well.
fn number(text: &str) -> Option<u64> {
    text.bytes()
        .all(|digit| digit.is_ascii_hexdigit())
        .then(|| u64::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_comes_back_from_its_text() {
        let mut position = Position::single(u64::MAX);
        position.set(31, 7);
        for token in [
            ReadToken::default(),
            ReadToken {
                system: 7_123_456_789_012_345_678,
                position,
            },
        ] {
            let text = token.to_string();
            assert!(
                text.bytes()
                    .all(|c| c.is_ascii_alphanumeric() || c == b'.' || c == b'-'),
                "{text}"
            );
            assert_eq!(text.parse::<ReadToken>().unwrap(), token);
        }
    }

    #[test]
    fn what_is_no_token_is_an_error_that_does_not_quote_it() {
        let long = format!("1.0{}", ".0-1".repeat(STREAMS + 1));
        for wrong in [
            "",
            "1",
            "2.0",
            "1.x",
            "1.0.0",
            "1.0.0-",
            "1.0.-1",
            "1.+1",
            "1.0.100000000-1",
            "1.0 ",
            "secret",
            "1.11111111111111111",
            &long,
        ] {
            let error = wrong.parse::<ReadToken>().unwrap_err().to_string();
            assert!(wrong.is_empty() || !error.contains("secret"), "{error}");
        }
        let most = format!("1.0{}", ".0-1".repeat(STREAMS));
        assert!(most.parse::<ReadToken>().is_ok());
    }
}
