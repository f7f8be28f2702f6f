//! Comments behind statements, by which a database's own log says where they are from.

use std::fmt::Write as _;

use super::Call;

/// What is written behind each statement as a comment, in the form of [sqlcommenter](https://google.github.io/sqlcommenter/spec/):
/// `/*code_filepath='src%2Fmain.rs',code_lineno='12',route='GET%20%2Fposts'*/`. See [`DbBuilder::comments`](crate::DbBuilder::comments).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Comments {
    /// The place in the program, and the request's label. Texts stay as few as places and labels are, so that prepared statements are
    /// used again.
    Place,
    /// The same, and the request's own number. No two requests then send the same text, so their statements are prepared each time,
    /// which costs a round trip on servers.
    Request,
}

/// The comment, if there is anything to say; and whether the text will come again.
pub(super) fn comment(comments: Comments, call: &Call<'_>) -> Option<(String, bool)> {
    let mut text = String::new();
    let mut pair = |name: &str, value: &str| {
        text.push_str(if text.is_empty() { " /*" } else { "," });
        text.push_str(name);
        text.push_str("='");
        encode(&mut text, value);
        text.push('\'');
    };
    if let Some(caller) = call.caller {
        pair("code_filepath", caller.file());
        pair("code_lineno", &caller.line().to_string());
    }
    let id = call
        .request
        .and_then(|request| request.request_id())
        .filter(|_| comments == Comments::Request);
    if let Some(id) = id {
        pair("request_id", id);
    }
    if let Some(request) = call.request {
        pair("route", request.label());
    }
    if text.is_empty() {
        return None;
    }
    text.push_str("*/");
    Some((text, id.is_none()))
}

/// All but letters, digits and a few signs as `%2F`: nothing that is left can end a comment, or be a placeholder.
fn encode(text: &mut String, value: &str) {
    for byte in value.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                text.push(char::from(byte));
            }
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::{Request, Target};

    #[test]
    fn a_comment_cannot_be_ended_from_within() {
        let target = Target::default();
        let request = Request::new("GET /posts */ DROP TABLE a; --").id("'$1?");
        let call = Call {
            request: Some(&request),
            ..Call::script(&target)
        };
        let (text, again) = comment(Comments::Request, &call).expect("a comment");
        assert_eq!(
            text,
            " /*request_id='%27%241%3F',route='GET%20%2Fposts%20%2A%2F%20DROP%20TABLE%20a%3B%20--'*/"
        );
        assert!(!again);
        let (text, again) = comment(Comments::Place, &call).expect("a comment");
        assert!(again && !text.contains("request_id"), "{text}");
        assert_eq!(comment(Comments::Place, &Call::script(&target)), None);
    }
}
