//! What is being computed.

use digest::{Digest, DynDigest, ExtendableOutput, Update, XofReader};

/// A hash function in progress.
#[derive(Clone)]
pub enum State {
    /// With a digest of fixed size: name, block size, state.
    Fixed(&'static str, usize, Box<dyn DynDigest>),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
    Blake2b(blake2b_simd::State, usize),
    Blake2s(blake2s_simd::State, usize),
}

fn fixed<D: Digest + DynDigest + Clone + 'static>(name: &'static str, block: usize) -> State {
    State::Fixed(name, block, Box::new(D::new()))
}

impl State {
    /// A hash function by its name in `hashlib`; the modules name no others.
    pub fn new(name: &'static str) -> State {
        match name {
            "md5" => fixed::<md5::Md5>(name, 64),
            "sha1" => fixed::<sha1::Sha1>(name, 64),
            "sha224" => fixed::<sha2::Sha224>(name, 64),
            "sha384" => fixed::<sha2::Sha384>(name, 128),
            "sha512" => fixed::<sha2::Sha512>(name, 128),
            "sha3_224" => fixed::<sha3::Sha3_224>(name, 144),
            "sha3_256" => fixed::<sha3::Sha3_256>(name, 136),
            "sha3_384" => fixed::<sha3::Sha3_384>(name, 104),
            "sha3_512" => fixed::<sha3::Sha3_512>(name, 72),
            "shake_128" => State::Shake128(sha3::Shake128::default()),
            "shake_256" => State::Shake256(sha3::Shake256::default()),
            _ => fixed::<sha2::Sha256>("sha256", 64),
        }
    }
    pub fn update(&mut self, data: &[u8]) {
        match self {
            State::Fixed(_, _, d) => d.update(data),
            State::Shake128(s) => s.update(data),
            State::Shake256(s) => s.update(data),
            State::Blake2b(s, _) => drop(s.update(data)),
            State::Blake2s(s, _) => drop(s.update(data)),
        }
    }
    /// The digest of what came so far; `n` bytes where the function lets choose.
    pub fn finish(&self, n: usize) -> Vec<u8> {
        match self {
            State::Fixed(_, _, d) => d.clone().finalize().into_vec(),
            State::Shake128(s) => {
                let mut out = vec![0; n];
                s.clone().finalize_xof().read(&mut out);
                out
            }
            State::Shake256(s) => {
                let mut out = vec![0; n];
                s.clone().finalize_xof().read(&mut out);
                out
            }
            State::Blake2b(s, _) => s.finalize().as_bytes().to_vec(),
            State::Blake2s(s, _) => s.finalize().as_bytes().to_vec(),
        }
    }
    pub fn is_extendable(&self) -> bool {
        matches!(self, State::Shake128(_) | State::Shake256(_))
    }
    pub fn digest_size(&self) -> usize {
        match self {
            State::Fixed(_, _, d) => d.output_size(),
            State::Shake128(_) | State::Shake256(_) => 0,
            State::Blake2b(_, n) | State::Blake2s(_, n) => *n,
        }
    }
    pub fn block_size(&self) -> usize {
        match self {
            State::Fixed(_, block, _) => *block,
            State::Shake128(_) => 168,
            State::Shake256(_) => 136,
            State::Blake2b(..) => 128,
            State::Blake2s(..) => 64,
        }
    }
    pub fn name(&self) -> &'static str {
        match self {
            State::Fixed(name, ..) => name,
            State::Shake128(_) => "shake_128",
            State::Shake256(_) => "shake_256",
            State::Blake2b(..) => "blake2b",
            State::Blake2s(..) => "blake2s",
        }
    }
}
