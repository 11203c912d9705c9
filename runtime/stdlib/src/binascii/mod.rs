//! `binascii`

mod base64;
mod quoted;
mod uu;

pub use module::MODULE;

use crate::construct::raise_own;
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

/// The bytes of a bytes-like object or an ASCII str.
fn ascii_bytes(v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.as_str() {
        return match s.as_ascii() {
            Some(text) => Ok(text.as_bytes().to_vec()),
            None => raise!(ValueError, "string argument should contain only ASCII characters"),
        };
    }
    match bytes::buffer(v) {
        Some(data) => data,
        None => {
            raise!(TypeError, "argument should be bytes, buffer or ASCII string, not '{}'", v.class().name())
        }
    }
}

/// The CRC-32 of zip and gzip, a byte at a time.
fn crc32(data: &[u8], crc: u32) -> u32 {
    !data.iter().fold(!crc, |crc, &b| CRC_TABLE[((crc ^ u32::from(b)) & 255) as usize] ^ (crc >> 8))
}

const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let (mut c, mut k) = (i as u32, 0);
        while k < 8 {
            c = if c & 1 != 0 { 0xedb8_8320 ^ (c >> 1) } else { c >> 1 };
            k += 1;
        }
        table[i] = c;
        i += 1;
    }
    table
};

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

fn from_hex(text: &[u8]) -> PyResult<Vec<u8>> {
    if !text.len().is_multiple_of(2) {
        return fail("Odd-length string");
    }
    let digit = |b: u8| (b as char).to_digit(16);
    let mut out = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks_exact(2) {
        match (digit(pair[0]), digit(pair[1])) {
            (Some(high), Some(low)) => out.push((high << 4 | low) as u8),
            _ => return fail("Non-hexadecimal digit found"),
        }
    }
    Ok(out)
}

/// Conversion between binary data and ASCII
#[taipan_runtime::pymodule(name = "binascii")]
mod module {
    use super::*;
    use crate::buffer::bytes_of;
    use crate::construct::add_exception;
    use taipan_runtime::error::Exc;
    use taipan_runtime::object::{P, Ref};
    use taipan_runtime::protocol::call::call_method_text;
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::runtime::exception_class;
    use taipan_runtime::types::bytes::Bytes;
    use taipan_runtime::types::int;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str;

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
        let data = own(bytes_of(data)?).erase();
        let text = match sep {
            None => call_method_text(*data, "hex", &[])?,
            Some(sep) => {
                let n = int::new(bytes_per_sep.unwrap_or(1));
                call_method_text(*data, "hex", &[sep, *n])?
            }
        };
        let ascii = text.as_str().and_then(|s| s.as_ascii().map(str::to_owned)).unwrap_or_default();
        Ok(bytes::new(ascii.as_bytes()).erase())
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
        Ok(own(from_hex(&ascii_bytes(hexstr)?)?).erase())
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
        Ok(own(base64::decode(&ascii_bytes(data)?, strict_mode.unwrap_or(false))?).erase())
    }
    /// Base64-code line of data.
    #[pyfunction("(data, /, *, newline=True)")]
    fn b2a_base64(data: Value, newline: Option<bool>) -> PyResult<Ref> {
        Ok(own(base64::encode(&bytes_of(data)?, newline.unwrap_or(true))).erase())
    }
    /// Decode a line of uuencoded data.
    #[pyfunction("(data, /)")]
    fn a2b_uu(data: Value) -> PyResult<Ref> {
        Ok(own(uu::decode(&ascii_bytes(data)?)?).erase())
    }
    /// Uuencode line of data.
    #[pyfunction("(data, /, *, backtick=False)")]
    fn b2a_uu(data: Value, backtick: Option<bool>) -> PyResult<Ref> {
        Ok(own(uu::encode(&bytes_of(data)?, backtick.unwrap_or(false))?).erase())
    }
    /// Decode a string of qp-encoded data.
    #[pyfunction("(data, header=False)")]
    fn a2b_qp(data: Value, header: Option<bool>) -> PyResult<Ref> {
        Ok(own(quoted::decode(&ascii_bytes(data)?, header.unwrap_or(false))).erase())
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
        Ok(own(quoted::encode(&bytes_of(data)?, style)).erase())
    }
    /// Compute CRC-32 incrementally.
    #[pyfunction("(data, crc=0, /)")]
    fn crc32(data: Value, crc: Option<Value>) -> PyResult<u32> {
        Ok(super::crc32(&bytes_of(data)?, low_bits(crc)?))
    }
    /// Compute CRC-CCITT incrementally.
    #[pyfunction("(data, crc, /)")]
    fn crc_hqx(data: Value, crc: Option<Value>) -> PyResult<i64> {
        Ok(crc_ccitt(&bytes_of(data)?, low_bits(crc)? as u16).into())
    }
}
