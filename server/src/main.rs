//! Binary `liaison-relay`: the blind relay. Everything is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    server::main()
}
