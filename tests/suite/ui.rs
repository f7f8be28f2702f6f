//! What the compiler says to a mistake: every `tests/ui/*.rs` must be refused with the words of its `.stderr`.
//!
//! A case has one error of at most 15 lines, unless its first line says otherwise: `// errors: 3`, `// lines: 20`, or
//! `// errors: 3, lines: 20`. After a change that is meant, `ORM_UI=overwrite cargo test --test suite ui` writes the files anew.

mod web;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

/// The compiler whose words stand in the files. Under another one only the number and the length of the errors are compared.
const COMPILER: &str = "rustc 1.95.";

/// The greatest number of lines of an error.
const LINES: usize = 15;

#[test]
fn mistakes_are_refused_in_few_words() {
    let compiler = Compiler::find();
    let cases = cases();
    assert!(!cases.is_empty(), "there are no cases in tests/ui");
    let (next, failures) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    let workers = thread::available_parallelism().map_or(2, usize::from);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(failure) = compiler.judge(case) {
                        failures
                            .lock()
                            .unwrap()
                            .push(format!("{}: {failure}", name(case)));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().unwrap();
    failures.sort();
    assert!(
        failures.is_empty(),
        "{} of {} cases:\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n\n")
    );
}

/// With the compiler's own limit of recursion: what one model costs does not depend on how many others there are.
#[test]
fn forty_models_that_refer_to_each_other_compile() {
    const MODELS: usize = 40;
    let modules = web::modules(MODELS, |at| format!(" {{ {} }}", web::model(at, MODELS)));
    let directory = env::temp_dir().join(format!("orm-web-{}", std::process::id()));
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("web.rs"), modules + &web::main(MODELS)).unwrap();
    let output = Compiler::find().rustc(&directory, "web.rs");
    _ = fs::remove_dir_all(&directory);
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success(),
        "{}",
        printed.lines().take(60).collect::<Vec<_>>().join("\n")
    );
}

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ui")
}

fn cases() -> Vec<PathBuf> {
    let mut cases: Vec<_> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect();
    cases.sort();
    cases
}

fn name(case: &Path) -> String {
    case.file_name().unwrap().to_string_lossy().into_owned()
}

/// The compiler, and the crate `orm` as this test itself was built with it.
struct Compiler {
    dependencies: PathBuf,
    orm: PathBuf,
    compares_words: bool,
    overwrites: bool,
}

impl Compiler {
    fn find() -> Self {
        let version = Command::new("rustc")
            .arg("--version")
            .output()
            .expect("rustc is needed to run this test");
        let version = String::from_utf8_lossy(&version.stdout).into_owned();
        let compares_words = version.starts_with(COMPILER);
        if !compares_words {
            eprintln!(
                "the words are not compared: they are those of {COMPILER}*, and this is {version}"
            );
        }
        let overwrites = env::var("ORM_UI").is_ok_and(|value| value == "overwrite");
        let (dependencies, orm) = library();
        Self {
            orm,
            dependencies,
            compares_words,
            overwrites,
        }
    }

    fn judge(&self, case: &Path) -> Result<(), String> {
        let printed = self.compile(case)?;
        let source = fs::read_to_string(case).unwrap();
        let allowed = Allowed::of(&source);
        let found = normalized(&printed, &name(case));
        let errors = errors(&found);
        if errors.len() != allowed.errors {
            return Err(format!(
                "{} errors, where {} are right:\n{printed}",
                errors.len(),
                allowed.errors
            ));
        }
        if let Some(long) = errors.iter().find(|error| error.len() > allowed.lines) {
            let text = long.join("\n");
            return Err(format!(
                "an error of {} lines, where {} are the most:\n{text}",
                long.len(),
                allowed.lines
            ));
        }
        let file = case.with_extension("stderr");
        if self.overwrites {
            fs::write(&file, found).unwrap();
            return Ok(());
        }
        if !self.compares_words {
            return Ok(());
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        match found == expected {
            true => Ok(()),
            false => Err(format!(
                "other words than expected.\n--- expected\n{expected}--- found\n{found}"
            )),
        }
    }

    /// What the compiler prints; an error if it has nothing to say against the case.
    fn compile(&self, case: &Path) -> Result<String, String> {
        let output = self.rustc(&directory(), &name(case));
        match output.status.success() {
            true => Err("it compiles".to_owned()),
            false => Ok(String::from_utf8_lossy(&output.stderr).into_owned()),
        }
    }

    /// What the compiler does with a program.
    fn rustc(&self, directory: &Path, file: &str) -> Output {
        let out = env::temp_dir().join(format!("orm-ui-{}-{file}.rmeta", std::process::id()));
        let output = Command::new("rustc")
            .current_dir(directory)
            .args([
                "--edition",
                "2024",
                "--crate-type",
                "bin",
                "--crate-name",
                "case",
                "--emit=metadata",
            ])
            .args([
                "--cap-lints",
                "allow",
                "--color",
                "never",
                "--diagnostic-width",
                "140",
            ])
            .arg("-o")
            .arg(&out)
            .arg("-L")
            .arg(format!("dependency={}", self.dependencies.display()))
            .arg("--extern")
            .arg(format!("orm={}", self.orm.display()))
            .arg(file)
            .output()
            .unwrap();
        _ = fs::remove_file(out);
        output
    }
}

/// Where the libraries are that this test was built with, and which of them is `orm`.
pub fn library() -> (PathBuf, PathBuf) {
    let dependencies = env::current_exe().unwrap().parent().unwrap().to_owned();
    let orm = newest(&dependencies);
    (dependencies, orm)
}

/// The library `orm` that was built last.
fn newest(dependencies: &Path) -> PathBuf {
    fs::read_dir(dependencies)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let name = name(path);
            name.starts_with("liborm-") && name.ends_with(".rlib")
        })
        .max_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).unwrap())
        .expect("the library `orm` is built before its tests")
}

