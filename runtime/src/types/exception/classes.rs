//! The builtin exception classes, made from `for_each_exception!`.

use super::layout::{BaseException, Family};
use super::{attrs, derive, group, init, os_error, split, subgroup, unicode};
use crate::boot::native_class;
use crate::error::{Exc, PyResult};
use crate::native::Item;
use crate::object::{P, Ref};
use crate::runtime::{immortal, runtime, types};
use crate::slots::{InitFn, Unary};
use crate::types::type_object::{TypeObject, flags};
use crate::value::{NONE, Value};

/// What a class does differently from its base.
#[derive(Default)]
struct Own {
    /// Its own family of fields.
    family: Option<Family>,
    init: Option<InitFn>,
    str: Option<Unary>,
}

fn own(exc: Exc) -> Own {
    use Family as F;
    let new = |family, init: Option<InitFn>, str: Option<Unary>| Own { family: Some(family), init, str };
    match exc {
        Exc::BaseExceptionGroup => new(F::Group, None, Some(group::group_str)),
        Exc::StopIteration => new(F::StopIteration, Some(init::stop_iteration_init), None),
        Exc::SystemExit => new(F::SystemExit, Some(init::system_exit_init), None),
        Exc::ImportError => new(F::ImportError, Some(init::import_error_init), Some(init::import_error_str)),
        Exc::AttributeError => new(F::AttributeError, Some(init::attribute_error_init), None),
        Exc::NameError => new(F::NameError, Some(init::name_error_init), None),
        Exc::OSError => new(F::OSError, Some(os_error::os_init), Some(os_error::os_str)),
        Exc::SyntaxError => new(F::SyntaxError, Some(init::syntax_error_init), Some(init::syntax_error_str)),
        Exc::UnicodeDecodeError => {
            new(F::UnicodeError, Some(unicode::decode_init), Some(unicode::decode_str))
        }
        Exc::UnicodeEncodeError => {
            new(F::UnicodeError, Some(unicode::encode_init), Some(unicode::encode_str))
        }
        Exc::UnicodeTranslateError => {
            new(F::UnicodeError, Some(unicode::translate_init), Some(unicode::translate_str))
        }
        Exc::KeyError => Own { str: Some(init::key_error_str), ..Own::default() },
        _ => Own::default(),
    }
}

