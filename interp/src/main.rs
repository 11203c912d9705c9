//! The `taipan` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: taipan FILE");
        return ExitCode::from(2);
    };
    let source = match std::fs::read(&path) {
        Ok(source) => source,
        Err(e) => {
            eprintln!("taipan: can't open file '{path}': {e}");
            return ExitCode::from(2);
        }
    };
    taipan::session::start([0, 0]);
    match taipan::session::run_main(&source, &path) {
        Ok(_) => ExitCode::SUCCESS,
        Err(taipan_runtime::error::Raised) => {
            let e = taipan_runtime::error::take();
            let text = taipan_runtime::protocol::repr::repr_text(*e).unwrap_or_default();
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}
