//! The program `galley`: with a subcommand it is a command line, without one the studio opens.

use std::process::ExitCode;

fn main() -> ExitCode {
    galley::cli::main(galley::tui::run)
}
