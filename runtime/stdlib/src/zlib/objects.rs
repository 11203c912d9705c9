//! `Compress`, `Decompress`, `_ZlibDecompressor`.

use super::stream::Stream;
use super::{BUFFER, failure, inflate_all};
use crate::buffer::bytes_of;
use libz_rs_sys as z;
use std::cell::{Cell, RefCell};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::{NativeDef, native_class};
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index::index;
use taipan_runtime::slots::Args;
use taipan_runtime::types::bytes;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

fn data(bytes: &[u8]) -> Ref {
    bytes::new(bytes).erase()
}

/// What `compressobj` returns.
#[repr(C)]
pub struct Compress {
    head: Header,
    stream: RefCell<Stream>,
    finished: Cell<bool>,
}
object_layout!(Compress, Kind::Native, leaf);

impl Compress {
    pub fn make(stream: Stream) -> PyResult {
        let Some(class) = native_class::<Compress>() else {
            return raise!(SystemError, "zlib is not initialised");
        };
        let (stream, finished) = (RefCell::new(stream), Cell::new(false));
        Ok(alloc_in(class, Compress { head: Header::new(class), stream, finished }).erase())
    }
}

#[pymethods]
impl Compress {
    /// Returns a bytes object containing compressed data.
    #[method("(self, data, /)")]
    fn compress(this: P<Compress>, input: Value) -> PyResult {
        let (input, mut out) = (bytes_of(input)?, Vec::new());
        let mut stream = this.stream.borrow_mut();
        let mut at = 0;
        loop {
            let (used, code) = stream.step(&input[at..], &mut out, BUFFER, z::Z_NO_FLUSH);
            at += used;
            if code == z::Z_STREAM_ERROR {
                return failure(code, stream.message(), "while compressing data");
            }
            if at == input.len() && out.len() % BUFFER != 0 || used == 0 {
                return Ok(data(&out));
            }
        }
    }
    /// Return a bytes object containing any remaining compressed data.
    #[method("(self, mode=4, /)")]
    fn flush(this: P<Compress>, mode: Option<i32>) -> PyResult {
        let mode = mode.unwrap_or(z::Z_FINISH);
        let mut out = Vec::new();
        if mode == z::Z_NO_FLUSH {
            return Ok(data(&out));
        }
        let mut stream = this.stream.borrow_mut();
        loop {
            let before = out.len();
            let (_, code) = stream.step(&[], &mut out, BUFFER, mode);
            if code == z::Z_STREAM_ERROR {
                return failure(code, stream.message(), "while flushing");
            }
            if code == z::Z_STREAM_END {
                this.finished.set(true);
            }
            if out.len() - before < BUFFER {
                return Ok(data(&out));
            }
        }
    }
    /// Return a copy of the compression object.
    #[method("(self, /)")]
    fn copy(this: P<Compress>) -> PyResult {
        if this.finished.get() {
            return raise!(ValueError, "Inconsistent stream state");
        }
        match this.stream.borrow_mut().copy() {
            Ok(stream) => Compress::make(stream),
            Err(code) => failure(code, None, "while copying compression object"),
        }
    }
    #[method("(self, /)", name = "__copy__")]
    fn dunder_copy(this: P<Compress>) -> PyResult {
        Compress::copy(this)
    }
    #[method("(self, memo, /)", name = "__deepcopy__")]
    fn dunder_deepcopy(this: P<Compress>, _memo: Value) -> PyResult {
        Compress::copy(this)
    }
}

/// What `decompressobj` returns.
#[repr(C)]
pub struct Decompress {
    head: Header,
    stream: RefCell<Stream>,
    dictionary: Vec<u8>,
    unused: RefCell<Vec<u8>>,
    tail: RefCell<Vec<u8>>,
    eof: Cell<bool>,
}
object_layout!(Decompress, Kind::Native, leaf);

impl Decompress {
    pub fn make(stream: Stream, dictionary: Vec<u8>) -> PyResult {
        let Some(class) = native_class::<Decompress>() else {
            return raise!(SystemError, "zlib is not initialised");
        };
        let d = Decompress {
            head: Header::new(class),
            stream: RefCell::new(stream),
            dictionary,
            unused: RefCell::default(),
            tail: RefCell::default(),
            eof: Cell::new(false),
        };
        Ok(alloc_in(class, d).erase())
    }

    fn run(&self, input: &[u8], limit: usize, flush: i32) -> PyResult {
        let mut out = Vec::new();
        let mut stream = self.stream.borrow_mut();
        let (used, code) = inflate_all(&mut stream, input, &mut out, limit, flush, &self.dictionary);
        if code == z::Z_STREAM_END {
            self.unused.borrow_mut().extend_from_slice(&input[used..]);
            self.tail.borrow_mut().clear();
            self.eof.set(true);
        } else if code == z::Z_OK || code == z::Z_BUF_ERROR {
            *self.tail.borrow_mut() = input[used..].to_vec();
        } else {
            return failure(code, stream.message(), "while decompressing data");
        }
        Ok(data(&out))
    }
}

