//! SyntaxErrors: message and place are CPython 3.14's for every source in `syntax_errors.txt` (blocks of source, `----`
//! and what `compile()` of CPython 3.14 reports: kind, message, line and column, end line and column, 0 for none).

use taipan_compiler::{CompileFlags, ErrorKind, Mode, compile, compile_bytes};

fn report(source: &str) -> String {
    match compile(source, "x", Mode::Exec, CompileFlags::default()) {
        Ok(_) => "no error".into(),
        Err(e) => {
            format!("{:?} {} line {} col {} to {} {}", e.kind, e.msg, e.line, e.col, e.end_line, e.end_col)
        }
    }
}

#[test]
fn as_cpython_reports_them() {
    let corpus = include_str!("syntax_errors.txt");
    let mut problems = Vec::new();
    for block in corpus.trim_end().split("\n====\n") {
        let (source, expected) = block.rsplit_once("\n----\n").unwrap();
        let got = report(source);
        if got != expected {
            problems.push(format!("{source}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(problems.is_empty(), "{} problems\n{}", problems.len(), problems.join("\n"));
}

#[test]
fn compiler_errors() {
    let cases = [
        ("def f():\n  x = 1\n  global x", "name 'x' is assigned to before global declaration"),
        ("def f(x): global x", "name 'x' is parameter and global"),
        ("class C: nonlocal x", "no binding for nonlocal 'x' found"),
        ("[x := 0 for x in y]", "assignment expression cannot rebind comprehension iteration variable 'x'"),
        ("[(yield) for x in y]", "'yield' inside list comprehension"),
        ("async def f():\n  yield 1\n  return 2", "'return' with value in async generator"),
        ("async def f(): yield from x", "'yield from' inside async function"),
        ("a, *b, *c = x", "multiple starred expressions in assignment"),
        ("try: pass\nexcept: pass\nexcept A: pass", "default 'except:' must be last"),
        ("match x:\n case a: pass\n case b: pass", "name capture 'a' makes remaining patterns unreachable"),
        ("match x:\n case (a, a): pass", "multiple assignments to name 'a' in pattern"),
        ("match x:\n case a | 1: pass", "name capture 'a' makes remaining patterns unreachable"),
        ("from __future__ import braces", "not a chance"),
        (
            "x = 1\nfrom __future__ import annotations",
            "from __future__ imports must occur at the beginning of the file",
        ),
        ("def f[T, T](): pass", "duplicate type parameter 'T'"),
        ("x: (yield)", "yield expression cannot be used within an annotation"),
        ("f(a=1, a=2)", "keyword argument repeated: a"),
        (
            "for x in y:\n  try: pass\n  except* A: continue",
            "'break', 'continue' and 'return' cannot appear in an except* block",
        ),
        ("x = 1\0", "source code cannot contain null bytes"),
    ];
    for (source, expected) in cases {
        let error = compile(source, "x", Mode::Exec, CompileFlags::default()).expect_err(source);
        assert_eq!(error.msg, expected, "{source}");
    }
}

#[test]
fn bytes_and_encodings() {
    let compile = |bytes: &[u8]| compile_bytes(bytes, "x", Mode::Exec, CompileFlags::default());
    assert!(compile(b"\xef\xbb\xbfx = 1").is_ok());
    assert!(compile(b"# -*- coding: latin-1 -*-\nx = '\xe9'").is_ok());
    assert!(
        compile(b"x = '\xe9'").expect_err("no UTF-8").msg.starts_with("Non-UTF-8 code starting with '\\xe9'")
    );
    assert_eq!(compile(b"# coding: foo\n").expect_err("unknown").msg, "unknown encoding: foo");
}

#[test]
fn absurd_nesting_is_an_error() {
    let kind = |source: String| {
        compile(&source, "x", Mode::Exec, CompileFlags::default()).map_err(|error| error.kind).err()
    };
    assert_eq!(kind("x = ".to_owned() + &"-".repeat(1_000_000) + "1"), Some(ErrorKind::Memory));
    assert_eq!(kind("x = ".to_owned() + &"lambda: ".repeat(1_000_000) + "1"), Some(ErrorKind::Memory));
    assert_eq!(kind("(".repeat(100_000)), Some(ErrorKind::Syntax));
    assert_eq!(kind("f".to_owned() + &"()".repeat(100_000)), Some(ErrorKind::Recursion));
    assert_eq!(kind("x = ".to_owned() + &"1+".repeat(200_000) + "1"), None);
}
