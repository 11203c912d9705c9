//! `make_scanner`

use super::decode::decode;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::attr::getattr_text;
use taipan_runtime::protocol::index::index_size;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

/// How a `JSONDecoder` wants documents read.
#[repr(C)]
pub struct Scanner {
    head: Header,
    /// Refuse control characters in strings?
    pub strict: bool,
    /// Called with each dict, unless None.
    pub object_hook: Ref,
    /// Called with each object's pairs, unless None.
    pub object_pairs_hook: Ref,
    /// Called with the text of a number that is no int.
    pub parse_float: Ref,
    /// Called with the text of an int.
    pub parse_int: Ref,
    /// Called with `NaN`, `Infinity` and `-Infinity`.
    pub parse_constant: Ref,
}
object_layout!(
    Scanner,
    Kind::Native,
    container,
    [object_hook, object_pairs_hook, parse_float, parse_int, parse_constant]
);

#[pymethods]
impl Scanner {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        static DEF: NativeDef = crate::constructor!("make_scanner", Either context);
        let ([context], _) = crate::construct::arguments(&DEF, class, args)?;
        let Some(context) = context else { return raise!(SystemError, "a required argument is absent") };
        let attr = |name: &str| getattr_text(context, name);
        let scanner = Scanner {
            head: Header::new(class),
            strict: truth(attr("strict")?.value())?,
            object_hook: attr("object_hook")?,
            object_pairs_hook: attr("object_pairs_hook")?,
            parse_float: attr("parse_float")?,
            parse_int: attr("parse_int")?,
            parse_constant: attr("parse_constant")?,
        };
        Ok(alloc_in(class, scanner).erase())
    }
    #[slot(call)]
    fn call(this: P<Scanner>, args: Args<'_>) -> PyResult {
        static DEF: NativeDef = crate::constructor!("scan_once", Either string, Either idx);
        let ([string, idx], _) = crate::construct::arguments(&DEF, this.head.class.get(), args)?;
        let (Some(string), Some(idx)) = (string, idx) else {
            return raise!(SystemError, "a required argument is absent");
        };
        let idx = index_size(idx, taipan_runtime::error::Exc::OverflowError)?;
        let Some(doc) = string.as_str() else {
            return raise!(TypeError, "first argument must be a string, not {}", string.class().name());
        };
        let Ok(idx) = usize::try_from(idx) else { return raise!(ValueError, "idx cannot be negative") };
        let this = this.own_typed();
        let (value, end) = decode(&this, doc, idx)?;
        Ok(tuple::from_refs(vec![value, int::new(end as i64)]).erase())
    }
    /// strict
    #[getter(name = "strict")]
    fn get_strict(this: P<Scanner>) -> bool {
        this.strict
    }
    /// object_hook
    #[getter(name = "object_hook")]
    fn get_object_hook(this: P<Scanner>) -> Value {
        this.object_hook.value()
    }
    #[getter(name = "object_pairs_hook")]
    fn get_object_pairs_hook(this: P<Scanner>) -> Value {
        this.object_pairs_hook.value()
    }
    /// parse_float
    #[getter(name = "parse_float")]
    fn get_parse_float(this: P<Scanner>) -> Value {
        this.parse_float.value()
    }
    /// parse_int
    #[getter(name = "parse_int")]
    fn get_parse_int(this: P<Scanner>) -> Value {
        this.parse_int.value()
    }
    /// parse_constant
    #[getter(name = "parse_constant")]
    fn get_parse_constant(this: P<Scanner>) -> Value {
        this.parse_constant.value()
    }
}
