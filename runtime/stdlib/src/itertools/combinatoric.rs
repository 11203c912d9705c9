//! `product`, `permutations`, `combinations`, `combinations_with_replacement`.

use super::select::given;
use crate::construct::arguments;
use crate::constructor;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::{Exc, PyResult, check_room};
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, Own, P, Ref, alloc_in};
use taipan_runtime::protocol::index::index_size;
use taipan_runtime::protocol::iter::collect;
use taipan_runtime::slots::Args;
use taipan_runtime::types::tuple::Recycled;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// Where a combinatoric iterator stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Fresh,
    Running,
    Done,
}

fn pick(result: &Recycled, pool: &[Ref], indices: &[usize]) -> PyResult<Option<Ref>> {
    let tuple = result.fill(indices.len(), |k| Ok(Some(pool[indices[k]].clone())))?;
    Ok(tuple.map(Own::erase))
}

/// `product(*iterables, repeat)`
#[repr(C)]
pub struct Product {
    head: Header,
    pools: Vec<Vec<Ref>>,
    indices: RefCell<Vec<usize>>,
    /// Tuples are made of `repeat` rounds of the pools.
    repeat: usize,
    state: Cell<State>,
    /// The last result.
    result: Recycled,
}
object_layout!(Product, Kind::Native, container, [pools, result]);

#[taipan_runtime::pymethods]
impl Product {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let mut repeat = 1;
        for (name, value) in args.keywords() {
            let text = name.as_str().map(|s| s.to_lossy()).unwrap_or_default();
            if text != "repeat" {
                return raise!(TypeError, "product() got an unexpected keyword argument '{text}'");
            }
            repeat = index_size(value, Exc::OverflowError)?;
        }
        if repeat < 0 {
            return raise!(ValueError, "repeat argument cannot be negative");
        }
        let pools: PyResult<Vec<Vec<Ref>>> = args.pos().iter().map(|&v| collect(v)).collect();
        let pools = if repeat == 0 { Vec::new() } else { pools? };
        let Some(n) = pools.len().checked_mul(repeat as usize).filter(|&n| n < 1 << 40) else {
            return raise!(OverflowError, "repeat argument too large");
        };
        check_room(n, size_of::<usize>() * 2)?;
        let state = if pools.iter().any(Vec::is_empty) { State::Done } else { State::Fresh };
        let p = Product {
            head: Header::new(class),
            pools,
            indices: RefCell::new(vec![0; n]),
            repeat: repeat as usize,
            state: Cell::new(state),
            result: Recycled::default(),
        };
        Ok(alloc_in(class, p).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Product>) -> PyResult<Option<Ref>> {
        let mut indices = this.indices.borrow_mut();
        match this.state.get() {
            State::Done => return Ok(None),
            State::Fresh => this.state.set(State::Running),
            State::Running => {
                let pools = this.pools.iter().rev().cycle();
                let advanced = indices.iter_mut().rev().zip(pools).any(|(i, pool)| {
                    *i = if *i + 1 == pool.len() { 0 } else { *i + 1 };
                    *i != 0
                });
                if !advanced {
                    this.state.set(State::Done);
                    return Ok(None);
                }
            }
        }
        debug_assert_eq!(indices.len(), this.pools.len() * this.repeat);
        let mut pools = this.pools.iter().cycle();
        let tuple =
            this.result.fill(indices.len(), |k| Ok(pools.next().map(|pool| pool[indices[k]].clone())))?;
        Ok(tuple.map(Own::erase))
    }
}

