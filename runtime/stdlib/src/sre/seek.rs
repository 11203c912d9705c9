//! Where matches can begin: found by `memchr` and `memmem`, or by the sets of characters of the first positions.

use super::leads::leads;
use super::ops::{at, info, op};
use super::program::{Beyond, Inst, Program};
use super::text::Unit;
use memchr::memmem::Finder;

/// Positions looked at: bits of a mask.
const POSITIONS: usize = 8;

/// How to find the positions where a match can begin.
pub enum Seek {
    /// Every position will do.
    Anywhere,
    /// Only the begin of the text will.
    Start,
    /// A match begins with these characters; as bytes, if they are.
    Prefix(Box<[u32]>, Option<Box<Finder<'static>>>),
    /// A match begins with one of these two or three bytes (one may be there twice).
    Few([u8; 3]),
    /// What the first characters can be.
    Masks(Box<Masks>),
}

/// For each character at which of the first positions it can be.
pub struct Masks {
    /// A bit for each position.
    table: [u8; 256],
    /// The same for characters from 256 on.
    beyond: u8,
    /// The bit of the last position known.
    top: u8,
}

impl Seek {
    /// For a program whose pattern begins at `begin` in the code.
    pub fn of(p: &Program, begin: usize) -> Seek {
        let first = p.insts.iter().find(|i| !matches!(i, Inst::Mark(_)));
        if let Some(Inst::At(at::BEGINNING | at::BEGINNING_STRING)) = first {
            return Seek::Start;
        }
        if let Some(prefix) = prefix(&p.code[..begin]) {
            return Seek::prefix(prefix);
        }
        let sets = leads(p, 0, POSITIONS);
        let known: Option<Vec<u32>> = sets.iter().map(|s| s.single()).collect();
        if let Some(known) = known.filter(|k| !k.is_empty()) {
            return Seek::prefix(&known);
        }
        if let [set] = &sets[..]
            && set.beyond == Beyond::Never
        {
            let mut members = (0..=255).filter(|&c| set.table[usize::from(c)]);
            if let (Some(a), Some(b), c, None) =
                (members.next(), members.next(), members.next(), members.next())
            {
                return Seek::Few([a, b, c.unwrap_or(b)]);
            }
        }
        if sets.iter().all(|s| s.is_all()) {
            return Seek::Anywhere;
        }
        let mut masks = Masks { table: [0; 256], beyond: 0, top: 1 << (sets.len() - 1) };
        for (i, set) in sets.iter().enumerate() {
            for (slot, &b) in masks.table.iter_mut().zip(&set.table) {
                *slot |= u8::from(b) << i;
            }
            masks.beyond |= u8::from(set.beyond != Beyond::Never) << i;
        }
        Seek::Masks(Box::new(masks))
    }

    fn prefix(chars: &[u32]) -> Seek {
        let bytes: Option<Vec<u8>> = chars.iter().map(|&c| u8::try_from(c).ok()).collect();
        Seek::Prefix(chars.into(), bytes.map(|b| Box::new(Finder::new(&b).into_owned())))
    }

    /// The first position from `from` on where a match can begin.
    #[inline]
    pub fn next<C: Unit>(&self, text: &[C], from: usize) -> Option<usize> {
        match self {
            Seek::Anywhere => Some(from),
            Seek::Start => (from == 0).then_some(0),
            Seek::Prefix(chars, bytes) => {
                C::find_text(text.get(from..)?, chars, bytes.as_deref()).map(|i| from + i)
            }
            Seek::Few(set) => C::find_few(text.get(from..)?, *set).map(|i| from + i),
            Seek::Masks(m) => m.next(text, from),
        }
    }
}

impl Masks {
    /// One step a character: bit `i` of the state says that the last `i + 1` characters fit the first `i + 1` positions.
    #[inline]
    fn next<C: Unit>(&self, text: &[C], from: usize) -> Option<usize> {
        let mut state = 0u8;
        for (i, &c) in text.get(from..)?.iter().enumerate() {
            let c: u32 = c.into();
            let mask = self.table.get(c as usize).copied().unwrap_or(self.beyond);
            state = (state << 1 | 1) & mask;
            if state & self.top != 0 {
                return Some(from + i - self.top.trailing_zeros() as usize);
            }
        }
        None
    }
}

/// The literal prefix that the compiler has found.
fn prefix(block: &[u32]) -> Option<&[u32]> {
    let &[op::INFO, _, flags, _, _, ref rest @ ..] = block else { return None };
    if flags & info::PREFIX == 0 {
        return None;
    }
    let n = *rest.first()? as usize;
    rest.get(2..2 + n).filter(|p| !p.is_empty())
}
