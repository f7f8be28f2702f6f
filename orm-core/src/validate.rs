//! The rules of `#[validate(…)]`, judged with the traits of the `validator` crate.
//!
//! The derive writes one call for each rule. A rule looks at a value that is there: a field that an update leaves alone is not judged,
//! and NULL only fails `required`.

/// Where the rules of a model stand; it says what to do where the feature is off.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "validate")]
macro_rules! __validating {
    ($($rules:tt)*) => { $($rules)* };
}

/// Where the rules of a model stand; it says what to do where the feature is off.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "validate"))]
macro_rules! __validating {
    ($($rules:tt)*) => {
        ::std::compile_error!(
            "`#[validate(…)]` needs the feature `validate` of `orm`; add it in Cargo.toml"
        )
    };
}

#[cfg(feature = "validate")]
mod rules;
#[cfg(feature = "validate")]
mod values;

#[cfg(feature = "validate")]
pub use rules::{
    Charset, Email, Length, Measured, Pattern, Range, Report, Searched, Url, contains, custom,
    does_not_contain, email, length, nested, non_control_character, range, regex, required, url,
};
#[cfg(feature = "validate")]
pub use values::{embedded, value};
