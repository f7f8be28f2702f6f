//! The reference in the book says what `--help` says.

use std::path::Path;

const BEGIN: &str = "<!-- written by a test from `--help`; see CONTRIBUTING.md -->\n";

#[test]
fn the_reference_in_the_book_is_what_help_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/cli.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, written) = text
        .split_once(BEGIN)
        .expect("the mark behind which the reference is");
    let reference = orm::cli::reference();
    if std::env::var("ORM_BOOK").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, format!("{head}{BEGIN}{reference}")).unwrap();
    } else {
        assert_eq!(
            written, reference,
            "write it anew: ORM_BOOK=overwrite cargo test --test suite book"
        );
    }
}
