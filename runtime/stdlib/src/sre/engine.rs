//! The matcher: a backtracking machine over `re`'s codes with a stack of its own, so that neither deep patterns nor
//! long texts touch the native stack.
//!
//! The stack holds choice points and, between them, what has to be undone when the machine goes back to an earlier
//! choice. A barrier marks where a sub-match (assertion, atomic group, possessive repeat) began: when it succeeds, its
//! choice points are cut out and what it may have to undo stays.

use super::chars::{ascii_lower, in_category, in_set, is_word, unicode_lower};
use super::ops::{MAXREPEAT, at, op};
use taipan_runtime::error::PyResult;

/// A subject's characters.
pub trait Text: Copy {
    /// The character at `i`.
    fn at(self, i: usize) -> u32;
}
macro_rules! text {
    ($($t:ty)*) => {$(
        impl Text for &[$t] {
            #[inline(always)]
            fn at(self, i: usize) -> u32 {
                self[i].into()
            }
        }
    )*};
}
text! { u8 u16 u32 }

/// A mark that is not set, and "no repeat".
pub const NONE: usize = usize::MAX;
const NO_REP: u32 = u32::MAX;

/// A running `REPEAT`.
#[derive(Clone, Copy)]
struct Rep {
    /// Where its code is.
    code: u32,
    /// The repeat around it.
    outer: u32,
    /// Iterations begun, less one.
    count: i64,
    /// Where the last iteration began.
    last: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Sub {
    Assert,
    AssertNot,
    Atomic,
    Possessive,
}

#[derive(Clone, Copy)]
enum Entry {
    // Choice points.
    Branch { pc: u32, ptr: usize },
    Leave { rep: u32, pc: u32, ptr: usize },
    Again { rep: u32, ptr: usize },
    Greedy { pc: u32, ptr: usize, least: usize },
    Lazy { item: u32, pc: u32, ptr: usize, left: u32 },
    Barrier { kind: Sub, pc: u32, ptr: usize, count: u32, rep: u32 },
    // What to undo.
    Mark { index: u32, lastindex: u32, old: usize },
    Rep { old: u32 },
    RepState { rep: u32, count: i64, last: usize },
    Reps { len: u32 },
}

impl Entry {
    fn is_undo(&self) -> bool {
        matches!(self, Entry::Mark { .. } | Entry::Rep { .. } | Entry::RepState { .. } | Entry::Reps { .. })
    }
}

/// The machine.
pub struct Machine<'a, T: Text> {
    code: &'a [u32],
    /// The subject.
    pub text: T,
    /// One past the last character that counts.
    pub end: usize,
    /// Begin and end of each group, `NONE` where not set.
    pub marks: Vec<usize>,
    /// The group closed last; 0 for none.
    pub lastindex: u32,
    /// Must the match reach `end`?
    pub full: bool,
    /// An empty match here does not count.
    pub not_empty_at: usize,
    reps: Vec<Rep>,
    rep: u32,
    stack: Vec<Entry>,
    barriers: Vec<usize>,
    steps: u32,
}

/// Steps between looks at signals.
const SIGNAL_STEPS: u32 = 1 << 16;

