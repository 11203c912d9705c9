//! `_lzma`

use super::lzma_filters::{describe, parse, parse_chain, unsigned};
use super::lzma_stream::{
    CHECK_UNKNOWN, Filter, LzmaError, Mode, Options, Stream, is_check_supported, preset,
};
use super::{Decoding, Encoding};
use crate::construct::raise_own;
use liblzma_sys as lz;
use taipan_runtime::error::PyResult;
use taipan_runtime::native::NativeDef;
use taipan_runtime::object::{Header, Kind, P, Ref, alloc_in};
use taipan_runtime::protocol::index;
use taipan_runtime::slots::Args;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, pymethods, raise};

pub use module::MODULE;

const FORMAT_AUTO: i32 = 0;
const FORMAT_XZ: i32 = 1;
const FORMAT_ALONE: i32 = 2;
const FORMAT_RAW: i32 = 3;
const CHECK_CRC64: u32 = 4;

static COMPRESSOR: NativeDef = crate::constructor!(
    "LZMACompressor", Either format = None, Either check = None, Either preset = None, Either filters = None
);
static DECOMPRESSOR: NativeDef = crate::constructor!("LZMADecompressor", Either format = None, Either memlimit = None, Either filters = None);

fn given(v: Option<Value>) -> Option<Value> {
    v.filter(|v| !v.is_none())
}

/// A stream that writes `format`.
fn encoder(format: i32, check: i32, level: Option<Value>, filters: Option<Value>) -> PyResult<Stream> {
    if format != FORMAT_XZ && check != -1 && check != 0 {
        return raise!(ValueError, "Integrity checks are only supported by FORMAT_XZ");
    }
    if level.is_some() && filters.is_some() {
        return raise!(ValueError, "Cannot specify both preset and filter chain");
    }
    let level = level.map(|v| unsigned(v, 32)).transpose()?.unwrap_or(lz::LZMA_PRESET_DEFAULT.into()) as u32;
    match (format, filters) {
        (FORMAT_XZ, filters) => {
            let check = if check == -1 { CHECK_CRC64 } else { check as u32 };
            match filters {
                None => Stream::new(&Mode::Easy { preset: level, check }),
                Some(specs) => Stream::new(&Mode::Xz { filters: &parse_chain(specs)?, check }),
            }
        }
        (FORMAT_ALONE, None) => match preset(level) {
            Some(options) => Stream::new(&Mode::Alone(&options)),
            None => raise_own::<LzmaError, Stream>(&format!("Invalid compression preset: {level}")),
        },
        (FORMAT_ALONE, Some(specs)) => match parse_chain(specs)?.as_slice() {
            [Filter { id: lz::LZMA_FILTER_LZMA1, options: Options::Lzma(options) }] => {
                Stream::new(&Mode::Alone(options))
            }
            _ => {
                raise!(ValueError, "Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter")
            }
        },
        (FORMAT_RAW, Some(specs)) => Stream::new(&Mode::RawEncoder(&parse_chain(specs)?)),
        (FORMAT_RAW, None) => raise!(ValueError, "Must specify filters for FORMAT_RAW"),
        _ => raise!(ValueError, "Invalid container format: {format}"),
    }
}

/// A stream that reads `format`.
fn decoder(format: i32, memlimit: Option<Value>, filters: Option<Value>) -> PyResult<Stream> {
    let limit = match memlimit {
        Some(_) if format == FORMAT_RAW => {
            return raise!(ValueError, "Cannot specify memory limit with FORMAT_RAW");
        }
        Some(v) => unsigned(v, 64)?,
        None => u64::MAX,
    };
    match (format, filters) {
        (FORMAT_RAW, None) => raise!(ValueError, "Must specify filters for FORMAT_RAW"),
        (FORMAT_RAW, Some(specs)) => Stream::new(&Mode::RawDecoder(&parse_chain(specs)?)),
        (_, Some(_)) => raise!(ValueError, "Cannot specify filters except with FORMAT_RAW"),
        (FORMAT_AUTO, None) => Stream::new(&Mode::Auto(limit)),
        (FORMAT_XZ, None) => Stream::new(&Mode::XzDecoder(limit)),
        (FORMAT_ALONE, None) => Stream::new(&Mode::AloneDecoder(limit)),
        _ => raise!(ValueError, "Invalid container format: {format}"),
    }
}

/// `_lzma.LZMACompressor`
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
        let ([format, check, level, filters], _) = crate::construct::arguments(&COMPRESSOR, class, args)?;
        let format = format.map_or(Ok(FORMAT_XZ), index::to_i32)?;
        let check = check.map_or(Ok(-1), index::to_i32)?;
        let encoding = Encoding::new(encoder(format, check, given(level), given(filters))?);
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

