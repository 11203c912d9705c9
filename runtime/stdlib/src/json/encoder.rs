//! `make_encoder`

use super::escape::{Escapes, write_string};
use crate::construct::{type_name, with_note};
use foldhash::fast::FixedState;
use std::collections::HashSet;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::call::{call_method_text, call1};
use taipan_runtime::protocol::repr::repr_text;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::text::float_repr;
use taipan_runtime::thread::current;
use taipan_runtime::types::descriptor::NativeFunction;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::int::text::{decimal_i64, to_decimal};
use taipan_runtime::types::list::{self, List};
use taipan_runtime::types::str::{self, Str, StrBuilder};
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{FALSE, NONE, TRUE, Value};
use taipan_runtime::{object_layout, pymethods, raise};

/// How a `JSONEncoder` wants objects written.
#[repr(C)]
pub struct Encoder {
    head: Header,
    markers: Ref,
    default: Ref,
    encoder: Ref,
    indent: Ref,
    key_separator: Own<Str>,
    item_separator: Own<Str>,
    sort_keys: bool,
    skipkeys: bool,
    allow_nan: bool,
    /// What `encoder` does, if it is this module's.
    escapes: Option<Escapes>,
}
object_layout!(
    Encoder,
    Kind::Native,
    container,
    [markers, default, encoder, indent, key_separator, item_separator]
);

/// Which of the module's functions this is.
fn known_encoder(f: Value) -> Option<Escapes> {
    let f = f.downcast::<NativeFunction>()?;
    if !f.module.get()?.as_str()?.is_str("_json") {
        return None;
    }
    match f.def.name {
        "encode_basestring_ascii" => Some(Escapes::Ascii),
        "encode_basestring" => Some(Escapes::Needed),
        _ => None,
    }
}

fn str_argument(v: Value, number: usize) -> PyResult<Own<Str>> {
    match v.as_str() {
        Some(s) => Ok(s.own_typed()),
        None => {
            let got = v.class().name();
            raise!(TypeError, "make_encoder() argument {number} must be str, not {got}")
        }
    }
}

#[pymethods]
impl Encoder {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        static DEF: NativeDef = crate::constructor!("make_encoder", Either markers,
            Either default, Either encoder, Either indent, Either key_separator, Either item_separator,
            Either sort_keys, Either skipkeys, Either allow_nan);
        let (given, _) = crate::construct::arguments::<9>(&DEF, class, args)?;
        let [
            markers,
            default,
            encoder,
            indent,
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
        ] = given.map(|v| v.unwrap_or(NONE));
        let (key_separator, item_separator) =
            (str_argument(key_separator, 5)?, str_argument(item_separator, 6)?);
        let (sort_keys, skipkeys, allow_nan) = (truth(sort_keys)?, truth(skipkeys)?, truth(allow_nan)?);
        if !markers.is_none() && markers.downcast::<Dict>().is_none() {
            let got = markers.class().name();
            return raise!(TypeError, "make_encoder() argument 1 must be dict or None, not {got}");
        }
        if !indent.is_none() && indent.as_str().is_none() {
            let got = indent.class().name();
            return raise!(TypeError, "make_encoder() argument 4 must be str or None, not {got}");
        }
        let encoder = Encoder {
            head: Header::new(class),
            markers: markers.own(),
            default: default.own(),
            encoder: encoder.own(),
            indent: indent.own(),
            key_separator,
            item_separator,
            sort_keys,
            skipkeys,
            allow_nan,
            escapes: known_encoder(encoder),
        };
        Ok(alloc_in(class, encoder).erase())
    }
    #[slot(call)]
    fn call(this: P<Encoder>, args: Args<'_>) -> PyResult {
        static DEF: NativeDef = crate::constructor!("_iterencode", Either obj, Either _current_indent_level);
        let (given, _) = crate::construct::arguments::<2>(&DEF, this.head.class.get(), args)?;
        let [object, level] = given.map(|v| v.unwrap_or(NONE).own());
        let level = taipan_runtime::protocol::index::index_size(
            level.value(),
            taipan_runtime::error::Exc::OverflowError,
        )?;
        let this = this.own_typed();
        let mut writer = Writer {
            encoder: &this,
            out: StrBuilder::new(),
            level: usize::try_from(level).unwrap_or(0),
            open: HashSet::default(),
        };
        writer.value(object.value())?;
        Ok(tuple::from_refs(vec![writer.out.try_finish()?.erase()]).erase())
    }
    /// markers
    #[getter(name = "markers")]
    fn get_markers(this: P<Encoder>) -> Value {
        this.markers.value()
    }
    /// default
    #[getter(name = "default")]
    fn get_default(this: P<Encoder>) -> Value {
        this.default.value()
    }
    /// encoder
    #[getter(name = "encoder")]
    fn get_encoder(this: P<Encoder>) -> Value {
        this.encoder.value()
    }
    /// indent
    #[getter(name = "indent")]
    fn get_indent(this: P<Encoder>) -> Value {
        this.indent.value()
    }
    /// key_separator
    #[getter(name = "key_separator")]
    fn get_key_separator(this: P<Encoder>) -> Value {
        this.key_separator.p().value()
    }
    /// item_separator
    #[getter(name = "item_separator")]
    fn get_item_separator(this: P<Encoder>) -> Value {
        this.item_separator.p().value()
    }
    /// sort_keys
    #[getter(name = "sort_keys")]
    fn get_sort_keys(this: P<Encoder>) -> bool {
        this.sort_keys
    }
    /// skipkeys
    #[getter(name = "skipkeys")]
    fn get_skipkeys(this: P<Encoder>) -> bool {
        this.skipkeys
    }
}

