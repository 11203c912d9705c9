//! `_lru_cache_wrapper`: the cache is a dict in order of use.

use crate::construct::arguments;
use crate::constructor;
use std::cell::Cell;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::call::call;
use taipan_runtime::protocol::compare::hash;
use taipan_runtime::protocol::truth::truth;
use taipan_runtime::slots::Args;
use taipan_runtime::types::descriptor::BoundMethod;
use taipan_runtime::types::dict::{self, Dict};
use taipan_runtime::types::str::Str;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::types::{int, tuple};
use taipan_runtime::value::{NONE, Value};
use taipan_runtime::{object_layout, raise};

/// A caching function.
#[repr(C)]
pub struct Lru {
    head: Header,
    function: Ref,
    cache: Own<Dict>,
    info: Ref,
    /// Entries at most; `None` for no limit.
    maxsize: Option<usize>,
    typed: bool,
    hits: Cell<u64>,
    misses: Cell<u64>,
}
object_layout!(Lru, Kind::Native, container, [function, cache, info]);

static LRU: NativeDef =
    constructor!("lru_cache", Either user_function, Either maxsize, Either typed, Either cache_info_type);

/// What calls with these arguments are cached under. The class of the cache marks where keywords begin.
fn key_of(args: Args<'_>, typed: bool) -> Ref {
    let pos = args.pos();
    if let (&[one], [], false) = (pos, args.names, typed)
        && (one.is_int() || one.exact::<Str>().is_some())
    {
        return one.own();
    }
    let mut items: Vec<Ref> = pos.iter().map(|v| v.own()).collect();
    if !args.names.is_empty() {
        items.extend(native_class::<Lru>().map(|c| c.own()));
        for (name, value) in args.keywords() {
            items.extend([name.own(), value.own()]);
        }
    }
    if typed {
        items.extend(args.values.iter().map(|v| v.class().own()));
    }
    tuple::from_refs(items).erase()
}

#[taipan_runtime::pymethods]
impl Lru {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([function, maxsize, typed, info], _) = arguments::<4>(&LRU, class, args)?;
        let (function, maxsize) = (function.unwrap_or(NONE), maxsize.unwrap_or(NONE));
        if function.class().slots.call.get().is_none() {
            return raise!(TypeError, "the first argument must be callable");
        }
        let maxsize = if maxsize.is_none() {
            None
        } else if taipan_runtime::protocol::index::has_index(maxsize) {
            let n = taipan_runtime::protocol::index::index_size(
                maxsize,
                taipan_runtime::error::Exc::OverflowError,
            )?;
            Some(n.max(0) as usize)
        } else {
            return raise!(TypeError, "maxsize should be integer or None");
        };
        let lru = Lru {
            head: Header::new(class),
            function: function.own(),
            cache: dict::new(),
            info: info.unwrap_or(NONE).own(),
            maxsize,
            typed: typed.map_or(Ok(false), truth)?,
            hits: Cell::new(0),
            misses: Cell::new(0),
        };
        Ok(alloc_in(class, lru).erase())
    }
    #[slot(call)]
    fn call(this: P<Lru>, args: Args<'_>) -> PyResult {
        let this = this.own_typed();
        if this.maxsize == Some(0) {
            this.misses.set(this.misses.get() + 1);
            return call(this.function.value(), args);
        }
        let key = key_of(args, this.typed);
        let h = hash(key.value())?;
        if let Some(place) = this.cache.place_hashed(key.value(), h)? {
            let result = this.cache.value_at(place).own();
            this.hits.set(this.hits.get() + 1);
            if this.maxsize.is_some() {
                this.cache.move_to_end(place);
            }
            return Ok(result);
        }
        this.misses.set(this.misses.get() + 1);
        let result = call(this.function.value(), args)?;
        if let Some(max) = this.maxsize {
            // The function may have filled the same key: its result is as good.
            if this.cache.place_hashed(key.value(), h)?.is_some() {
                return Ok(result);
            }
            if this.cache.len() >= max {
                drop(this.cache.pop_first());
            }
        }
        this.cache.insert_hashed(key.value(), h, result.clone())?;
        Ok(result)
    }
    #[slot(descr_get)]
    fn get(this: P<Lru>, instance: Option<Value>, _owner: P<TypeObject>) -> PyResult {
        match instance.filter(|v| !v.is_none()) {
            None => Ok(this.own()),
            Some(v) => Ok(BoundMethod::new(this.value(), v).erase()),
        }
    }
    /// Report cache statistics
    #[method("(self, /)")]
    fn cache_info(this: P<Lru>) -> PyResult {
        let maxsize = this.maxsize.map_or(Ref::from_raw(NONE), |n| int::new(n as i64));
        let numbers = [
            int::from_u64(this.hits.get()),
            int::from_u64(this.misses.get()),
            maxsize,
            int::new(this.cache.len() as i64),
        ];
        let values: Vec<Value> = numbers.iter().map(|r| r.value()).collect();
        call(this.info.value(), Args::positional(&values))
    }
    /// Clear the cache and cache statistics
    #[method("(self, /)")]
    fn cache_clear(this: P<Lru>) {
        this.hits.set(0);
        this.misses.set(0);
        this.cache.clear_all();
    }
    #[method("(self, /)", name = "__reduce__")]
    fn reduce(this: P<Lru>) -> PyResult {
        taipan_runtime::protocol::attr::getattr_text(this.value(), "__qualname__")
    }
    #[method("(self, /)", name = "__copy__")]
    fn copy(this: P<Lru>) -> Value {
        this.value()
    }
    #[method("(self, memo, /)", name = "__deepcopy__")]
    fn deepcopy(this: P<Lru>, _memo: Value) -> Value {
        this.value()
    }
}
