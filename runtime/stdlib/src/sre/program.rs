//! What `re`'s codes are translated to: instructions whose jumps are resolved, with the sets of characters as tables and
//! what is known of the text that can follow.

use super::chars::{ascii_lower, in_category, in_set, unicode_lower};
use super::ops::op;

/// A set of characters: a table of the first 256 and a rule for the others.
#[derive(Clone, PartialEq, Eq)]
pub struct Set {
    /// Is the character, one below 256, in the set?
    pub table: [bool; 256],
    /// The rule for the others.
    pub beyond: Beyond,
}

/// Which of the characters from 256 on a set holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Beyond {
    /// None of them.
    Never,
    /// All of them.
    Always,
    /// Those that the operator at this place of the code matches.
    Ask(u32),
}

/// What matches one character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Item {
    /// This one.
    Char(u32),
    /// Any but this one.
    NotChar(u32),
    /// Any.
    Any,
    /// One of the set with this number.
    Set(u32),
}

/// What the next character must be for a continuation to have a chance.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Nothing is known; there may be no next character.
    Nothing,
    /// This one.
    Char(u32),
    /// One of the set with this number.
    Set(u32),
}

/// What a sub-match is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sub {
    /// A lookaround: what it matched is not consumed.
    Assert,
    /// A lookaround that must not match.
    AssertNot,
    /// A match whose choices are final.
    Atomic,
    /// An iteration of the possessive repeat with this number.
    Possessive(u32),
}

/// An instruction; unless it says otherwise, what follows it comes next.
#[derive(Clone, Copy)]
pub enum Inst {
    /// Does not match.
    Fail,
    /// The whole pattern has matched.
    Match,
    /// This character.
    Char(u32),
    /// Any character but this one.
    NotChar(u32),
    /// Any character.
    Any,
    /// A character of the set with this number.
    Set(u32),
    /// `len` characters from `from` on in [`Program::literals`].
    Text { from: u32, len: u32 },
    /// The position is remembered: the begin (even) or end (odd) of a group.
    Mark(u32),
    /// A condition on the position, of `ops::at`.
    At(u32),
    /// Goes on elsewhere.
    Jump(u32),
    /// Alternatives: [`Program::alts`] from here on, up to one that is the last.
    Branch(u32),
    /// A repeat of one item, as many times as possible at first; a number in [`Program::loops`].
    Greedy(u32),
    /// The same, as few times as possible at first.
    Lazy(u32),
    /// The same, as many times as possible for good.
    Possess(u32),
    /// A repeat of a longer body, which follows; a number in [`Program::repeats`].
    Repeat(u32),
    /// The end of a repeat's body, as many times as possible at first; its number.
    MaxUntil(u32),
    /// The end of a repeat's body, as few times as possible at first; its number.
    MinUntil(u32),
    /// A possessive repeat of a longer body, which follows up to a `SubEnd`; a number in [`Program::repeats`].
    PossessRepeat(u32),
    /// A sub-match begins, `back` characters before; it ends with `SubEnd`, and `after` comes next.
    Enter { kind: Sub, back: u32, after: u32 },
    /// A sub-match has succeeded.
    SubEnd,
    /// A lookaround of one item: number in [`Program::peeks`].
    Peek(u32),
    /// What a group has matched, once more.
    GroupRef { group: u32, fold: Fold },
    /// Goes on at `no` unless the group has matched.
    IfGroup { group: u32, no: u32 },
}

/// How characters are compared with a group's.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// As they are.
    Exact,
    /// ASCII letters in lower case.
    Ascii,
    /// All letters in lower case.
    Unicode,
}

/// An alternative of a branch.
#[derive(Clone, Copy)]
pub struct Alt {
    /// Where it begins.
    pub pc: u32,
    /// What it can begin with.
    pub look: Look,
    /// Is it the last one?
    pub last: bool,
}

/// A repeat of one item.
#[derive(Clone, Copy)]
pub struct Loop {
    /// What is repeated.
    pub item: Item,
    /// Times at least.
    pub min: u32,
    /// Times at most; `MAXREPEAT` for no limit.
    pub max: u32,
    /// What can follow the repeat.
    pub look: Look,
    /// Nothing that follows can begin with what is repeated, in texts of one-byte characters and in all texts: as many
    /// times as possible is the only number of times that can do.
    pub sure: [bool; 2],
}

