//! The attributes and methods of the builtin exception classes.

use super::init::this;
use super::layout::{Family, FieldRef, field};
use super::{BaseException, as_exception, os_error};
use crate::error::PyResult;
use crate::object::{P, Ref};
use crate::protocol::attr;
use crate::raise;
use crate::types::descriptor::GetSetDef;
use crate::types::dict::Dict;
use crate::types::traceback::Traceback;
use crate::types::tuple;
use crate::value::{NONE, Value};

fn get_field(v: Value, f: FieldRef) -> PyResult {
    Ok(this(v)?.field(f).unwrap_or(NONE).own())
}

fn set_field(v: Value, f: FieldRef, value: Option<Value>) -> PyResult<()> {
    this(v)?.set_field(f, value.map(|v| v.own()));
    Ok(())
}

fn set_position(v: Value, f: FieldRef, value: Option<Value>) -> PyResult<()> {
    match value {
        None => raise!(TypeError, "can't delete numeric/char attribute"),
        Some(n) if n.as_i64().is_some() => set_field(v, f, Some(n)),
        Some(_) => raise!(TypeError, "an integer is required"),
    }
}

macro_rules! fields {
    ($family:ident: $($name:ident $doc:literal,)*) => {
        &[$(GetSetDef {
            name: stringify!($name),
            doc: $doc,
            get: Some(|v| get_field(v, field::$family::$name)),
            set: Some(|v, x| set_field(v, field::$family::$name, x)),
        }),*]
    };
}

/// The computed attributes that the builtin class at the head of a family adds.
pub(super) fn getsets(family: Family) -> &'static [GetSetDef] {
    match family {
        Family::Plain => BASE,
        Family::Group => GROUP,
        Family::StopIteration => fields!(StopIteration: value "generator return value",),
        Family::SystemExit => fields!(SystemExit: code "exception code",),
        Family::ImportError => {
            fields!(ImportError: msg "exception message", name "module name", path "module path",
            name_from "name imported from module",)
        }
        Family::AttributeError => fields!(AttributeError: name "attribute name", obj "object",),
        Family::NameError => fields!(NameError: name "name",),
        Family::OSError => OS,
        Family::SyntaxError => fields!(SyntaxError: msg "exception msg", filename "exception filename",
            lineno "exception lineno", offset "exception offset", text "exception text",
            end_lineno "exception end lineno", end_offset "exception end offset",
            print_file_and_line "exception print_file_and_line", _metadata "exception private metadata",),
        Family::UnicodeError => UNICODE,
    }
}

static OS: &[GetSetDef] = &[
    GetSetDef {
        name: "errno",
        doc: "POSIX exception code",
        get: Some(|v| get_field(v, field::OSError::errno)),
        set: Some(|v, x| set_field(v, field::OSError::errno, x)),
    },
    GetSetDef {
        name: "strerror",
        doc: "exception strerror",
        get: Some(|v| get_field(v, field::OSError::strerror)),
        set: Some(|v, x| set_field(v, field::OSError::strerror, x)),
    },
    GetSetDef {
        name: "filename",
        doc: "exception filename",
        get: Some(|v| get_field(v, field::OSError::filename)),
        set: Some(|v, x| set_field(v, field::OSError::filename, x)),
    },
    GetSetDef {
        name: "filename2",
        doc: "second exception filename",
        get: Some(|v| get_field(v, field::OSError::filename2)),
        set: Some(|v, x| set_field(v, field::OSError::filename2, x)),
    },
    GetSetDef {
        name: "characters_written",
        doc: "",
        get: Some(|v| os_error::written(this(v)?)),
        set: Some(|v, x| os_error::set_written(this(v)?, x)),
    },
];

static UNICODE: &[GetSetDef] = &[
    GetSetDef {
        name: "encoding",
        doc: "exception encoding",
        get: Some(|v| get_field(v, field::UnicodeError::encoding)),
        set: Some(|v, x| set_field(v, field::UnicodeError::encoding, x)),
    },
    GetSetDef {
        name: "object",
        doc: "exception object",
        get: Some(|v| get_field(v, field::UnicodeError::object)),
        set: Some(|v, x| set_field(v, field::UnicodeError::object, x)),
    },
    GetSetDef {
        name: "start",
        doc: "exception start",
        get: Some(|v| get_field(v, field::UnicodeError::start)),
        set: Some(|v, x| set_position(v, field::UnicodeError::start, x)),
    },
    GetSetDef {
        name: "end",
        doc: "exception end",
        get: Some(|v| get_field(v, field::UnicodeError::end)),
        set: Some(|v, x| set_position(v, field::UnicodeError::end, x)),
    },
    GetSetDef {
        name: "reason",
        doc: "exception reason",
        get: Some(|v| get_field(v, field::UnicodeError::reason)),
        set: Some(|v, x| set_field(v, field::UnicodeError::reason, x)),
    },
];

