//! How errors travel: [`Raised`] says that an exception sits in the thread state.

use crate::object::Ref;
use crate::value::Value;

/// An exception has been set in the thread state. Zero-sized, so that `PyResult<Ref>` is one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Raised;

/// The result of anything that can raise. `PyResult` alone is one word: zero is "raised".
pub type PyResult<T = Ref> = Result<T, Raised>;

/// Builtin exceptions: one row a class, `Name, Base`.
#[macro_export]
macro_rules! for_each_exception {
    ($m:ident) => {
        $m! {
            BaseException Object; Exception BaseException; SystemExit BaseException; KeyboardInterrupt BaseException;
            GeneratorExit BaseException; BaseExceptionGroup BaseException;
            StopIteration Exception; StopAsyncIteration Exception; ArithmeticError Exception;
            FloatingPointError ArithmeticError; OverflowError ArithmeticError; ZeroDivisionError ArithmeticError;
            AssertionError Exception; AttributeError Exception; BufferError Exception; EOFError Exception;
            ImportError Exception; ModuleNotFoundError ImportError; LookupError Exception; IndexError LookupError;
            KeyError LookupError; MemoryError Exception; NameError Exception; UnboundLocalError NameError;
            OSError Exception; BlockingIOError OSError; ChildProcessError OSError; ConnectionError OSError;
            BrokenPipeError ConnectionError; ConnectionAbortedError ConnectionError;
            ConnectionRefusedError ConnectionError; ConnectionResetError ConnectionError; FileExistsError OSError;
            FileNotFoundError OSError; InterruptedError OSError; IsADirectoryError OSError;
            NotADirectoryError OSError; PermissionError OSError; ProcessLookupError OSError; TimeoutError OSError;
            ReferenceError Exception; RuntimeError Exception; NotImplementedError RuntimeError;
            RecursionError RuntimeError; PythonFinalizationError RuntimeError; SyntaxError Exception;
            IndentationError SyntaxError; TabError IndentationError; IncompleteInputError SyntaxError;
            SystemError Exception; TypeError Exception; ValueError Exception; UnicodeError ValueError;
            UnicodeDecodeError UnicodeError; UnicodeEncodeError UnicodeError; UnicodeTranslateError UnicodeError;
            Warning Exception; BytesWarning Warning; DeprecationWarning Warning; EncodingWarning Warning;
            FutureWarning Warning; ImportWarning Warning; PendingDeprecationWarning Warning; ResourceWarning Warning;
            RuntimeWarning Warning; SyntaxWarning Warning; UnicodeWarning Warning; UserWarning Warning;
        }
    };
}

pub use crate::memory::{check_room, has_room, zeroed};

macro_rules! define_exceptions {
    ($($name:ident $base:ident;)*) => {
        /// A builtin exception class, as an index into `Runtime::exceptions`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Exc { $(#[doc = stringify!($name)] $name,)* }
        impl Exc {
            /// Name and base (`"Object"` at the root) of each.
            pub const ALL: &[(Exc, &str, &str)] = &[$((Exc::$name, stringify!($name), stringify!($base))),*];
        }
    };
}
for_each_exception!(define_exceptions);

/// Raise a builtin exception with a formatted message: `return raise!(TypeError, "bad {x}")`.
#[macro_export]
macro_rules! raise {
    ($exc:ident) => { $crate::error::raise_bare($crate::error::Exc::$exc) };
    ($exc:ident, $($fmt:tt)+) => { $crate::error::raise_message($crate::error::Exc::$exc, &format!($($fmt)+)) };
}

/// Raise an exception of a builtin class with a message.
#[cold]
#[inline(never)]
pub fn raise_message<T>(exc: Exc, message: &str) -> PyResult<T> {
    let text = crate::types::str::new(message).erase();
    raise_with(exc, &[text.value()])
}

/// Raise an exception of a builtin class without arguments.
#[cold]
#[inline(never)]
pub fn raise_bare<T>(exc: Exc) -> PyResult<T> {
    raise_with(exc, &[])
}

/// Raise an exception of a builtin class with these `args`.
#[cold]
#[inline(never)]
pub fn raise_with<T>(exc: Exc, args: &[Value]) -> PyResult<T> {
    let class = crate::runtime::exception_class(exc);
    match crate::protocol::call::call(class.value(), crate::slots::Args::positional(args)) {
        Ok(e) => raise_exception(e),
        Err(raised) => Err(raised),
    }
}

/// Raise this exception instance. The exception being handled becomes its `__context__`.
#[cold]
#[inline(never)]
pub fn raise_exception<T>(exception: Ref) -> PyResult<T> {
    crate::types::exception::set_context(&exception);
    crate::thread::current().set_raised(exception);
    Err(Raised)
}

/// Take the raised exception out of the thread state.
pub fn take() -> Ref {
    crate::thread::current().take_raised().expect("an exception is set wherever `Raised` is returned")
}

/// If the raised exception is an `exc`, take it; else leave it raised.
pub fn take_if(exc: Exc) -> Option<Ref> {
    let class = crate::runtime::exception_class(exc);
    let e = crate::thread::current().raised()?;
    if e.is_instance_of(class) { crate::thread::current().take_raised() } else { None }
}

/// A result as one word: zero is "raised".
#[inline(always)]
pub fn to_word(r: PyResult) -> u64 {
    match r {
        Ok(v) => v.into_raw().bits(),
        Err(Raised) => 0,
    }
}

/// The reverse of [`to_word`].
#[inline(always)]
pub fn from_word(word: u64) -> PyResult {
    match Value::from_bits(word) {
        Some(v) => Ok(Ref::from_raw(v)),
        None => Err(Raised),
    }
}

/// `?` on a text algorithm's result raises its error.
impl From<crate::text::TextError> for Raised {
    fn from(e: crate::text::TextError) -> Raised {
        match raise_message::<()>(e.exc, &e.message) {
            Ok(()) => unreachable!("raising fails"),
            Err(raised) => raised,
        }
    }
}

/// Report the raised exception, which nobody can catch, through `sys.unraisablehook`; the exception is taken.
/// `message` is "Exception ignored in" or the like; without a hook (early in boot, late in shutdown) the report goes
/// to the process's standard error.
pub fn write_unraisable(message: &str, object: Option<Value>) {
    let e = take();
    let hook = crate::runtime::runtime().sys_dict().get_text("unraisablehook").map(Value::own);
    let Some(hook) = hook.filter(|h| !h.is_none()) else { return print_unraisable(message, &e) };
    let text = crate::types::str::new(message).erase();
    let traceback = crate::protocol::attr::getattr_text(e.value(), "__traceback__");
    let traceback = traceback.unwrap_or_else(|Raised| {
        drop(take());
        crate::value::NONE.own()
    });
    let args = crate::types::namespace::new(&[
        ("exc_type", e.class().value()),
        ("exc_value", e.value()),
        ("exc_traceback", traceback.value()),
        ("err_msg", text.value()),
        ("object", object.unwrap_or(crate::value::NONE)),
    ]);
    if crate::protocol::call::call1(hook.value(), args.p().value()).is_err() {
        print_unraisable("Exception ignored in sys.unraisablehook", &take());
    }
}

/// The report when Python cannot make it.
fn print_unraisable(message: &str, e: &Ref) {
    let text = crate::protocol::repr::str(e.value()).map(|s| s.to_lossy());
    let text = text.unwrap_or_else(|Raised| {
        drop(take());
        "<exception str() failed>".to_owned()
    });
    eprintln!("{message}:\n{}: {text}", e.class().name());
}
