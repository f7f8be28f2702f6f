//! A project as a user has it: a library with models, and the binary that `init` wrote, compiled against the crate that was built for
//! this test.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{LazyLock, Mutex};

use crate::ui::library;

/// The program of a project with this library: built once for each text, whatever the number of tests that need it.
pub fn program(library: &str, binary: &str) -> PathBuf {
    static BUILT: LazyLock<Mutex<Vec<(String, PathBuf)>>> = LazyLock::new(Mutex::default);
    let mut built = BUILT.lock().unwrap();
    let text = format!("{library}\n{binary}");
    if let Some((_, program)) = built.iter().find(|(known, _)| *known == text) {
        return program.clone();
    }
    let directory = std::env::temp_dir().join(format!(
        "orm-program-{}-{}",
        std::process::id(),
        built.len()
    ));
    std::fs::create_dir_all(&directory).unwrap();
    std::fs::write(directory.join("lib.rs"), library).unwrap();
    std::fs::write(directory.join("orm.rs"), binary).unwrap();
    compile(
        &directory,
        "lib.rs",
        &["--crate-type", "rlib", "--crate-name", "my_app"],
    );
    let own = format!("my_app={}", directory.join("libmy_app.rlib").display());
    compile(
        &directory,
        "orm.rs",
        &["--crate-name", "orm_program", "--extern", &own],
    );
    let program = directory.join("orm_program");
    built.push((text, program.clone()));
    program
}

fn compile(directory: &Path, file: &str, more: &[&str]) {
    let (dependencies, orm) = library();
    let output = Command::new("rustc")
        .current_dir(directory)
        .args([
            "--edition",
            "2024",
            "-D",
            "warnings",
            "-C",
            "debuginfo=0",
            "--out-dir",
            ".",
        ])
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("--extern")
        .arg(format!("orm={}", orm.display()))
        .args(more)
        .arg(file)
        .output()
        .expect("rustc is needed to run this test");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
