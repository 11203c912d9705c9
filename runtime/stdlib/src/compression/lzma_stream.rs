//! A stream of the lzma library, as a safe type, and what the library knows of filters.
//!
//! # Invariants
//! - The library's struct does not move (it is boxed) and is ended once, by `Drop`.
//! - The pointers in it are set from live slices before each call and not used after it.
//! - A chain of filters ends with `LZMA_VLI_UNKNOWN`; its options live in the [`Filter`]s while the library reads them.

use super::Coder;
use liblzma_sys as lz;
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::null_mut;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;

/// Marks `_lzma.LZMAError`.
pub struct LzmaError;

/// The options of a delta filter, which the crate leaves out: the C struct.
#[repr(C)]
pub struct DeltaOptions {
    kind: u32,
    pub dist: u32,
    reserved_ints: [u32; 4],
    reserved_pointers: [*mut c_void; 2],
}

/// The options of a filter.
pub enum Options {
    Lzma(Box<lz::lzma_options_lzma>),
    Delta(Box<DeltaOptions>),
    Bcj(Box<lz::lzma_options_bcj>),
}

/// A filter with its options.
pub struct Filter {
    pub id: u64,
    pub options: Options,
}

/// The options that a preset stands for; `None` if there is no such preset.
pub fn preset(preset: u32) -> Option<Box<lz::lzma_options_lzma>> {
    let mut options = Box::new(MaybeUninit::<lz::lzma_options_lzma>::zeroed());
    // SAFETY: room for the options, all zero, which is valid; the library fills them in.
    unsafe { (lz::lzma_lzma_preset(options.as_mut_ptr(), preset) == 0).then(|| options.assume_init()) }
}

pub fn delta(dist: u32) -> Options {
    let (reserved_ints, reserved_pointers) = ([0; 4], [null_mut(); 2]);
    Options::Delta(Box::new(DeltaOptions { kind: 0, dist, reserved_ints, reserved_pointers }))
}

pub fn bcj(start_offset: u32) -> Options {
    Options::Bcj(Box::new(lz::lzma_options_bcj { start_offset }))
}

impl Filter {
    fn raw(&self) -> lz::lzma_filter {
        let options: *const c_void = match &self.options {
            Options::Lzma(o) => (&raw const **o).cast(),
            Options::Delta(o) => (&raw const **o).cast(),
            Options::Bcj(o) => (&raw const **o).cast(),
        };
        lz::lzma_filter { id: self.id, options: options.cast_mut() }
    }
    /// The options in their binary form.
    pub fn properties(&self) -> PyResult<Vec<u8>> {
        let (filter, mut size) = (self.raw(), 0);
        // SAFETY: a filter with its options; the vector has the size that the library asks for.
        unsafe {
            check(lz::lzma_properties_size(&raw mut size, &raw const filter))?;
            let mut out = vec![0; size as usize];
            check(lz::lzma_properties_encode(&raw const filter, out.as_mut_ptr()))?;
            Ok(out)
        }
    }
    /// From the binary form.
    pub fn from_properties(id: u64, data: &[u8]) -> PyResult<Filter> {
        let mut filter = lz::lzma_filter { id, options: null_mut() };
        // SAFETY: live memory. The library allocates the options with `malloc`; they are copied and freed here.
        unsafe {
            let read =
                lz::lzma_properties_decode(&raw mut filter, std::ptr::null(), data.as_ptr(), data.len());
            check(read)?;
            let p = filter.options;
            let options = match id {
                lz::LZMA_FILTER_LZMA1 | lz::LZMA_FILTER_LZMA2 => {
                    Options::Lzma(Box::new(p.cast::<lz::lzma_options_lzma>().read()))
                }
                lz::LZMA_FILTER_DELTA => Options::Delta(Box::new(p.cast::<DeltaOptions>().read())),
                _ if p.is_null() => bcj(0),
                _ => bcj((*p.cast::<lz::lzma_options_bcj>()).start_offset),
            };
            libc::free(p);
            Ok(Filter { id, options })
        }
    }
}

/// A chain of filters as the library reads it.
fn chain(filters: &[Filter]) -> Vec<lz::lzma_filter> {
    let end = lz::lzma_filter { id: u64::MAX, options: null_mut() };
    filters.iter().map(Filter::raw).chain([end]).collect()
}

pub fn is_check_supported(check: u32) -> bool {
    // SAFETY: a plain query.
    unsafe { lz::lzma_check_is_supported(check) != 0 }
}

