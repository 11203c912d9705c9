//! The budgets and bans of the design, checked on the sources themselves.
//!
//! `TAIPAN_BLESS=1 cargo test -p tests --test style` rewrites `tests/unsafe_modules.txt`, so that
//! a review sees in the difference which modules began to use `unsafe`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use tests::rust_source::{code_only, lines_with_word};
use tests::workspace;

/// Above this a file is reported.
const SOFT_LIMIT: usize = 600;
/// Above this the test fails.
const HARD_LIMIT: usize = 1000;

/// Every Rust source of the workspace: path relative to the root, text.
fn sources() -> Vec<(String, String)> {
    texts("rs")
}

fn texts(extension: &str) -> Vec<(String, String)> {
    let root = workspace::root();
    let files = workspace::files(&root, extension).expect("the workspace can be read");
    let read = |path: PathBuf| {
        // Inputs of tests need not be UTF-8.
        let bytes = fs::read(&path).expect("a source file can be read");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let relative = path.strip_prefix(&root).expect("found under the root").to_string_lossy();
        (relative.replace('\\', "/"), text)
    };
    files.into_iter().map(read).collect()
}

/// The first words of the lines of a list under `tests/`.
fn list(name: &str) -> BTreeSet<String> {
    let path = workspace::root().join("tests").join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

fn report(problems: Vec<String>) {
    assert!(problems.is_empty(), "\n{}", problems.join("\n"));
}

#[test]
fn files_are_short() {
    let exempt = list("length_exempt.txt");
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, text) in sources().into_iter().chain(texts("py")).chain(texts("sh")) {
        let lines = text.lines().count();
        if exempt.contains(&path) {
            seen.insert(path);
        } else if lines > HARD_LIMIT {
            problems.push(format!("{path}: {lines} lines, the limit is {HARD_LIMIT}"));
        } else if lines > SOFT_LIMIT {
            eprintln!("{path}: {lines} lines, better at most {SOFT_LIMIT}");
        }
    }
    problems
        .extend(exempt.difference(&seen).map(|path| format!("{path}: exempt, but there is no such file")));
    report(problems);
}

#[test]
fn unsafe_stays_in_its_modules() {
    let mut found = BTreeSet::new();
    let mut problems = Vec::new();
    for (path, text) in sources() {
        if lines_with_word(&code_only(&text), "unsafe").is_empty() {
            continue;
        }
        let doc: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
        if !doc.to_lowercase().contains("invariant") {
            problems.push(format!("{path}: uses unsafe, but its //! doc states no invariants"));
        }
        found.insert(path);
    }
    if std::env::var_os("TAIPAN_BLESS").is_some() {
        let mut text =
            String::from("# The modules that may contain `unsafe`; tests/style.rs keeps this list.\n");
        found.iter().for_each(|path| text.extend([path.as_str(), "\n"]));
        fs::write(workspace::root().join("tests/unsafe_modules.txt"), text).expect("the list can be written");
    }
    let listed = list("unsafe_modules.txt");
    problems
        .extend(found.difference(&listed).map(|path| format!("{path}: unsafe, not in unsafe_modules.txt")));
    problems.extend(listed.difference(&found).map(|path| format!("{path}: listed, but has no unsafe")));
    report(problems);
}

#[test]
fn nothing_is_left_to_do() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let code = code_only(&text);
        for name in ["todo", "unimplemented"] {
            let banned = format!("{name}!");
            for (index, line) in code.lines().enumerate() {
                if line.contains(&banned) && !lines_with_word(line, name).is_empty() {
                    problems.push(format!("{path}:{}: {banned}", index + 1));
                }
            }
        }
    }
    report(problems);
}

#[test]
fn every_table_is_defined_once() {
    let mut places: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (path, text) in sources() {
        for (index, line) in code_only(&text).lines().enumerate() {
            let Some(name) = line.trim_start().strip_prefix("macro_rules! for_each_") else { continue };
            let name: String = name.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            places.entry(name).or_default().push(format!("{path}:{}", index + 1));
        }
    }
    let doubled = places.into_iter().filter(|(_, places)| places.len() > 1);
    report(doubled.map(|(name, places)| format!("for_each_{name}!: {}", places.join(", "))).collect());
}

/// A function that is not inlined into the interpreter's loop and gets the machine keeps its registers in memory: all of
/// the semantics and of the machine's methods are inlined.
#[test]
fn nothing_takes_the_machines_address() {
    let mut problems = Vec::new();
    for (path, text) in sources() {
        let semantics = path.starts_with("runtime/src/sem/");
        if !semantics && path != "interp/src/machine.rs" {
            continue;
        }
        let code = code_only(&text);
        let mut in_machine = false;
        let mut inlined = false;
        for (index, line) in code.lines().enumerate() {
            if !line.starts_with(' ') && line.starts_with("impl") {
                in_machine = line.starts_with("impl Machine for Interp");
            }
            let line = line.trim_start();
            let is_function = line.starts_with("fn ") || line.starts_with("pub fn ");
            if is_function && !inlined && (line.contains("<M: Machine") || in_machine) {
                problems.push(format!("{path}:{}: write #[inline(always)]", index + 1));
            }
            // Attributes and blanked-out comments stand between.
            let between = line.is_empty() || line.starts_with('#');
            inlined = line.starts_with("#[inline(always)]") || (inlined && between);
        }
    }
    report(problems);
}
