//! `OSError`: which subclass an `errno` gets, and its two-stage initialisation.
//!
//! As in CPython, `__new__` sets the fields unless a subclass overrides `__init__` alone (then `__init__` does).

use super::init::{base_str, no_keywords, set_args, this};
use super::layout::{BaseException, Family, field, make};
use crate::error::{Exc, PyResult};
use crate::object::{P, Ref};
use crate::protocol::repr::{repr, str as to_str};
use crate::raise;
use crate::runtime::exception_class;
use crate::slots::Args;
use crate::types::str::StrBuilder;
use crate::types::tuple;
use crate::types::type_object::TypeObject;
use crate::value::{NONE, Value};

/// The subclass for an `errno`.
pub fn class_for_errno(errno: i32) -> Option<Exc> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => Exc::BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => Exc::BrokenPipeError,
        libc::ECHILD => Exc::ChildProcessError,
        libc::ECONNABORTED => Exc::ConnectionAbortedError,
        libc::ECONNREFUSED => Exc::ConnectionRefusedError,
        libc::ECONNRESET => Exc::ConnectionResetError,
        libc::EEXIST => Exc::FileExistsError,
        libc::ENOENT => Exc::FileNotFoundError,
        libc::EISDIR => Exc::IsADirectoryError,
        libc::ENOTDIR => Exc::NotADirectoryError,
        libc::EINTR => Exc::InterruptedError,
        libc::EACCES | libc::EPERM => Exc::PermissionError,
        libc::ESRCH => Exc::ProcessLookupError,
        libc::ETIMEDOUT => Exc::TimeoutError,
        _ => return None,
    })
}

/// Does a subclass define `__init__` but not `__new__`? Then `__init__` gets the arguments.
fn init_does_it(class: P<TypeObject>) -> bool {
    let base = exception_class(Exc::OSError);
    let native_init = super::same_init(class, base);
    let native_new = super::same_new(class, base);
    !native_init && native_new
}

/// `OSError.__new__`
pub fn os_new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    let late = init_does_it(class);
    let mut class = class;
    let pos = args.pos();
    if !late {
        if !args.names.is_empty() {
            return raise!(TypeError, "{}() takes no keyword arguments", class.name());
        }
        if class == exception_class(Exc::OSError)
            && (2..=5).contains(&pos.len())
            && let Some(errno) = pos[0].as_i64()
            && let Some(exc) = i32::try_from(errno).ok().and_then(class_for_errno)
        {
            class = exception_class(exc);
        }
    }
    let e = make(class, Family::OSError, tuple::empty());
    if !late {
        set_fields(e.p(), pos)?;
    }
    Ok(e.erase())
}

/// `OSError.__init__`
pub fn os_init(v: Value, args: Args<'_>) -> PyResult<()> {
    let e = this(v)?;
    if init_does_it(v.class()) {
        no_keywords(v, args)?;
        return set_fields(e, args.pos());
    }
    Ok(())
}

fn set_fields(e: P<BaseException>, pos: &[Value]) -> PyResult<()> {
    use field::OSError::*;
    let args = Args::positional(pos);
    if !(2..=5).contains(&pos.len()) {
        set_args(e, args);
        return Ok(());
    }
    let at = |i: usize| pos.get(i).copied().filter(|v| !v.is_none());
    let blocking = e.head.class.get() == exception_class(Exc::BlockingIOError);
    let mut kept = pos.len();
    match at(2) {
        Some(n) if blocking && n.is_int_like() => {
            let Some(count) = n.as_i64() else {
                return raise!(ValueError, "characters_written is out of range");
            };
            e.set_field(written, Some(crate::types::int::new(count)));
        }
        Some(name) => {
            e.set_field(filename, Some(name.own()));
            e.set_field(filename2, at(4).map(|v| v.own()));
            // The file names are attributes, not arguments (Python 3.3).
            kept = 2;
        }
        None => {}
    }
    e.set_field(errno, Some(pos[0].own()));
    e.set_field(strerror, Some(pos[1].own()));
    set_args(e, Args::positional(&pos[..kept]));
    Ok(())
}

