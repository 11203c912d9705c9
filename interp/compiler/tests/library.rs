//! Every file of the embedded standard library compiles, passes the verifier, and survives marshal.

use std::path::{Path, PathBuf};

use taipan_bytecode::{marshal, verify};
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

#[test]
fn every_library_file() {
    let mut files = Vec::new();
    python_files(Path::new(rustpython_pylib::LIB_PATH), &mut files);
    assert!(files.len() > 500, "the library is there");
    let mut problems = Vec::new();
    for file in &files {
        let source = std::fs::read(file).unwrap();
        let name = file.to_string_lossy();
        for optimize in [0, 2] {
            let flags = CompileFlags { optimize, ..CompileFlags::default() };
            match compile_bytes(&source, &name, Mode::Exec, flags) {
                Err(error) => problems.push(error.to_string()),
                Ok(compiled) => {
                    let code = compiled.code;
                    if let Err(error) = verify::verify_all(&code) {
                        problems.push(format!("{name}: {error}"));
                    }
                    let back = marshal::load_code(&marshal::dump_code(&code)).unwrap();
                    assert_eq!(format!("{code:?}"), format!("{back:?}"), "{name}");
                }
            }
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}
