//! Adding to files that are there, without changing anything else in them. Pure.

use toml::{Table, Value};

/// What is behind `cargo orm`.
const ALIAS: &str = "orm = \"run --quiet --features cli --bin orm --\"";

/// What the manifest says about a package.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Package {
    name: String,
    /// The name of its library in Rust.
    pub(super) library: String,
    /// Whether it depends on `orm`.
    pub(super) has_orm: bool,
}

impl Package {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let table = parse(text, "Cargo.toml")?;
        let string =
            |section: &str, key: &str| table.get(section)?.get(key)?.as_str().map(str::to_owned);
        let Some(name) = string("package", "name") else {
            return Err("this Cargo.toml has no package; call `init` in the directory of the one that has the models".to_owned());
        };
        let library = string("lib", "name").unwrap_or_else(|| name.replace('-', "_"));
        let has_orm = table
            .get("dependencies")
            .and_then(|d| d.get("orm"))
            .is_some();
        Ok(Self {
            name,
            library,
            has_orm,
        })
    }
}

/// `.cargo/config.toml` with the alias; `None` if it has one.
pub(super) fn alias(text: &str) -> Result<Option<String>, String> {
    let table = parse(text, ".cargo/config.toml")?;
    if table.get("alias").and_then(|a| a.get("orm")).is_some() {
        return Ok(None);
    }
    let new = with_line(text, "alias", ALIAS);
    kept(".cargo/config.toml", &new, ALIAS, |t| {
        t.get("alias")?.get("orm").cloned()
    })?;
    Ok(Some(new))
}

/// `Cargo.toml` with the feature and the binary that needs it; `None` if it has both.
///
/// The feature keeps the command line out of the program itself.
pub(super) fn manifest(
    text: &str,
    package: &Package,
    has_main: bool,
) -> Result<Option<String>, String> {
    let table = parse(text, "Cargo.toml")?;
    let mut new = text.to_owned();
    if table.get("features").and_then(|f| f.get("cli")).is_none() {
        let line = "cli = [\"orm/cli\"]";
        new = with_line(&new, "features", line);
        kept("Cargo.toml", &new, line, |t| {
            t.get("features")?.get("cli").cloned()
        })?;
    }
    let bins = table.get("bin").and_then(Value::as_array);
    let has_bin = bins.is_some_and(|bins| {
        bins.iter()
            .any(|b| b.get("name").and_then(Value::as_str) == Some("orm"))
    });
    if !has_bin {
        end_line(&mut new);
        new.push_str(
            "\n[[bin]]\nname = \"orm\"\npath = \"src/bin/orm.rs\"\nrequired-features = [\"cli\"]\n",
        );
        // With two binaries, `cargo run` has to know which one is meant.
        let default = table.get("package").and_then(|p| p.get("default-run"));
        if has_main && default.is_none() {
            new = with_line(
                &new,
                "package",
                &format!("default-run = \"{}\"", package.name),
            );
        }
        kept("Cargo.toml", &new, "[[bin]]", |t| t.get("bin").cloned())?;
    }
    Ok((new != text).then_some(new))
}

/// A text with a line more at the end of a section, which is made if it is not there.
fn with_line(text: &str, section: &str, line: &str) -> String {
    let header = format!("[{section}]");
    let lines: Vec<&str> = text.lines().collect();
    let is_header = |l: &&str| l.split('#').next().unwrap_or_default().trim() == header;
    let Some(at) = lines.iter().position(is_header) else {
        let mut new = text.to_owned();
        end_line(&mut new);
        let blank = if new.is_empty() { "" } else { "\n" };
        new.push_str(&format!("{blank}{header}\n{line}\n"));
        return new;
    };
    let section = lines[at + 1..]
        .iter()
        .take_while(|l| !l.trim_start().starts_with('['));
    let end = at + 1 + section.count();
    let used = lines[at..end]
        .iter()
        .rposition(|l| !l.trim().is_empty())
        .unwrap_or(0);
    let mut new = lines.clone();
    new.insert(at + used + 1, line);
    new.join("\n") + "\n"
}

fn end_line(text: &mut String) {
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
}

fn parse(text: &str, file: &str) -> Result<Table, String> {
    text.parse()
        .map_err(|error| format!("{file} cannot be read: {error}"))
}

/// Whether an edited text is still what it should be; otherwise somebody has to do it by hand.
fn kept(
    file: &str,
    text: &str,
    what: &str,
    find: impl Fn(&Table) -> Option<Value>,
) -> Result<(), String> {
    match text.parse::<Table>().ok().as_ref().and_then(find) {
        Some(_) => Ok(()),
        None => Err(format!(
            "{file} is written in a way that cannot be added to; add by hand: {what}"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package() -> Package {
        Package {
            name: "my-app".into(),
            library: "my_app".into(),
            has_orm: true,
        }
    }

    #[test]
    fn the_alias_is_added_and_nothing_else_is_changed() {
        assert_eq!(alias("").unwrap().unwrap(), format!("[alias]\n{ALIAS}\n"));
        let old = "# mine\n[alias] # short\nx = \"run\"\n\n[build]\njobs = 2\n";
        let new = alias(old).unwrap().unwrap();
        assert_eq!(
            new,
            format!("# mine\n[alias] # short\nx = \"run\"\n{ALIAS}\n\n[build]\njobs = 2\n")
        );
        assert_eq!(alias(&new).unwrap(), None);
    }

    #[test]
    fn what_cannot_be_added_to_is_left_to_a_person() {
        let error = alias("alias = { x = \"run\" }\n").unwrap_err();
        assert!(error.contains("add by hand: orm = \"run"), "{error}");
    }

    #[test]
    fn the_manifest_gets_a_binary_that_needs_a_feature() {
        let old = "[package]\nname = \"my-app\"\n\n[features]\na = [\n  \"b\",\n]\n\n[dependencies]\norm = \"0.1\"";
        let new = manifest(old, &package(), true).unwrap().unwrap();
        let expected = "[package]\nname = \"my-app\"\ndefault-run = \"my-app\"\n\n[features]\na = [\n  \"b\",\n]\ncli = [\"orm/cli\"]\n\n\
                        [dependencies]\norm = \"0.1\"\n\n[[bin]]\nname = \"orm\"\npath = \"src/bin/orm.rs\"\nrequired-features = [\"cli\"]\n";
        assert_eq!(new, expected);
        assert_eq!(manifest(&new, &package(), true).unwrap(), None);
    }

    #[test]
    fn the_library_has_the_name_that_the_manifest_gives_it() {
        assert_eq!(
            Package::parse("[package]\nname = \"my-app\"\n[dependencies]\norm = \"0.1\"").unwrap(),
            package()
        );
        let named = Package::parse("[package]\nname = \"a\"\n[lib]\nname = \"b\"").unwrap();
        assert_eq!((named.library.as_str(), named.has_orm), ("b", false));
        assert!(
            Package::parse("[workspace]")
                .unwrap_err()
                .contains("has no package")
        );
    }
}
