//! Migrations on disk.

use std::fs;
use std::path::{Path, PathBuf};

use orm_core::Result;

use super::Folder;
use crate::Problem;

impl Folder {
    /// Reads the migrations in a folder.
    ///
    /// # Errors
    /// When the folder or a file cannot be read, or a file is not as it should be.
    pub fn load(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let mut files = Vec::new();
        for entry in entries(path)? {
            let name = name(&entry);
            if name.starts_with('.') {
                continue;
            }
            if entry.is_dir() {
                for file in entries(&entry)? {
                    let wanted = matches!(
                        file.extension().and_then(|e| e.to_str()),
                        Some("sql" | "toml")
                    );
                    if file.is_file() && wanted {
                        files.push((format!("{name}/{}", self::name(&file)), read(&file)?));
                    }
                }
            } else if entry.extension().is_some_and(|e| e == "sql") {
                files.push((name, read(&entry)?));
            }
        }
        let mut folder = Self::from_files(files)?;
        folder.path = path.to_owned();
        Ok(folder)
    }

    /// Where the migrations are; empty if they are inside the program.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

fn name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn entries(path: &Path) -> Result<Vec<PathBuf>> {
    let read = fs::read_dir(path).map_err(|error| file(path, &error))?;
    let mut entries = read
        .map(|entry| entry.map(|e| e.path()).map_err(|error| file(path, &error)))
        .collect::<Result<Vec<_>>>()?;
    entries.sort();
    Ok(entries)
}

pub(super) fn file(path: &Path, error: &std::io::Error) -> orm_core::Error {
    let message = match error.kind() {
        std::io::ErrorKind::NotFound => "it does not exist".to_owned(),
        _ => error.to_string(),
    };
    Problem::File {
        path: path.display().to_string(),
        message,
    }
    .into_error()
}

pub(crate) fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).map_err(|error| file(path, &error))
}

/// The files `*.sql` of a folder, by name, with their texts.
pub(crate) fn sql_files(folder: &Path) -> Result<Vec<(String, String)>> {
    let files = entries(folder)?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|e| e == "sql"));
    files.map(|path| Ok((name(&path), read(&path)?))).collect()
}

/// Writes files into a new folder, all of them or none: they appear under their name only when they are complete.
pub(super) fn write_new(folder: &Path, files: &[(String, String)]) -> Result<()> {
    let failed = |error: std::io::Error| file(folder, &error);
    if folder.exists() {
        return Err(Problem::File {
            path: folder.display().to_string(),
            message: "it exists already".to_owned(),
        }
        .into_error());
    }
    let name = name(folder);
    let beside = folder.with_file_name(format!(".{name}.tmp"));
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(failed)?;
    }
    fs::create_dir_all(&beside).map_err(failed)?;
    for (name, text) in files {
        fs::write(beside.join(name), text).map_err(failed)?;
    }
    fs::rename(&beside, folder).map_err(failed)
}

/// Writes a file that is there already, all of it or nothing.
pub(super) fn rewrite(path: &Path, text: &str) -> Result<()> {
    let beside = path.with_file_name(format!(".{}.tmp", name(path)));
    let write = fs::write(&beside, text).and_then(|()| fs::rename(&beside, path));
    write.map_err(|error| file(path, &error))
}

/// Makes a file look changed, so that a program that has it inside is built again.
pub(super) fn touch(path: &Path) {
    // Where that fails, the program is built again when anything else changes.
    if let Ok(file) = fs::File::options().append(true).open(path) {
        let _ = file.set_modified(std::time::SystemTime::now());
    }
}

pub(super) fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(|error| file(from, &error))
}

/// Removes the folder of a migration, or its files where it is of the flat form.
pub(super) fn remove_migration(folder: &Path, id: &str, flat: bool) -> Result<()> {
    let path = folder.join(id);
    if !flat {
        return fs::remove_dir_all(&path).map_err(|error| file(&path, &error));
    }
    for end in ["sql", "up.sql", "down.sql"] {
        let path = folder.join(format!("{id}.{end}"));
        if path.exists() {
            fs::remove_file(&path).map_err(|error| file(&path, &error))?;
        }
    }
    Ok(())
}
