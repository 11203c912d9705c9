//! The bytecode of `tests/goldens/*.py`, as committed beside them. `TAIPAN_BLESS=1 cargo test -p taipan-compiler`
//! writes it again.

use std::path::Path;

use taipan_bytecode::{dis, verify};
use taipan_compiler::{CompileFlags, Mode, compile};

#[test]
fn listings() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    let bless = std::env::var_os("TAIPAN_BLESS").is_some();
    let mut problems = Vec::new();
    let mut count = 0;
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "py") {
            continue;
        }
        count += 1;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let source = std::fs::read_to_string(&path).unwrap();
        let code = compile(&source, &name, Mode::Exec, CompileFlags::default()).unwrap().code;
        verify::verify_all(&code).unwrap();
        let (listing, golden) = (dis::dis_all(&code), path.with_extension("dis"));
        if bless {
            std::fs::write(&golden, listing).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != listing {
            problems.push(format!("{name}:\n{listing}"));
        }
    }
    assert!(count > 0 && problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_listing_of_the_design() {
    let code = compile("def add(x, y):\n    return x + y\n", "add.py", Mode::Exec, CompileFlags::default())
        .unwrap()
        .code;
    let listing = dis::dis_all(&code);
    let expected = "  2           0 LOAD_FAST                0 (x)\n              2 LOAD_FAST                1 (y)\n              \
                    4 BINARY_ADD\n              6 RETURN_VALUE\n";
    assert!(listing.ends_with(expected), "{listing}");
}
