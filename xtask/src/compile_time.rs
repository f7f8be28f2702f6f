//! How long an application of many models takes to build: `cargo xtask compile-time`.

#[allow(unreachable_pub, reason = "the tests read the file, too")]
#[path = "../../tests/suite/ui/web.rs"]
mod web;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use std::{fs, io};

/// The models of the application; performance is promised for so many.
const MODELS: usize = 40;
/// How often an edit is checked. The median counts.
const EDITS: usize = 5;

/// Writes the application to `target/compile-time`, builds it from nothing, and checks it after edits of one of its files.
pub(crate) fn run(root: &Path, warm: bool) -> io::Result<()> {
    let at = root.join("target/compile-time");
    write(root, &at)?;
    if !warm {
        _ = fs::remove_dir_all(at.join("target"));
        println!(
            "cold debug build      {:>7.2} s",
            cargo(&at, "build")?.as_secs_f64()
        );
    }
    println!(
        "first check           {:>7.2} s",
        cargo(&at, "check")?.as_secs_f64()
    );
    for command in ["check", "build"] {
        let mut times = Vec::new();
        for edit in 0..EDITS {
            let file = at
                .join("src")
                .join(format!("{}.rs", web::module(MODELS / 2)));
            let source = web::model(MODELS / 2, MODELS);
            fs::write(file, format!("{source}\npub const EDIT: usize = {edit};\n"))?;
            times.push(cargo(&at, command)?);
        }
        times.sort();
        println!(
            "{command} after an edit   {:>7.2} s (median of {EDITS}, {:.2} to {:.2})",
            times[EDITS / 2].as_secs_f64(),
            times[0].as_secs_f64(),
            times[EDITS - 1].as_secs_f64()
        );
    }
    Ok(())
}

fn write(root: &Path, at: &Path) -> io::Result<()> {
    let source = at.join("src");
    fs::create_dir_all(&source)?;
    fs::write(
        at.join("Cargo.toml"),
        format!(
            "[package]\nname = \"many-models\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
             [dependencies]\norm = {{ path = {:?} }}\n",
            root.display().to_string()
        ),
    )?;
    // The versions that are tested, so that two measurements are of the same code.
    fs::copy(root.join("Cargo.lock"), at.join("Cargo.lock"))?;
    for model in 0..MODELS {
        let file = source.join(format!("{}.rs", web::module(model)));
        fs::write(file, web::model(model, MODELS))?;
    }
    let main = web::modules(MODELS, |_| ";".to_owned()) + &web::main(MODELS);
    fs::write(source.join("main.rs"), main)
}

fn cargo(at: &Path, command: &str) -> io::Result<Duration> {
    let begin = Instant::now();
    let status = Command::new("cargo")
        .args([command, "--quiet"])
        .current_dir(at)
        .status()?;
    if status.success() {
        Ok(begin.elapsed())
    } else {
        Err(io::Error::other(format!(
            "`cargo {command}` failed in {}",
            at.display()
        )))
    }
}