macro_rules! subset_iterator {
    ($(#[$doc:meta])* $t:ident $def:ident $name:literal, |$n:ident, $r:ident| $empty:expr, $start:expr,
     |$this:ident, $indices:ident| $advance:block) => {
        $(#[$doc])*
        #[repr(C)]
        pub struct $t {
            head: Header,
            pool: Vec<Ref>,
            indices: RefCell<Vec<usize>>,
            state: Cell<State>,
            /// The last result.
            result: Recycled,
        }
        object_layout!($t, Kind::Native, container, [pool, result]);

        static $def: NativeDef = constructor!($name, Either iterable, Either r);

        #[taipan_runtime::pymethods]
        impl $t {
            #[slot(new)]
            fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
                let ([iterable, r], _) = arguments::<2>(&$def, class, args)?;
                let r = index_size(given(r)?, Exc::OverflowError)?;
                let pool = collect(given(iterable)?)?;
                if r < 0 {
                    return raise!(ValueError, "r must be non-negative");
                }
                let ($n, $r) = (pool.len(), r as usize);
                let state = if $empty { State::Done } else { State::Fresh };
                if state != State::Done {
                    check_room($r, size_of::<usize>())?;
                }
                let indices: Vec<usize> = if state == State::Done { Vec::new() } else { (0..$r).map($start).collect() };
                let t = $t {
                    head: Header::new(class),
                    pool,
                    indices: RefCell::new(indices),
                    state: Cell::new(state),
                    result: Recycled::default(),
                };
                Ok(alloc_in(class, t).erase())
            }
            #[slot(iter)]
            fn iter(this: Value) -> PyResult {
                Ok(this.own())
            }
            #[slot(next)]
            fn next($this: P<$t>) -> PyResult<Option<Ref>> {
                let mut borrowed = $this.indices.borrow_mut();
                let $indices: &mut Vec<usize> = &mut borrowed;
                match $this.state.get() {
                    State::Done => return Ok(None),
                    State::Fresh => $this.state.set(State::Running),
                    State::Running => {
                        let advanced: bool = $advance;
                        if !advanced {
                            $this.state.set(State::Done);
                            return Ok(None);
                        }
                    }
                }
                pick(&$this.result, &$this.pool, $indices)
            }
        }
    };
}

subset_iterator! {
    /// `combinations(iterable, r)`
    Combinations COMBINATIONS "combinations", |n, r| r > n, |i| i, |this, indices| {
        let (n, r) = (this.pool.len(), indices.len());
        match (0..r).rev().find(|&i| indices[i] != i + n - r) {
            None => false,
            Some(i) => {
                let base = indices[i] + 1;
                for (k, index) in indices[i..].iter_mut().enumerate() {
                    *index = base + k;
                }
                true
            }
        }
    }
}

subset_iterator! {
    /// `combinations_with_replacement(iterable, r)`
    CombinationsWithReplacement COMBINATIONS_WITH_REPLACEMENT "combinations_with_replacement",
    |n, r| n == 0 && r > 0, |_| 0, |this, indices| {
        let n = this.pool.len();
        match (0..indices.len()).rev().find(|&i| indices[i] + 1 != n) {
            None => false,
            Some(i) => {
                let value = indices[i] + 1;
                indices[i..].fill(value);
                true
            }
        }
    }
}

/// `permutations(iterable, r)`
#[repr(C)]
pub struct Permutations {
    head: Header,
    pool: Vec<Ref>,
    indices: RefCell<Vec<usize>>,
    cycles: RefCell<Vec<usize>>,
    state: Cell<State>,
    /// The last result.
    result: Recycled,
}
object_layout!(Permutations, Kind::Native, container, [pool, result]);

static PERMUTATIONS: NativeDef = constructor!("permutations", Either iterable, Either r = None);

#[taipan_runtime::pymethods]
impl Permutations {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([iterable, r], _) = arguments::<2>(&PERMUTATIONS, class, args)?;
        let pool = collect(given(iterable)?)?;
        let n = pool.len();
        let r = match r.filter(|v| !v.is_none()) {
            None => n as i64,
            Some(v) if v.is_int_like() => index_size(v, Exc::OverflowError)?,
            Some(_) => return raise!(TypeError, "Expected int as r"),
        };
        if r < 0 {
            return raise!(ValueError, "r must be non-negative");
        }
        let r = r as usize;
        let fits = r <= n;
        let p = Permutations {
            head: Header::new(class),
            pool,
            indices: RefCell::new((0..n).collect()),
            cycles: RefCell::new(if fits { (0..r).map(|i| n - i).collect() } else { Vec::new() }),
            state: Cell::new(if fits { State::Fresh } else { State::Done }),
            result: Recycled::default(),
        };
        Ok(alloc_in(class, p).erase())
    }
    #[slot(iter)]
    fn iter(this: Value) -> PyResult {
        Ok(this.own())
    }
    #[slot(next)]
    fn next(this: P<Permutations>) -> PyResult<Option<Ref>> {
        let (mut indices, mut cycles) = (this.indices.borrow_mut(), this.cycles.borrow_mut());
        let (n, r) = (indices.len(), cycles.len());
        match this.state.get() {
            State::Done => return Ok(None),
            State::Fresh => this.state.set(State::Running),
            State::Running => {
                let advanced = (0..r).rev().any(|i| {
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        indices[i..].rotate_left(1);
                        cycles[i] = n - i;
                        false
                    } else {
                        let j = n - cycles[i];
                        indices.swap(i, j);
                        true
                    }
                });
                if !advanced {
                    this.state.set(State::Done);
                    return Ok(None);
                }
            }
        }
        pick(&this.result, &this.pool, &indices[..r])
    }
}
