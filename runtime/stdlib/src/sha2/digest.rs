//! SHA-2 (FIPS 180-4).
//!
//! The round constants are the first bits of the fractional parts of cube roots of the first primes, the initial states
//! those of square roots; they are computed here, exactly, with integers.

use std::sync::OnceLock;

/// The first 80 primes.
fn primes() -> impl Iterator<Item = u64> {
    (2u64..).filter(|n| (2..*n).take_while(|d| d * d <= *n).all(|d| n % d != 0)).take(80)
}

/// The first 64 bits of the fractional part of the `k`-th root of `n` (`k` is 2 or 3).
fn root_fraction(n: u64, k: u32) -> u64 {
    use dashu_int::UBig;
    let scaled = UBig::from(n) << (64 * k as usize);
    let root = scaled.nth_root(k as usize);
    let low = root & UBig::from(u64::MAX);
    u64::try_from(low).unwrap_or(0)
}

fn constants() -> &'static [u64; 80] {
    static K: OnceLock<[u64; 80]> = OnceLock::new();
    K.get_or_init(|| {
        let mut k = [0; 80];
        for (slot, p) in k.iter_mut().zip(primes()) {
            *slot = root_fraction(p, 3);
        }
        k
    })
}

/// Which of the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// SHA-224
    Sha224,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl Kind {
    /// Bytes of a digest.
    pub fn digest_size(self) -> usize {
        match self {
            Kind::Sha224 => 28,
            Kind::Sha256 => 32,
            Kind::Sha384 => 48,
            Kind::Sha512 => 64,
        }
    }
    /// Bytes of a block.
    pub fn block_size(self) -> usize {
        if self.wide() { 128 } else { 64 }
    }
    /// The name in `hashlib`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Sha224 => "sha224",
            Kind::Sha256 => "sha256",
            Kind::Sha384 => "sha384",
            Kind::Sha512 => "sha512",
        }
    }
    fn wide(self) -> bool {
        matches!(self, Kind::Sha384 | Kind::Sha512)
    }
    fn initial(self) -> [u64; 8] {
        let skip = if matches!(self, Kind::Sha224 | Kind::Sha384) { 8 } else { 0 };
        let mut h = [0; 8];
        for (slot, p) in h.iter_mut().zip(primes().skip(skip)) {
            let f = root_fraction(p, 2);
            *slot = match self {
                // SHA-224 begins with the second 32 bits of SHA-384's words.
                Kind::Sha224 => f & 0xffff_ffff,
                Kind::Sha256 => f >> 32,
                Kind::Sha384 | Kind::Sha512 => f,
            };
        }
        h
    }
}

/// A hash being computed.
#[derive(Clone)]
pub struct Sha2 {
    /// Which function.
    pub kind: Kind,
    state: [u64; 8],
    pending: Vec<u8>,
    length: u128,
}

