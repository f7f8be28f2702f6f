//! Where the database is that a URL names.

use std::path::PathBuf;

/// Where a database is, and how it is made and dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory: it is gone with its last connection.
    Memory,
    /// In a file, which the first connection makes.
    File(PathBuf),
    /// On a server.
    Server {
        /// Its name.
        name: String,
        /// The URL of another database of the server, or of none.
        url: String,
        /// What makes it, there.
        create: String,
        /// What drops it, there.
        drop: String,
    },
}

/// The path of a URL without `/` in front, decoded, if it names a database.
pub(super) fn database_of(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let rest = rest.split('?').next()?;
    let (_, path) = rest.split_once('/')?;
    (!path.is_empty()).then(|| decoded(path))
}

/// `%20` as a blank. What is no such code stays as it is.
pub(super) fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let code = (bytes[at] == b'%')
            .then(|| text.get(at + 1..at + 3))
            .flatten()
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(bytes[at]));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::Place;
    use crate::dialect::{MARIADB, POSTGRES, SQLITE};

    #[test]
    fn a_database_is_made_beside_another_one_of_its_server() {
        let place =
            POSTGRES.place("postgres://u:p@h:1/my%22app?sslmode=disable&options=-csearch_path%3Da");
        let expected = Place::Server {
            name: "my\"app".into(),
            url: "postgres://u:p@h:1/postgres?sslmode=disable".into(),
            create: "CREATE DATABASE \"my\"\"app\"".into(),
            drop: "DROP DATABASE IF EXISTS \"my\"\"app\" WITH (FORCE)".into(),
        };
        assert_eq!(place, Some(expected));
        let Some(Place::Server {
            name, url, create, ..
        }) = MARIADB.place("mysql://root@h/app")
        else {
            panic!("a server");
        };
        assert_eq!(
            (name.as_str(), url.as_str(), create.as_str()),
            (
                "app",
                "mysql://root@h/",
                "CREATE DATABASE IF NOT EXISTS `app`"
            )
        );
    }

    #[test]
    fn a_url_that_names_no_database_has_no_place() {
        assert_eq!(POSTGRES.place("postgres://u@h"), None);
        assert_eq!(MARIADB.place("mysql://root@h/?a=b"), None);
    }

    #[test]
    fn a_file_is_where_the_url_says() {
        let file = |url| SQLITE.place(url);
        assert_eq!(
            file("sqlite://a/my%20b.db?mode=rwc"),
            Some(Place::File("a/my b.db".into()))
        );
        assert_eq!(file("sqlite:a.db"), Some(Place::File("a.db".into())));
        assert_eq!(file("sqlite::memory:"), Some(Place::Memory));
    }
}
