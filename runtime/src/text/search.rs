//! Substring search: `memchr` for one byte a character; for wider strings a scan for the first character that
//! falls back to Knuth-Morris-Pratt once it has done too much work, so that the worst case is linear.

use super::chars::{Chars, position_of};
use memchr::memmem;
use std::borrow::Cow;
use std::ops::Range;

/// Haystacks up to this long are searched byte by byte.
const SHORT: usize = 64;

/// A needle prepared for haystacks of one width.
pub struct Finder<'n>(Kind<'n>);

enum Kind<'n> {
    /// The needle has a character too wide for the haystack.
    Never,
    Byte(u8),
    /// The haystack is short: preparing would take longer than searching.
    Short(Wide<'n, u8>),
    Bytes(Box<memmem::Finder<'n>>),
    Two(Wide<'n, u16>),
    Four(Wide<'n, u32>),
}

struct Wide<'n, T: Clone> {
    needle: Cow<'n, [T]>,
}

fn narrowed(needle: Chars<'_>) -> Option<Vec<u8>> {
    needle.iter().map(|c| u8::try_from(c).ok()).collect()
}

impl<'n> Finder<'n> {
    /// Prepare a needle (not empty) for haystacks as wide as `hay`.
    pub fn new(needle: Chars<'n>, hay: Chars<'_>) -> Finder<'n> {
        debug_assert!(!needle.is_empty());
        Finder(match (hay, needle) {
            (Chars::Latin1(_), Chars::Latin1([c])) => Kind::Byte(*c),
            (Chars::Latin1(h), Chars::Latin1(n)) if h.len() <= SHORT => {
                Kind::Short(Wide { needle: Cow::Borrowed(n) })
            }
            (Chars::Latin1(_), Chars::Latin1(n)) => Kind::Bytes(Box::new(memmem::Finder::new(n))),
            (Chars::Latin1(_), n) => match narrowed(n) {
                None => Kind::Never,
                Some(n) if n.len() == 1 => Kind::Byte(n[0]),
                Some(n) => Kind::Bytes(Box::new(memmem::Finder::new(&n).into_owned())),
            },
            (Chars::Ucs2(_), Chars::Ucs2(n)) => Kind::Two(Wide { needle: Cow::Borrowed(n) }),
            (Chars::Ucs2(_), n) => match n.iter().map(|c| u16::try_from(c).ok()).collect() {
                None => Kind::Never,
                Some(n) => Kind::Two(Wide { needle: Cow::Owned(n) }),
            },
            (Chars::Ucs4(_), Chars::Ucs4(n)) => Kind::Four(Wide { needle: Cow::Borrowed(n) }),
            (Chars::Ucs4(_), n) => Kind::Four(Wide { needle: n.iter().collect() }),
        })
    }
    /// The first match in `hay`.
    #[inline]
    pub fn find(&self, hay: Chars<'_>) -> Option<usize> {
        match (&self.0, hay) {
            (Kind::Byte(c), Chars::Latin1(h)) => memchr::memchr(*c, h),
            (Kind::Short(w), Chars::Latin1(h)) => w.find(h),
            (Kind::Bytes(f), Chars::Latin1(h)) => f.find(h),
            (Kind::Two(w), Chars::Ucs2(h)) => w.find(h),
            (Kind::Four(w), Chars::Ucs4(h)) => w.find(h),
            _ => None,
        }
    }
    /// The last match in `hay`.
    pub fn rfind(&self, hay: Chars<'_>) -> Option<usize> {
        match (&self.0, hay) {
            (Kind::Byte(c), Chars::Latin1(h)) => memchr::memrchr(*c, h),
            (Kind::Short(w), Chars::Latin1(h)) => w.rfind(h),
            (Kind::Bytes(f), Chars::Latin1(h)) => memmem::rfind(h, f.needle()),
            (Kind::Two(w), Chars::Ucs2(h)) => w.rfind(h),
            (Kind::Four(w), Chars::Ucs4(h)) => w.rfind(h),
            _ => None,
        }
    }
}

/// A character in one of the widths.
trait Unit: Copy + Eq {
    /// The first `c`.
    fn position(hay: &[Self], c: Self) -> Option<usize>;
}
impl Unit for u8 {
    #[inline]
    fn position(hay: &[u8], c: u8) -> Option<usize> {
        memchr::memchr(c, hay)
    }
}
impl Unit for u16 {
    fn position(hay: &[u16], c: u16) -> Option<usize> {
        position_of(hay, c)
    }
}
impl Unit for u32 {
    fn position(hay: &[u32], c: u32) -> Option<usize> {
        position_of(hay, c)
    }
}

impl<T: Unit> Wide<'_, T> {
    fn find(&self, hay: &[T]) -> Option<usize> {
        let n = &*self.needle;
        let last = hay.len().checked_sub(n.len())?;
        let (mut i, mut budget) = (0, 4 * hay.len() + 64);
        while i <= last {
            i += T::position(&hay[i..=last], n[0])?;
            match hay[i..].iter().zip(n).position(|(a, b)| a != b) {
                None => return Some(i),
                Some(same) if same > budget => return self.kmp(&hay[i..], true).map(|p| p + i),
                Some(same) => budget -= same,
            }
            i += 1;
        }
        None
    }
    fn rfind(&self, hay: &[T]) -> Option<usize> {
        let n = &*self.needle;
        let mut end = hay.len().checked_sub(n.len())? + 1;
        let mut budget = 4 * hay.len() + 64;
        while end > 0 {
            let i = hay[..end].iter().rposition(|&c| c == n[0])?;
            match hay[i..].iter().zip(n).position(|(a, b)| a != b) {
                None => return Some(i),
                Some(same) if same > budget => return self.kmp(&hay[..i + n.len() - 1], false),
                Some(same) => budget -= same,
            }
            end = i;
        }
        None
    }
    /// The first or last match in linear time, with a table.
    fn kmp(&self, hay: &[T], first: bool) -> Option<usize> {
        let n = &*self.needle;
        let mut border = vec![0usize; n.len()];
        let mut k = 0;
        for i in 1..n.len() {
            while k > 0 && n[i] != n[k] {
                k = border[k - 1];
            }
            if n[i] == n[k] {
                k += 1;
            }
            border[i] = k;
        }
        let (mut k, mut found) = (0, None);
        for (i, &c) in hay.iter().enumerate() {
            while k > 0 && c != n[k] {
                k = border[k - 1];
            }
            if c == n[k] {
                k += 1;
            }
            if k == n.len() {
                found = Some(i + 1 - n.len());
                if first {
                    break;
                }
                k = border[k - 1];
            }
        }
        found
    }
}

