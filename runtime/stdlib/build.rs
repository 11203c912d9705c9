//! Freezes the standard library: compiles every module of the embedded `Lib`, and writes three files that
//! `src/embedded.rs` includes: the index, the marshalled code, and the compressed sources.

mod edits {
    include!("edits.rs");
}

use edits::EDITS;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use taipan_compiler::{CompileFlags, Mode, compile_bytes};

/// Packages that need native libraries which the interpreter does not have, or are of no use without a display.
const LEFT_OUT: &[&str] = &["idlelib", "tkinter", "turtledemo", "turtle.py", "ensurepip", "_dummy_os.py"];

/// What every start of the interpreter imports. Its code lies together, so that few pages of the binary are read.
const AT_START: &[&str] = &[
    "_collections_abc",
    "_embedded_importlib",
    "_sitebuiltins",
    "abc",
    "codecs",
    "genericpath",
    "importlib._bootstrap",
    "importlib._bootstrap_external",
    "os",
    "posixpath",
    "site",
    "stat",
];

/// A module of the library.
struct Source {
    name: String,
    /// The path below the library's directory.
    path: String,
    is_package: bool,
    text: Vec<u8>,
}

/// What is kept of it.
struct Frozen {
    code: Vec<u8>,
    packed: Vec<u8>,
}

fn main() {
    let library = Path::new(rustpython_pylib::LIB_PATH);
    let overlay = Path::new(env!("CARGO_MANIFEST_DIR")).join("lib");
    println!("cargo:rerun-if-changed={}", overlay.display());
    println!("cargo:rerun-if-changed=edits.rs");
    println!("cargo:rerun-if-changed=build.rs");
    let mut found = BTreeMap::new();
    for root in [library, overlay.as_path()] {
        collect(root, "", &mut found);
    }
    let sources: Vec<Source> = found.into_iter().map(|(path, file)| read(path, &file)).collect();
    let frozen = freeze_all(&sources);
    write_output(&sources, &frozen);
}

/// The `.py` files below a directory by their relative path; a later root replaces files of an earlier one.
fn collect(root: &Path, below: &str, found: &mut BTreeMap<String, PathBuf>) {
    let directory = root.join(below);
    let entries = std::fs::read_dir(&directory).unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
    for entry in entries {
        let entry = entry.unwrap_or_else(|e| panic!("{}: {e}", directory.display()));
        let name = entry.file_name().to_string_lossy().into_owned();
        if (below.is_empty() && LEFT_OUT.contains(&name.as_str())) || name == "__pycache__" {
            continue;
        }
        let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
        if entry.path().is_dir() {
            collect(root, &path, found);
        } else if name.ends_with(".py") {
            found.insert(path, entry.path());
        }
    }
}

fn read(path: String, file: &Path) -> Source {
    let bytes = std::fs::read(file).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
    let text = edited(&path, bytes);
    let stem = path.trim_end_matches(".py").replace('/', ".");
    let (name, is_package) = match stem.strip_suffix(".__init__") {
        Some(package) => (package.to_owned(), true),
        None => (stem, false),
    };
    Source { name, path, is_package, text }
}

/// The file with the replacements of `edits.rs`; one that does not fit exactly once is an error.
fn edited(path: &str, bytes: Vec<u8>) -> Vec<u8> {
    let mut edits = EDITS.iter().filter(|e| e.path == path).peekable();
    if edits.peek().is_none() {
        return bytes;
    }
    let mut text = String::from_utf8(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
    for edit in edits {
        let times = text.matches(edit.find).count();
        assert!(times == 1, "{path}: {:?} occurs {times} times", edit.find);
        text = text.replacen(edit.find, edit.replace, 1);
    }
    text.into_bytes()
}

/// Compile and compress on two threads.
fn freeze_all(sources: &[Source]) -> Vec<Frozen> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let i = next.fetch_add(1, Ordering::Relaxed);
            let Some(source) = sources.get(i) else { return done };
            done.push((i, freeze(source)));
        }
    };
    let mut all: Vec<(usize, Frozen)> = std::thread::scope(|scope| {
        let other = scope.spawn(work);
        let mut mine = work();
        mine.extend(other.join().expect("the freezing thread does not panic"));
        mine
    });
    all.sort_by_key(|(i, _)| *i);
    all.into_iter().map(|(_, frozen)| frozen).collect()
}

fn freeze(source: &Source) -> Frozen {
    let compiled = compile_bytes(&source.text, &source.path, Mode::Exec, CompileFlags::default())
        .unwrap_or_else(|e| panic!("{}: {e}", source.path));
    Frozen {
        code: taipan_bytecode::marshal::dump_code(&compiled.code),
        packed: miniz_oxide::deflate::compress_to_vec(&source.text, 6),
    }
}

fn write_output(sources: &[Source], frozen: &[Frozen]) {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets OUT_DIR"));
    let (mut code, mut packed, mut index) = (Vec::new(), Vec::new(), String::from("&[\n"));
    let mut rows: Vec<(&Source, &Frozen)> = sources.iter().zip(frozen).collect();
    rows.sort_by_key(|(source, _)| (!AT_START.contains(&source.name.as_str()), &source.name));
    let mut lines = BTreeMap::new();
    for (source, frozen) in rows {
        let (at, from) = (code.len(), packed.len());
        code.extend_from_slice(&frozen.code);
        packed.extend_from_slice(&frozen.packed);
        let line = format!(
            "Entry {{ name: {:?}, is_package: {}, code: ({at}, {}), packed: ({from}, {}), size: {} }},",
            source.name,
            source.is_package,
            frozen.code.len(),
            frozen.packed.len(),
            source.text.len(),
        );
        lines.insert(&source.name, line);
    }
    for line in lines.values() {
        writeln!(index, "{line}").expect("writing to a String succeeds");
    }
    index.push_str("]\n");
    let write = |name: &str, data: &[u8]| {
        std::fs::write(out.join(name), data).unwrap_or_else(|e| panic!("{name}: {e}"));
    };
    write("index.rs", index.as_bytes());
    write("code.bin", &code);
    write("sources.bin", &packed);
}