/// The writing of one document.
struct Writer<'a> {
    encoder: &'a Encoder,
    out: StrBuilder,
    /// Containers around, for the indentation.
    level: usize,
    /// The objects being written, if cycles are looked for.
    open: HashSet<u64, FixedState>,
}

impl Writer<'_> {
    /// Write any object.
    fn value(&mut self, v: Value) -> PyResult<()> {
        if let Some(s) = v.as_str() {
            return self.string(s);
        }
        if let Some(text) = literal(v) {
            self.out.push_str(text);
            return Ok(());
        }
        if v.is_int_like() {
            return self.int(v);
        }
        if let Some(f) = v.as_float() {
            let text = self.float(v, f)?;
            self.out.push_str(&text);
            return Ok(());
        }
        if v.downcast::<List>().is_some() || v.downcast::<Tuple>().is_some() {
            current().check_stack_share(8, " while encoding a JSON object")?;
            return self.sequence(v);
        }
        if let Some(d) = v.downcast::<Dict>() {
            current().check_stack_share(8, " while encoding a JSON object")?;
            return self.dict(d);
        }
        self.other(v)
    }

    fn string(&mut self, s: P<Str>) -> PyResult<()> {
        if let Some(escapes) = self.encoder.escapes {
            write_string(&mut self.out, &s, escapes);
            return Ok(());
        }
        let text = call1(self.encoder.encoder.value(), s.value())?;
        match text.as_str() {
            Some(t) => self.out.push_pystr(&t),
            None => {
                return raise!(TypeError, "encoder() must return a string, not {}", text.class().name());
            }
        }
        Ok(())
    }
    fn int(&mut self, v: Value) -> PyResult<()> {
        if let Some(i) = v.as_i64() {
            decimal_i64(i, |digits| self.out.push_latin1(digits));
            return Ok(());
        }
        if let Some(s) = to_decimal(v)?.as_str() {
            self.out.push_pystr(&s);
        }
        Ok(())
    }
    fn float(&self, v: Value, f: f64) -> PyResult<String> {
        if f.is_finite() {
            return Ok(float_repr::repr(f));
        }
        if !self.encoder.allow_nan {
            let shown = repr_text(v)?;
            return raise!(ValueError, "Out of range float values are not JSON compliant: {shown}");
        }
        let name = if f.is_nan() {
            "NaN"
        } else if f > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        };
        Ok(name.to_owned())
    }

    /// Note that an object is being written; an error if it is already.
    fn begin(&mut self, v: Value) -> PyResult<()> {
        if !self.encoder.markers.is_none() && !self.open.insert(v.bits()) {
            return raise!(ValueError, "Circular reference detected");
        }
        Ok(())
    }
    fn end(&mut self, v: Value) {
        if !self.encoder.markers.is_none() {
            self.open.remove(&v.bits());
        }
    }

    /// What `default` makes of an object.
    fn other(&mut self, v: Value) -> PyResult<()> {
        self.begin(v)?;
        let instead = call1(self.encoder.default.value(), v)?;
        current().check_repr_stack(" while encoding a JSON object")?;
        if self.value(instead.value()).is_err() {
            return with_note(|| Ok(format!("when serializing {} object", type_name(v))));
        }
        self.end(v);
        Ok(())
    }

    /// A new line and the indentation, if lines are wanted.
    fn new_line(&mut self) {
        if let Some(indent) = self.encoder.indent.as_str() {
            self.out.push(0x0a);
            for _ in 0..self.level {
                self.out.push_pystr(&indent);
            }
        }
    }
    fn open(&mut self, bracket: u8) {
        self.out.push(bracket.into());
        self.level += 1;
    }
    /// Close what was opened; `empty` if nothing was written in between.
    fn close(&mut self, bracket: u8, empty: bool) {
        self.level -= 1;
        if !empty {
            self.new_line();
        }
        self.out.push(bracket.into());
    }
    /// Before an item.
    fn separate(&mut self, first: bool) {
        if !first {
            self.out.push_pystr(&self.encoder.item_separator);
        }
        self.new_line();
    }

    /// A list or tuple.
    fn sequence(&mut self, v: Value) -> PyResult<()> {
        // Asked each time: what encodes an item may change the list.
        let item = |i: usize| match v.downcast::<List>() {
            Some(l) => l.items.get(i).map(|x| x.own()),
            None => v.downcast::<Tuple>().and_then(|t| t.items().get(i).map(|x| x.own())),
        };
        let Some(mut next) = item(0) else {
            self.out.push_str("[]");
            return Ok(());
        };
        self.begin(v)?;
        self.open(b'[');
        let mut i = 0;
        loop {
            self.separate(i == 0);
            if self.value(next.value()).is_err() {
                return with_note(|| Ok(format!("when serializing {} item {i}", type_name(v))));
            }
            i += 1;
            match item(i) {
                Some(x) => next = x,
                None => break,
            }
        }
        self.close(b']', false);
        self.end(v);
        Ok(())
    }

    fn dict(&mut self, d: P<Dict>) -> PyResult<()> {
        if d.is_empty() {
            self.out.push_str("{}");
            return Ok(());
        }
        self.begin(d.value())?;
        self.open(b'{');
        let mut first = true;
        if self.encoder.sort_keys || d.value().exact::<Dict>().is_none() {
            for item in self.items(d)? {
                let pair = item.downcast::<Tuple>();
                let Some(&[key, value]) = pair.as_ref().map(|p| p.items()) else {
                    return raise!(ValueError, "items must return 2-tuples");
                };
                self.item(d, key, value, &mut first)?;
            }
        } else {
            let mut place = 0;
            while place < d.places() {
                if let Some((key, value)) = d.entry(place) {
                    let (key, value) = (key.own(), value.own());
                    self.item(d, key.value(), value.value(), &mut first)?;
                }
                place += 1;
            }
        }
        self.close(b'}', first);
        self.end(d.value());
        Ok(())
    }
    /// The pairs, sorted if that is wanted.
    fn items(&self, d: P<Dict>) -> PyResult<Vec<Ref>> {
        let items = if d.value().exact::<Dict>().is_some() {
            list::new(d.iter().map(|(k, v)| tuple::from_values(&[k, v]).erase()).collect())
        } else {
            list::from_iterable(call_method_text(d.value(), "items", &[])?.value())?
        };
        if self.encoder.sort_keys {
            list::sort(items.p(), None, false)?;
        }
        Ok(items.items.to_refs())
    }
    fn item(&mut self, d: P<Dict>, key: Value, value: Value, first: &mut bool) -> PyResult<()> {
        let made;
        let text = match key.as_str() {
            Some(s) => s,
            None => match self.key(key)? {
                Some(s) => {
                    made = s;
                    made.p()
                }
                None => return Ok(()),
            },
        };
        self.separate(std::mem::replace(first, false));
        self.string(text)?;
        self.out.push_pystr(&self.encoder.key_separator);
        if self.value(value).is_err() {
            return with_note(|| {
                Ok(format!("when serializing {} item {}", type_name(d.value()), repr_text(key)?))
            });
        }
        Ok(())
    }
    /// A key that is no str as text; `None` if it is skipped.
    fn key(&self, key: Value) -> PyResult<Option<Own<Str>>> {
        if let Some(f) = key.as_float() {
            return Ok(Some(str::new(&self.float(key, f)?)));
        }
        if let Some(text) = literal(key) {
            return Ok(Some(str::new(text)));
        }
        if key.is_int_like() {
            return Ok(to_decimal(key)?.as_str().map(|s| s.own_typed()));
        }
        if self.encoder.skipkeys {
            return Ok(None);
        }
        let got = key.class().name();
        raise!(TypeError, "keys must be str, int, float, bool or None, not {got}")
    }
}

/// The word for the constants that have one.
fn literal(v: Value) -> Option<&'static str> {
    if v.is(NONE) {
        Some("null")
    } else if v.is(TRUE) {
        Some("true")
    } else if v.is(FALSE) {
        Some("false")
    } else {
        None
    }
}
