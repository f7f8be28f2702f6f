//! Savepoints. Their names are numbers of this crate.

pub(crate) fn savepoint(number: u32) -> String {
    format!("SAVEPOINT orm_{number}")
}

pub(crate) fn release_savepoint(number: u32) -> String {
    format!("RELEASE SAVEPOINT orm_{number}")
}

pub(crate) fn roll_back_to_savepoint(number: u32) -> String {
    format!("ROLLBACK TO SAVEPOINT orm_{number}")
}
