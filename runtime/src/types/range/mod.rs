//! `range`: raw machine integers where everything fits in 64 bits, big integers otherwise.

mod iter;
mod methods;

pub use iter::{LongRangeIter, RangeIter, install_iter, install_long_iter, iter_over};
pub use methods::install;

use crate::concrete::range_len;
use crate::object::{Header, Kind, Own, P, Ref, alloc};
use crate::object_layout;
use crate::runtime::types;
use crate::types::int;
use dashu_int::IBig;
use dashu_int::ops::DivRem;

/// The parts of a range that does not fit in 64 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wide {
    /// `start`
    pub start: IBig,
    /// `stop`
    pub stop: IBig,
    /// `step`, not zero.
    pub step: IBig,
    /// Number of items.
    pub len: IBig,
}

/// A range.
#[repr(C)]
pub struct Range {
    /// The header.
    pub head: Header,
    /// `start`; meaningless if `wide` is set, as the next three are.
    pub start: i64,
    /// `stop`
    pub stop: i64,
    /// `step`, not zero.
    pub step: i64,
    /// Number of items; -1 if `wide` is set, so that machine code can test for that.
    pub len: i64,
    /// The parts, where they do not fit.
    pub wide: Option<Box<Wide>>,
}
object_layout!(Range, Kind::Range, leaf);

/// A range of machine integers; `step` is not zero.
pub fn new(start: i64, stop: i64, step: i64) -> Own<Range> {
    match i64::try_from(range_len(start, stop, step)) {
        Ok(len) => alloc(Range { head: Header::new(types().range), start, stop, step, len, wide: None }),
        Err(_) => wide(start.into(), stop.into(), step.into()),
    }
}

/// A range of any integers; `step` is not zero.
pub fn from_big(start: IBig, stop: IBig, step: IBig) -> Own<Range> {
    match (i64::try_from(&start), i64::try_from(&stop), i64::try_from(&step)) {
        (Ok(a), Ok(b), Ok(s)) => new(a, b, s),
        _ => wide(start, stop, step),
    }
}

fn wide(start: IBig, stop: IBig, step: IBig) -> Own<Range> {
    let forwards = step > IBig::ZERO;
    let span = if forwards { &stop - &start } else { &start - &stop };
    let len = if span <= IBig::ZERO {
        IBig::ZERO
    } else {
        let unit = if forwards { step.clone() } else { -&step };
        (span - IBig::ONE).div_rem(unit).0 + IBig::ONE
    };
    let wide = Some(Box::new(Wide { start, stop, step, len }));
    alloc(Range { head: Header::new(types().range), start: 0, stop: 0, step: 1, len: -1, wide })
}

impl Range {
    /// The parts as big integers.
    pub fn big(&self) -> Wide {
        match &self.wide {
            Some(w) => (**w).clone(),
            None => Wide {
                start: self.start.into(),
                stop: self.stop.into(),
                step: self.step.into(),
                len: self.len.into(),
            },
        }
    }
    /// The item at `i`, which is in range.
    pub fn item(&self, i: i64) -> Ref {
        match &self.wide {
            None => int::new(self.start.wrapping_add(i.wrapping_mul(self.step))),
            Some(w) => int::from_big(&w.start + &w.step * IBig::from(i)),
        }
    }
    /// The item at `i`, which is in range.
    fn item_big(&self, i: &IBig) -> Ref {
        let w = self.big();
        int::from_big(w.start + w.step * i)
    }
    /// Are there no items?
    pub fn is_empty(&self) -> bool {
        self.wide.as_ref().map_or(self.len == 0, |w| w.len.is_zero())
    }
}

/// `start`, `stop`, `step` as Python ints.
pub fn parts(r: P<Range>) -> [Ref; 3] {
    match &r.wide {
        None => [int::new(r.start), int::new(r.stop), int::new(r.step)],
        Some(w) => [w.start.clone(), w.stop.clone(), w.step.clone()].map(int::from_big),
    }
}
