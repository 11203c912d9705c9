//! `_kdf`: the key derivation functions of `hashlib`, which CPython takes from OpenSSL.

use hmac::SimpleHmac;

pub use module::MODULE;

/// The memory that scrypt may use unless its caller says more, in bytes (OpenSSL's limit).
const SCRYPT_MEMORY: u64 = 32 << 20;

/// A hash that keys can be derived with: its digest's size, and PBKDF2 over it.
struct Algorithm {
    size: usize,
    derive: fn(&[u8], &[u8], u32, &mut [u8]),
}

/// PBKDF2 over a hash that keeps its last block, for which HMAC takes the long way.
fn derive_blake2<D>(password: &[u8], salt: &[u8], rounds: u32, out: &mut [u8])
where
    D: digest::Digest + digest::core_api::BlockSizeUser + Clone + Sync,
{
    let done = pbkdf2::pbkdf2::<SimpleHmac<D>>(password, salt, rounds, out);
    debug_assert!(done.is_ok(), "an HMAC takes keys of any length");
}

/// The algorithm with this name, in any case and with OpenSSL's spellings.
fn algorithm(name: &str) -> Option<Algorithm> {
    macro_rules! table {
        ($($($name:literal)|+ => $size:literal, $derive:expr;)*) => {
            match name.to_ascii_lowercase().as_str() {
                $($($name)|+ => Some(Algorithm { size: $size, derive: $derive }),)*
                _ => None,
            }
        };
    }
    table! {
        "md5" => 16, pbkdf2::pbkdf2_hmac::<md5::Md5>;
        "sha1" | "sha-1" => 20, pbkdf2::pbkdf2_hmac::<sha1::Sha1>;
        "sha224" | "sha-224" | "sha2-224" => 28, pbkdf2::pbkdf2_hmac::<sha2::Sha224>;
        "sha256" | "sha-256" | "sha2-256" => 32, pbkdf2::pbkdf2_hmac::<sha2::Sha256>;
        "sha384" | "sha-384" | "sha2-384" => 48, pbkdf2::pbkdf2_hmac::<sha2::Sha384>;
        "sha512" | "sha-512" | "sha2-512" => 64, pbkdf2::pbkdf2_hmac::<sha2::Sha512>;
        "sha512_224" | "sha512-224" | "sha-512/224" => 28, pbkdf2::pbkdf2_hmac::<sha2::Sha512_224>;
        "sha512_256" | "sha512-256" | "sha-512/256" => 32, pbkdf2::pbkdf2_hmac::<sha2::Sha512_256>;
        "sha3_224" | "sha3-224" => 28, pbkdf2::pbkdf2_hmac::<sha3::Sha3_224>;
        "sha3_256" | "sha3-256" => 32, pbkdf2::pbkdf2_hmac::<sha3::Sha3_256>;
        "sha3_384" | "sha3-384" => 48, pbkdf2::pbkdf2_hmac::<sha3::Sha3_384>;
        "sha3_512" | "sha3-512" => 64, pbkdf2::pbkdf2_hmac::<sha3::Sha3_512>;
        "blake2b" | "blake2b512" | "blake2b-512" => 64, derive_blake2::<blake2::Blake2b512>;
        "blake2s" | "blake2s256" | "blake2s-256" => 32, derive_blake2::<blake2::Blake2s256>;
    }
}

#[taipan_runtime::pymodule(name = "_kdf")]
mod module {
    use super::*;
    use crate::buffer::bytes_of;
    use taipan_runtime::error::{PyResult, zeroed};
    use taipan_runtime::gil::released;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::index;
    use taipan_runtime::raise;
    use taipan_runtime::types::bytes;
    use taipan_runtime::types::int::Int;
    use taipan_runtime::types::str::Str;
    use taipan_runtime::value::Value;