/// A repeat of something longer.
#[derive(Clone, Copy)]
pub struct Repeat {
    /// Times at least.
    pub min: u32,
    /// Times at most; `MAXREPEAT` for no limit.
    pub max: u32,
    /// Where the body begins.
    pub body: u32,
    /// Where to go on behind it.
    pub tail: u32,
    /// What the body can begin with.
    pub body_look: Look,
    /// What can follow.
    pub tail_look: Look,
}

/// A lookaround of one item.
#[derive(Clone, Copy)]
pub struct Peek {
    /// What must, or must not, be there.
    pub item: Item,
    /// Characters to go back first.
    pub back: u32,
    /// Must it not be there?
    pub negative: bool,
}

/// A translated pattern.
pub struct Program {
    /// The code of `re._compiler`.
    pub code: Box<[u32]>,
    /// The instructions; it begins with the first.
    pub insts: Vec<Inst>,
    /// Characters of `Text`.
    pub literals: Vec<u32>,
    /// Sets of characters.
    pub sets: Vec<Set>,
    /// Alternatives of branches.
    pub alts: Vec<Alt>,
    /// Repeats of one item.
    pub loops: Vec<Loop>,
    /// Repeats of more.
    pub repeats: Vec<Repeat>,
    /// Lookarounds of one item.
    pub peeks: Vec<Peek>,
    /// Characters that a match has at least.
    pub least: usize,
    /// Where matches can begin.
    pub seek: super::seek::Seek,
}

impl Set {
    /// Is the character in the set?
    #[inline(always)]
    pub fn has(&self, c: u32, code: &[u32]) -> bool {
        match self.table.get(c as usize) {
            Some(&b) => b,
            None => match self.beyond {
                Beyond::Never => false,
                Beyond::Always => true,
                Beyond::Ask(pc) => code_matches(code, pc as usize, c),
            },
        }
    }
    /// The empty set.
    pub fn empty() -> Set {
        Set { table: [false; 256], beyond: Beyond::Never }
    }
    /// Does it hold all characters?
    pub fn is_all(&self) -> bool {
        self.beyond == Beyond::Always && self.table.iter().all(|&b| b)
    }
    /// The one character it holds, if it is one below 256.
    pub fn single(&self) -> Option<u32> {
        let mut members = (0..256).filter(|&i| self.table[i]);
        match (members.next(), members.next(), self.beyond) {
            (Some(c), None, Beyond::Never) => Some(c as u32),
            _ => None,
        }
    }
}

impl Program {
    /// Does the item match the character?
    #[inline(always)]
    pub fn item_matches(&self, item: Item, c: u32) -> bool {
        match item {
            Item::Char(w) => c == w,
            Item::NotChar(w) => c != w,
            Item::Any => true,
            Item::Set(s) => self.sets[s as usize].has(c, &self.code),
        }
    }
    /// Has a continuation with this look a chance where `c` is the next character, `None` at the end?
    #[inline(always)]
    pub fn may_follow(&self, look: Look, c: Option<u32>) -> bool {
        match look {
            Look::Nothing => true,
            Look::Char(w) => c == Some(w),
            Look::Set(s) => c.is_some_and(|c| self.sets[s as usize].has(c, &self.code)),
        }
    }
}

/// Does the single-character operator at `pc` match `c`?
pub fn code_matches(code: &[u32], pc: usize, c: u32) -> bool {
    let word = |i: usize| code.get(i).copied().unwrap_or(op::FAILURE);
    let set = code.get(pc + 2..).unwrap_or(&[]);
    match word(pc) {
        op::LITERAL => c == word(pc + 1),
        op::NOT_LITERAL => c != word(pc + 1),
        op::ANY => c != 10,
        op::ANY_ALL => true,
        op::IN => in_set(set, c),
        op::CATEGORY => in_category(word(pc + 1), c),
        op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE => ascii_lower(c) == ascii_lower(word(pc + 1)),
        op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE => ascii_lower(c) != ascii_lower(word(pc + 1)),
        op::LITERAL_UNI_IGNORE => unicode_lower(c) == word(pc + 1),
        op::NOT_LITERAL_UNI_IGNORE => unicode_lower(c) != word(pc + 1),
        op::IN_IGNORE => in_set(set, ascii_lower(c)),
        op::IN_UNI_IGNORE => in_set(set, unicode_lower(c)),
        op::IN_LOC_IGNORE => {
            // Either case can be in the set; that neither is makes the set's complement.
            let upper = if c < 128 { u32::from((c as u8).to_ascii_uppercase()) } else { c };
            let (lower, upper) = (in_set(set, ascii_lower(c)), in_set(set, upper));
            if set.first() == Some(&op::NEGATE) { lower && upper } else { lower || upper }
        }
        _ => false,
    }
}