/// `_lzma.LZMADecompressor`
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
        let ([format, memlimit, filters], _) = crate::construct::arguments(&DECOMPRESSOR, class, args)?;
        let format = format.map_or(Ok(FORMAT_AUTO), index::to_i32)?;
        let decoding = Decoding::new(decoder(format, given(memlimit), given(filters))?);
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
        this.decoding.decompress(data, max_length, "Already at end of stream")
    }
    /// ID of the integrity check used by the input stream.
    #[getter]
    fn check(this: P<Decompressor>) -> u32 {
        this.decoding.coder.borrow().check
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

#[taipan_runtime::pymodule(name = "_lzma")]
mod module {
    use super::*;
    use crate::buffer::bytes_of;
    use crate::construct::{add_class, add_exception};
    use taipan_runtime::error::Exc;
    use taipan_runtime::runtime::{exception_class, types};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::{bytes, int};

    const CONSTANTS: [(&str, u64); 28] = [
        ("FORMAT_AUTO", FORMAT_AUTO as u64),
        ("FORMAT_XZ", FORMAT_XZ as u64),
        ("FORMAT_ALONE", FORMAT_ALONE as u64),
        ("FORMAT_RAW", FORMAT_RAW as u64),
        ("CHECK_NONE", 0),
        ("CHECK_CRC32", 1),
        ("CHECK_CRC64", CHECK_CRC64 as u64),
        ("CHECK_SHA256", 10),
        ("CHECK_ID_MAX", CHECK_UNKNOWN as u64 - 1),
        ("CHECK_UNKNOWN", CHECK_UNKNOWN as u64),
        ("FILTER_LZMA1", lz::LZMA_FILTER_LZMA1),
        ("FILTER_LZMA2", lz::LZMA_FILTER_LZMA2),
        ("FILTER_DELTA", lz::LZMA_FILTER_DELTA),
        ("FILTER_X86", lz::LZMA_FILTER_X86),
        ("FILTER_IA64", lz::LZMA_FILTER_IA64),
        ("FILTER_ARM", lz::LZMA_FILTER_ARM),
        ("FILTER_ARMTHUMB", lz::LZMA_FILTER_ARMTHUMB),
        ("FILTER_SPARC", lz::LZMA_FILTER_SPARC),
        ("FILTER_POWERPC", lz::LZMA_FILTER_POWERPC),
        ("MF_HC3", lz::LZMA_MF_HC3 as u64),
        ("MF_HC4", lz::LZMA_MF_HC4 as u64),
        ("MF_BT2", lz::LZMA_MF_BT2 as u64),
        ("MF_BT3", lz::LZMA_MF_BT3 as u64),
        ("MF_BT4", lz::LZMA_MF_BT4 as u64),
        ("MODE_FAST", lz::LZMA_MODE_FAST as u64),
        ("MODE_NORMAL", lz::LZMA_MODE_NORMAL as u64),
        ("PRESET_DEFAULT", lz::LZMA_PRESET_DEFAULT as u64),
        ("PRESET_EXTREME", lz::LZMA_PRESET_EXTREME as u64),
    ];

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        let error = add_exception::<LzmaError>(m, "_lzma", "LZMAError", exception_class(Exc::Exception));
        crate::construct::set_doc(error, "Call to liblzma failed.");
        let object = types().object;
        add_class::<Compressor>(m, "LZMACompressor", object, 0, Compressor::install);
        add_class::<Decompressor>(m, "LZMADecompressor", object, 0, Decompressor::install);
        for (name, value) in CONSTANTS {
            m.set(name, *int::from_u64(value));
        }
        Ok(())
    }

    /// Test whether the given integrity check is supported.
    ///
    /// Always returns True for CHECK_NONE and CHECK_CRC32.
    #[pyfunction("(check_id, /)")]
    fn is_check_supported(check_id: i32) -> bool {
        u32::try_from(check_id).is_ok_and(super::is_check_supported)
    }
    /// Return a bytes object encoding the options (properties) of the filter specified by *filter* (a dict).
    ///
    /// The result does not include the filter ID itself, only the options.
    #[pyfunction("(filter, /)")]
    fn _encode_filter_properties(filter: Value) -> PyResult {
        Ok(bytes::new(&parse(filter)?.properties()?).erase())
    }
    /// Return a dict describing a filter with ID *filter_id*, and options (properties) encoded in the bytes object
    /// *encoded_props*.
    #[pyfunction("(filter_id, encoded_props, /)")]
    fn _decode_filter_properties(filter_id: Value, encoded_props: Value) -> PyResult {
        let id = unsigned(filter_id, 64)?;
        describe(&Filter::from_properties(id, &bytes_of(encoded_props)?)?)
    }
}
