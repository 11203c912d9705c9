//! `_blake2`

use super::{Hash, State, data_of, make};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, new_class};
use taipan_runtime::object::P;
use taipan_runtime::protocol::index::index;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::raise;
use taipan_runtime::slots::Args;
use taipan_runtime::types::module::Module;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;

pub use module::MODULE;

static NEW_B: NativeDef = crate::constructor!("blake2b", Either data = None, KeywordOnly digest_size = None,
    KeywordOnly key = None, KeywordOnly salt = None, KeywordOnly person = None, KeywordOnly fanout = None,
    KeywordOnly depth = None, KeywordOnly leaf_size = None, KeywordOnly node_offset = None,
    KeywordOnly node_depth = None, KeywordOnly inner_size = None, KeywordOnly last_node = None,
    KeywordOnly usedforsecurity = None, KeywordOnly string = None);
static NEW_S: NativeDef = crate::constructor!("blake2s", Either data = None, KeywordOnly digest_size = None,
    KeywordOnly key = None, KeywordOnly salt = None, KeywordOnly person = None, KeywordOnly fanout = None,
    KeywordOnly depth = None, KeywordOnly leaf_size = None, KeywordOnly node_offset = None,
    KeywordOnly node_depth = None, KeywordOnly inner_size = None, KeywordOnly last_node = None,
    KeywordOnly usedforsecurity = None, KeywordOnly string = None);

/// The sizes of one of the two functions.
struct Limits {
    name: &'static str,
    out: usize,
    salt: usize,
    max_offset: u64,
}
const B: Limits = Limits { name: "blake2b", out: 64, salt: 16, max_offset: u64::MAX };
const S: Limits = Limits { name: "blake2s", out: 32, salt: 8, max_offset: (1 << 48) - 1 };

/// The parameters of the tree hashing mode, checked.
struct Parameters {
    size: usize,
    key: Vec<u8>,
    salt: Vec<u8>,
    person: Vec<u8>,
    fanout: u8,
    depth: u8,
    leaf_size: u32,
    node_offset: u64,
    node_depth: u8,
    inner_size: usize,
    last_node: bool,
}

fn number(v: Option<Value>, default: i64, low: i64, high: i64, message: &str) -> PyResult<i64> {
    let Some(v) = v else { return Ok(default) };
    match index(v)?.as_i64() {
        Some(i) if (low..=high).contains(&i) => Ok(i),
        _ => raise!(ValueError, "{message}"),
    }
}

fn text(v: Option<Value>, max: usize, what: &str) -> PyResult<Vec<u8>> {
    let data = match v {
        Some(v) => crate::buffer::bytes_of(v)?,
        None => Vec::new(),
    };
    if data.len() > max {
        return raise!(ValueError, "maximum {what} length is {max} bytes");
    }
    Ok(data)
}

fn parameters(l: &Limits, v: &[Option<Value>; 14]) -> PyResult<Parameters> {
    let size_error =
        format!("digest_size for {} must be between 1 and {} bytes, here it is {}", l.name, l.out, {
            match v[1] {
                Some(v) => index(v)?.as_i64().unwrap_or(0),
                None => 0,
            }
        });
    let size = number(v[1], l.out as i64, 1, l.out as i64, &size_error)? as usize;
    let node_offset = match v[8] {
        None => 0,
        Some(v) => match index(v)?.as_big().map(|b| u64::try_from(b.as_ref())) {
            Some(Ok(n)) if n <= l.max_offset => n,
            _ => return raise!(OverflowError, "node_offset is too large"),
        },
    };
    Ok(Parameters {
        size,
        key: text(v[2], l.out, "key")?,
        salt: text(v[3], l.salt, "salt")?,
        person: text(v[4], l.salt, "person")?,
        fanout: number(v[5], 1, 0, 255, "fanout must be between 0 and 255")? as u8,
        depth: number(v[6], 1, 1, 255, "depth must be between 1 and 255")? as u8,
        leaf_size: number(v[7], 0, 0, u32::MAX.into(), "leaf_size is too large")? as u32,
        node_offset,
        node_depth: number(v[9], 0, 0, 255, "node_depth must be between 0 and 255")? as u8,
        inner_size: number(v[10], 0, 0, l.out as i64, "inner_size is out of range")? as usize,
        last_node: v[11].map_or(Ok(false), truth)?,
    })
}

fn blake2b(p: &Parameters) -> State {
    let mut params = blake2b_simd::Params::new();
    params.hash_length(p.size).key(&p.key).salt(&p.salt).personal(&p.person).fanout(p.fanout);
    params.max_depth(p.depth).max_leaf_length(p.leaf_size).node_offset(p.node_offset);
    params.node_depth(p.node_depth).inner_hash_length(p.inner_size).last_node(p.last_node);
    State::Blake2b(params.to_state(), p.size)
}

fn blake2s(p: &Parameters) -> State {
    let mut params = blake2s_simd::Params::new();
    params.hash_length(p.size).key(&p.key).salt(&p.salt).personal(&p.person).fanout(p.fanout);
    params.max_depth(p.depth).max_leaf_length(p.leaf_size).node_offset(p.node_offset);
    params.node_depth(p.node_depth).inner_hash_length(p.inner_size).last_node(p.last_node);
    State::Blake2s(params.to_state(), p.size)
}

fn create(class: P<TypeObject>, def: &'static NativeDef, l: &Limits, args: Args<'_>) -> PyResult {
    let (values, _) = crate::construct::arguments::<14>(def, class, args)?;
    let p = parameters(l, &values)?;
    let mut state = if l.out == 64 { blake2b(&p) } else { blake2s(&p) };
    if let Some(v) = values[0].or(values[13]) {
        state.update(&data_of(v)?);
    }
    Ok(make(class, state))
}

fn new_b(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    create(class, &NEW_B, &B, args)
}
fn new_s(class: P<TypeObject>, args: Args<'_>) -> PyResult {
    create(class, &NEW_S, &S, args)
}

/// BLAKE2b and BLAKE2s.
#[taipan_runtime::pymodule(name = "_blake2")]
mod module {
    use super::*;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::int;
    use taipan_runtime::types::type_object::flags::BASETYPE;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let made: [(&Limits, fn(P<TypeObject>)); 2] = [
            (&B, |c| {
                Hash::install(c);
                c.slots.new.set(Some(new_b));
            }),
            (&S, |c| {
                Hash::install(c);
                c.slots.new.set(Some(new_s));
            }),
        ];
        for (l, install) in made {
            let class = new_class::<Hash>("_blake2", l.name, types().object, BASETYPE, install);
            let constants = [
                ("SALT_SIZE", l.salt),
                ("PERSON_SIZE", l.salt),
                ("MAX_KEY_SIZE", l.out),
                ("MAX_DIGEST_SIZE", l.out),
            ];
            for (name, value) in constants {
                class.dict().insert_text(name, int::new(value as i64));
            }
            m.set(l.name, class.value());
        }
        m.set("_GIL_MINSIZE", Value::small_int(2048));
        Ok(())
    }
}
