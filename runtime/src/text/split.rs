//! Splitting, stripping, padding and replacing, over characters of any width; bytes use the same code with
//! their own idea of white space and line ends ([`Flavor`]). Whoever gets the pieces may break off.

use super::chars::{Chars, StrBuilder};
use super::search::{Finder, count, find, rfind};
use super::{TextError, TextResult, props};
use crate::error::has_room;
use crate::with_units;
use smallvec::SmallVec;
use std::ops::{ControlFlow, Range};

/// Whose rules hold: those of `str` or those of `bytes`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Flavor {
    /// Unicode white space and line ends.
    #[default]
    Str,
    /// ASCII white space; `\n`, `\r` and `\r\n` end lines.
    Bytes,
}

impl Flavor {
    /// Is it white space?
    #[inline]
    pub fn is_space(self, c: u32) -> bool {
        match self {
            Flavor::Str => props::is_space(c),
            Flavor::Bytes => matches!(c, 9..=13 | 32),
        }
    }
    #[inline]
    fn is_linebreak(self, c: u32) -> bool {
        match self {
            Flavor::Str => props::is_linebreak(c),
            Flavor::Bytes => matches!(c, 10 | 13),
        }
    }
}

/// Split at `sep` (not empty), at most `max` times, from the left.
pub fn split(
    hay: Chars<'_>,
    sep: Chars<'_>,
    max: usize,
    mut piece: impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut start = 0;
    if let (Chars::Latin1(h), Chars::Latin1([c]), usize::MAX) = (hay, sep, max) {
        for i in memchr::memchr_iter(*c, h) {
            piece(start..i)?;
            start = i + 1;
        }
    } else if sep.len() <= hay.len() {
        let (finder, mut left) = (Finder::new(sep, hay), max);
        while left > 0 {
            let Some(i) = finder.find(hay.slice(start..hay.len())) else { break };
            piece(start..start + i)?;
            start += i + sep.len();
            left -= 1;
        }
    }
    piece(start..hay.len())
}

/// Split at `sep` (not empty), at most `max` times, from the right; pieces come last first.
pub fn rsplit(
    hay: Chars<'_>,
    sep: Chars<'_>,
    max: usize,
    mut piece: impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    let mut end = hay.len();
    if sep.len() <= hay.len() {
        let (finder, mut left) = (Finder::new(sep, hay), max);
        while left > 0 {
            let Some(i) = finder.rfind(hay.slice(0..end)) else { break };
            piece(i + sep.len()..end)?;
            end = i;
            left -= 1;
        }
    }
    piece(0..end)
}

/// Split at runs of white space, at most `max` times, from the left; the rest, if `max` stopped the splitting,
/// keeps its inner and trailing white space.
pub fn split_space(
    hay: Chars<'_>,
    flavor: Flavor,
    max: usize,
    mut piece: impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    with_units!(hay, s => {
        let n = s.len();
        let space = |i: usize| flavor.is_space(u32::from(s[i]));
        let (mut i, mut left) = (0, max);
        loop {
            while i < n && space(i) {
                i += 1;
            }
            if i == n {
                return ControlFlow::Continue(());
            }
            let start = i;
            if left == 0 {
                return piece(start..n);
            }
            while i < n && !space(i) {
                i += 1;
            }
            piece(start..i)?;
            left -= 1;
        }
    })
}

/// Split at runs of white space, at most `max` times, from the right; pieces come last first.
pub fn rsplit_space(
    hay: Chars<'_>,
    flavor: Flavor,
    max: usize,
    mut piece: impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    with_units!(hay, s => {
        let space = |i: usize| flavor.is_space(u32::from(s[i]));
        let (mut end, mut left) = (s.len(), max);
        loop {
            while end > 0 && space(end - 1) {
                end -= 1;
            }
            if end == 0 {
                return ControlFlow::Continue(());
            }
            if left == 0 {
                return piece(0..end);
            }
            let mut start = end;
            while start > 0 && !space(start - 1) {
                start -= 1;
            }
            piece(start..end)?;
            (end, left) = (start, left - 1);
        }
    })
}