/// The `__doc__` of each class.
fn doc(exc: Exc) -> &'static str {
    match exc {
        Exc::BaseException => "Common base class for all exceptions",
        Exc::BaseExceptionGroup => "A combination of multiple unrelated exceptions.",
        Exc::Exception => "Common base class for all non-exit exceptions.",
        Exc::GeneratorExit => "Request that a generator exit.",
        Exc::KeyboardInterrupt => "Program interrupted by user.",
        Exc::SystemExit => "Request to exit from the interpreter.",
        Exc::ArithmeticError => "Base class for arithmetic errors.",
        Exc::AssertionError => "Assertion failed.",
        Exc::AttributeError => "Attribute not found.",
        Exc::BufferError => "Buffer error.",
        Exc::EOFError => "Read beyond end of file.",
        Exc::ImportError => "Import can't find module, or can't find name in module.",
        Exc::LookupError => "Base class for lookup errors.",
        Exc::MemoryError => "Out of memory.",
        Exc::NameError => "Name not found globally.",
        Exc::OSError => "Base class for I/O related errors.",
        Exc::ReferenceError => "Weak ref proxy used after referent went away.",
        Exc::RuntimeError => "Unspecified run-time error.",
        Exc::StopAsyncIteration => "Signal the end from iterator.__anext__().",
        Exc::StopIteration => "Signal the end from iterator.__next__().",
        Exc::SyntaxError => "Invalid syntax.",
        Exc::SystemError => {
            "Internal error in the Python interpreter.\n\nPlease report this to the Python maintainer, along with the \
             traceback,\nthe Python version, and the hardware/OS platform and version."
        }
        Exc::TypeError => "Inappropriate argument type.",
        Exc::ValueError => "Inappropriate argument value (of correct type).",
        Exc::Warning => "Base class for warning categories.",
        Exc::FloatingPointError => "Floating-point operation failed.",
        Exc::OverflowError => "Result too large to be represented.",
        Exc::ZeroDivisionError => "Second argument to a division or modulo operation was zero.",
        Exc::BytesWarning => {
            "Base class for warnings about bytes and buffer related problems, mostly\nrelated to conversion from str or \
             comparing to str."
        }
        Exc::DeprecationWarning => "Base class for warnings about deprecated features.",
        Exc::EncodingWarning => "Base class for warnings about encodings.",
        Exc::FutureWarning => {
            "Base class for warnings about constructs that will change semantically\nin the future."
        }
        Exc::ImportWarning => "Base class for warnings about probable mistakes in module imports",
        Exc::PendingDeprecationWarning => {
            "Base class for warnings about features which will be deprecated\nin the future."
        }
        Exc::ResourceWarning => "Base class for warnings about resource usage.",
        Exc::RuntimeWarning => "Base class for warnings about dubious runtime behavior.",
        Exc::SyntaxWarning => "Base class for warnings about dubious syntax.",
        Exc::UnicodeWarning => {
            "Base class for warnings about Unicode related problems, mostly\nrelated to conversion problems."
        }
        Exc::UserWarning => "Base class for warnings generated by user code.",
        Exc::BlockingIOError => "I/O operation would block.",
        Exc::ChildProcessError => "Child process error.",
        Exc::ConnectionError => "Connection error.",
        Exc::FileExistsError => "File already exists.",
        Exc::FileNotFoundError => "File not found.",
        Exc::InterruptedError => "Interrupted by signal.",
        Exc::IsADirectoryError => "Operation doesn't work on directories.",
        Exc::NotADirectoryError => "Operation only works on directories.",
        Exc::PermissionError => "Not enough permissions.",
        Exc::ProcessLookupError => "Process not found.",
        Exc::TimeoutError => "Timeout expired.",
        Exc::IndentationError => "Improper indentation.",
        Exc::IncompleteInputError => "incomplete input.",
        Exc::IndexError => "Sequence index out of range.",
        Exc::KeyError => "Mapping key not found.",
        Exc::ModuleNotFoundError => "Module not found.",
        Exc::NotImplementedError => "Method or function hasn't been implemented yet.",
        Exc::PythonFinalizationError => "Operation blocked during Python finalization.",
        Exc::RecursionError => "Recursion limit exceeded.",
        Exc::UnboundLocalError => "Local name referenced but not bound to a value.",
        Exc::UnicodeError => "Unicode related error.",
        Exc::BrokenPipeError => "Broken pipe.",
        Exc::ConnectionAbortedError => "Connection aborted.",
        Exc::ConnectionRefusedError => "Connection refused.",
        Exc::ConnectionResetError => "Connection reset.",
        Exc::TabError => "Improper mixture of spaces and tabs.",
        Exc::UnicodeDecodeError => "Unicode decoding error.",
        Exc::UnicodeEncodeError => "Unicode encoding error.",
        Exc::UnicodeTranslateError => "Unicode translation error.",
    }
}

/// The Python name, where it is not the enum's.
fn python_name(exc: Exc, name: &'static str) -> &'static str {
    match exc {
        Exc::IncompleteInputError => "_IncompleteInputError",
        _ => name,
    }
}

/// The methods of `BaseException`.
struct BaseMethods;

#[crate::pymethods]
impl BaseMethods {
    /// Helper for pickle.
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<BaseException>) -> PyResult {
        attrs::reduce(this)
    }
    #[method("(self, state, /)", name = "__setstate__")]
    fn set_state(this: P<BaseException>, state: Value) -> PyResult {
        attrs::set_state(this, state)
    }
    /// Set self.__traceback__ to tb and return self.
    #[method("(self, tb, /)")]
    fn with_traceback(this: P<BaseException>, tb: Value) -> PyResult {
        attrs::with_traceback(this, tb)
    }
    /// Add a note to the exception
    #[method("(self, note, /)")]
    fn add_note(this: P<BaseException>, note: Value) -> PyResult<()> {
        if note.as_str().is_none() {
            let got = note.class().name();
            return crate::raise!(TypeError, "add_note() argument must be str, not {got}");
        }
        super::add_note(this.value(), note)
    }
}

/// The methods of `BaseExceptionGroup`.
struct GroupMethods;