impl<'a, T: Text> Machine<'a, T> {
    /// For a pattern with this code and number of groups.
    pub fn new(code: &'a [u32], groups: usize, text: T, end: usize) -> Machine<'a, T> {
        Machine {
            code,
            text,
            end,
            marks: vec![NONE; 2 * groups],
            lastindex: 0,
            full: false,
            not_empty_at: NONE,
            reps: Vec::new(),
            rep: NO_REP,
            stack: Vec::new(),
            barriers: Vec::new(),
            steps: 0,
        }
    }

    #[inline(always)]
    fn word(&self, i: usize) -> u32 {
        self.code.get(i).copied().unwrap_or(op::FAILURE)
    }
    fn set_at(&self, i: usize) -> &[u32] {
        self.code.get(i..).unwrap_or(&[])
    }
    /// Where the skip word at `i` leads.
    #[inline(always)]
    fn target(&self, i: usize) -> usize {
        i.saturating_add(self.word(i) as usize)
    }

    fn set_mark(&mut self, index: usize, ptr: usize) {
        let Some(slot) = self.marks.get_mut(index) else { return };
        let undo = Entry::Mark { index: index as u32, lastindex: self.lastindex, old: *slot };
        *slot = ptr;
        self.stack.push(undo);
        if index & 1 != 0 {
            self.lastindex = index as u32 / 2 + 1;
        }
    }
    fn set_rep(&mut self, rep: u32) {
        self.stack.push(Entry::Rep { old: self.rep });
        self.rep = rep;
    }
    fn set_rep_state(&mut self, rep: u32, count: i64, last: usize) {
        let r = &mut self.reps[rep as usize];
        self.stack.push(Entry::RepState { rep, count: r.count, last: r.last });
        (r.count, r.last) = (count, last);
    }
    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { index, lastindex, old } => {
                self.marks[index as usize] = old;
                self.lastindex = lastindex;
            }
            Entry::Rep { old } => self.rep = old,
            Entry::RepState { rep, count, last } => {
                let r = &mut self.reps[rep as usize];
                (r.count, r.last) = (count, last);
            }
            Entry::Reps { len } => self.reps.truncate(len as usize),
            _ => {}
        }
    }

    /// Try to match at `start`; the end of the match, if there is one.
    pub fn run(&mut self, start: usize) -> PyResult<Option<usize>> {
        self.stack.clear();
        self.barriers.clear();
        self.reps.clear();
        self.rep = NO_REP;
        self.marks.fill(NONE);
        self.lastindex = 0;
        let (mut pc, mut ptr) = (0usize, start);
        loop {
            self.steps += 1;
            if self.steps >= SIGNAL_STEPS {
                self.steps = 0;
                check_signals()?;
            }
            let next = if self.word(pc) == op::SUCCESS && self.barriers.is_empty() {
                if (self.full && ptr != self.end) || ptr == self.not_empty_at {
                    None
                } else {
                    return Ok(Some(ptr));
                }
            } else {
                self.step(pc, ptr)
            };
            match next.or_else(|| self.backtrack()) {
                Some((p, q)) => (pc, ptr) = (p, q),
                None => return Ok(None),
            }
        }
    }

    /// Does the single-character item at `pc` match `c`?
    #[inline(always)]
    fn item_matches(&self, pc: usize, c: u32) -> bool {
        match self.word(pc) {
            op::LITERAL => c == self.word(pc + 1),
            op::NOT_LITERAL => c != self.word(pc + 1),
            op::ANY => c != 10,
            op::ANY_ALL => true,
            op::IN => in_set(self.set_at(pc + 2), c),
            op::CATEGORY => in_category(self.word(pc + 1), c),
            op::LITERAL_IGNORE | op::LITERAL_LOC_IGNORE => ascii_lower(c) == ascii_lower(self.word(pc + 1)),
            op::NOT_LITERAL_IGNORE | op::NOT_LITERAL_LOC_IGNORE => {
                ascii_lower(c) != ascii_lower(self.word(pc + 1))
            }
            op::LITERAL_UNI_IGNORE => unicode_lower(c) == self.word(pc + 1),
            op::NOT_LITERAL_UNI_IGNORE => unicode_lower(c) != self.word(pc + 1),
            op::IN_IGNORE => in_set(self.set_at(pc + 2), ascii_lower(c)),
            op::IN_UNI_IGNORE => in_set(self.set_at(pc + 2), unicode_lower(c)),
            op::IN_LOC_IGNORE => {
                let set = self.set_at(pc + 2);
                in_set(set, c)
                    || in_set(set, ascii_lower(c))
                    || (c < 128 && in_set(set, u32::from((c as u8).to_ascii_uppercase())))
            }
            _ => false,
        }
    }

    /// How often the item at `pc` matches from `ptr` on, `most` times at most.
    fn count(&self, pc: usize, ptr: usize, most: u32) -> usize {
        let limit =
            if most == MAXREPEAT { self.end } else { self.end.min(ptr.saturating_add(most as usize)) };
        if self.word(pc) == op::ANY_ALL {
            return limit.saturating_sub(ptr);
        }
        let mut at = ptr;
        while at < limit && self.item_matches(pc, self.text.at(at)) {
            at += 1;
        }
        at - ptr
    }

    /// One instruction: where to go on, or `None` where it does not match.
    fn step(&mut self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        match self.word(pc) {
            op::LITERAL
            | op::NOT_LITERAL
            | op::CATEGORY
            | op::LITERAL_IGNORE
            | op::NOT_LITERAL_IGNORE
            | op::LITERAL_UNI_IGNORE
            | op::NOT_LITERAL_UNI_IGNORE
            | op::LITERAL_LOC_IGNORE
            | op::NOT_LITERAL_LOC_IGNORE => self.one(pc, ptr, pc + 2),
            op::ANY | op::ANY_ALL => self.one(pc, ptr, pc + 1),
            op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                let next = self.target(pc + 1);
                self.one(pc, ptr, next)
            }
            op::MARK => {
                self.set_mark(self.word(pc + 1) as usize, ptr);
                Some((pc + 2, ptr))
            }
            op::AT => self.at_position(self.word(pc + 1), ptr).then_some((pc + 2, ptr)),
            op::JUMP | op::INFO => Some((self.target(pc + 1), ptr)),
            op::BRANCH => self.branch(pc + 1, ptr),
            op::REPEAT_ONE => self.repeat_one(pc, ptr),
            op::MIN_REPEAT_ONE => self.min_repeat_one(pc, ptr),
            op::POSSESSIVE_REPEAT_ONE => {
                let n = self.count(pc + 4, ptr, self.word(pc + 3));
                (n >= self.word(pc + 2) as usize).then(|| (self.target(pc + 1), ptr + n))
            }
            op::REPEAT => {
                let len = self.reps.len() as u32;
                self.stack.push(Entry::Reps { len });
                self.reps.push(Rep { code: pc as u32, outer: self.rep, count: -1, last: NONE });
                self.set_rep(len);
                Some((self.target(pc + 1), ptr))
            }
            op::MAX_UNTIL => self.max_until(pc, ptr),
            op::MIN_UNTIL => self.min_until(pc, ptr),
            op::GROUPREF | op::GROUPREF_IGNORE | op::GROUPREF_UNI_IGNORE | op::GROUPREF_LOC_IGNORE => {
                self.group_reference(pc, ptr)
            }
            op::GROUPREF_EXISTS => {
                let g = 2 * self.word(pc + 1) as usize;
                let set = |i: usize| self.marks.get(i).is_some_and(|&m| m != NONE);
                let matched = set(g) && set(g + 1) && self.marks[g + 1] >= self.marks[g];
                Some((if matched { pc + 3 } else { pc + 1 + self.word(pc + 2) as usize }, ptr))
            }
            op::ASSERT | op::ASSERT_NOT => {
                let negative = self.word(pc) == op::ASSERT_NOT;
                let back = self.word(pc + 2) as usize;
                let after = self.target(pc + 1);
                if ptr < back {
                    // Nothing is there to look at: that is what a negative assertion wants.
                    return negative.then_some((after, ptr));
                }
                self.enter(if negative { Sub::AssertNot } else { Sub::Assert }, after, ptr, 0);
                Some((pc + 3, ptr - back))
            }
            op::ATOMIC_GROUP => {
                let after = self.target(pc + 1);
                self.enter(Sub::Atomic, after, ptr, 0);
                Some((pc + 2, ptr))
            }
            op::POSSESSIVE_REPEAT => self.possessive(pc, ptr, 0, NONE),
            op::SUCCESS => self.sub_success(ptr),
            _ => None,
        }
    }

    #[inline(always)]
    fn one(&self, pc: usize, ptr: usize, next: usize) -> Option<(usize, usize)> {
        (ptr < self.end && self.item_matches(pc, self.text.at(ptr))).then_some((next, ptr + 1))
    }

    fn at_position(&self, code: u32, ptr: usize) -> bool {
        let newline = |i: usize| self.text.at(i) == 10;
        let boundary = |kind: u8| {
            if self.end == 0 {
                return None;
            }
            let before = ptr > 0 && is_word(kind, self.text.at(ptr - 1));
            let after = ptr < self.end && is_word(kind, self.text.at(ptr));
            Some(before != after)
        };
        match code {
            at::BEGINNING | at::BEGINNING_STRING => ptr == 0,
            at::BEGINNING_LINE => ptr == 0 || newline(ptr - 1),
            at::END => ptr == self.end || (ptr + 1 == self.end && newline(ptr)),
            at::END_LINE => ptr == self.end || newline(ptr),
            at::END_STRING => ptr == self.end,
            at::BOUNDARY => boundary(0) == Some(true),
            at::NON_BOUNDARY => boundary(0) != Some(true),
            at::LOC_BOUNDARY => boundary(1) == Some(true),
            at::LOC_NON_BOUNDARY => boundary(1) != Some(true),
            at::UNI_BOUNDARY => boundary(2) == Some(true),
            at::UNI_NON_BOUNDARY => boundary(2) != Some(true),
            _ => false,
        }
    }

    /// The first alternative from the skip word at `i` on that may match.
    fn branch(&mut self, mut i: usize, ptr: usize) -> Option<(usize, usize)> {
        loop {
            let skip = self.word(i) as usize;
            if skip == 0 {
                return None;
            }
            let body = i + 1;
            let hopeless = match self.word(body) {
                op::LITERAL | op::IN => ptr >= self.end || !self.item_matches(body, self.text.at(ptr)),
                _ => false,
            };
            if !hopeless {
                if self.word(i + skip) != 0 {
                    self.stack.push(Entry::Branch { pc: (i + skip) as u32, ptr });
                }
                return Some((body, ptr));
            }
            i += skip;
        }
    }

    fn repeat_one(&mut self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        let (min, max) = (self.word(pc + 2) as usize, self.word(pc + 3));
        let n = self.count(pc + 4, ptr, max);
        if n < min {
            return None;
        }
        self.greedy(self.target(pc + 1), ptr + n, ptr + min)
    }

    /// Go on behind a greedy repeat with the longest count, down from `ptr`, whose continuation may match.
    fn greedy(&mut self, pc: usize, mut ptr: usize, least: usize) -> Option<(usize, usize)> {
        if self.word(pc) == op::LITERAL {
            let wanted = self.word(pc + 1);
            while ptr >= self.end || self.text.at(ptr) != wanted {
                if ptr <= least {
                    return None;
                }
                ptr -= 1;
            }
        }
        if ptr > least {
            self.stack.push(Entry::Greedy { pc: pc as u32, ptr, least });
        }
        Some((pc, ptr))
    }

    fn min_repeat_one(&mut self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        let (min, max) = (self.word(pc + 2), self.word(pc + 3));
        if min > 0 && self.count(pc + 4, ptr, min) < min as usize {
            return None;
        }
        let (at, tail) = (ptr + min as usize, self.target(pc + 1));
        let left = if max == MAXREPEAT { MAXREPEAT } else { max - min };
        self.stack.push(Entry::Lazy { item: pc as u32 + 4, pc: tail as u32, ptr: at, left });
        Some((tail, at))
    }

    /// One item more for a lazy repeat.
    fn lazy(&mut self, item: usize, pc: usize, mut ptr: usize, mut left: u32) -> Option<(usize, usize)> {
        let wanted = (self.word(pc) == op::LITERAL).then(|| self.word(pc + 1));
        loop {
            if left == 0 || ptr >= self.end || !self.item_matches(item, self.text.at(ptr)) {
                return None;
            }
            ptr += 1;
            if left != MAXREPEAT {
                left -= 1;
            }
            let hopeless = wanted.is_some_and(|w| ptr >= self.end || self.text.at(ptr) != w);
            if !hopeless {
                self.stack.push(Entry::Lazy { item: item as u32, pc: pc as u32, ptr, left });
                return Some((pc, ptr));
            }
        }
    }

    fn max_until(&mut self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        let rep = self.rep;
        let r = *self.reps.get(rep as usize)?;
        let code = r.code as usize;
        let (min, max, count) = (i64::from(self.word(code + 2)), self.word(code + 3), r.count + 1);
        if count < min {
            self.set_rep_state(rep, count, r.last);
            return Some((code + 4, ptr));
        }
        if (max == MAXREPEAT || count < i64::from(max)) && ptr != r.last {
            self.stack.push(Entry::Leave { rep, pc: pc as u32 + 1, ptr });
            self.set_rep_state(rep, count, ptr);
            return Some((code + 4, ptr));
        }
        self.set_rep(r.outer);
        Some((pc + 1, ptr))
    }

    fn min_until(&mut self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        let rep = self.rep;
        let r = *self.reps.get(rep as usize)?;
        let code = r.code as usize;
        let (min, count) = (i64::from(self.word(code + 2)), r.count + 1);
        if count < min {
            self.set_rep_state(rep, count, r.last);
            return Some((code + 4, ptr));
        }
        self.stack.push(Entry::Again { rep, ptr });
        self.set_rep(r.outer);
        Some((pc + 1, ptr))
    }

    /// One iteration more of a lazy repeat whose continuation did not match.
    fn again(&mut self, rep: u32, ptr: usize) -> Option<(usize, usize)> {
        let r = *self.reps.get(rep as usize)?;
        let code = r.code as usize;
        let (max, count) = (self.word(code + 3), r.count + 1);
        if (max != MAXREPEAT && count >= i64::from(max)) || ptr == r.last {
            return None;
        }
        self.set_rep_state(rep, count, ptr);
        Some((code + 4, ptr))
    }

    fn group_reference(&self, pc: usize, ptr: usize) -> Option<(usize, usize)> {
        let g = 2 * self.word(pc + 1) as usize;
        let (from, to) = (*self.marks.get(g)?, *self.marks.get(g + 1)?);
        if from == NONE || to == NONE || to < from || to - from > self.end.saturating_sub(ptr) {
            return None;
        }
        let fold: fn(u32) -> u32 = match self.word(pc) {
            op::GROUPREF => |c| c,
            op::GROUPREF_UNI_IGNORE => unicode_lower,
            _ => ascii_lower,
        };
        let same = (0..to - from).all(|i| fold(self.text.at(from + i)) == fold(self.text.at(ptr + i)));
        same.then_some((pc + 2, ptr + to - from))
    }

    /// Begin a sub-match.
    fn enter(&mut self, kind: Sub, pc: usize, ptr: usize, count: u32) {
        self.barriers.push(self.stack.len());
        self.stack.push(Entry::Barrier { kind, pc: pc as u32, ptr, count, rep: self.rep });
    }

    /// After `count` iterations of a possessive repeat, the last of which began at `last`.
    fn possessive(&mut self, pc: usize, ptr: usize, count: u32, last: usize) -> Option<(usize, usize)> {
        let (min, max) = (self.word(pc + 2), self.word(pc + 3));
        if count < min || ((max == MAXREPEAT || count < max) && ptr != last) {
            self.enter(Sub::Possessive, pc, ptr, count);
            return Some((pc + 4, ptr));
        }
        Some((self.target(pc + 1) + 1, ptr))
    }

    /// A sub-match has succeeded at `ptr`.
    fn sub_success(&mut self, ptr: usize) -> Option<(usize, usize)> {
        let at = self.barriers.pop()?;
        let Some(&Entry::Barrier { kind, pc, ptr: began, count, rep }) = self.stack.get(at) else {
            return None;
        };
        if kind == Sub::AssertNot {
            while self.stack.len() > at {
                if let Some(entry) = self.stack.pop() {
                    self.undo(entry);
                }
            }
            return None;
        }
        // Its choices are final; what it did can still be undone.
        let mut keep = at;
        for i in at + 1..self.stack.len() {
            if self.stack[i].is_undo() {
                self.stack[keep] = self.stack[i];
                keep += 1;
            }
        }
        self.stack.truncate(keep);
        self.rep = rep;
        match kind {
            Sub::Assert => Some((pc as usize, began)),
            Sub::Possessive => self.possessive(pc as usize, ptr, count + 1, began),
            _ => Some((pc as usize, ptr)),
        }
    }

    /// Back to the last choice; where to go on, or `None` if there is none left.
    fn backtrack(&mut self) -> Option<(usize, usize)> {
        while let Some(entry) = self.stack.pop() {
            let next = match entry {
                Entry::Branch { pc, ptr } => self.branch(pc as usize, ptr),
                Entry::Leave { rep, pc, ptr } => {
                    let outer = self.reps[rep as usize].outer;
                    self.set_rep(outer);
                    Some((pc as usize, ptr))
                }
                Entry::Again { rep, ptr } => self.again(rep, ptr),
                Entry::Greedy { pc, ptr, least } => self.greedy(pc as usize, ptr - 1, least),
                Entry::Lazy { item, pc, ptr, left } => self.lazy(item as usize, pc as usize, ptr, left),
                Entry::Barrier { kind, pc, ptr, count, rep } => {
                    self.barriers.pop();
                    self.rep = rep;
                    let pc = pc as usize;
                    match kind {
                        Sub::AssertNot => Some((pc, ptr)),
                        Sub::Possessive if count >= self.word(pc + 2) => Some((self.target(pc + 1) + 1, ptr)),
                        _ => None,
                    }
                }
                undo => {
                    self.undo(undo);
                    None
                }
            };
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

/// Let a signal handler interrupt a match that takes forever.
#[cold]
fn check_signals() -> PyResult<()> {
    use std::sync::atomic::Ordering;
    use taipan_runtime::thread::{current, poll};
    if current().poll.load(Ordering::Relaxed) & poll::SIGNAL == 0 {
        return Ok(());
    }
    current().poll.fetch_and(!poll::SIGNAL, Ordering::Relaxed);
    match taipan_runtime::eval_hook::hooks().signals {
        Some(handle) => handle(),
        None => Ok(()),
    }
}