/// The lines, with or without their ends.
pub fn splitlines(
    hay: Chars<'_>,
    flavor: Flavor,
    keep_ends: bool,
    mut line: impl FnMut(Range<usize>) -> ControlFlow<()>,
) -> ControlFlow<()> {
    with_units!(hay, s => {
        let (n, mut i) = (s.len(), 0);
        while i < n {
            let start = i;
            while i < n && !flavor.is_linebreak(u32::from(s[i])) {
                i += 1;
            }
            let end = i;
            if i < n {
                let crlf = u32::from(s[i]) == 13 && i + 1 < n && u32::from(s[i + 1]) == 10;
                i += if crlf { 2 } else { 1 };
            }
            line(start..if keep_ends { i } else { end })?;
        }
        ControlFlow::Continue(())
    })
}

/// Which ends to strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// `lstrip`
    Left,
    /// `rstrip`
    Right,
    /// `strip`
    Both,
}

/// What is left without white space, or without the characters in `set`, at the ends.
pub fn strip(hay: Chars<'_>, flavor: Flavor, set: Option<Chars<'_>>, side: Side) -> Range<usize> {
    match set {
        None => strip_by(hay, side, |c| flavor.is_space(c)),
        Some(set) if set.len() == 1 => {
            let only = set.at(0);
            strip_by(hay, side, |c| c == only)
        }
        Some(set) => strip_by(hay, side, |c| set.contains(c)),
    }
}

fn strip_by(hay: Chars<'_>, side: Side, drop: impl Fn(u32) -> bool) -> Range<usize> {
    let (mut start, mut end) = (0, hay.len());
    if side != Side::Right {
        while start < end && drop(hay.at(start)) {
            start += 1;
        }
    }
    if side != Side::Left {
        while end > start && drop(hay.at(end - 1)) {
            end -= 1;
        }
    }
    start..end
}

/// `partition`: what is before and after the first `sep` (not empty).
pub fn partition(hay: Chars<'_>, sep: Chars<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let i = find(hay, sep)?;
    Some((0..i, i + sep.len()..hay.len()))
}

/// `rpartition`
pub fn rpartition(hay: Chars<'_>, sep: Chars<'_>) -> Option<(Range<usize>, Range<usize>)> {
    let i = rfind(hay, sep)?;
    Some((0..i, i + sep.len()..hay.len()))
}

/// `replace`, at most `max` times; `None` if nothing changes.
pub fn replace(hay: Chars<'_>, old: Chars<'_>, new: Chars<'_>, max: usize) -> Option<StrBuilder> {
    if max == 0 || old.len() > hay.len() || old.same(new) {
        return None;
    }
    if old.is_empty() {
        return replace_between(hay, new, max);
    }
    if let (Chars::Latin1(h), Chars::Latin1(&[from]), Chars::Latin1(&[to]), usize::MAX) = (hay, old, new, max)
    {
        memchr::memchr(from, h)?;
        return Some(StrBuilder::from_latin1(h.iter().map(|&c| if c == from { to } else { c }).collect()));
    }
    if let (Chars::Latin1(h), Chars::Latin1(o), Chars::Latin1(n)) = (hay, old, new) {
        let made = Replacement::of(h, o, n, max)?;
        let mut out = Vec::with_capacity(made.len());
        made.pieces().for_each(|piece| out.extend_from_slice(piece));
        return Some(StrBuilder::from_latin1(out));
    }
    let finder = Finder::new(old, hay);
    let first = finder.find(hay)?;
    let mut out = StrBuilder::with_capacity(hay.len() + new.len().saturating_sub(old.len()));
    let (mut at, mut next, mut left) = (0, Some(first), max);
    while let Some(i) = next {
        out.push_chars(hay.slice(at..at + i));
        out.push_chars(new);
        at += i + old.len();
        left -= 1;
        next = if left == 0 { None } else { finder.find(hay.slice(at..hay.len())) };
    }
    out.push_chars(hay.slice(at..hay.len()));
    Some(out)
}

/// What `replace` makes of bytes, by pieces.
pub struct Replacement<'a> {
    hay: &'a [u8],
    old: usize,
    new: &'a [u8],
    /// Where the old bytes are.
    places: SmallVec<[usize; 32]>,
}

