//! The embedded standard library: what `build.rs` has frozen into the binary.

use std::sync::Arc;
use taipan_bytecode::Code;
use taipan_bytecode::marshal::{MarshalError, load_code_as};

/// A module of the library.
#[derive(Debug)]
pub struct Entry {
    /// Its full name.
    pub name: &'static str,
    /// Is it a package?
    pub is_package: bool,
    /// Offset and length of its marshalled code.
    code: (usize, usize),
    /// Offset and length of its compressed source.
    packed: (usize, usize),
    /// Bytes of its source.
    size: usize,
}

/// Every module, by name.
static INDEX: &[Entry] = include!(concat!(env!("OUT_DIR"), "/index.rs"));
static CODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/code.bin"));
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/sources.bin"));

/// The module with this full name.
pub fn find(name: &str) -> Option<&'static Entry> {
    let at = INDEX.binary_search_by(|e| e.name.cmp(name)).ok()?;
    Some(&INDEX[at])
}

/// Names (without the prefix) and kinds of the modules directly below a package; `prefix` ends with a dot, or is
/// empty.
pub fn children(prefix: &str) -> impl Iterator<Item = (&'static str, bool)> {
    let from = INDEX.partition_point(|e| e.name < prefix);
    INDEX[from..]
        .iter()
        .map_while(move |e| Some((e.name.strip_prefix(prefix)?, e.is_package)))
        .filter(|(rest, _)| !rest.is_empty() && !rest.contains('.'))
}

impl Entry {
    /// Its code, with this file name.
    pub fn load(&self, filename: &str) -> Result<Arc<Code>, MarshalError> {
        let (at, len) = self.code;
        let code = load_code_as(&CODE[at..at + len], filename);
        taipan_runtime::heap::read_once(&CODE[at..at + len]);
        code
    }

    /// Its source.
    pub fn source(&self) -> Vec<u8> {
        let (at, len) = self.packed;
        let unpacked = miniz_oxide::inflate::decompress_to_vec_with_limit(&PACKED[at..at + len], self.size);
        unpacked.expect("build.rs has compressed exactly this source")
    }
}
