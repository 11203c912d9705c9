//! Properties that the ICU crates do not have, in text tables that `generate.py` writes.

/// `code digit-or-dash number`, by code.
static NUMERIC: &str = include_str!("numeric.txt");
/// `code decomposition`, by code.
static DECOMPOSITION: &str = include_str!("decomposition.txt");

/// What stands behind the code in the line for a character.
fn line(table: &'static str, c: u32) -> Option<&'static str> {
    let bytes = table.as_bytes();
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        // The line round the middle.
        let middle = (low + high) / 2;
        let start = bytes[..middle].iter().rposition(|&b| b == b'\n').map_or(0, |at| at + 1);
        let end = bytes[middle..].iter().position(|&b| b == b'\n').map_or(bytes.len(), |n| middle + n);
        let (code, rest) = table[start..end].split_once(' ')?;
        match u32::from_str_radix(code, 16).ok()?.cmp(&c) {
            std::cmp::Ordering::Equal => return Some(rest),
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// The value of a digit, in whatever form.
pub fn digit(c: u32) -> Option<u32> {
    line(NUMERIC, c)?.split_once(' ')?.0.parse().ok()
}

/// The number that a character stands for.
pub fn numeric(c: u32) -> Option<f64> {
    line(NUMERIC, c)?.split_once(' ')?.1.parse().ok()
}

/// The decomposition as in the Unicode database: a tag, and codes.
pub fn decomposition(c: u32) -> &'static str {
    line(DECOMPOSITION, c).unwrap_or("")
}