#[pymethods]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    #[method("(self, data, /, max_length=0)")]
    fn decompress(this: P<Decompress>, input: Value, max_length: Option<i64>) -> PyResult {
        let limit = max_length.unwrap_or(0);
        if limit < 0 {
            return raise!(ValueError, "max_length must be non-negative");
        }
        let input = bytes_of(input)?;
        if this.eof.get() {
            this.unused.borrow_mut().extend_from_slice(&input);
            return Ok(data(&[]));
        }
        this.run(&input, if limit == 0 { usize::MAX } else { limit as usize }, z::Z_SYNC_FLUSH)
    }
    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method("(self, length=16384, /)")]
    fn flush(this: P<Decompress>, length: Option<Value>) -> PyResult {
        if let Some(v) = length
            && index(v)?.as_i64().is_none_or(|n| n <= 0)
        {
            return raise!(ValueError, "length must be greater than zero");
        }
        let input = this.tail.replace(Vec::new());
        if this.eof.get() {
            return Ok(data(&[]));
        }
        this.run(&input, usize::MAX, z::Z_FINISH)
    }
    /// Return a copy of the decompression object.
    #[method("(self, /)")]
    fn copy(this: P<Decompress>) -> PyResult {
        let copied = this.stream.borrow_mut().copy();
        let stream = match copied {
            Ok(stream) => stream,
            Err(code) => return failure(code, None, "while copying decompression object"),
        };
        let copy = Decompress::make(stream, this.dictionary.clone())?;
        if let Some(d) = copy.downcast::<Decompress>() {
            d.unused.replace(this.unused.borrow().clone());
            d.tail.replace(this.tail.borrow().clone());
            d.eof.set(this.eof.get());
        }
        Ok(copy)
    }
    #[method("(self, /)", name = "__copy__")]
    fn dunder_copy(this: P<Decompress>) -> PyResult {
        Decompress::copy(this)
    }
    #[method("(self, memo, /)", name = "__deepcopy__")]
    fn dunder_deepcopy(this: P<Decompress>, _memo: Value) -> PyResult {
        Decompress::copy(this)
    }
    #[getter]
    fn unused_data(this: P<Decompress>) -> Ref {
        data(&this.unused.borrow())
    }
    #[getter]
    fn unconsumed_tail(this: P<Decompress>) -> Ref {
        data(&this.tail.borrow())
    }
    #[getter]
    fn eof(this: P<Decompress>) -> bool {
        this.eof.get()
    }
}

static NEW: NativeDef = crate::constructor!("_ZlibDecompressor", Either wbits = None, Either zdict = None);

/// `zlib._ZlibDecompressor`, which `gzip` reads with.
#[repr(C)]
pub struct Decompressor {
    head: Header,
    stream: RefCell<Stream>,
    dictionary: Vec<u8>,
    /// Input that has not been used.
    pending: RefCell<Vec<u8>>,
    unused: RefCell<Vec<u8>>,
    eof: Cell<bool>,
    needs_input: Cell<bool>,
}
object_layout!(Decompressor, Kind::Native, leaf);

#[pymethods]
impl Decompressor {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([wbits, zdict], _) = crate::construct::arguments(&NEW, class, args)?;
        let wbits = wbits.map_or(Ok(15), |v| index(v).map(|i| i.as_i64().unwrap_or(0) as i32))?;
        let dictionary = zdict.map_or(Ok(Vec::new()), bytes_of)?;
        let d = Decompressor {
            head: Header::new(class),
            stream: RefCell::new(super::inflater(wbits, &dictionary)?),
            dictionary,
            pending: RefCell::default(),
            unused: RefCell::default(),
            eof: Cell::new(false),
            needs_input: Cell::new(true),
        };
        Ok(alloc_in(class, d).erase())
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    #[method("(self, /, data, max_length=-1)")]
    fn decompress(this: P<Decompressor>, input: Value, max_length: Option<i64>) -> PyResult {
        if this.eof.get() {
            return raise!(EOFError, "End of stream already reached");
        }
        let limit = max_length.filter(|&n| n >= 0).map_or(usize::MAX, |n| n as usize);
        let mut pending = this.pending.borrow_mut();
        pending.extend_from_slice(&bytes_of(input)?);
        let mut out = Vec::new();
        let mut stream = this.stream.borrow_mut();
        let (used, code) =
            inflate_all(&mut stream, &pending, &mut out, limit, z::Z_SYNC_FLUSH, &this.dictionary);
        let rest = pending.split_off(used);
        *pending = rest;
        if code == z::Z_STREAM_END {
            this.eof.set(true);
            this.needs_input.set(false);
            this.unused.replace(std::mem::take(&mut *pending));
        } else if code == z::Z_OK || code == z::Z_BUF_ERROR {
            this.needs_input.set(pending.is_empty() && out.len() < limit);
        } else {
            return failure(code, stream.message(), "while decompressing data");
        }
        Ok(data(&out))
    }
    #[getter]
    fn unused_data(this: P<Decompressor>) -> Ref {
        data(&this.unused.borrow())
    }
    #[getter]
    fn eof(this: P<Decompressor>) -> bool {
        this.eof.get()
    }
    #[getter]
    fn needs_input(this: P<Decompressor>) -> bool {
        this.needs_input.get()
    }
}
