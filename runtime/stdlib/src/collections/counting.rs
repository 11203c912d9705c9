//! What `Counter` counts with.

use taipan_runtime::error::PyResult;
use taipan_runtime::protocol::call::call_method_text;
use taipan_runtime::protocol::compare::hash;
use taipan_runtime::protocol::iter::{iter, next};
use taipan_runtime::protocol::number::add;
use taipan_runtime::protocol::type_attr::lookup;
use taipan_runtime::runtime::types;
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::int;
use taipan_runtime::types::str::interned;
use taipan_runtime::value::Value;

/// Are `get` and `__setitem__` the ones of `dict`?
fn plain_dict(mapping: Value) -> bool {
    let (class, dict) = (mapping.class(), types().dict);
    mapping.downcast::<Dict>().is_some()
        && ["get", "__setitem__"].iter().all(|name| {
            let name = interned(name);
            match (lookup(class, name), lookup(dict, name)) {
                (Some(a), Some(b)) => a.is(b),
                _ => false,
            }
        })
}

/// For each item: `mapping[item] = mapping.get(item, 0) + 1`.
pub fn count_elements(mapping: Value, iterable: Value) -> PyResult<()> {
    let it = iter(iterable)?;
    let one = int::new(1);
    if let Some(d) = mapping.downcast::<Dict>().filter(|_| plain_dict(mapping)) {
        while let Some(key) = next(it.value())? {
            let h = hash(key.value())?;
            let count = match d.get_hashed(key.value(), h)? {
                None => one.clone(),
                Some(old) => match old.as_small_int() {
                    Some(n) => int::new(n + 1),
                    None => {
                        let old = old.own();
                        add(old.value(), one.value())?
                    }
                },
            };
            d.insert_hashed(key.value(), h, count)?;
        }
        return Ok(());
    }
    let zero = int::new(0);
    while let Some(key) = next(it.value())? {
        let old = call_method_text(mapping, "get", &[key.value(), zero.value()])?;
        let count = add(old.value(), one.value())?;
        taipan_runtime::protocol::mapping::setitem(mapping, key.value(), count.value())?;
    }
    Ok(())
}
