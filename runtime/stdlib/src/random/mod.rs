//! `_random`

mod mt;

use dashu_int::ops::UnsignedAbs;
use dashu_int::{IBig, UBig};
use mt::{Mt, N};
use std::cell::RefCell;
use taipan_runtime::error::{PyResult, check_room};
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::int;
use taipan_runtime::types::tuple::{self, Tuple};
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

pub use module::MODULE;

/// `_random.Random`
#[repr(C)]
pub struct Random {
    head: Header,
    state: RefCell<Box<Mt>>,
}
object_layout!(Random, Kind::Native, leaf);

/// Words of entropy from the system.
fn entropy() -> PyResult<Vec<u32>> {
    let mut bytes = [0u8; N * 4];
    let read =
        std::fs::File::open("/dev/urandom").and_then(|mut f| std::io::Read::read_exact(&mut f, &mut bytes));
    if let Err(e) = read {
        return taipan_runtime::types::exception::os_error::raise_io(&e, None);
    }
    Ok(bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
}

fn words_of(n: UBig) -> Vec<u32> {
    let bytes = n.to_le_bytes();
    let words = bytes.chunks(4).map(|c| {
        let mut word = [0u8; 4];
        word[..c.len()].copy_from_slice(c);
        u32::from_le_bytes(word)
    });
    let mut words: Vec<u32> = words.collect();
    if words.is_empty() {
        words.push(0);
    }
    words
}

/// The words that a seed stands for, as CPython takes them.
fn seed_words(seed: Option<Value>) -> PyResult<Vec<u32>> {
    let Some(seed) = seed.filter(|s| !s.is_none()) else { return entropy() };
    if let Some(big) = seed.as_big() {
        return Ok(words_of(big.into_owned().unsigned_abs()));
    }
    let h = taipan_runtime::protocol::compare::hash(seed)?;
    Ok(words_of(UBig::from(h as u64)))
}

#[taipan_runtime::pymethods]
impl Random {
    #[slot(new)]
    fn new(class: P<TypeObject>, _args: Args<'_>) -> PyResult {
        let random = Random { head: Header::new(class), state: RefCell::new(Box::default()) };
        Ok(alloc_in(class, random).erase())
    }
    #[slot(init)]
    fn init(this: P<Random>, args: Args<'_>) -> PyResult<()> {
        if !args.names.is_empty() {
            return raise!(TypeError, "Random() takes no keyword arguments");
        }
        if args.pos().len() > 1 {
            return raise!(TypeError, "Random expected at most 1 argument, got {}", args.pos().len());
        }
        Random::seed(this, args.pos().first().copied())
    }
    /// random() -> x in the interval [0, 1).
    #[method("(self, /)")]
    fn random(this: P<Random>) -> f64 {
        this.state.borrow_mut().next_f64()
    }
    /// seed([n]) -> None.
    ///
    /// Defaults to use urandom and falls back to a combination
    /// of the current time and the process identifier.
    #[method("(self, n=None, /)")]
    fn seed(this: P<Random>, n: Option<Value>) -> PyResult<()> {
        let words = seed_words(n)?;
        this.state.borrow_mut().seed(&words);
        Ok(())
    }
    /// getstate() -> tuple containing the current state.
    #[method("(self, /)")]
    fn getstate(this: P<Random>) -> Ref {
        let state = this.state.borrow();
        let mut items: Vec<Ref> = state.words.iter().map(|&w| int::new(w.into())).collect();
        items.push(int::new(state.index as i64));
        tuple::from_refs(items).erase()
    }
    /// setstate(state) -> None.  Restores generator state.
    #[method("(self, state, /)")]
    fn setstate(this: P<Random>, state: Value) -> PyResult<()> {
        let Some(t) = state.downcast::<Tuple>() else {
            return raise!(TypeError, "state vector must be a tuple");
        };
        if t.len != N + 1 {
            return raise!(ValueError, "state vector is the wrong size");
        }
        let mut words = [0u32; N];
        for (slot, v) in words.iter_mut().zip(t.items()) {
            let i = taipan_runtime::protocol::index::to_i64(*v)?;
            *slot = match u32::try_from(i) {
                Ok(w) => w,
                Err(_) if i < 0 => {
                    return raise!(OverflowError, "can't convert negative value to unsigned int");
                }
                Err(_) => return raise!(OverflowError, "Python int too large to convert to C unsigned long"),
            };
        }
        let index = taipan_runtime::protocol::index::to_i64(t.items()[N])?;
        if !(0..=N as i64).contains(&index) {
            return raise!(ValueError, "invalid state");
        }
        let mut state = this.state.borrow_mut();
        state.words = words;
        state.index = index as usize;
        Ok(())
    }
    /// getrandbits(k) -> x.  Generates an int with k random bits.
    #[method("(self, k, /)")]
    fn getrandbits(this: P<Random>, k: i64) -> PyResult {
        let Ok(mut k) = usize::try_from(k) else {
            return raise!(ValueError, "number of bits must be non-negative");
        };
        let mut state = this.state.borrow_mut();
        if k == 0 {
            return Ok(int::new(0));
        }
        if k <= 32 {
            return Ok(int::new((state.next_u32() >> (32 - k)).into()));
        }
        check_room(k.div_ceil(8) + 4, 1)?;
        let mut bytes = Vec::with_capacity(k.div_ceil(8) + 4);
        while k > 0 {
            let mut word = state.next_u32();
            if k < 32 {
                word >>= 32 - k;
            }
            bytes.extend(word.to_le_bytes());
            k = k.saturating_sub(32);
        }
        Ok(int::from_big(IBig::from(UBig::from_le_bytes(&bytes))))
    }
}

/// Module implements the Mersenne Twister random number generator.
#[taipan_runtime::pymodule(name = "_random")]
mod module {
    use super::Random;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::BASETYPE;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let class =
            crate::construct::add_class::<Random>(m, "Random", types().object, BASETYPE, Random::install);
        crate::construct::set_doc(
            class,
            "Random() -> create a random number generator with its own internal state.",
        );
        Ok(())
    }
}