/// `OSError.__str__`
pub fn os_str(v: Value) -> PyResult {
    use field::OSError::*;
    let e = this(v)?;
    let text_of = |v: Option<Value>| to_str(v.unwrap_or(NONE));
    let mut out = StrBuilder::new();
    let head = |out: &mut StrBuilder| -> PyResult<()> {
        out.push_str("[Errno ");
        out.push_pystr(&*text_of(e.field(errno))?);
        out.push_str("] ");
        out.push_pystr(&*text_of(e.field(strerror))?);
        Ok(())
    };
    match (e.field(filename), e.field(filename2)) {
        (Some(a), second) => {
            head(&mut out)?;
            out.push_str(": ");
            out.push_pystr(&*repr(a)?);
            if let Some(b) = second {
                out.push_str(" -> ");
                out.push_pystr(&*repr(b)?);
            }
        }
        (None, _) if e.field(errno).is_some() && e.field(strerror).is_some() => head(&mut out)?,
        _ => return base_str(v),
    }
    Ok(out.finish().erase())
}

/// The `args` that `OSError.__reduce__` gives: with the file names, if there are any.
pub fn reduce_args(e: P<BaseException>) -> Ref {
    use field::OSError::*;
    let args = e.args();
    match (args.items(), e.field(filename)) {
        (&[a, b], Some(name)) => match e.field(filename2) {
            Some(second) => tuple::from_values(&[a, b, name, NONE, second]).erase(),
            None => tuple::from_values(&[a, b, name]).erase(),
        },
        _ => args.own(),
    }
}

/// `OSError.characters_written`
pub fn written(e: P<BaseException>) -> PyResult {
    match e.field(field::OSError::written) {
        Some(n) => Ok(n.own()),
        None => raise!(AttributeError, "characters_written"),
    }
}

/// Set or delete `OSError.characters_written`.
pub fn set_written(e: P<BaseException>, v: Option<Value>) -> PyResult<()> {
    let Some(v) = v else {
        if e.field(field::OSError::written).is_none() {
            return raise!(AttributeError, "characters_written");
        }
        e.set_field(field::OSError::written, None);
        return Ok(());
    };
    let n = crate::protocol::index::index(v)?;
    if n.as_i64().is_none() {
        return raise!(ValueError, "cannot fit 'int' into an offset-sized integer");
    }
    e.set_field(field::OSError::written, Some(n));
    Ok(())
}

/// Raise the `OSError` for `errno`, about a file if `name` is given.
pub fn raise_errno<T>(errno: i32, name: Option<Value>) -> PyResult<T> {
    raise_errno2(errno, name, None)
}

/// [`raise_errno`] about two files (`rename`, `link`).
pub fn raise_errno2<T>(errno: i32, name: Option<Value>, second: Option<Value>) -> PyResult<T> {
    let number = crate::types::int::new(errno.into());
    let text = crate::types::str::new(&strerror_text(errno)).erase();
    let mut args = vec![number.value(), text.value()];
    if let Some(n) = name {
        args.push(n);
        if let Some(s) = second {
            args.extend([NONE, s]);
        }
    }
    crate::error::raise_with(Exc::OSError, &args)
}

/// Raise the `OSError` of the last failed system call.
pub fn raise_last<T>(name: Option<Value>) -> PyResult<T> {
    raise_errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(0), name)
}

/// Raise what a Rust I/O error stands for.
pub fn raise_io<T>(error: &std::io::Error, name: Option<Value>) -> PyResult<T> {
    match error.raw_os_error() {
        Some(errno) => raise_errno(errno, name),
        None => raise!(OSError, "{error}"),
    }
}

/// The C library's text for an `errno`, as `os.strerror` gives it.
pub fn strerror_text(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    match text.rfind(" (os error ") {
        Some(i) => text[..i].to_owned(),
        None => text,
    }
}
