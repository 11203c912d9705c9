//! Sums and products over iterables.

use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::index::to_f64;
use taipan_runtime::protocol::iter::{collect, for_each, iter, next};
use taipan_runtime::protocol::number::{add, multiply};
use taipan_runtime::raise;
use taipan_runtime::types::{float, int};
use taipan_runtime::value::Value;

fn floats(v: Value) -> PyResult<Vec<f64>> {
    collect(v)?.iter().map(|x| to_f64(x.value())).collect()
}

pub(super) fn dist_of(p: Value, q: Value) -> PyResult<f64> {
    let (p, q) = (floats(p)?, floats(q)?);
    if p.len() != q.len() {
        return raise!(ValueError, "both points must have the same number of dimensions");
    }
    Ok(pymath::math::dist(&p, &q))
}

pub(super) fn fsum_of(seq: Value) -> PyResult<f64> {
    let mut items = Vec::new();
    for_each(seq, |x| {
        items.push(to_f64(x.value())?);
        Ok(())
    })?;
    match pymath::math::fsum(items) {
        Ok(r) => Ok(r),
        Err(pymath::Error::ERANGE) => raise!(OverflowError, "intermediate overflow in fsum"),
        Err(_) => raise!(ValueError, "-inf + inf in fsum"),
    }
}

/// The product: in machine ints and doubles as long as that is exact, as CPython does it.
pub(super) fn prod_of(iterable: Value, start: Option<Value>) -> PyResult {
    let it = iter(iterable)?;
    let mut total: Ref = start.map_or_else(|| int::new(1), |s| s.own());
    while let Some(x) = next(it.value())? {
        let fast = match (total.as_small_int(), x.as_small_int()) {
            (Some(a), Some(b)) => a.checked_mul(b).map(int::new),
            _ => match (total.as_exact_float(), x.as_exact_float(), x.as_small_int()) {
                (Some(a), Some(b), _) => Some(float::new(a * b)),
                (Some(a), None, Some(i)) => Some(float::new(a * i as f64)),
                _ => None,
            },
        };
        total = match fast {
            Some(r) => r,
            None => multiply(total.value(), x.value())?,
        };
    }
    Ok(total)
}

fn sumprod_floats(p: &[Ref], q: &[Ref]) -> Option<PyResult<f64>> {
    let plain = |v: &Ref| v.as_exact_float().or_else(|| v.as_small_int().map(|i| i as f64));
    let a: Option<Vec<f64>> = p.iter().map(plain).collect();
    let b: Option<Vec<f64>> = q.iter().map(plain).collect();
    let (a, b) = (a?, b?);
    if !p.iter().zip(q).all(|(x, y)| x.as_exact_float().is_some() || y.as_exact_float().is_some()) {
        return None;
    }
    pymath::math::sumprod(&a, &b).ok().map(Ok)
}

pub(super) fn sumprod_of(p: Value, q: Value) -> PyResult {
    let (p_it, q_it) = (iter(p)?, iter(q)?);
    let (mut a, mut b) = (Vec::new(), Vec::new());
    loop {
        match (next(p_it.value())?, next(q_it.value())?) {
            (Some(x), Some(y)) => {
                a.push(x);
                b.push(y);
            }
            (None, None) => break,
            _ => return raise!(ValueError, "Inputs are not the same length"),
        }
    }
    if !a.is_empty()
        && let Some(r) = sumprod_floats(&a, &b)
    {
        return r.map(float::new);
    }
    let mut total = int::new(0);
    for (x, y) in a.iter().zip(&b) {
        let product = multiply(x.value(), y.value())?;
        total = add(total.value(), product.value())?;
    }
    Ok(total)
}
