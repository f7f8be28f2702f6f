//! The examples are whole programs: they have to build, and to run to their end.

use std::path::Path;

use super::{Outcome, cargo};

/// Examples that need nothing but themselves: no server, no argument.
const RUN: &[&str] = &["blog", "queue"];
/// Where the servers are on which they run, too, if these variables say so.
const SERVERS: &[&str] = &["ORM_TEST_POSTGRES_URL", "ORM_TEST_MYSQL_URL"];

pub(super) fn run(root: &Path) -> Outcome {
    let mut problems = cargo::run(root, "build --examples", &[]);
    let mut missing = Vec::new();
    for name in RUN {
        let file = root.join(format!("examples/{name}.rs"));
        let folder = root.join(format!("examples/{name}/main.rs"));
        if file.exists() || folder.exists() {
            problems.extend(cargo::run(
                root,
                &format!("run --quiet --example {name}"),
                &[],
            ));
            for server in SERVERS.iter().filter_map(|name| std::env::var(name).ok()) {
                let url = own_database(&server, name);
                let command = format!("run --quiet --example {name} -- --url {url}");
                problems.extend(cargo::run(root, &command, &[]));
            }
        } else {
            missing.push(*name);
        }
    }
    if problems.is_empty() && !missing.is_empty() {
        return Outcome::Skipped(format!(
            "no such example, so NOT run: {}",
            missing.join(", ")
        ));
    }
    Outcome::from_problems(problems)
}

/// The URL of a database for the example, which it creates and drops.
fn own_database(server: &str, example: &str) -> String {
    let (path, options) = server.split_once('?').unwrap_or((server, ""));
    let host = path.find("://").map_or(0, |at| at + 3);
    let end = path[host..].find('/').map_or(path.len(), |at| host + at);
    let mark = if options.is_empty() { "" } else { "?" };
    let process = std::process::id();
    format!(
        "{}/orm_example_{example}_{process}{mark}{options}",
        &path[..end]
    )
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_example_has_a_database_of_its_own() {
        let own =
            |url| super::own_database(url, "blog").replace(&std::process::id().to_string(), "1");
        assert_eq!(
            own("postgres://a@b:1/postgres"),
            "postgres://a@b:1/orm_example_blog_1"
        );
        assert_eq!(
            own("mysql://root@b:3306/?ssl-mode=disabled"),
            "mysql://root@b:3306/orm_example_blog_1?ssl-mode=disabled"
        );
        assert_eq!(own("mysql://b"), "mysql://b/orm_example_blog_1");
    }
}
