//! The codec registry of an interpreter: search functions, the cache of codecs, error handlers.

use crate::error::{Exc, PyResult};
use crate::object::Ref;
use crate::protocol::{attr, call};
use crate::raise;
use crate::runtime::runtime;
use crate::types::str;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;

/// What `codecs.register` and its kin have registered.
#[derive(Default)]
pub struct Registry {
    search: RefCell<Vec<Ref>>,
    cache: RefCell<HashMap<String, Ref>>,
    handlers: RefCell<HashMap<String, Ref>>,
    encodings_imported: Cell<bool>,
}

/// Which of a codec's functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The first item of the codec's tuple.
    Encode,
    /// The second.
    Decode,
}

fn registry() -> &'static Registry {
    &runtime().codecs
}

/// `codecs.register(search_function)`
pub fn register(search: Value) -> PyResult<()> {
    if !is_callable(search) {
        return raise!(TypeError, "argument must be callable");
    }
    registry().search.borrow_mut().push(search.own());
    Ok(())
}

/// `codecs.unregister(search_function)`: also forgets what was found so far.
pub fn unregister(search: Value) {
    let found = registry().search.borrow().iter().position(|f| f.is(search));
    if let Some(i) = found {
        let cached = registry().cache.take();
        let f = registry().search.borrow_mut().remove(i);
        drop((cached, f));
    }
}

fn is_callable(v: Value) -> bool {
    v.class().slots.call.get().is_some()
}

/// Lower case, with spaces as hyphens: what search functions are asked for.
fn normalize(encoding: &str) -> String {
    encoding.replace(' ', "-").to_ascii_lowercase()
}

/// Import `encodings`, whose search function finds the codecs of the standard library.
fn import_encodings() -> PyResult<()> {
    if registry().encodings_imported.replace(true) {
        return Ok(());
    }
    let Some(import) = runtime().builtins().get_text("__import__").map(|f| f.own()) else { return Ok(()) };
    let name = str::new("encodings").erase();
    match call::call1(*import, *name) {
        Ok(_) => Ok(()),
        Err(raised) => {
            registry().encodings_imported.set(false);
            Err(raised)
        }
    }
}

/// `codecs.lookup(encoding)`: the codec's `CodecInfo`.
pub fn lookup(encoding: &str) -> PyResult {
    let normal = normalize(encoding);
    if let Some(codec) = registry().cache.borrow().get(&normal) {
        return Ok(codec.clone());
    }
    import_encodings()?;
    let name = str::new(&normal).erase();
    let searches: Vec<Ref> = registry().search.borrow().clone();
    if searches.is_empty() {
        return raise!(LookupError, "no codec search functions registered: can't find encoding");
    }
    for f in searches {
        let codec = call::call1(*f, *name)?;
        if codec.is_none() {
            continue;
        }
        if codec.downcast::<Tuple>().is_none_or(|t| t.len != 4) {
            return raise!(TypeError, "codec search functions must return 4-tuples");
        }
        let old = registry().cache.borrow_mut().insert(normal, codec.clone());
        drop(old);
        return Ok(codec);
    }
    raise!(LookupError, "unknown encoding: {encoding}")
}

/// [`lookup`] for `str.encode` and the like, which take text encodings only; `alternative` is what to use instead.
pub fn lookup_text_encoding(encoding: &str, alternative: &str) -> PyResult {
    let codec = lookup(encoding)?;
    // Plain tuples come from search functions that know no such flag.
    if codec.exact::<Tuple>().is_none()
        && let Some(flag) = attr::getattr_opt(*codec, str::interned("_is_text_encoding"))?
        && !crate::protocol::truth::truth(*flag)?
    {
        return raise!(
            LookupError,
            "'{encoding}' is not a text encoding; use {alternative} to handle arbitrary codecs"
        );
    }
    Ok(codec)
}

/// Run one of a codec's functions; the result without the length that comes with it.
pub fn run(
    codec: &Ref,
    direction: Direction,
    object: Value,
    errors: Option<&str>,
    encoding: &str,
) -> PyResult {
    let (index, what) = match direction {
        Direction::Encode => (0, "encoder must return a tuple (object, integer)"),
        Direction::Decode => (1, "decoder must return a tuple (object,integer)"),
    };
    let Some(f) = codec.downcast::<Tuple>().and_then(|t| t.items().get(index).map(|f| f.own())) else {
        return raise!(TypeError, "codec search functions must return 4-tuples");
    };
    let result = match errors {
        Some(e) => call::call2(*f, object, *str::new(e).erase()),
        None => call::call1(*f, object),
    };
    let result = match result {
        Ok(r) => r,
        Err(raised) => {
            add_note(direction, encoding)?;
            return Err(raised);
        }
    };
    let pair = result.downcast::<Tuple>().filter(|t| t.len == 2);
    match pair.and_then(|t| t.items().first().map(|v| v.own())) {
        Some(converted) => Ok(converted),
        None => raise!(TypeError, "{what}"),
    }
}

/// A note on the raised exception about the codec it comes from.
fn add_note(direction: Direction, encoding: &str) -> PyResult<()> {
    let what = if direction == Direction::Encode { "encoding" } else { "decoding" };
    let e = crate::error::take();
    let note = str::new(&format!("{what} with '{encoding}' codec failed")).erase();
    call::call_method_text(*e, "add_note", &[*note])?;
    crate::thread::current().set_raised(e);
    Ok(())
}

/// `codecs.register_error(name, handler)`
pub fn register_error(name: &str, handler: Value) -> PyResult<()> {
    if !is_callable(handler) {
        return raise!(TypeError, "handler must be callable");
    }
    let old = registry().handlers.borrow_mut().insert(name.to_owned(), handler.own());
    drop(old);
    Ok(())
}

/// `codecs._unregister_error(name)`: was it registered?
pub fn unregister_error(name: &str) -> bool {
    let old = registry().handlers.borrow_mut().remove(name);
    old.is_some()
}

/// `codecs.lookup_error(name)`, of the handlers that were registered.
pub fn error_handler(name: &str) -> PyResult {
    let found = registry().handlers.borrow().get(name).cloned();
    match found {
        Some(f) => Ok(f),
        None => raise_unknown(name),
    }
}

#[cold]
fn raise_unknown(name: &str) -> PyResult {
    crate::error::raise_message(Exc::LookupError, &format!("unknown error handler name '{name}'"))
}
