//! Searching: where a match can begin, from what the compiler knows of the pattern's start.

use super::chars::in_set;
use super::engine::{Machine, NONE, Text};
use super::ops::{info, op};
use taipan_runtime::error::PyResult;

/// What the INFO block tells.
pub struct Info<'a> {
    /// Characters a match has at least.
    least: usize,
    prefix: &'a [u32],
    set: Option<&'a [u32]>,
}

impl<'a> Info<'a> {
    /// Read the block at the start of the code.
    pub fn read(code: &'a [u32]) -> Info<'a> {
        let mut found = Info { least: 0, prefix: &[], set: None };
        let &[op::INFO, _, flags, least, _, ref rest @ ..] = code else { return found };
        found.least = least as usize;
        if flags & info::PREFIX != 0 {
            let n = rest.first().map_or(0, |&n| n as usize);
            found.prefix = rest.get(2..2 + n).unwrap_or(&[]);
        } else if flags & info::CHARSET != 0 {
            found.set = Some(rest);
        }
        found
    }

    /// The first position from `from` on where a match can begin.
    fn candidate<T: Text>(&self, text: T, mut from: usize, end: usize) -> Option<usize> {
        if self.least > 0 && end.saturating_sub(from) < self.least {
            return None;
        }
        let last = end - self.least;
        if let Some((&first, rest)) = self.prefix.split_first() {
            while from <= last {
                if text.at(from) == first && rest.iter().enumerate().all(|(i, &c)| text.at(from + 1 + i) == c)
                {
                    return Some(from);
                }
                from += 1;
            }
            return None;
        }
        if let Some(set) = self.set {
            while from <= last && from < end {
                if in_set(set, text.at(from)) {
                    return Some(from);
                }
                from += 1;
            }
            return None;
        }
        (from <= last).then_some(from)
    }
}

/// Find the first match from `from` on; its begin and end. An empty match at `not_empty_at` does not count.
pub fn search<T: Text>(
    m: &mut Machine<'_, T>,
    info: &Info<'_>,
    from: usize,
    not_empty_at: usize,
) -> PyResult<Option<(usize, usize)>> {
    let mut at = from;
    m.not_empty_at = not_empty_at;
    while at <= m.end
        && let Some(start) = info.candidate(m.text, at, m.end)
    {
        if start != from {
            m.not_empty_at = NONE;
        }
        if let Some(end) = m.run(start)? {
            return Ok(Some((start, end)));
        }
        at = start + 1;
    }
    Ok(None)
}
