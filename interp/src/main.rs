//! The `taipan` binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    let mut params = taipan::params::Params::new();
    while args.first().is_some_and(|a| a == "-X") && args.len() > 1 {
        let option = args.remove(1);
        args.remove(0);
        if let Err(message) = params.option(&option) {
            eprintln!("taipan: {message}");
            return ExitCode::from(2);
        }
    }
    let Some(path) = args.first().cloned() else {
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
    if let Err(message) = taipan::tiering::start(params) {
        eprintln!("taipan: no JIT: {message}");
    }
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
