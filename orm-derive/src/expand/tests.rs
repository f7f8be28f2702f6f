//! The whole output for one small model, as a file that can be read.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use syn::DeriveInput;

const MODEL: &str = r#"
    #[model(hidden(password_hash: String))]
    pub struct User {
        pub id: Id<User>,
        /// How the user is called.
        #[model(unique, length = 50, trim)]
        #[validate(length(min = 2))]
        pub username: String,
        #[model(embed)]
        pub address: Address,
        #[belongs_to(team: Team, on_delete = SetNull)]
        pub team_id: Option<Id<Team>>,
        #[model(default = Role::Member)]
        pub role: Role,
        #[model(json)]
        pub preferences: Preferences,
    }
"#;

/// `ORM_SNAPSHOT=overwrite cargo test -p orm-derive` writes the file anew.
#[test]
fn a_model_becomes_what_the_snapshot_shows() {
    let input: DeriveInput = syn::parse_str(MODEL).unwrap();
    assert_snapshot(
        "src/expand/snapshots/user.rs",
        &super::model(&input).to_string(),
    );
}

/// Holds what a derive wrote against a file of this crate, or writes the file.
pub(crate) fn assert_snapshot(file: &str, code: &str) {
    let found = formatted(code);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var("ORM_SNAPSHOT").is_ok_and(|value| value == "overwrite") {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, found).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(file).unwrap();
    assert_eq!(
        without_layout(&found),
        without_layout(&expected),
        "found:\n{found}"
    );
}

#[test]
fn a_struct_with_a_mistake_still_becomes_a_model() {
    let input: DeriveInput =
        syn::parse_str("struct User { id: Id<User>, #[model(uniqe)] name: String }").unwrap();
    let found = super::model(&input).to_string();
    assert_eq!(found.matches("compile_error").count(), 1);
    assert!(found.contains("struct UserCreate") && found.contains("const name"));
}

#[test]
fn something_that_is_no_struct_still_becomes_a_model() {
    let input: DeriveInput = syn::parse_str("enum Role { Member }").unwrap();
    let found = super::model(&input).to_string();
    assert_eq!(found.matches("compile_error").count(), 1);
    assert!(found.contains(":: Model for Role"));
}

/// The code as `rustfmt` lays it out; as it is where there is no `rustfmt`.
fn formatted(code: &str) -> String {
    let child = Command::new("rustfmt")
        .args(["--edition", "2024", "--config", "max_width=140"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut child) = child else {
        return code.to_owned();
    };
    if let Some(mut input) = child.stdin.take() {
        input.write_all(code.as_bytes()).unwrap();
    }
    let output = child.wait_with_output().unwrap();
    match output.status.success() {
        true => String::from_utf8(output.stdout).unwrap(),
        false => code.to_owned(),
    }
}

/// The code without what `rustfmt` may do differently from one version to the next.
fn without_layout(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, ',' | '{' | '}'))
        .collect()
}