impl<'a> Replacement<'a> {
    /// Of at most `max` places of `old` (not empty); `None` if nothing changes.
    pub fn of(hay: &'a [u8], old: &[u8], new: &'a [u8], max: usize) -> Option<Replacement<'a>> {
        if max == 0 || old.len() > hay.len() || old == new {
            return None;
        }
        let finder = Finder::new(Chars::Latin1(old), Chars::Latin1(hay));
        let (mut places, mut at) = (SmallVec::new(), 0);
        while let Some(i) = finder.find(Chars::Latin1(&hay[at..])) {
            places.push(at + i);
            at += i + old.len();
            if places.len() == max {
                break;
            }
        }
        (!places.is_empty()).then_some(Replacement { hay, old: old.len(), new, places })
    }
    /// The number of bytes.
    #[allow(clippy::len_without_is_empty, reason = "of what may well be empty")]
    pub fn len(&self) -> usize {
        self.hay.len() - self.places.len() * self.old + self.places.len() * self.new.len()
    }
    /// The bytes.
    pub fn pieces(&self) -> impl Iterator<Item = &'a [u8]> {
        let (hay, old, new) = (self.hay, self.old, self.new);
        let starts = std::iter::once(0).chain(self.places.iter().map(move |p| p + old));
        let last = self.places.last().map_or(0, |p| p + old);
        let between = starts.zip(&self.places).flat_map(move |(start, &end)| [&hay[start..end], new]);
        between.chain(std::iter::once(&hay[last..]))
    }
}

/// Is there room for what [`replace`] makes? Counts the places only where the result may be big.
pub fn room_to_replace(hay: Chars<'_>, old: Chars<'_>, new: Chars<'_>, max: usize) -> TextResult<()> {
    const BIG: usize = 1 << 26;
    let more = new.len().saturating_sub(old.len());
    let most = hay.len() / old.len().max(1) + 1;
    if most.min(max).saturating_mul(more) < BIG {
        return Ok(());
    }
    let hits = if old.is_empty() { most } else { count(hay, old) }.min(max);
    let size = hits.checked_mul(more).and_then(|n| n.checked_add(hay.len())?.checked_mul(4));
    match size {
        Some(n) if has_room(n) => Ok(()),
        _ => Err(TextError::memory()),
    }
}

fn replace_between(hay: Chars<'_>, new: Chars<'_>, max: usize) -> Option<StrBuilder> {
    let mut out = StrBuilder::with_capacity(hay.len() + new.len() * max.min(hay.len() + 1));
    for (i, c) in hay.iter().enumerate() {
        if i < max {
            out.push_chars(new);
        }
        out.push(c);
    }
    if hay.len() < max {
        out.push_chars(new);
    }
    Some(out)
}

/// `expandtabs`; `None` if the result would be too long.
pub fn expandtabs(hay: Chars<'_>, size: i64) -> Option<StrBuilder> {
    let mut out = StrBuilder::with_capacity(hay.len());
    let (mut column, mut total) = (0u64, 0u64);
    for c in hay.iter() {
        if c == 9 {
            if size > 0 {
                let n = size as u64 - column % size as u64;
                (column, total) = (column + n, total + n);
                if total > u64::from(u32::MAX) {
                    return None;
                }
                out.push_n(32, n as usize);
            }
        } else {
            out.push(c);
            (column, total) = (if c == 10 || c == 13 { 0 } else { column + 1 }, total + 1);
        }
    }
    Some(out)
}

/// Pad with `fill`: `left` before and `right` after.
pub fn pad(hay: Chars<'_>, left: usize, right: usize, fill: u32) -> StrBuilder {
    let mut out = StrBuilder::with_capacity(hay.len() + left + right);
    out.push_n(fill, left);
    out.push_chars(hay);
    out.push_n(fill, right);
    out
}

/// `(left, right)` padding of `center`.
pub fn center_padding(len: usize, width: usize) -> (usize, usize) {
    let total = width - len;
    let left = total / 2 + (total & width & 1);
    (left, total - left)
}

/// `zfill`: zeros after the sign.
pub fn zfill(hay: Chars<'_>, width: usize) -> StrBuilder {
    let n = width - hay.len();
    let signed = hay.get(0).is_some_and(|c| c == u32::from(b'+') || c == u32::from(b'-'));
    let mut out = StrBuilder::with_capacity(width);
    if signed {
        out.push(hay.at(0));
    }
    out.push_n(u32::from(b'0'), n);
    out.push_chars(hay.slice(usize::from(signed)..hay.len()));
    out
}
