//! The object model without an eval loop: boot, attributes, calls of native code, classes made by `type()`.
//!
//! # Invariants
//! - A thread state stays attached only while the runtime that it belongs to lives.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::{call_method_text, call0, call1, call3};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::protocol::{attr, compare, isinstance, iter};
use taipan_runtime::runtime::{Runtime, runtime, types};
use taipan_runtime::slots::CmpOp;
use taipan_runtime::thread::{self, Thread};
use taipan_runtime::types::{dict, list, str, tuple};
use taipan_runtime::value::Value;

/// Run `f` in a fresh interpreter.
fn with_runtime(f: impl FnOnce()) {
    let rt = Runtime::new([1, 2]);
    let thread = Thread::new(&raw const *rt, 1);
    // SAFETY: both outlive `f`, and nobody else uses them.
    let before = unsafe { thread::attach(&raw const *thread) };
    taipan_runtime::boot::boot(&rt);
    f();
    // SAFETY: as above.
    unsafe { thread::attach(before) };
    std::mem::forget((rt, thread));
}

fn ok<T>(r: PyResult<T>) -> T {
    match r {
        Ok(v) => v,
        Err(_) => panic!("{}", error_text()),
    }
}

/// `Class: message` of the raised exception.
fn error_text() -> String {
    let e = taipan_runtime::error::take();
    let text = taipan_runtime::protocol::repr::str(*e).map(|s| s.to_lossy()).unwrap_or_default();
    format!("{}: {text}", e.class().name())
}

fn failure<T>(r: PyResult<T>) -> String {
    assert!(r.is_err());
    error_text()
}

fn text(s: &str) -> Ref {
    s.into()
}

/// `type(name, bases, {})`
fn class(name: &str, bases: &[Value], namespace: &[(&str, Ref)]) -> PyResult {
    let d = dict::new();
    for (k, v) in namespace {
        d.insert_text(k, v.clone());
    }
    call3(types().type_.value(), *text(name), tuple::from_values(bases).p().value(), d.p().value())
}

#[test]
fn boots_quickly() {
    with_runtime(|| {});
    let t = std::time::Instant::now();
    with_runtime(|| {
        println!("boot: {:?}", t.elapsed());
        assert_eq!(ok(repr_text(types().int.value())), "<class 'int'>");
        assert_eq!(ok(repr_text(types().type_.value())), "<class 'type'>");
        assert!(ok(isinstance::isinstance(Value::bool(true), types().int.value())));
    });
}

#[test]
fn native_calls_and_messages() {
    with_runtime(|| {
        let l =
            list::new(vec![Ref::from_raw(Value::small_int(3)), Ref::from_raw(Value::small_int(1))]).erase();
        ok(call_method_text(*l, "append", &[Value::small_int(2)]));
        ok(call_method_text(*l, "sort", &[]));
        assert_eq!(ok(repr_text(*l)), "[1, 2, 3]");
        assert_eq!(
            failure(call_method_text(*l, "append", &[])),
            "TypeError: list.append() takes exactly one argument (0 given)"
        );
        assert_eq!(
            failure(call_method_text(*l, "clear", &[*l])),
            "TypeError: list.clear() takes no arguments (1 given)"
        );
        assert_eq!(
            failure(call_method_text(*l, "insert", &[*l])),
            "TypeError: insert expected 2 arguments, got 1"
        );
        assert_eq!(
            failure(attr::getattr_text(*l, "nope")),
            "AttributeError: 'list' object has no attribute 'nope'"
        );
        let f = ok(attr::getattr_text(types().list.value(), "append"));
        assert_eq!(ok(repr_text(*f)), "<method 'append' of 'list' objects>");
        assert_eq!(
            failure(call1(*f, Value::small_int(1))),
            "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'int' object"
        );
        let add = ok(attr::getattr_text(types().int.value(), "__add__"));
        assert_eq!(ok(repr_text(*add)), "<slot wrapper '__add__' of 'int' objects>");
    });
}

#[test]
fn classes() {
    with_runtime(|| {
        let a = ok(class("A", &[], &[("x", Ref::from_raw(Value::small_int(5)))]));
        let i = ok(call0(*a));
        assert_eq!(ok(attr::getattr_text(*i, "x")).as_small_int(), Some(5));
        ok(attr::setattr(*i, str::interned("y"), Value::small_int(7)));
        assert_eq!(ok(attr::getattr_text(*i, "y")).as_small_int(), Some(7));
        assert_eq!(failure(attr::getattr_text(*i, "z")), "AttributeError: 'A' object has no attribute 'z'");
        assert_eq!(ok(repr_text(*ok(attr::getattr_text(*i, "__dict__")))), "{'y': 7}");
        assert_eq!(failure(call1(*a, *i)), "TypeError: A() takes no arguments");
        let b = ok(class("B", &[*a, types().list.value()], &[]));
        assert_eq!(
            ok(repr_text(*ok(attr::getattr_text(*b, "__mro__")))),
            "(<class 'B'>, <class 'A'>, <class 'list'>, <class 'object'>)"
        );
        let l = ok(call1(*b, *ok(call1(types().tuple.value(), *list::from_values(&[*i]).erase()))));
        ok(attr::setattr(*l, str::interned("tag"), *text("t")));
        assert_eq!(ok(repr_text(*ok(attr::getattr_text(*l, "tag")))), "'t'");
        assert_eq!(ok(iter::collect(*l)).len(), 1);
        assert_eq!(
            failure(class("C", &[types().int.value(), types().list.value()], &[])),
            "TypeError: multiple bases have instance lay-out conflict"
        );
        assert_eq!(
            failure(class("C", &[types().object.value(), *a], &[])),
            "TypeError: Cannot create a consistent method resolution order (MRO) for bases object, A"
        );
        assert_eq!(
            failure(class("C", &[types().bool_.value()], &[])),
            "TypeError: type 'bool' is not an acceptable base type"
        );
        let s = ok(class("S", &[], &[("__slots__", text("v"))]));
        let i = ok(call0(*s));
        assert_eq!(failure(attr::getattr_text(*i, "v")), "AttributeError: 'S' object has no attribute 'v'");
        ok(attr::setattr(*i, str::interned("v"), Value::small_int(1)));
        assert_eq!(
            failure(attr::setattr(*i, str::interned("w"), Value::small_int(1))),
            "AttributeError: 'S' object has no attribute 'w' and no __dict__ for setting new attributes"
        );
        assert_eq!(
            failure(attr::setattr(types().int.value(), str::interned("w"), Value::small_int(1))),
            "TypeError: cannot set 'w' attribute of immutable type 'int'"
        );
    });
}

#[test]
fn comparison_and_hashes() {
    with_runtime(|| {
        assert_eq!(ok(compare::hash(Value::small_int(-1))), -2);
        assert_eq!(compare::hash_float(0.5), Some(1_152_921_504_606_846_976));
        assert_eq!(compare::hash_float(-0.1), Some(-230_584_300_921_369_408));
        let r = compare::rich_compare(Value::small_int(1), *text("x"), CmpOp::Lt);
        assert_eq!(failure(r), "TypeError: '<' not supported between instances of 'int' and 'str'");
        let l = list::new(Vec::new()).erase();
        assert_eq!(failure(compare::hash(*l)), "TypeError: unhashable type: 'list'");
        assert!(runtime().names().__init__.is_str("__init__"));
    });
}
