//! Binary `liaison`: a partner's replica. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
