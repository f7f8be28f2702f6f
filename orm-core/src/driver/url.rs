//! Which database a URL names.

use crate::error::{Error, ErrorKind, Result};

/// The URL of a database that is gone with its pool, where a test names none.
pub const IN_MEMORY: &str = "sqlite::memory:";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    Sqlite,
    Postgres,
    Mysql,
}

pub(super) fn scheme(url: &str) -> Result<Scheme> {
    let name = url.split_once(':').map_or("", |(name, _)| name);
    match name {
        "sqlite" => Ok(Scheme::Sqlite),
        "postgres" | "postgresql" => Ok(Scheme::Postgres),
        "mysql" | "mariadb" => Ok(Scheme::Mysql),
        "" => Err(configuration(
            "the database URL has no scheme; write `sqlite://app.db`, `postgres://…` or `mysql://…`",
        )),
        other => Err(configuration(format!(
            "the URL scheme `{}` is not known; use `sqlite`, `postgres` or `mysql`",
            other.chars().take(20).collect::<String>()
        ))),
    }
}

#[allow(
    dead_code,
    reason = "with every feature on, each scheme is compiled in"
)]
pub(super) fn not_compiled_in(scheme: Scheme) -> Error {
    let feature = match scheme {
        Scheme::Sqlite => "sqlite",
        Scheme::Postgres => "postgres",
        Scheme::Mysql => "mysql",
    };
    configuration(format!(
        "this program was built without the feature `{feature}` of `orm`; add it in Cargo.toml"
    ))
}

/// An error about the URL or an option; `message` must not hold the URL, which may hold a password.
pub(super) fn configuration(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Configuration {
        message: message.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_scheme_is_named_and_the_rest_of_the_url_is_not() {
        let error = scheme("oracle://scott:tiger@host/db")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("`oracle`") && !error.contains("tiger"),
            "{error}"
        );
        assert!(scheme("app.db").is_err());
        assert_eq!(scheme("mariadb://localhost/app").unwrap(), Scheme::Mysql);
    }
}
