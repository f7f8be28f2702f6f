//! The repository's text files, read once; everything that is checked about them is a pure function over this.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::source::Source;

/// The text files of the repository, by their path from its root, in order.
pub(crate) struct Tree {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) sources: Vec<Source>,
}

/// Something that is not as it should be, and where.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Finding {
    path: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    /// A finding about a whole file.
    pub(crate) fn file(path: &str, message: impl Into<String>) -> Finding {
        Finding {
            path: path.to_owned(),
            line: None,
            message: message.into(),
        }
    }

    /// A finding on one line.
    pub(crate) fn line(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding {
            path: path.to_owned(),
            line: Some(line),
            message: message.into(),
        }
    }

    /// A finding at a position of a Rust file.
    pub(crate) fn at(source: &Source, at: usize, message: impl Into<String>) -> Finding {
        Finding::line(&source.path, source.line(at), message)
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.path, self.message),
            None => write!(f, "{}: {}", self.path, self.message),
        }
    }
}

impl Tree {
    /// Reads what git tracks or would track; without git, everything but build output.
    pub(crate) fn read(root: &Path) -> std::io::Result<Tree> {
        let mut files = BTreeMap::new();
        for path in listed(root).map_or_else(|| walked(root), Ok)? {
            // A file may be listed and deleted, or hold no text. Neither is anything to check.
            if let Ok(text) = std::fs::read_to_string(root.join(&path))
                && !text.contains('\0')
            {
                files.insert(path, text);
            }
        }
        Ok(Tree::from_files(files))
    }

    fn from_files(files: BTreeMap<String, String>) -> Tree {
        let rust = || files.iter().filter(|(path, _)| path.ends_with(".rs"));
        let for_tests: Vec<String> = rust()
            .filter(|(_, text)| text.contains("cfg(test)"))
            .flat_map(|(path, text)| Source::new(path, text, false).test_modules())
            .collect();
        let only_tests = |path: &str| {
            for_tests.iter().any(|module| {
                path.strip_prefix(module.as_str())
                    .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            })
        };
        let sources = rust()
            .map(|(path, text)| Source::new(path, text, only_tests(path)))
            .collect();
        Tree { files, sources }
    }

    /// The Rust files in any of these folders, or with one of these paths.
    pub(crate) fn sources_in(&self, places: &[&str]) -> impl Iterator<Item = &Source> {
        self.sources
            .iter()
            .filter(move |source| is_in(&source.path, places))
    }

    /// Whether a file has this path, or is in a folder of this path.
    pub(crate) fn exists(&self, path: &str) -> bool {
        let folder = format!("{}/", path.trim_end_matches('/'));
        path.is_empty()
            || self.files.contains_key(path)
            || self
                .files
                .range(folder.clone()..)
                .next()
                .is_some_and(|(p, _)| p.starts_with(&folder))
    }
}

#[cfg(test)]
impl Tree {
    /// A repository that holds just these files.
    pub(crate) fn of(files: &[(&str, &str)]) -> Tree {
        let owned = |(path, text): &(&str, &str)| ((*path).to_owned(), (*text).to_owned());
        Tree::from_files(files.iter().map(owned).collect())
    }
}

/// Whether a path is one of the places, or in one of them. A place that ends with `/` is a folder.
pub(crate) fn is_in(path: &str, places: &[&str]) -> bool {
    places
        .iter()
        .any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)))
}

/// Whether a path runs through a room: a file `name.rs` or a folder `name/`, anywhere in the house.
pub(crate) fn is_room(path: &str, names: &[&str]) -> bool {
    path.split('/')
        .any(|part| names.contains(&part.strip_suffix(".rs").unwrap_or(part)))
}

/// The paths that git knows, and those it would not ignore.
fn listed(root: &Path) -> Option<Vec<String>> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    Some(
        text.split('\0')
            .filter(|path| !path.is_empty())
            .map(str::to_owned)
            .collect(),
    )
}

fn walked(root: &Path) -> std::io::Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            if entry.file_type()?.is_dir() {
                if name != "target" && name != ".git" {
                    folders.push(entry.path());
                }
            } else if let Ok(path) = entry.path().strip_prefix(root) {
                paths.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_a_file_or_a_folder() {
        assert!(is_room("orm-core/src/driver.rs", &["driver"]));
        assert!(is_room("orm-core/src/driver/postgres.rs", &["driver"]));
        assert!(!is_room("orm-core/src/drivers.rs", &["driver"]));
    }

    #[test]
    fn a_place_is_a_path_or_a_folder() {
        assert!(is_in("src/lib.rs", &["src/lib.rs"]));
        assert!(is_in("src/a/b.rs", &["src/"]));
        assert!(!is_in("src/lib.rs", &["src/lib"]));
    }

    #[test]
    fn folders_exist_when_a_file_is_in_them() {
        let tree = Tree::of(&[("book/src/a.md", "")]);
        assert!(
            tree.exists("book/src") && tree.exists("book/src/") && tree.exists("book/src/a.md")
        );
        assert!(!tree.exists("book/sr"));
    }

    #[test]
    fn a_file_that_only_tests_include_holds_no_library_code() {
        let tree = Tree::of(&[
            ("a/src/diff.rs", "#[cfg(test)]\nmod tests;"),
            ("a/src/diff/tests.rs", "fn f() {}"),
            ("a/src/diff/table.rs", "fn f() {}"),
        ]);
        let library = |path| tree.sources_in(&[path]).next().unwrap().library.trim();
        assert_eq!(library("a/src/diff/tests.rs"), "");
        assert_eq!(library("a/src/diff/table.rs"), "fn f() {}");
    }

    #[test]
    fn a_walk_finds_the_files_that_git_would_list() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(
            walked(root)
                .unwrap()
                .iter()
                .any(|path| path == "src/tree.rs")
        );
    }
}
