//! Data flows one way through the crates, so their manifests point one way, too.

use crate::tree::{Finding, Tree};

pub(super) const STATEMENT: &str = "crates depend on each other in one direction only";

/// A crate's manifest, and the crates that it must not know.
const FORBIDDEN: &[(&str, &[&str])] = &[
    (
        "orm-core/Cargo.toml",
        &["orm", "orm-derive", "orm-migrate", "orm-cli"],
    ),
    (
        "orm-derive/Cargo.toml",
        &["orm", "orm-core", "orm-migrate", "orm-cli"],
    ),
    ("orm-migrate/Cargo.toml", &["orm", "orm-derive", "orm-cli"]),
    ("orm-cli/Cargo.toml", &["orm", "orm-derive"]),
];

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, forbidden) in FORBIDDEN {
        let Some(manifest) = tree.files.get(*path) else {
            continue;
        };
        for (line, name) in dependencies(manifest) {
            if forbidden.contains(&name.as_str()) {
                let message = format!("must not depend on `{name}`: nothing flows back up");
                findings.push(Finding::line(path, line, message));
            }
        }
    }
    findings
}

/// The dependencies of a manifest, with their lines. Those that only its tests need do not count.
fn dependencies(manifest: &str) -> Vec<(usize, String)> {
    let mut dependencies = Vec::new();
    let mut listing = false;
    for (index, line) in manifest.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if let Some(section) = line.strip_prefix('[') {
            let section = section.trim_end_matches(']');
            listing = is_dependencies(section);
            if let Some((parent, name)) = section.rsplit_once('.')
                && is_dependencies(parent)
            {
                dependencies.push((index + 1, unquoted(name)));
            }
        } else if listing && let Some((key, value)) = line.split_once('=') {
            // `name.workspace = true` and `alias = { package = "name" }` both name a crate.
            let name = key.split('.').next().unwrap_or(key);
            dependencies.push((index + 1, unquoted(name)));
            if let Some((_, package)) = value.split_once("package") {
                dependencies.extend(
                    package
                        .split('"')
                        .nth(1)
                        .map(|name| (index + 1, name.to_owned())),
                );
            }
        }
    }
    dependencies
}

fn is_dependencies(section: &str) -> bool {
    let kind = section.rsplit('.').next().unwrap_or(section);
    ["dependencies", "build-dependencies"].contains(&kind)
}

fn unquoted(name: &str) -> String {
    name.trim().trim_matches('"').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::invariant::places;

    #[test]
    fn a_dependency_that_points_back_is_found() {
        let manifest =
            "[package]\nname = \"orm-core\"\n\n[dependencies]\norm-migrate.workspace = true\n";
        assert_eq!(
            places(check, &[("orm-core/Cargo.toml", manifest)]),
            ["orm-core/Cargo.toml:5"]
        );
    }

    #[test]
    fn every_way_to_write_a_dependency_is_found() {
        for manifest in [
            "[dependencies]\norm-core = { path = \"../orm-core\" }",
            "[dependencies.orm-core]\npath = \"../orm-core\"",
            "[dependencies]\ncore = { package = \"orm-core\", path = \"../orm-core\" }",
            "[target.'cfg(unix)'.dependencies]\n\"orm-core\" = \"1\"",
            "[build-dependencies]\norm-core = \"1\"",
        ] {
            assert_eq!(
                places(check, &[("orm-derive/Cargo.toml", manifest)]).len(),
                1,
                "{manifest}"
            );
        }
    }

    #[test]
    fn dependencies_that_point_down_are_not_found() {
        let manifest =
            "[dependencies]\norm-core.workspace = true # not orm-derive\nserde = \"1\"\n";
        assert!(places(check, &[("orm-migrate/Cargo.toml", manifest)]).is_empty());
    }

    #[test]
    fn tests_and_features_may_name_any_crate() {
        let manifest = "[features]\norm = []\n[dev-dependencies]\norm = { path = \"..\" }\n";
        assert!(places(check, &[("orm-core/Cargo.toml", manifest)]).is_empty());
    }
}
