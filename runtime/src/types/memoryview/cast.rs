//! `memoryview.cast`.

use super::element::native;
use crate::buffer::Buffer;
use crate::error::PyResult;
use crate::protocol::index;
use crate::raise;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::value::Value;
use std::borrow::Cow;

fn is_byte(code: u8) -> bool {
    matches!(code, b'b' | b'B' | b'c')
}

/// The view with elements of another type, and of another shape.
pub fn cast(view: &Buffer, format: &str, shape: Option<Value>) -> PyResult<Buffer> {
    if !view.is_contiguous() {
        return raise!(TypeError, "memoryview: casts are restricted to C-contiguous views");
    }
    let shape = match shape {
        None => None,
        Some(v) => match items(v) {
            Some(items) => Some(items),
            None => return raise!(TypeError, "shape must be a list or a tuple"),
        },
    };
    if (shape.is_some() || view.shape.len() != 1) && view.items() == 0 {
        return raise!(TypeError, "memoryview: cannot cast view with zeros in shape or strides");
    }
    if let Some(s) = &shape {
        if s.len() > 64 {
            return raise!(ValueError, "memoryview: number of dimensions must not exceed 64");
        }
        if view.shape.len() != 1 && s.len() != 1 {
            return raise!(TypeError, "memoryview: cast must be 1D -> ND or ND -> 1D");
        }
    }
    let flat = flatten(view, format)?;
    match shape {
        Some(s) => reshape(flat, &s),
        None => Ok(flat),
    }
}

fn items(v: Value) -> Option<Vec<Value>> {
    if let Some(t) = v.downcast::<Tuple>() {
        return Some(t.items().to_vec());
    }
    v.downcast::<List>().map(|l| l.items.as_slice().to_vec())
}

fn flatten(view: &Buffer, format: &str) -> PyResult<Buffer> {
    let Some((to, itemsize)) = native(format) else {
        return raise!(
            ValueError,
            "memoryview: destination format must be a native single character format prefixed with an optional '@'"
        );
    };
    let Some((from, _)) = native(&view.format) else {
        return raise!(
            ValueError,
            "memoryview: source format must be a native single character format prefixed with an optional '@'"
        );
    };
    if !is_byte(from) && !is_byte(to) {
        return raise!(TypeError, "memoryview: cannot cast between two non-byte formats");
    }
    let n = view.nbytes();
    if !n.is_multiple_of(itemsize) {
        return raise!(TypeError, "memoryview: length is not a multiple of itemsize");
    }
    let format = Cow::Owned(format.to_owned());
    Ok(view.clone().with_layout(format, itemsize, vec![n / itemsize], vec![itemsize as isize]))
}

fn reshape(flat: Buffer, shape: &[Value]) -> PyResult<Buffer> {
    let mut sizes = Vec::with_capacity(shape.len());
    for &v in shape {
        if !v.is_int_like() {
            return raise!(TypeError, "memoryview.cast(): elements of shape must be integers");
        }
        match usize::try_from(index::index_clamped(v)?) {
            Ok(n) if n > 0 => sizes.push(n),
            _ => return raise!(ValueError, "memoryview.cast(): elements of shape must be integers > 0"),
        }
    }
    let total = sizes.iter().try_fold(flat.itemsize, |t, &n| t.checked_mul(n));
    match total {
        None => return raise!(ValueError, "memoryview.cast(): product(shape) > SSIZE_MAX"),
        Some(t) if t != flat.nbytes() => {
            return raise!(TypeError, "memoryview: product(shape) * itemsize != buffer size");
        }
        Some(_) => {}
    }
    let mut strides = vec![0isize; sizes.len()];
    let mut step = flat.itemsize as isize;
    for (stride, &n) in strides.iter_mut().zip(&sizes).rev() {
        *stride = step;
        step *= n as isize;
    }
    let (format, itemsize) = (flat.format.clone(), flat.itemsize);
    Ok(flat.with_layout(format, itemsize, sizes, strides))
}
