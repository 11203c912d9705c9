//! What `_bz2` and `_lzma` share: a decompressor that is fed piece by piece, a compressor that ends once.

pub mod bz2;
#[allow(unsafe_code, reason = "the C interface of the compression library")]
mod bz2_stream;
pub mod lzma;
mod lzma_filters;
#[allow(unsafe_code, reason = "the C interface of the compression library")]
mod lzma_stream;

use crate::buffer::bytes_of;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::memory::make_room;
use taipan_runtime::object::Ref;
use taipan_runtime::raise;
use taipan_runtime::types::bytes;
use taipan_runtime::value::Value;

/// Output space of one step.
const BUFFER: usize = 32 << 10;

/// A stream of a library, either way.
trait Coder {
    /// Does an error leave it in a state from which it cannot go on?
    const BREAKS: bool;
    /// Take input and put output behind what is in `out`, `room` bytes at most: how much input was used, and whether the
    /// stream has ended.
    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize) -> PyResult<(usize, bool)>;
}

/// Run a coder until the stream ends, `limit` bytes have come, or nothing more comes of the input: how much was used,
/// and whether the stream has ended.
fn run(coder: &mut impl Coder, input: &[u8], out: &mut Vec<u8>, limit: usize) -> PyResult<(usize, bool)> {
    let mut at = 0;
    loop {
        let room = (limit - out.len()).min(BUFFER.max(out.len()));
        make_room(out, room)?;
        let before = out.len();
        let (used, ended) = coder.step(&input[at..], out, room)?;
        at += used;
        let all_came = out.len() - before < room && at == input.len();
        if ended || all_came || out.len() >= limit || used == 0 && out.len() == before {
            return Ok((at, ended));
        }
    }
}

/// The state of a decompressor.
struct Decoding<C> {
    coder: RefCell<C>,
    /// Input that has not been used.
    pending: RefCell<Vec<u8>>,
    unused: RefCell<Vec<u8>>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}

impl<C: Coder> Decoding<C> {
    fn new(coder: C) -> Decoding<C> {
        Decoding {
            coder: RefCell::new(coder),
            pending: RefCell::default(),
            unused: RefCell::default(),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
        }
    }
    /// `decompress(data, max_length)`; `after` is what is said behind the end of the stream.
    fn decompress(&self, data: Value, max_length: Option<isize>, after: &str) -> PyResult {
        // Before anything is borrowed: an object's `__buffer__` may come back here.
        let data = bytes_of(data)?;
        if self.eof.get() {
            return raise!(EOFError, "{after}");
        }
        let limit = max_length.and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX);
        let mut pending = self.pending.borrow_mut();
        make_room(&mut pending, data.len())?;
        pending.extend_from_slice(&data);
        let mut out = Vec::new();
        let step = run(&mut *self.coder.borrow_mut(), &pending, &mut out, limit);
        let (used, ended) = step.inspect_err(|_| self.needs_input.set(!C::BREAKS))?;
        pending.drain(..used);
        self.eof.set(ended);
        if ended {
            self.unused.replace(std::mem::take(&mut *pending));
        }
        // With the limit reached, the library may hold more of what it has taken in already.
        self.needs_input.set(!ended && pending.is_empty() && out.len() < limit);
        Ok(bytes::new(&out).erase())
    }
    fn unused_data(&self) -> Ref {
        bytes::new(&self.unused.borrow()).erase()
    }
}

/// The state of a compressor: nothing once it is flushed.
struct Encoding<C>(RefCell<Option<C>>);

impl<C: Coder> Encoding<C> {
    fn new(coder: C) -> Encoding<C> {
        Encoding(RefCell::new(Some(coder)))
    }
    fn compress(&self, data: Value) -> PyResult {
        let data = bytes_of(data)?;
        let mut coder = self.0.borrow_mut();
        let Some(coder) = coder.as_mut() else {
            return raise!(ValueError, "Compressor has been flushed");
        };
        let mut out = Vec::new();
        run(coder, &data, &mut out, usize::MAX)?;
        Ok(bytes::new(&out).erase())
    }
    /// The rest of the output; `finish` tells the coder that no more input comes.
    fn flush(&self, finish: impl FnOnce(&mut C)) -> PyResult {
        let Some(mut coder) = self.0.take() else {
            return raise!(ValueError, "Repeated call to flush()");
        };
        finish(&mut coder);
        let mut out = Vec::new();
        loop {
            let (_, ended) = run(&mut coder, &[], &mut out, usize::MAX)?;
            if ended {
                return Ok(bytes::new(&out).erase());
            }
        }
    }
}
