//! What can be sent by a channel.

use crate::value::{DecodeError, EncodeError};

/// A type whose values are messages of a [`Channel`](super::Channel): text, numbers, keys, JSON documents, or `()` for none at all.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be sent by a channel",
    label = "expected text, a number, a key, `()`, or `Json<…>`"
)]
pub trait Payload: Sized {
    /// The text that is sent.
    ///
    /// # Errors
    /// When it has none.
    fn write(&self) -> Result<String, EncodeError>;

    /// Reads the text that was sent.
    ///
    /// # Errors
    /// When it is something else.
    fn read(text: &str) -> Result<Self, DecodeError>;
}

impl Payload for () {
    fn write(&self) -> Result<String, EncodeError> {
        Ok(String::new())
    }

    fn read(_: &str) -> Result<Self, DecodeError> {
        Ok(())
    }
}

macro_rules! displayed {
    ($(#[$attribute:meta])* [$($parameter:ident),*] $ty:ty, [$($bound:tt)*]) => {
        $(#[$attribute])*
        impl<$($parameter),*> Payload for $ty where $($bound)* {
            fn write(&self) -> Result<String, EncodeError> {
                Ok(self.to_string())
            }

            fn read(text: &str) -> Result<Self, DecodeError> {
                // The parser's own error may quote the text.
                text.parse().map_err(|_| DecodeError("the message is something else".into()))
            }
        }
    };
}

displayed!([] String, []);
displayed!([] bool, []);
displayed!([] i16, []);
displayed!([] i32, []);
displayed!([] i64, []);
displayed!([] u32, []);
displayed!(#[cfg(feature = "uuid")] [] uuid::Uuid, []);
displayed!([M, K] crate::model::Id<M, K>, [K: std::fmt::Display + std::str::FromStr]);

#[cfg(feature = "json")]
impl<T: serde::Serialize + serde::de::DeserializeOwned> Payload for crate::value::Json<T> {
    fn write(&self) -> Result<String, EncodeError> {
        serde_json::to_string(&self.0)
            .map_err(|_| EncodeError("it has no form as a JSON document".into()))
    }

    fn read(text: &str) -> Result<Self, DecodeError> {
        // Its own error may quote the text, but not with its line and column alone.
        serde_json::from_str(text).map(Self).map_err(|error| {
            let (line, column) = (error.line(), error.column());
            DecodeError(
                format!("the message is another JSON document (line {line}, column {column})")
                    .into(),
            )
        })
    }
}
