//! `binascii`

mod base64;
mod quoted;
mod uu;

pub use module::MODULE;

use crate::construct::raise_own;
use crate::zlib::crc32 as zip_crc32;
use taipan_runtime::buffer::Contents;
use taipan_runtime::error::PyResult;
use taipan_runtime::raise;
use taipan_runtime::types::bytes;
use taipan_runtime::value::Value;

/// Marks `binascii.Error`.
pub struct BinasciiError;
/// Marks `binascii.Incomplete`.
pub struct Incomplete;

/// Raise `binascii.Error`.
fn fail<T>(message: &str) -> PyResult<T> {
    raise_own::<BinasciiError, T>(message)
}

/// Run `f` on the bytes of a bytes-like object or an ASCII str.
fn with_ascii<T>(v: Value, f: impl FnOnce(&[u8]) -> T) -> PyResult<T> {
    if let Some(s) = v.as_str() {
        return match s.as_ascii() {
            Some(text) => Ok(f(text.as_bytes())),
            None => raise!(ValueError, "string argument should contain only ASCII characters"),
        };
    }
    match Contents::in_a_row(v)? {
        Some(data) => Ok(f(&data)),
        None => {
            raise!(TypeError, "argument should be bytes, buffer or ASCII string, not '{}'", v.class().name())
        }
    }
}

/// The CRC-CCITT of BinHex.
fn crc_ccitt(data: &[u8], crc: u16) -> u16 {
    data.iter().fold(crc, |crc, &b| {
        let mut c = crc ^ u16::from(b) << 8;
        for _ in 0..8 {
            c = if c & 0x8000 != 0 { c << 1 ^ 0x1021 } else { c << 1 };
        }
        c
    })
}

/// What each hexadecimal digit stands for, 255 for other characters.
static HEX_DIGITS: [u8; 256] = {
    let mut table = [255; 256];
    let mut i = 0;
    while i < 16 {
        table[b"0123456789abcdef"[i] as usize] = i as u8;
        table[b"0123456789ABCDEF"[i] as usize] = i as u8;
        i += 1;
    }
    table
};

fn from_hex(text: &[u8]) -> PyResult<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return fail("Odd-length string");
    }
    let digit = |c: u8| HEX_DIGITS[usize::from(c)];
    let (mut out, mut all) = (vec![0; text.len() / 2], 0);
    for (pair, to) in text.chunks_exact(2).zip(&mut out) {
        let (high, low) = (digit(pair[0]), digit(pair[1]));
        all |= high | low;
        *to = high << 4 | low;
    }
    if all < 16 { Ok(out) } else { fail("Non-hexadecimal digit found") }
}

/// Conversion between binary data and ASCII
#[taipan_runtime::pymodule(name = "binascii")]
mod module {
    use super::*;
    use crate::construct::add_exception;
    use taipan_runtime::error::Exc;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::runtime::exception_class;
    use taipan_runtime::text::bytes_ops;
    use taipan_runtime::types::bytes::Bytes;
    use taipan_runtime::types::bytes::generic;
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;

    #[init]
    fn exceptions(m: P<Module>) -> PyResult<()> {
        add_exception::<BinasciiError>(m, "binascii", "Error", exception_class(Exc::ValueError));
        add_exception::<Incomplete>(m, "binascii", "Incomplete", exception_class(Exc::Exception));
        Ok(())
    }

    fn own(data: Vec<u8>) -> taipan_runtime::object::Own<Bytes> {
        bytes::new(&data)
    }

    /// The low 32 bits of an int of any size.
    fn low_bits(v: Option<Value>) -> PyResult<u32> {
        let Some(v) = v else { return Ok(0) };
        let i = index(v)?;
        let mask = int::new(0xffff_ffff);
        let low = taipan_runtime::protocol::number::and(*i, *mask)?;
        Ok(low.as_i64().unwrap_or(0) as u32)
    }

