//! The program `orm`, for everything that needs no models.

use std::process::ExitCode;

fn main() -> ExitCode {
    orm_cli::main_without_models()
}
