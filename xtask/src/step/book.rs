//! The book and the other documents: nothing is missing, nothing is forgotten, and code blocks are tested.

use crate::step::links;
use crate::tree::{Finding, Tree, is_in};

const CHAPTERS: &str = "book/src/";
const SUMMARY: &str = "book/src/SUMMARY.md";

/// Documents besides the book whose links must resolve.
const DOCUMENTS: &[&str] = &[
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = missing_documents(tree);
    findings.extend(broken_links(tree));
    findings.extend(unlisted_chapters(tree));
    findings.extend(untested_chapters(tree));
    findings
}

fn missing_documents(tree: &Tree) -> Vec<Finding> {
    let documents = DOCUMENTS.iter().chain(&[SUMMARY]);
    let missing = documents.filter(|path| !tree.files.contains_key(**path));
    missing
        .map(|path| Finding::file(path, "is missing"))
        .collect()
}

fn broken_links(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_document = |path: &str| {
        is_in(path, DOCUMENTS) || (path.starts_with(CHAPTERS) && path.ends_with(".md"))
    };
    for (path, text) in tree.files.iter().filter(|(path, _)| is_document(path)) {
        for link in links::relative(text) {
            if !links::resolved(path, &link.target).is_some_and(|target| tree.exists(&target)) {
                let message = format!("the link `{}` leads nowhere", link.target);
                findings.push(Finding::line(path, link.line, message));
            }
        }
    }
    findings
}

fn chapters(tree: &Tree) -> impl Iterator<Item = &String> {
    let is_chapter =
        |path: &&String| path.starts_with(CHAPTERS) && path.ends_with(".md") && *path != SUMMARY;
    tree.files.keys().filter(is_chapter)
}

fn unlisted_chapters(tree: &Tree) -> Vec<Finding> {
    let Some(summary) = tree.files.get(SUMMARY) else {
        return Vec::new();
    };
    let listed: Vec<_> = links::relative(summary)
        .into_iter()
        .filter_map(|link| links::resolved(SUMMARY, &link.target))
        .collect();
    chapters(tree)
        .filter(|chapter| !listed.contains(chapter))
        .map(|chapter| {
            Finding::file(
                chapter,
                format!("is not linked from {SUMMARY}, so nobody finds it"),
            )
        })
        .collect()
}

/// Chapters that `src/lib.rs`, or a module beside it, does not include as documentation.
fn untested_chapters(tree: &Tree) -> Vec<Finding> {
    let included: Vec<String> = tree
        .sources_in(&["src/"])
        .flat_map(|source| {
            let literals = source
                .literals
                .iter()
                .map(|literal| &source.text[literal.clone()]);
            literals.filter_map(|target| links::resolved(&source.path, target))
        })
        .collect();
    chapters(tree)
        .filter(|chapter| !included.contains(chapter))
        .map(|chapter| {
            let message = format!(
                "its code blocks are not tested: add `#[doc = include_str!(\"../{chapter}\")]` to src/lib.rs"
            );
            Finding::file(chapter, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is found in a good repository in which these files were added or replaced.
    fn found(changed: &[(&str, &str)]) -> Vec<String> {
        let mut files = vec![
            (
                "README.md",
                "[book](book/src/start.md#first) and [examples](examples/)",
            ),
            ("ARCHITECTURE.md", ""),
            ("CONTRIBUTING.md", ""),
            ("CHANGELOG.md", ""),
            ("examples/blog.rs", ""),
            (
                "book/src/SUMMARY.md",
                "- [Start](start.md)\n- [Queries](query/select.md)\n",
            ),
            ("book/src/start.md", "[next](query/select.md)"),
            (
                "book/src/query/select.md",
                "[back](../start.md) [web](https://example.org/a.md)",
            ),
            (
                "src/lib.rs",
                "a!(\"../book/src/start.md\", \"../book/src/query/select.md\");",
            ),
        ];
        files.retain(|(path, _)| changed.iter().all(|(other, _)| other != path));
        files.extend(changed.iter().filter(|(_, text)| *text != "(deleted)"));
        check(&Tree::of(&files))
            .iter()
            .map(Finding::to_string)
            .collect()
    }

    #[test]
    fn a_book_that_is_whole_passes() {
        assert_eq!(found(&[]), [""; 0]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        assert_eq!(
            found(&[("README.md", "a\n[b](book/src/begin.md)")]),
            ["README.md:2: the link `book/src/begin.md` leads nowhere"]
        );
        assert_eq!(found(&[("book/src/start.md", "[a](select.md)")]).len(), 1);
        assert_eq!(
            found(&[("book/src/start.md", "[a](../../../../etc/hosts)")]).len(),
            1
        );
    }

    #[test]
    fn a_listed_chapter_that_does_not_exist_is_found() {
        assert_eq!(
            found(&[
                ("book/src/query/select.md", "(deleted)"),
                ("book/src/start.md", "")
            ]),
            ["book/src/SUMMARY.md:2: the link `query/select.md` leads nowhere"]
        );
    }

    #[test]
    fn a_chapter_that_is_not_listed_is_found() {
        let findings = found(&[("book/src/SUMMARY.md", "- [Start](start.md)")]);
        assert_eq!(
            findings,
            [
                "book/src/query/select.md: is not linked from book/src/SUMMARY.md, so nobody finds it"
            ]
        );
    }

    #[test]
    fn a_chapter_that_is_not_tested_is_found() {
        let comment =
            "//! include_str!(\"../book/src/start.md\")\na!(\"../book/src/query/select.md\");";
        let findings = found(&[("src/lib.rs", comment)]);
        assert!(findings[0].starts_with("book/src/start.md: its code blocks are not tested"));
        assert_eq!(findings.len(), 1);
    }

    #[test]
    fn a_document_that_is_missing_is_found() {
        assert_eq!(
            found(&[("CHANGELOG.md", "(deleted)")]),
            ["CHANGELOG.md: is missing"]
        );
        assert_eq!(
            found(&[("book/src/SUMMARY.md", "(deleted)")]),
            ["book/src/SUMMARY.md: is missing"]
        );
    }
}