    /// Hexadecimal representation of binary data.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "hexlify()".
    #[pyfunction("(data, sep=None, bytes_per_sep=1)")]
    fn b2a_hex(data: Value, sep: Option<Value>, bytes_per_sep: Option<i64>) -> PyResult {
        let sep = generic::hex_separator(sep)?;
        let data = Contents::require(data)?;
        Ok(own(bytes_ops::hex(&data, sep, bytes_per_sep.unwrap_or(1))).erase())
    }
    /// Hexadecimal representation of binary data.
    ///
    /// The return value is a bytes object.  This function is also
    /// available as "b2a_hex()".
    #[pyfunction("(data, sep=None, bytes_per_sep=1)")]
    fn hexlify(data: Value, sep: Option<Value>, bytes_per_sep: Option<i64>) -> PyResult {
        b2a_hex(data, sep, bytes_per_sep)
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[pyfunction("(hexstr, /)")]
    fn a2b_hex(hexstr: Value) -> PyResult<Ref> {
        Ok(own(with_ascii(hexstr, from_hex)??).erase())
    }
    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    #[pyfunction("(hexstr, /)")]
    fn unhexlify(hexstr: Value) -> PyResult<Ref> {
        a2b_hex(hexstr)
    }
    /// Decode a line of base64 data.
    ///
    ///   strict_mode
    ///     When set to True, bytes that are not in the base64 standard are not allowed.
    ///     The same applies to excess data after padding (= / ==).
    #[pyfunction("(data, /, *, strict_mode=False)")]
    fn a2b_base64(data: Value, strict_mode: Option<bool>) -> PyResult<Ref> {
        Ok(own(with_ascii(data, |b| base64::decode(b, strict_mode.unwrap_or(false)))??).erase())
    }
    /// Base64-code line of data.
    #[pyfunction("(data, /, *, newline=True)")]
    fn b2a_base64(data: Value, newline: Option<bool>) -> PyResult<Ref> {
        Ok(own(base64::encode(&Contents::require(data)?, newline.unwrap_or(true))).erase())
    }
    /// Decode a line of uuencoded data.
    #[pyfunction("(data, /)")]
    fn a2b_uu(data: Value) -> PyResult<Ref> {
        Ok(own(with_ascii(data, uu::decode)??).erase())
    }
    /// Uuencode line of data.
    #[pyfunction("(data, /, *, backtick=False)")]
    fn b2a_uu(data: Value, backtick: Option<bool>) -> PyResult<Ref> {
        Ok(own(uu::encode(&Contents::require(data)?, backtick.unwrap_or(false))?).erase())
    }
    /// Decode a string of qp-encoded data.
    #[pyfunction("(data, header=False)")]
    fn a2b_qp(data: Value, header: Option<bool>) -> PyResult<Ref> {
        Ok(own(with_ascii(data, |b| quoted::decode(b, header.unwrap_or(false)))?).erase())
    }
    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[pyfunction("(data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        data: Value,
        quotetabs: Option<bool>,
        istext: Option<bool>,
        header: Option<bool>,
    ) -> PyResult<Ref> {
        let style = quoted::Style {
            quote_tabs: quotetabs.unwrap_or(false),
            is_text: istext.unwrap_or(true),
            header: header.unwrap_or(false),
        };
        Ok(own(quoted::encode(&Contents::require(data)?, style)).erase())
    }
    /// Compute CRC-32 incrementally.
    #[pyfunction("(data, crc=0, /)")]
    fn crc32(data: Value, crc: Option<Value>) -> PyResult<u32> {
        Ok(zip_crc32(low_bits(crc)?, &Contents::require(data)?))
    }
    /// Compute CRC-CCITT incrementally.
    #[pyfunction("(data, crc, /)")]
    fn crc_hqx(data: Value, crc: Option<Value>) -> PyResult<i64> {
        Ok(crc_ccitt(&Contents::require(data)?, low_bits(crc)? as u16).into())
    }
}
