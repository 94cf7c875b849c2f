//! `satchel` alone opens the window; everything else is the command line of `cli`.

mod cli;

fn main() -> std::process::ExitCode {
    cli::main()
}