    /// Password based key derivation function 2 (PKCS #5 v2.0) with HMAC as pseudorandom function.
    #[pyfunction("(hash_name, password, salt, iterations, dklen=None)")]
    fn pbkdf2_hmac(
        hash_name: P<Str>,
        password: Value,
        salt: Value,
        iterations: Value,
        dklen: Option<Value>,
    ) -> PyResult {
        let (password, salt) = (bytes_of(password)?, bytes_of(salt)?);
        let rounds = index::to_i64(iterations)?;
        let Some(algorithm) = algorithm(&hash_name.to_lossy()) else {
            return raise!(ValueError, "[digital envelope routines] unsupported");
        };
        let rounds = match i32::try_from(rounds) {
            Ok(n) if n > 0 => n as u32,
            Err(_) if rounds > 0 => return raise!(OverflowError, "iteration value is too great."),
            _ => return raise!(ValueError, "iteration value must be greater than 0."),
        };
        let length = match dklen.filter(|v| !v.is_none()) {
            Some(v) => index::to_i64(v)?,
            None => algorithm.size as i64,
        };
        let mut key = match i32::try_from(length) {
            Ok(n) if n > 0 => zeroed(n as usize)?,
            Err(_) if length > 0 => return raise!(OverflowError, "key length is too great."),
            _ => return raise!(ValueError, "key length must be greater than 0."),
        };
        released(|| (algorithm.derive)(&password, &salt, rounds, &mut key));
        Ok(bytes::new(&key).erase())
    }

    /// An unsigned C `long`.
    fn unsigned(v: Value) -> PyResult<u64> {
        let n = index::index(v)?;
        let big = n.downcast::<Int>().and_then(|n| u64::try_from(&n.value).ok());
        match n.as_i64() {
            Some(i) if i < 0 => raise!(ValueError, "Cannot convert negative int"),
            Some(i) => Ok(i as u64),
            None => match big {
                Some(n) => Ok(n),
                None => raise!(OverflowError, "Python int too large for C unsigned long"),
            },
        }
    }

    /// scrypt password-based key derivation function.
    #[pyfunction("(password, *, salt, n, r, p, maxmem=0, dklen=64)")]
    fn scrypt(
        password: Value,
        salt: Value,
        n: Value,
        r: Value,
        p: Value,
        maxmem: Option<isize>,
        dklen: Option<isize>,
    ) -> PyResult {
        const MOST: isize = i32::MAX as isize;
        let (password, salt) = (bytes_of(password)?, bytes_of(salt)?);
        let (n, r, p) = (unsigned(n)?, unsigned(r)?, unsigned(p)?);
        if n < 2 || !n.is_power_of_two() {
            return raise!(ValueError, "n must be a power of 2.");
        }
        let (maxmem, dklen) = (maxmem.unwrap_or(0), dklen.unwrap_or(64));
        if !(0..=MOST).contains(&maxmem) {
            return raise!(ValueError, "maxmem must be positive and smaller than {MOST}");
        }
        if !(1..=MOST).contains(&dklen) {
            return raise!(ValueError, "dklen must be greater than 0 and smaller than {MOST}");
        }
        let limit = if maxmem == 0 { SCRYPT_MEMORY } else { maxmem as u64 };
        // A vector of n blocks, the blocks that are mixed, and one to mix with.
        let needed = n.checked_add(p).and_then(|b| b.checked_add(2)).and_then(|b| r.checked_mul(b));
        let params = match (u32::try_from(r), u32::try_from(p)) {
            (Ok(r), Ok(p)) => scrypt::Params::new(n.ilog2() as u8, r, p, dklen as usize).ok(),
            _ => None,
        };
        if r == 0 || p == 0 {
            return raise!(ValueError, "Invalid parameter combination for n, r, p, maxmem.");
        }
        let fits = needed.and_then(|b| b.checked_mul(128)).is_some_and(|bytes| bytes <= limit);
        let Some(params) = params.filter(|_| fits) else {
            return raise!(ValueError, "[digital envelope routines] memory limit exceeded");
        };
        let mut key = zeroed(dklen as usize)?;
        match released(|| scrypt::scrypt(&password, &salt, &params, &mut key)) {
            Ok(()) => Ok(bytes::new(&key).erase()),
            Err(_) => raise!(ValueError, "Invalid parameter combination for n, r, p, maxmem."),
        }
    }
}