/// The first match of `needle` in `hay`; an empty needle matches at 0.
pub fn find(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    match (hay, needle) {
        (_, n) if n.is_empty() => Some(0),
        (Chars::Latin1(h), Chars::Latin1([c])) => memchr::memchr(*c, h),
        (Chars::Latin1(h), Chars::Latin1(n)) => memmem::find(h, n),
        _ => Finder::new(needle, hay).find(hay),
    }
}

/// The last match of `needle` in `hay`; an empty needle matches at the end.
pub fn rfind(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    if needle.len() > hay.len() {
        return None;
    }
    match (hay, needle) {
        (h, n) if n.is_empty() => Some(h.len()),
        (Chars::Latin1(h), Chars::Latin1([c])) => memchr::memrchr(*c, h),
        (Chars::Latin1(h), Chars::Latin1(n)) => memmem::rfind(h, n),
        _ => Finder::new(needle, hay).rfind(hay),
    }
}

/// Matches that do not overlap, from the left; an empty needle matches `len + 1` times.
pub fn count(hay: Chars<'_>, needle: Chars<'_>) -> usize {
    match (hay, needle) {
        (h, n) if n.is_empty() => h.len() + 1,
        (Chars::Latin1(h), Chars::Latin1([c])) => memchr::memchr_iter(*c, h).count(),
        (h, n) if n.len() > h.len() => 0,
        (Chars::Latin1(h), Chars::Latin1(n)) if h.len() > SHORT => memmem::find_iter(h, n).count(),
        _ => {
            let (finder, mut at, mut found) = (Finder::new(needle, hay), 0, 0);
            while let Some(i) = finder.find(hay.slice(at..hay.len())) {
                found += 1;
                at += i + needle.len();
            }
            found
        }
    }
}

/// `start` and `end` of a slice argument (negative counts from the end) as a range of `0..=len`; `None` if
/// `start` is past the end, where even an empty needle is not found.
pub fn clamp(start: Option<i64>, end: Option<i64>, len: usize) -> Option<Range<usize>> {
    let n = len as i64;
    let fix = |i: i64| if i < 0 { (i + n).max(0) } else { i };
    let (start, end) = (fix(start.unwrap_or(0)), fix(end.unwrap_or(n)).min(n));
    if start > end { None } else { Some(start as usize..end as usize) }
}
