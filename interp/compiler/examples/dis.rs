//! Prints the bytecode of a file (or of standard input, with `-`), nested code included:
//! `cargo run -p taipan-compiler --example dis -- FILE [exec|eval|single]`.

use std::io::Read;

use taipan_bytecode::{dis, verify};
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut args = std::env::args().skip(1);
    let path = args.next().ok_or("usage: dis FILE [exec|eval|single]")?;
    let mode = match args.next().as_deref() {
        None | Some("exec") => Mode::Exec,
        Some("eval") => Mode::Eval,
        Some("single") => Mode::Single,
        Some(other) => return Err(format!("unknown mode {other}").into()),
    };
    let mut source = Vec::new();
    if path == "-" {
        std::io::stdin().read_to_end(&mut source)?;
    } else {
        source = std::fs::read(&path)?;
    }
    let code = compile_bytes(&source, &path, mode, CompileFlags::default())?.code;
    print!("{}", dis::dis_all(&code));
    verify::verify_all(&code)?;
    Ok(())
}