static GROUP: &[GetSetDef] = &[
    GetSetDef {
        name: "message",
        doc: "exception message",
        get: Some(|v| get_field(v, field::Group::message)),
        set: None,
    },
    GetSetDef {
        name: "exceptions",
        doc: "nested exceptions",
        get: Some(|v| get_field(v, field::Group::exceptions)),
        set: None,
    },
];

fn owned(v: Option<Value>) -> Ref {
    v.unwrap_or(NONE).own()
}

fn set_args(v: Value, value: Option<Value>) -> PyResult<()> {
    let Some(value) = value else { return raise!(TypeError, "args may not be deleted") };
    let items = crate::protocol::iter::collect(value)?;
    this(v)?.set_args(tuple::from_refs(items));
    Ok(())
}

fn set_traceback(v: Value, value: Option<Value>) -> PyResult<()> {
    let Some(tb) = value else { return raise!(TypeError, "__traceback__ may not be deleted") };
    with_traceback(this(v)?, tb).map(drop)
}

/// `e.with_traceback(tb)`
pub(super) fn with_traceback(e: P<BaseException>, tb: Value) -> PyResult {
    if tb.is_none() {
        e.set_traceback(None);
    } else if tb.downcast::<Traceback>().is_some() {
        e.set_traceback(Some(tb.own()));
    } else {
        return raise!(TypeError, "__traceback__ must be a traceback or None");
    }
    Ok(e.own())
}

fn chained(value: Option<Value>, what: &str) -> PyResult<Option<Ref>> {
    match value {
        None => raise!(TypeError, "__{what}__ may not be deleted"),
        Some(v) if v.is_none() => Ok(None),
        Some(v) if as_exception(v).is_some() => Ok(Some(v.own())),
        Some(_) => raise!(TypeError, "exception {what} must be None or derive from BaseException"),
    }
}

static BASE: &[GetSetDef] = &[
    GetSetDef {
        name: "__suppress_context__",
        doc: "",
        get: Some(|v| Ok(Ref::from_raw(Value::bool(this(v)?.suppress_context.get())))),
        set: Some(|v, x| match x {
            None => raise!(TypeError, "can't delete numeric/char attribute"),
            Some(b) if b.is_bool() => {
                this(v)?.suppress_context.set(b.is(crate::value::TRUE));
                Ok(())
            }
            Some(_) => raise!(TypeError, "attribute value type must be bool"),
        }),
    },
    GetSetDef { name: "args", doc: "", get: Some(|v| Ok(this(v)?.args().own())), set: Some(set_args) },
    GetSetDef {
        name: "__traceback__",
        doc: "",
        get: Some(|v| Ok(owned(this(v)?.traceback()))),
        set: Some(set_traceback),
    },
    GetSetDef {
        name: "__context__",
        doc: "",
        get: Some(|v| Ok(owned(this(v)?.context()))),
        set: Some(|v, x| {
            this(v)?.set_context(chained(x, "context")?);
            Ok(())
        }),
    },
    GetSetDef {
        name: "__cause__",
        doc: "",
        get: Some(|v| Ok(owned(this(v)?.cause()))),
        set: Some(|v, x| {
            this(v)?.set_cause(chained(x, "cause")?);
            Ok(())
        }),
    },
];

/// `BaseException.__reduce__`, and the versions of the families that override it.
pub(super) fn reduce(e: P<BaseException>) -> PyResult {
    let class = e.head.class.get().value();
    let (args, state) = match e.family() {
        Family::OSError => (os_error::reduce_args(e), None),
        Family::AttributeError => (e.args().own(), Some(super::init::attribute_error_state(e)?)),
        Family::ImportError => {
            let state = super::init::import_error_state(e)?;
            (e.args().own(), if state.is_none() { None } else { Some(state) })
        }
        _ => (e.args().own(), None),
    };
    let state = match state {
        Some(s) => Some(s),
        None => super::instance_dict(e).map(|d| d.own()),
    };
    Ok(match state {
        Some(s) => tuple::from_values(&[class, args.value(), s.value()]).erase(),
        None => tuple::from_values(&[class, args.value()]).erase(),
    })
}

/// `BaseException.__setstate__`
pub(super) fn set_state(e: P<BaseException>, state: Value) -> PyResult {
    if !state.is_none() {
        let Some(d) = state.downcast::<Dict>() else { return raise!(TypeError, "state is not a dictionary") };
        let items: Vec<(Ref, Ref)> = d.iter().map(|(k, v)| (k.own(), v.own())).collect();
        for (k, v) in items {
            let Some(name) = k.as_str() else {
                return raise!(TypeError, "attribute name must be string, not '{}'", k.class().name());
            };
            attr::setattr(e.value(), crate::protocol::repr::intern_name(name), v.value())?;
        }
    }
    Ok(Ref::from_raw(NONE))
}