/// What a stream is.
pub enum Mode<'a> {
    /// `.xz` of a preset.
    Easy { preset: u32, check: u32 },
    /// `.xz` with these filters.
    Xz { filters: &'a [Filter], check: u32 },
    /// `.lzma`.
    Alone(&'a lz::lzma_options_lzma),
    /// No container, to be written.
    RawEncoder(&'a [Filter]),
    /// Either container, to be read within so many bytes of memory.
    Auto(u64),
    /// `.xz`, to be read.
    XzDecoder(u64),
    /// `.lzma`, to be read.
    AloneDecoder(u64),
    /// No container, to be read.
    RawDecoder(&'a [Filter]),
}

/// A stream that compresses or decompresses.
pub struct Stream {
    raw: Box<lz::lzma_stream>,
    action: lz::lzma_action,
    /// The integrity check of a stream that is read, once it is known.
    pub check: u32,
}

/// `LZMA_CHECK_ID_MAX + 1`: not known yet.
pub const CHECK_UNKNOWN: u32 = 16;

impl Stream {
    pub fn new(mode: &Mode<'_>) -> PyResult<Stream> {
        const TELL: u32 = lz::LZMA_TELL_ANY_CHECK | lz::LZMA_TELL_NO_CHECK;
        // SAFETY: zeros are what the library asks of a fresh stream.
        let mut raw: Box<lz::lzma_stream> = Box::new(unsafe { MaybeUninit::zeroed().assume_init() });
        let p = &raw mut *raw;
        // SAFETY: a fresh stream; filters and options live during the call, which copies what it keeps.
        let code = unsafe {
            match mode {
                Mode::Easy { preset, check } => lz::lzma_easy_encoder(p, *preset, *check),
                Mode::Xz { filters, check } => lz::lzma_stream_encoder(p, chain(filters).as_ptr(), *check),
                Mode::Alone(options) => lz::lzma_alone_encoder(p, &raw const **options),
                Mode::RawEncoder(filters) => lz::lzma_raw_encoder(p, chain(filters).as_ptr()),
                Mode::Auto(limit) => lz::lzma_auto_decoder(p, *limit, TELL),
                Mode::XzDecoder(limit) => lz::lzma_stream_decoder(p, *limit, TELL),
                Mode::AloneDecoder(limit) => lz::lzma_alone_decoder(p, *limit),
                Mode::RawDecoder(filters) => lz::lzma_raw_decoder(p, chain(filters).as_ptr()),
            }
        };
        let known = matches!(mode, Mode::AloneDecoder(_) | Mode::RawDecoder(_));
        let stream = Stream { raw, action: lz::LZMA_RUN, check: if known { 0 } else { CHECK_UNKNOWN } };
        check(code)?;
        Ok(stream)
    }
    /// No more input comes.
    pub fn finish(&mut self) {
        self.action = lz::LZMA_FINISH;
    }
}

impl Coder for Stream {
    const BREAKS: bool = false;

    fn step(&mut self, input: &[u8], out: &mut Vec<u8>, room: usize) -> PyResult<(usize, bool)> {
        let start = out.len();
        out.resize(start + room, 0);
        self.raw.next_in = input.as_ptr();
        self.raw.avail_in = input.len();
        self.raw.next_out = out[start..].as_mut_ptr();
        self.raw.avail_out = room;
        // SAFETY: the pointers are of live slices of these lengths.
        let mut code = unsafe { lz::lzma_code(&raw mut *self.raw, self.action) };
        while code == lz::LZMA_GET_CHECK || code == lz::LZMA_NO_CHECK {
            // SAFETY: as above; the stream is where it can tell its check.
            unsafe {
                self.check = lz::lzma_get_check(&raw const *self.raw);
                code = lz::lzma_code(&raw mut *self.raw, self.action);
            }
        }
        out.truncate(start + room - self.raw.avail_out);
        let used = input.len() - self.raw.avail_in;
        if code == lz::LZMA_BUF_ERROR && (input.is_empty() || room == 0 || self.raw.avail_out == 0) {
            // Nothing to do with what there is.
            return Ok((used, false));
        }
        check(code)?;
        Ok((used, code == lz::LZMA_STREAM_END))
    }
}

fn check(code: lz::lzma_ret) -> PyResult<()> {
    let message = match code {
        lz::LZMA_OK | lz::LZMA_GET_CHECK | lz::LZMA_NO_CHECK | lz::LZMA_STREAM_END => return Ok(()),
        lz::LZMA_MEM_ERROR => return raise!(MemoryError),
        lz::LZMA_UNSUPPORTED_CHECK => "Unsupported integrity check",
        lz::LZMA_MEMLIMIT_ERROR => "Memory usage limit exceeded",
        lz::LZMA_FORMAT_ERROR => "Input format not supported by decoder",
        lz::LZMA_OPTIONS_ERROR => "Invalid or unsupported options",
        lz::LZMA_DATA_ERROR => "Corrupt input data",
        lz::LZMA_BUF_ERROR => "Insufficient buffer space",
        lz::LZMA_PROG_ERROR => "Internal error",
        _ => &format!("Unrecognized error from liblzma: {code}"),
    };
    crate::construct::raise_own::<LzmaError, ()>(message)
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: once, for a stream that is zero or initialised.
        unsafe { lz::lzma_end(&raw mut *self.raw) };
    }
}
