//! The reference of all commands, from the same words as `--help`.

use clap::CommandFactory as _;

use crate::args::Arguments;

/// What `--help` says for each command, as Markdown: the chapter of the book is compared with it.
///
/// ```
/// assert!(orm_cli::reference().contains("\n## `cargo orm migrate deploy`\n"));
/// ```
pub fn reference() -> String {
    let mut command = Arguments::command().bin_name("cargo orm");
    command.build();
    let mut out = String::new();
    write(&mut out, &mut command);
    out
}

fn write(out: &mut String, command: &mut clap::Command) {
    let name = command.get_bin_name().unwrap_or_default().to_owned();
    let help = command.render_long_help().to_string();
    let help: Vec<&str> = help.lines().map(str::trim_end).collect();
    out.push_str(&format!(
        "\n## `{name}`\n\n```text\n{}\n```\n",
        help.join("\n").trim_end()
    ));
    let subcommands = command.get_subcommands_mut();
    for subcommand in subcommands.filter(|s| s.get_name() != "help") {
        write(out, subcommand);
    }
}
