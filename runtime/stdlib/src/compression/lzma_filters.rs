//! Filter specifiers: dicts with an `"id"` and options, to and from what the library takes.

use super::lzma_stream::{Filter, LzmaError, Options, bcj, delta, preset};
use crate::construct::raise_own;
use liblzma_sys as lz;
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::object::{P, Ref};
use taipan_runtime::protocol::{index, mapping};
use taipan_runtime::raise;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::{int, str};
use taipan_runtime::value::Value;

/// The longest chain that the library takes.
const MOST: usize = 4;

/// A chain of filters from a sequence of specifiers.
pub fn parse_chain(specs: Value) -> PyResult<Vec<Filter>> {
    if specs.downcast::<Dict>().is_some() {
        return raise!(TypeError, "dict is not a sequence");
    }
    let n = mapping::len(specs)?;
    if n > MOST {
        return raise!(ValueError, "Too many filters - liblzma supports a maximum of {MOST}");
    }
    (0..n as i64).map(|i| parse(*mapping::getitem(specs, Value::small_int(i))?)).collect()
}

/// A filter from its specifier.
pub fn parse(spec: Value) -> PyResult<Filter> {
    if spec.class().slots.getitem.get().is_none() {
        return raise!(TypeError, "Filter specifier must be a dict or dict-like object");
    }
    let id = match entry(spec, "id")? {
        Some(id) => unsigned(*id, 64)?,
        None => return raise!(ValueError, "Filter specifier must have an \"id\" entry"),
    };
    let options = match id {
        lz::LZMA_FILTER_LZMA1 | lz::LZMA_FILTER_LZMA2 => parse_lzma(spec)?,
        lz::LZMA_FILTER_DELTA => {
            only(spec, &["id", "dist"], "delta")?;
            delta(number_of(spec, "dist", "delta")?.unwrap_or(1))
        }
        lz::LZMA_FILTER_X86..=lz::LZMA_FILTER_SPARC => {
            only(spec, &["id", "start_offset"], "BCJ")?;
            bcj(number_of(spec, "start_offset", "BCJ")?.unwrap_or(0))
        }
        _ => return raise!(ValueError, "Invalid filter ID: {id}"),
    };
    Ok(Filter { id, options })
}

fn parse_lzma(spec: Value) -> PyResult<Options> {
    const KNOWN: [&str; 10] =
        ["id", "preset", "dict_size", "lc", "lp", "pb", "mode", "nice_len", "mf", "depth"];
    let level = number(spec, "preset")?.unwrap_or(lz::LZMA_PRESET_DEFAULT);
    let Some(mut options) = preset(level) else {
        return raise_own::<LzmaError, Options>(&format!("Invalid compression preset: {level}"));
    };
    only(spec, &KNOWN, "LZMA")?;
    let o = &mut *options;
    let fields: [(&str, &mut u32); 8] = [
        ("dict_size", &mut o.dict_size),
        ("lc", &mut o.lc),
        ("lp", &mut o.lp),
        ("pb", &mut o.pb),
        ("mode", &mut o.mode),
        ("nice_len", &mut o.nice_len),
        ("mf", &mut o.mf),
        ("depth", &mut o.depth),
    ];
    for (key, field) in fields {
        if let Some(n) = number_of(spec, key, "LZMA")? {
            *field = n;
        }
    }
    Ok(Options::Lzma(options))
}

/// Refuses keys that this kind of filter has not got.
fn only(spec: Value, known: &[&str], kind: &str) -> PyResult<()> {
    for key in mapping::keys(spec)? {
        if !key.as_str().is_some_and(|s| known.iter().any(|k| s.is_str(k))) {
            return raise!(ValueError, "Invalid filter specifier for {kind} filter");
        }
    }
    Ok(())
}

fn entry(spec: Value, key: &str) -> PyResult<Option<Ref>> {
    match mapping::getitem(spec, str::interned(key).value()) {
        Ok(v) => Ok(Some(v)),
        Err(raised) => take_if(Exc::KeyError).map(|_| None).ok_or(raised),
    }
}

fn number(spec: Value, key: &str) -> PyResult<Option<u32>> {
    Ok(entry(spec, key)?.map(|v| unsigned(*v, 32)).transpose()?.map(|n| n as u32))
}

/// The number under `key`; one that does not fit makes the whole specifier invalid.
fn number_of(spec: Value, key: &str, kind: &str) -> PyResult<Option<u32>> {
    number(spec, key).or_else(|_| {
        drop(taipan_runtime::error::take());
        raise!(ValueError, "Invalid filter specifier for {kind} filter")
    })
}

/// An int of so many bits.
pub fn unsigned(v: Value, bits: u32) -> PyResult<u64> {
    let n = index::index(v)?;
    let n = match n.as_i64() {
        Some(n) if n < 0 => return raise!(ValueError, "Cannot convert negative int"),
        Some(n) => Some(n as u64),
        None => n.downcast::<int::Int>().and_then(|n| u64::try_from(&n.value).ok()),
    };
    match n.filter(|n| bits == 64 || n >> bits == 0) {
        Some(n) => Ok(n),
        None => {
            let kind = if bits == 64 { "lzma_vli" } else { "uint32_t" };
            raise!(OverflowError, "Python int too large for C {kind}")
        }
    }
}

/// The specifier of a filter, without what a preset would say.
pub fn describe(filter: &Filter) -> PyResult {
    let spec = dict::new();
    let put = |key: &str, n: u64| put(spec.p(), key, n);
    put("id", filter.id)?;
    match &filter.options {
        Options::Lzma(o) => {
            if filter.id == lz::LZMA_FILTER_LZMA1 {
                put("lc", o.lc.into())?;
                put("lp", o.lp.into())?;
                put("pb", o.pb.into())?;
            }
            put("dict_size", o.dict_size.into())?;
        }
        Options::Delta(o) => put("dist", o.dist.into())?,
        Options::Bcj(o) if o.start_offset != 0 => put("start_offset", o.start_offset.into())?,
        Options::Bcj(_) => {}
    }
    Ok(spec.erase())
}

fn put(spec: P<Dict>, key: &str, n: u64) -> PyResult<()> {
    spec.insert(str::interned(key).value(), int::from_u64(n))
}
