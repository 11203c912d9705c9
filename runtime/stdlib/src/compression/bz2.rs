//! `_bz2`

use super::bz2_stream::Stream;
use super::{Decoding, Encoding};
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

pub use module::MODULE;

static COMPRESSOR: NativeDef = crate::constructor!("BZ2Compressor", PositionalOnly compresslevel = None);
static DECOMPRESSOR: NativeDef = crate::constructor!("BZ2Decompressor");

/// `_bz2.BZ2Compressor`
#[repr(C)]
pub struct Compressor {
    head: Header,
    encoding: Encoding<Stream>,
}
object_layout!(Compressor, Kind::Native, leaf);

#[pymethods]
impl Compressor {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([level], _) = crate::construct::arguments(&COMPRESSOR, class, args)?;
        let level = level.map_or(Ok(9), index::to_i32)?;
        if !(1..=9).contains(&level) {
            return raise!(ValueError, "compresslevel must be between 1 and 9");
        }
        let encoding = Encoding::new(Stream::compress(level)?);
        Ok(alloc_in(class, Compressor { head: Header::new(class), encoding }).erase())
    }
    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method("(self, data, /)")]
    fn compress(this: P<Compressor>, data: Value) -> PyResult {
        this.encoding.compress(data)
    }
    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method("(self, /)")]
    fn flush(this: P<Compressor>) -> PyResult {
        this.encoding.flush(Stream::finish)
    }
}

/// `_bz2.BZ2Decompressor`
#[repr(C)]
pub struct Decompressor {
    head: Header,
    decoding: Decoding<Stream>,
}
object_layout!(Decompressor, Kind::Native, leaf);

#[pymethods]
impl Decompressor {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        let ([], _) = crate::construct::arguments(&DECOMPRESSOR, class, args)?;
        let decoding = Decoding::new(Stream::decompress()?);
        Ok(alloc_in(class, Decompressor { head: Header::new(class), decoding }).erase())
    }
    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    #[method("(self, /, data, max_length=-1)")]
    fn decompress(this: P<Decompressor>, data: Value, max_length: Option<isize>) -> PyResult {
        this.decoding.decompress(data, max_length, "End of stream already reached")
    }
    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(this: P<Decompressor>) -> bool {
        this.decoding.eof.get()
    }
    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(this: P<Decompressor>) -> Ref {
        this.decoding.unused_data()
    }
    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(this: P<Decompressor>) -> bool {
        this.decoding.needs_input.get()
    }
}

#[taipan_runtime::pymodule(name = "_bz2")]
mod module {
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        add_class::<Compressor>(m, "BZ2Compressor", object, 0, Compressor::install);
        add_class::<Decompressor>(m, "BZ2Decompressor", object, 0, Decompressor::install);
        Ok(())
    }
}
