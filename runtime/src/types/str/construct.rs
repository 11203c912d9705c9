//! `str(object='')` and `str(bytes, encoding, errors)`.

use super::{Str, copy_in, empty};
use crate::builtins::args::{self, named};
use crate::error::PyResult;
use crate::object::{Own, P};
use crate::protocol::repr;
use crate::runtime::types;
use crate::slots::Args;
use crate::types::type_object::TypeObject;
use crate::value::Value;
use crate::{codecs, raise};

pub(super) fn install(class: P<TypeObject>) {
    class.slots.new.set(Some(new));
}

fn text(v: Option<Value>, name: &str) -> PyResult<Option<String>> {
    match v {
        None => Ok(None),
        Some(v) => match v.as_str() {
            Some(s) => codecs::name_argument(s).map(Some),
            None => raise!(TypeError, "str() argument '{name}' must be str, not {}", v.class().name()),
        },
    }
}

fn new(class: P<TypeObject>, arguments: Args<'_>) -> PyResult {
    if let ([v], []) = (arguments.values, arguments.names)
        && class == types().str
    {
        return Ok(repr::str(*v)?.erase());
    }
    if arguments.pos().len() > 3 {
        return raise!(TypeError, "str expected at most 3 arguments, got {}", arguments.pos().len());
    }
    let [object, encoding, errors] =
        args::parse("str", arguments, &[named("object"), named("encoding"), named("errors")])?;
    let made = convert(object, text(encoding, "encoding")?, text(errors, "errors")?)?;
    if class == types().str { Ok(made.erase()) } else { Ok(copy_in(class, &made).erase()) }
}

fn convert(object: Option<Value>, encoding: Option<String>, errors: Option<String>) -> PyResult<Own<Str>> {
    let Some(object) = object else { return Ok(empty()) };
    if encoding.is_none() && errors.is_none() {
        return repr::str(object);
    }
    codecs::decode_object(object, encoding.as_deref(), errors.as_deref())
}
