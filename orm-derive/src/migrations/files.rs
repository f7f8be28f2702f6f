//! The files of a folder of migrations, when the program is built.

use std::fs;
use std::path::{Path, PathBuf};

/// Of how many migrations the schemas are kept.
const RECENT: usize = 10;

/// A file that becomes a part of the program.
pub(super) struct File {
    /// Its path inside the folder, with `/` between its parts.
    pub(super) name: String,
    /// Where it is.
    pub(super) path: String,
}

/// All files, in order.
pub(super) fn find(folder: &str) -> Result<Vec<File>, String> {
    let root = std::env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let folder = root.join(folder);
    let mut files = Vec::new();
    let entries = entries(&folder)?;
    // The schemas of all states together are long; a deployment compares the database with the one that it comes from.
    let recent: Vec<_> = entries
        .iter()
        .rev()
        .filter(|entry| entry.is_dir())
        .take(RECENT)
        .collect();
    for entry in &entries {
        if entry.is_dir() {
            for path in self::entries(entry)? {
                let name = format!("{}/{}", name(entry), name(&path));
                let wanted = match path.extension().and_then(|e| e.to_str()) {
                    Some("sql") => true,
                    Some("toml") => recent.contains(&entry) || !name.ends_with("/schema.toml"),
                    _ => false,
                };
                if wanted {
                    files.push(file(name, &path));
                }
            }
        } else if entry.extension().is_some_and(|e| e == "sql") {
            files.push(file(name(entry), entry));
        }
    }
    Ok(files)
}

fn file(name: String, path: &Path) -> File {
    File {
        name,
        path: path.display().to_string(),
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let failed = |error: std::io::Error| {
        format!("the folder `{}` cannot be read: {error}", folder.display())
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if !name(&path).starts_with('.') {
            entries.push(path);
        }
    }
    entries.sort();
    Ok(entries)
}
