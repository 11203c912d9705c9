//! Subscripts of `memoryview`.

use super::element::{pack, unpack};
use super::{MemoryView, from_buffer};
use crate::buffer::Buffer;
use crate::error::{Exc, PyResult};
use crate::object::P;
use crate::protocol::index;
use crate::types::slice::{self, Slice};
use crate::types::tuple::Tuple;
use crate::value::{ELLIPSIS, Value};
use crate::{pymethods, raise};

/// What a key means.
enum Place {
    /// The element at this position.
    Element(isize),
    /// A part of the first dimension.
    Part(Buffer),
    /// All of a view without dimensions.
    Whole,
}

fn position(view: &Buffer, dimension: usize, i: i64) -> PyResult<isize> {
    match crate::protocol::mapping::place(i, view.shape[dimension]) {
        Some(i) => Ok(i as isize * view.strides[dimension]),
        None => raise!(IndexError, "index out of bounds on dimension {}", dimension + 1),
    }
}

fn resolve(view: Buffer, key: Value) -> PyResult<Place> {
    let n = view.shape.len();
    if n == 0 {
        return match key.downcast::<Tuple>() {
            Some(t) if t.len == 0 => Ok(Place::Element(view.offset as isize)),
            _ if key.is(ELLIPSIS) => Ok(Place::Whole),
            _ => raise!(TypeError, "invalid indexing of 0-dim memory"),
        };
    }
    if index::has_index(key) {
        let i = index::index_size(key, Exc::IndexError)?;
        if n > 1 {
            return raise!(NotImplementedError, "multi-dimensional sub-views are not implemented");
        }
        return Ok(Place::Element(view.offset as isize + position(&view, 0, i)?));
    }
    if let Some(s) = key.exact::<Slice>() {
        let (start, stop, step) = slice::unpack(s)?;
        let (start, _, count) = crate::concrete::adjust_indices(view.shape[0], start, stop, step);
        let mut part = view;
        if count > 0 {
            part.offset = (part.offset as isize + start as isize * part.strides[0]) as usize;
        }
        part.shape[0] = count;
        part.strides[0] = part.strides[0].wrapping_mul(step as isize);
        return Ok(Place::Part(part));
    }
    let Some(t) = key.downcast::<Tuple>() else { return raise!(TypeError, "memoryview: invalid slice key") };
    if t.items().iter().all(|v| v.exact::<Slice>().is_some()) && t.len > 0 {
        return raise!(NotImplementedError, "multi-dimensional slicing is not implemented");
    }
    if !t.items().iter().all(|&v| index::has_index(v)) {
        return raise!(TypeError, "memoryview: invalid slice key");
    }
    if t.len > n {
        return raise!(TypeError, "cannot index {n}-dimension view with {}-element tuple", t.len);
    }
    if t.len < n {
        return raise!(NotImplementedError, "sub-views are not implemented");
    }
    let mut at = view.offset as isize;
    for (d, &v) in t.items().iter().enumerate() {
        at += position(&view, d, index::index_size(v, Exc::IndexError)?)?;
    }
    Ok(Place::Element(at))
}

/// Copy the elements of `from` to those of `to`, which may overlap.
fn assign(to: &Buffer, from: &Buffer) -> PyResult<()> {
    let plain = |f: &str| f.strip_prefix('@').unwrap_or(f).to_owned();
    if plain(&to.format) != plain(&from.format) || to.itemsize != from.itemsize || to.shape != from.shape {
        return raise!(ValueError, "memoryview assignment: lvalue and rvalue have different structures");
    }
    let data = from.to_vec();
    let mut elements = data.chunks_exact(from.itemsize);
    to.for_each(|at| {
        if let Some(e) = elements.next() {
            to.write(at, e);
        }
    });
    Ok(())
}

#[pymethods(install_subscript)]
impl MemoryView {
    #[slot(getitem)]
    fn getitem(this: P<MemoryView>, key: Value) -> PyResult {
        if let (Some(i), Some(view)) = (key.as_small_int(), &*this.view.borrow())
            && view.shape.len() == 1
        {
            // (Making a number of an element runs no Python code.)
            return unpack(&view.format, view.element(view.offset as isize + position(view, 0, i)?));
        }
        let view = this.buffer()?;
        match resolve(view.clone(), key)? {
            Place::Element(at) => unpack(&view.format, view.element(at)),
            Place::Part(part) => Ok(from_buffer(part).erase()),
            Place::Whole => Ok(this.own()),
        }
    }

    #[slot(setitem)]
    fn setitem(this: P<MemoryView>, key: Value, value: Option<Value>) -> PyResult<()> {
        let view = this.buffer()?;
        if view.readonly {
            return raise!(TypeError, "cannot modify read-only memory");
        }
        let Some(value) = value else { return raise!(TypeError, "cannot delete memory") };
        match resolve(view.clone(), key)? {
            Place::Element(at) => {
                let bytes = pack(&view.format, value)?;
                // Packing may have run Python that released the view.
                this.buffer()?.write(at, &bytes);
                Ok(())
            }
            Place::Part(_) if view.shape.len() != 1 => {
                raise!(
                    NotImplementedError,
                    "memoryview slice assignments are currently restricted to ndim = 1"
                )
            }
            Place::Part(part) => assign(&part, &Buffer::require(value)?),
            Place::Whole => {
                let bytes = pack(&view.format, value)?;
                this.buffer()?.write(view.offset as isize, &bytes);
                Ok(())
            }
        }
    }
}
