//! `str.translate` and `str.maketrans`.

use super::{Str, StrBuilder};
use crate::error::{Exc, PyResult, take_if};
use crate::object::{Own, P};
use crate::protocol::mapping;
use crate::types::dict::{self, Dict};
use crate::types::int;
use crate::value::{NONE, Value};
use crate::{pymethods, raise};

/// What a table says about a character.
enum Mapped {
    Same,
    Deleted,
    Char(u32),
    Text(Own<Str>),
}

fn look_up(table: Value, c: u32) -> PyResult<Mapped> {
    let key = Value::small_int(c.into());
    let found = match table.exact::<Dict>() {
        Some(d) => match d.get(key)? {
            Some(v) => v.own(),
            None => return Ok(Mapped::Same),
        },
        None => match mapping::getitem(table, key) {
            Ok(v) => v,
            Err(raised) => {
                return if take_if(Exc::LookupError).is_some() { Ok(Mapped::Same) } else { Err(raised) };
            }
        },
    };
    if found.is_none() {
        return Ok(Mapped::Deleted);
    }
    if let Some(s) = found.as_str() {
        return Ok(Mapped::Text(s.own_typed()));
    }
    if !found.is_int_like() {
        return raise!(TypeError, "character mapping must return integer, None or str");
    }
    match found.as_i64().and_then(|i| u32::try_from(i).ok()) {
        Some(c) if c < 0x110000 => Ok(Mapped::Char(c)),
        _ => raise!(ValueError, "character mapping must be in range(0x110000)"),
    }
}

fn translate(s: P<Str>, table: Value) -> PyResult<StrBuilder> {
    const UNKNOWN: u32 = u32::MAX;
    let mut out = StrBuilder::with_capacity(s.len());
    // ASCII characters that become a character are looked up once each.
    let mut known = [UNKNOWN; 128];
    for c in s.chars().iter() {
        if let Some(&to) = known.get(c as usize)
            && to != UNKNOWN
        {
            out.push(to);
            continue;
        }
        let to = match look_up(table, c)? {
            Mapped::Same => c,
            Mapped::Char(to) => to,
            Mapped::Deleted => continue,
            Mapped::Text(t) => {
                out.push_pystr(&t);
                continue;
            }
        };
        out.push(to);
        if let Some(known) = known.get_mut(c as usize) {
            *known = to;
        }
    }
    Ok(out)
}

fn from_dict(x: Value) -> PyResult<Own<Dict>> {
    let Some(source) = x.exact::<Dict>() else {
        return raise!(TypeError, "if you give only one argument to maketrans it must be a dict");
    };
    let table = dict::new();
    let pairs: Vec<_> = source.iter().map(|(k, v)| (k.own(), v.own())).collect();
    for (k, v) in pairs {
        if let Some(s) = k.as_str() {
            match (s.len(), s.chars().get(0)) {
                (1, Some(c)) => table.insert(Value::small_int(c.into()), v)?,
                _ => return raise!(ValueError, "string keys in translatetable must be of length 1"),
            }
        } else if k.is_int_like() {
            table.insert(*k, v)?;
        } else {
            return raise!(TypeError, "keys in translate table mustbe strings or integers");
        }
    }
    Ok(table)
}

#[pymethods(install_translate)]
impl Str {
    /// Replace each character in the string using the given translation table.
    #[method("(table, /)")]
    fn translate(this: P<Str>, table: Value) -> PyResult<StrBuilder> {
        translate(this, table)
    }

    /// Return a translation table usable for str.translate().
    #[staticmethod("(x, y=None, z=None, /)")]
    fn maketrans(x: Value, y: Option<Value>, z: Option<Value>) -> PyResult<Own<Dict>> {
        let Some(y) = y else { return from_dict(x) };
        let text = |v: Value, n: usize| match v.as_str() {
            Some(s) => Ok(s),
            None => raise!(TypeError, "maketrans() argument {n} must be str, not {}", v.class().name()),
        };
        let to = text(y, 2)?;
        let removed = z.map(|z| text(z, 3)).transpose()?;
        let Some(from) = x.as_str() else {
            return raise!(
                TypeError,
                "first maketrans argument must be a string if there is a second argument"
            );
        };
        if from.len() != to.len() {
            return raise!(ValueError, "the first two maketrans arguments must have equal length");
        }
        let table = dict::new();
        for (a, b) in from.chars().iter().zip(to.chars().iter()) {
            table.insert(Value::small_int(a.into()), int::new(b.into()))?;
        }
        if let Some(removed) = removed {
            for c in removed.chars().iter() {
                table.insert(Value::small_int(c.into()), NONE.own())?;
            }
        }
        Ok(table)
    }
}
