//! What is committed speaks of the project, not of a computer on which somebody worked on it.

use crate::source::Source;
use crate::tree::{Finding, Tree, is_in};

pub(super) const STATEMENT: &str =
    "committed texts name no computer's paths and no package registry";

/// Folders that exist on somebody's computer.
const PATHS: &[&str] = &["/work/", "/root/", "/home/", "/tmp/"];

/// Hosts from which packages are fetched; which one is used is for each computer to say.
const HOSTS: &[&str] = &[
    "crates.io",
    "npmjs.org",
    "pypi.org",
    "files.pythonhosted.org",
    "proxy.golang.org",
    "docker.io",
    "ghcr.io",
    "rubygems.org",
    "maven.org",
];

/// What a manifest or a configuration says to fetch packages from somewhere else.
const SETTINGS: &[&str] = &[
    "replace-with",
    "[registries",
    "[source.",
    "registry-index",
    "index = \"sparse+",
];

/// This file has to spell out what is looked for.
const EXEMPT: &[&str] = &["xtask/src/invariant/texts.rs"];

/// Where cargo writes down that a package comes from the registry that everybody uses.
const DEFAULT_SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.files.iter().filter(|(path, _)| !is_in(path, EXEMPT)) {
        let source = tree.sources_in(&[path]).next();
        let mut begin = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let in_test = is_test(path, source, begin);
            let messages = check_line(path, line, in_test);
            findings.extend(
                messages
                    .into_iter()
                    .map(|text| Finding::line(path, index + 1, text)),
            );
            begin += line.len();
        }
    }
    findings
}

/// Whether a line belongs to a test, which may write temporary files.
fn is_test(path: &str, source: Option<&Source>, begin: usize) -> bool {
    let in_module = || {
        source.is_some_and(|source| {
            let end = source.code[begin..]
                .find('\n')
                .map_or(source.code.len(), |length| begin + length);
            source.code[begin..end].trim() != source.library[begin..end].trim()
        })
    };
    path.starts_with("tests/")
        || path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || in_module()
}

fn check_line(path: &str, line: &str, in_test: bool) -> Vec<String> {
    let paths = PATHS
        .iter()
        .filter(|folder| !(in_test && **folder == "/tmp/"))
        .filter(|folder| names_folder(line, folder))
        .map(|folder| format!("`{folder}` is a path on one computer"));
    let hosts = HOSTS
        .iter()
        .filter(|host| !line.contains(DEFAULT_SOURCE) && names_host(line, host))
        .map(|host| format!("`{host}` is a package registry, which the project need not name"));
    let settings = SETTINGS
        .iter()
        .filter(|_| path.ends_with(".toml"))
        .filter(|setting| line.trim_start().starts_with(**setting))
        .map(|setting| {
            format!("`{setting}` configures a package registry, which is for each computer to do")
        });
    let foreign = (path.ends_with("Cargo.lock") && line.contains("registry+"))
        .then(|| !line.contains(DEFAULT_SOURCE))
        .filter(|foreign| *foreign)
        .map(|_| "the package comes from a registry that others cannot reach".to_owned());
    paths.chain(hosts).chain(settings).chain(foreign).collect()
}

/// Whether the folder begins an absolute path here, and is not just a part of a longer one.
fn names_folder(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        before.is_none_or(|c| !c.is_alphanumeric() && !"._-~}*>)".contains(c))
    })
}

/// Whether the host stands here by itself or after other labels, and is not the end of another word.
fn names_host(line: &str, host: &str) -> bool {
    line.match_indices(host).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + host.len()..].chars().next();
        before.is_none_or(|c| !c.is_alphanumeric() && c != '-')
            && after.is_none_or(|c| !c.is_alphanumeric() && c != '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    fn found(path: &str, text: &str) -> usize {
        places(check, &[(path, text)]).len()
    }

    #[test]
    fn paths_of_a_computer_are_found() {
        assert_eq!(
            places(check, &[("README.md", "a\nsee /root/notes\n")]),
            ["README.md:2"]
        );
        assert_eq!(found("book/src/start.md", "`sqlite:///tmp/app.db`"), 1);
        assert_eq!(found("orm-core/src/lib.rs", "// as in (/work/a.rs)"), 1);
        assert_eq!(
            found("orm-core/src/lib.rs", "const A: &str = \"/home/me/a\";"),
            1
        );
    }

    #[test]
    fn relative_paths_are_not_found() {
        assert_eq!(
            found(
                "README.md",
                "a/work/b, ./tmp/c, ../root/d, $dir/tmp/, ${dir}/tmp/"
            ),
            0
        );
    }

    #[test]
    fn tests_may_write_temporary_files_and_nothing_else() {
        let text = "#[cfg(test)]\nmod tests {\n    const A: &str = \"/tmp/a\";\n}\n";
        assert_eq!(found("orm-core/src/lib.rs", text), 0);
        assert_eq!(found("tests/suite/db.rs", "\"/tmp/a\""), 0);
        assert_eq!(found("tests/suite/db.rs", "\"/root/a\""), 1);
        assert_eq!(
            found("orm-core/src/lib.rs", "const A: &str = \"/tmp/a\";"),
            1
        );
    }

    #[test]
    fn registries_are_found() {
        assert_eq!(found("README.md", "[orm](https://crates.io/crates/orm)"), 1);
        assert_eq!(found("scripts/a", "curl https://static.crates.io/a"), 1);
        assert_eq!(
            found(
                ".cargo/config.toml",
                "[source.other]\nreplace-with = \"mirror\"\n"
            ),
            2
        );
        assert_eq!(
            found("README.md", "the source. Replace it with another registry."),
            0
        );
    }

    #[test]
    fn a_lock_file_names_the_registry_that_everybody_uses_and_no_other() {
        let lock = |source: &str| format!("name = \"a\"\nsource = \"{source}\"\n");
        assert_eq!(found("Cargo.lock", &lock(DEFAULT_SOURCE)), 0);
        assert_eq!(
            found(
                "Cargo.lock",
                &lock("registry+https://packages.example/index")
            ),
            1
        );
    }
}
