//! The commands of `orm`, as a program of its own and as a part of a project's own program, which knows the project's models. Users
//! depend on the crate `orm`, which re-exports what is public here as `orm::cli`.

mod args;
mod command;
mod exit;
mod failure;
mod program;
mod project;
mod reference;
mod report;
mod screen;
mod style;
mod table;
mod terminal;
mod variables;

use std::process::ExitCode;

pub use exit::Exit;
pub use program::Program;
pub use reference::reference;
pub use terminal::Terminal;

/// Runs the command that the program was called with, and knows all models that are linked into it.
///
/// ```no_run
/// // src/bin/orm.rs
/// // use my_app as _;
///
/// fn main() -> std::process::ExitCode {
///     orm_cli::main()
/// }
/// ```
pub fn main() -> ExitCode {
    run(Program::new().with_models(orm_core::model::all()))
}

/// The same for the program that is no project's own: what needs models says so.
pub fn main_without_models() -> ExitCode {
    run(Program::new())
}

fn run(program: Program) -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime {
        Ok(runtime) => {
            let done = program.run(std::env::args_os().skip(1), terminal::Process::new());
            let exit = runtime.block_on(done);
            // A statement that still runs on a thread of its own must not hold up the end.
            runtime.shutdown_background();
            exit.into()
        }
        Err(error) => {
            eprintln!("error: {error}");
            Exit::Error.into()
        }
    }
}