#[crate::pymethods]
impl GroupMethods {
    #[method("(self, excs, /)")]
    fn derive(this: P<BaseException>, excs: Value) -> PyResult {
        derive(this, excs)
    }
    #[method("(self, matcher_value, /)")]
    fn split(this: P<BaseException>, matcher_value: Value) -> PyResult {
        split(this, matcher_value)
    }
    #[method("(self, matcher_value, /)")]
    fn subgroup(this: P<BaseException>, matcher_value: Value) -> PyResult {
        subgroup(this, matcher_value)
    }
    /// See PEP 585
    #[classmethod("($cls, item, /)", name = "__class_getitem__")]
    fn class_getitem(class: Value, item: Value) -> PyResult {
        crate::types::generic_alias::new(class, item)
    }
}

/// `AttributeError.__getstate__`
struct AttributeErrorMethods;

#[crate::pymethods]
impl AttributeErrorMethods {
    #[method("(self, /)", name = "__getstate__")]
    fn get_state(this: P<BaseException>) -> PyResult {
        init::attribute_error_state(this)
    }
}

fn set_doc(class: P<TypeObject>, text: &str) {
    class.dict().insert_text("__doc__", crate::types::str::new(text).erase());
}

/// Layout, attributes and methods of `BaseException`, before the builtin classes get their wrappers.
pub fn configure(class: P<TypeObject>) {
    class.set_layout::<BaseException>();
    class.dict_offset.set(BaseException::DICT_OFFSET);
    class.attribute_base.set(Family::Plain.first_attribute());
    class.flags.set(class.flags.get() | flags::BASETYPE | flags::HAS_DICT | flags::IS_EXCEPTION);
    let slots = &class.slots;
    slots.new.set(Some(init::new_slot(Family::Plain)));
    slots.init.set(Some(init::base_init));
    slots.str.set(Some(init::base_str));
    slots.repr.set(Some(init::base_repr));
    install_attributes(class, Family::Plain);
    BaseMethods::install(class);
    set_doc(class, doc(Exc::BaseException));
}

fn install_attributes(class: P<TypeObject>, family: Family) {
    let items: Vec<Item> = attrs::getsets(family).iter().map(Item::GetSet).collect();
    crate::native::install(class, &items);
}

fn install_own(class: P<TypeObject>, exc: Exc) {
    let own = own(exc);
    if let Some(family) = own.family {
        class.slots.new.set(Some(init::new_slot(family)));
        class.attribute_base.set(family.first_attribute());
        install_attributes(class, family);
    }
    class.slots.init.set(own.init);
    class.slots.str.set(own.str);
    match exc {
        Exc::BaseExceptionGroup => GroupMethods::install(class),
        Exc::AttributeError => AttributeErrorMethods::install(class),
        _ => {}
    }
    set_doc(class, doc(exc));
}

/// Make the classes derived from `BaseException`; part of boot.
pub fn make_classes() {
    let mut classes = vec![types().base_exception];
    for &(exc, name, base) in &Exc::ALL[1..] {
        let base = match Exc::ALL.iter().position(|(_, n, _)| *n == base) {
            Some(i) => classes[i],
            None => types().object,
        };
        let name = python_name(exc, name);
        let extra = flags::BASETYPE | flags::IS_EXCEPTION;
        classes.push(native_class("builtins", name, base, extra, |_| {}, |class| install_own(class, exc)));
    }
    let (groups, exception) = (classes[Exc::BaseExceptionGroup as usize], classes[Exc::Exception as usize]);
    runtime().set_exceptions(classes);
    let group = native_class(
        "builtins",
        "ExceptionGroup",
        groups,
        flags::BASETYPE | flags::IS_EXCEPTION,
        |_| {},
        |_| {},
    );
    add_second_base(group, groups, exception);
    assert!(runtime().exception_group.set(group).is_ok(), "made once");
}

/// `ExceptionGroup` derives from `Exception` too.
fn add_second_base(class: P<TypeObject>, first: P<TypeObject>, second: P<TypeObject>) {
    let bases = crate::types::tuple::from_values(&[first.value(), second.value()]).erase();
    if let Some(old) = class.bases.replace(Some(immortal(bases))) {
        drop(Ref::from_raw(old));
    }
    let mut mro = vec![class, first];
    mro.extend_from_slice(&second.mro.borrow());
    *class.mro.borrow_mut() = mro;
    second.subclasses.borrow_mut().push(class);
    class.dict().insert_text("__doc__", Ref::from_raw(NONE));
}
