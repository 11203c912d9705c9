//! The list of known failures: `tests/known_failures.txt`.
//!
//! One line each: `NAME MODES REASON`. NAME is a test's name without its mode, with `*` for any
//! text at its end; MODES is `*` or modes joined by `|`. A listed test that fails counts as
//! ignored, one that passes is an error, so that the list cannot go stale.

use std::path::Path;

/// One line of the list.
pub struct Known {
    name: String,
    modes: String,
    reason: String,
}

impl Known {
    /// Why it fails.
    pub fn reason(&self) -> String {
        self.reason.clone()
    }

    /// Whether this line speaks of test `name` in `mode`.
    pub fn covers(&self, name: &str, mode: &str) -> bool {
        let named = match self.name.strip_suffix('*') {
            Some(start) => name.starts_with(start),
            None => name == self.name,
        };
        named && (self.modes == "*" || self.modes.split('|').any(|listed| listed == mode))
    }
}

/// Read the list.
///
/// # Errors
/// A message for an unreadable file or a line without name, modes and reason.
pub fn read(path: &Path) -> Result<Vec<Known>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut list = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = line.splitn(3, char::is_whitespace);
        let (Some(name), Some(modes), Some(reason)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("{}:{}: a line is NAME MODES REASON", path.display(), index + 1));
        };
        list.push(Known { name: name.to_owned(), modes: modes.to_owned(), reason: reason.trim().to_owned() });
    }
    Ok(list)
}
