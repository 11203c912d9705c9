//! Searching: the matcher at one candidate after the other.

use super::engine::{Machine, NONE};
use super::text::Unit;
use taipan_runtime::error::PyResult;

/// Find the first match from `from` on; its begin and end. An empty match at `not_empty_at` does not count.
pub fn search<C: Unit>(
    m: &mut Machine<'_, C>,
    from: usize,
    not_empty_at: usize,
) -> PyResult<Option<(usize, usize)>> {
    let program = m.program();
    let mut at = from;
    m.not_empty_at = not_empty_at;
    while let Some(start) = program.seek.next(m.text, at)
        && m.text.len() >= start + program.least
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