impl Sha2 {
    /// Of nothing yet.
    pub fn new(kind: Kind) -> Sha2 {
        Sha2 { kind, state: kind.initial(), pending: Vec::new(), length: 0 }
    }
    /// Take in more bytes.
    pub fn update(&mut self, data: &[u8]) {
        self.length += data.len() as u128;
        let size = self.kind.block_size();
        self.pending.extend_from_slice(data);
        let whole = self.pending.len() / size * size;
        let rest = self.pending.split_off(whole);
        let blocks = std::mem::replace(&mut self.pending, rest);
        blocks.chunks_exact(size).for_each(|b| self.block(b));
    }
    fn block(&mut self, block: &[u8]) {
        if self.kind.wide() { self.block64(block) } else { self.block32(block) }
    }
    fn block32(&mut self, block: &[u8]) {
        let k = constants();
        let mut w = [0u32; 64];
        for (slot, b) in w.iter_mut().zip(block.chunks_exact(4)) {
            *slot = u32::from_be_bytes([b[0], b[1], b[2], b[3]]);
        }
        for i in 16..64 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(7) ^ a.rotate_right(18) ^ (a >> 3);
            let s1 = b.rotate_right(17) ^ b.rotate_right(19) ^ (b >> 10);
            w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
        }
        let mut v = self.state.map(|x| x as u32);
        for i in 0..64 {
            let [a, b, c, d, e, f, g, h] = v;
            let s1 = e.rotate_right(6) ^ e.rotate_right(11) ^ e.rotate_right(25);
            let t1 = h
                .wrapping_add(s1)
                .wrapping_add((e & f) ^ (!e & g))
                .wrapping_add((k[i] >> 32) as u32)
                .wrapping_add(w[i]);
            let s0 = a.rotate_right(2) ^ a.rotate_right(13) ^ a.rotate_right(22);
            let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            v = [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g];
        }
        for (s, x) in self.state.iter_mut().zip(v) {
            *s = u64::from((*s as u32).wrapping_add(x));
        }
    }
    fn block64(&mut self, block: &[u8]) {
        let k = constants();
        let mut w = [0u64; 80];
        for (slot, b) in w.iter_mut().zip(block.chunks_exact(8)) {
            *slot = u64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]);
        }
        for i in 16..80 {
            let (a, b) = (w[i - 15], w[i - 2]);
            let s0 = a.rotate_right(1) ^ a.rotate_right(8) ^ (a >> 7);
            let s1 = b.rotate_right(19) ^ b.rotate_right(61) ^ (b >> 6);
            w[i] = w[i - 16].wrapping_add(s0).wrapping_add(w[i - 7]).wrapping_add(s1);
        }
        let mut v = self.state;
        for i in 0..80 {
            let [a, b, c, d, e, f, g, h] = v;
            let s1 = e.rotate_right(14) ^ e.rotate_right(18) ^ e.rotate_right(41);
            let t1 =
                h.wrapping_add(s1).wrapping_add((e & f) ^ (!e & g)).wrapping_add(k[i]).wrapping_add(w[i]);
            let s0 = a.rotate_right(28) ^ a.rotate_right(34) ^ a.rotate_right(39);
            let t2 = s0.wrapping_add((a & b) ^ (a & c) ^ (b & c));
            v = [t1.wrapping_add(t2), a, b, c, d.wrapping_add(t1), e, f, g];
        }
        for (s, x) in self.state.iter_mut().zip(v) {
            *s = s.wrapping_add(x);
        }
    }
    /// The digest of what has been taken in.
    pub fn digest(&self) -> Vec<u8> {
        let mut last = self.clone();
        let size = self.kind.block_size();
        let mut tail = vec![0x80u8];
        let length_bytes = size / 8;
        while !(self.pending.len() + tail.len() + length_bytes).is_multiple_of(size) {
            tail.push(0);
        }
        let bits = (self.length * 8).to_be_bytes();
        tail.extend_from_slice(&bits[16 - length_bytes..]);
        last.update(&tail);
        let word = |s: &u64| {
            if self.kind.wide() { s.to_be_bytes().to_vec() } else { (*s as u32).to_be_bytes().to_vec() }
        };
        let mut out: Vec<u8> = last.state.iter().flat_map(word).collect();
        out.truncate(self.kind.digest_size());
        out
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Sha2};

    fn hex(kind: Kind, data: &[u8]) -> String {
        let mut h = Sha2::new(kind);
        h.update(data);
        h.digest().iter().map(|b| format!("{b:02x}")).collect()
    }

    #[test]
    fn known_digests() {
        assert!(hex(Kind::Sha256, b"abc").starts_with("ba7816bf8f01cfea414140de5dae2223b00361a3"));
        assert!(hex(Kind::Sha224, b"abc").starts_with("23097d223405d8228642a477bda255b32aadbce4"));
        assert!(hex(Kind::Sha512, b"abc").starts_with("ddaf35a193617abacc417349ae20413112e6fa4e"));
        assert!(hex(Kind::Sha384, b"abc").starts_with("cb00753f45a35e8bb5a03d699ac65007272c32ab"));
        assert!(hex(Kind::Sha256, &[b'a'; 1000]).starts_with("41edece42d63e8d9bf515a9ba6932e1c20cbc9f5"));
    }
}