/// What a case may have, from its first line.
struct Allowed {
    errors: usize,
    lines: usize,
}

impl Allowed {
    fn of(source: &str) -> Self {
        let mut allowed = Self {
            errors: 1,
            lines: LINES,
        };
        let first = source
            .lines()
            .next()
            .and_then(|line| line.strip_prefix("// "))
            .unwrap_or_default();
        for (word, number) in first.split(", ").filter_map(|part| part.split_once(": ")) {
            match (word, number.parse()) {
                ("errors", Ok(number)) => allowed.errors = number,
                ("lines", Ok(number)) => allowed.lines = number,
                _ => {}
            }
        }
        allowed
    }
}

/// Lines that say nothing about the mistake.
fn is_noise(line: &str) -> bool {
    const NOISE: &[&str] = &[
        "error: aborting due to",
        "For more information about",
        "Some errors have detailed explanations",
        "this error originates in the",
        "the full name for the type has been written to",
        "consider using `--verbose` to print the full type name",
    ];
    NOISE.iter().any(|noise| line.contains(noise))
}

/// The lines of each error.
fn errors(printed: &str) -> Vec<Vec<&str>> {
    let mut errors: Vec<Vec<&str>> = Vec::new();
    for line in printed.lines().filter(|line| !line.is_empty()) {
        match errors.last_mut() {
            _ if line.starts_with("error") => errors.push(vec![line]),
            Some(error) => error.push(line),
            None => {}
        }
    }
    errors
}

/// The words without what depends on the computer or on lines elsewhere: paths and source of other files, widths of margins.
fn normalized(printed: &str, case: &str) -> String {
    let mut text = String::new();
    let mut elsewhere = false;
    for line in printed.lines().filter(|line| !is_noise(line)) {
        let trimmed = line.trim_start();
        let (margin, code) = trimmed.split_once('|').unwrap_or(("?", ""));
        let is_source = margin.trim().chars().all(|c| c.is_ascii_digit());
        if let Some(place) = trimmed
            .strip_prefix("--> ")
            .or_else(|| trimmed.strip_prefix("::: "))
        {
            elsewhere = !place.starts_with(case);
            let place = if elsewhere { outside(place) } else { place };
            _ = writeln!(text, "    --> {place}");
        } else if is_source || trimmed == "..." {
            if !elsewhere {
                let shown = if is_source {
                    format!("{:>4} |{code}", margin.trim())
                } else {
                    "...".to_owned()
                };
                _ = writeln!(text, "{}", shown.trim_end());
            }
        } else if trimmed.starts_with("= ") {
            _ = writeln!(text, "     {trimmed}");
        } else if line.starts_with(' ') {
            _ = writeln!(text, "         {trimmed}");
        } else {
            _ = writeln!(text, "{line}");
        }
    }
    format!("{}\n", text.trim_end())
}

/// A place in another file, without the way there and without the line.
fn outside(place: &str) -> &str {
    let begin = ["orm-core/", "orm-derive/", "library/"]
        .iter()
        .find_map(|part| place.find(part))
        .unwrap_or(0);
    let place = &place[begin..];
    place.find(':').map_or(place, |end| &place[..end])
}
