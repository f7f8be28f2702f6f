//! What a URL says of the database, without its credentials.

use super::url::{self, Scheme};
use crate::observe::Target;

/// The database that a URL names, for those who watch.
pub(crate) fn target(url: &str, system: &str) -> Target {
    let mut target = Target {
        system: system.to_ascii_lowercase(),
        ..Target::default()
    };
    let address = url.split(['?', '#']).next().unwrap_or_default();
    if matches!(url::scheme(url), Ok(Scheme::Sqlite)) {
        let file = address
            .trim_start_matches("sqlite:")
            .trim_start_matches("//");
        target.namespace = Some(file.to_owned());
        return target;
    }
    let Some((_, address)) = address.split_once("://") else {
        return target;
    };
    // A password may hold a slash, so the user is cut off first.
    let address = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
    let (host, path) = address.split_once('/').unwrap_or((address, ""));
    target.namespace = Some(path.to_owned()).filter(|name| !name.is_empty());
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (host, None),
    };
    let name = name.trim_start_matches('[').trim_end_matches(']');
    target.address = Some(name.to_owned()).filter(|name| !name.is_empty());
    target.port = port;
    target
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_has_no_credentials() {
        let url = "postgres://ann:se%40c/ret@db.example.com:6432/app?sslmode=require";
        let found = target(url, "PostgreSQL");
        assert_eq!(found.system, "postgresql");
        assert_eq!(found.namespace.as_deref(), Some("app"));
        assert_eq!(found.address.as_deref(), Some("db.example.com"));
        assert_eq!(found.port, Some(6432));
        let found = target("mysql://root@[::1]/app", "MariaDB");
        assert_eq!((found.address.as_deref(), found.port), (Some("::1"), None));
        let found = target("sqlite:///var/app.db?mode=ro", "SQLite");
        assert_eq!(
            (found.namespace.as_deref(), found.address),
            (Some("/var/app.db"), None)
        );
    }
}
