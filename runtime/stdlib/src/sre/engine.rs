//! The matcher: a backtracking machine over a [`Program`] with a stack of its own, so that neither deep patterns nor long
//! texts touch the native stack.
//!
//! The stack holds choice points and, between them, what has to be undone when the machine goes back to an earlier
//! choice; with no choice left there is nothing to go back to, and nothing is written down. A barrier marks where a
//! sub-match (assertion, atomic group, possessive repeat) began: when it succeeds, its choice points are cut out and what
//! it may have to undo stays.

use super::chars::{ascii_lower, is_word, unicode_lower};
use super::ops::{MAXREPEAT, at};
use super::program::{Fold, Inst, Item, Look, Program, Sub};
use super::text::{Unit, starts_with};
use std::cell::RefCell;
use taipan_runtime::error::PyResult;

/// A mark that is not set, and "no repeat".
pub const NONE: usize = usize::MAX;
const NO_REP: u32 = u32::MAX;

/// A running `Repeat`.
#[derive(Clone, Copy)]
struct Rep {
    /// Its number in the program.
    id: u32,
    /// The repeat around it.
    outer: u32,
    /// Iterations begun, less one.
    count: i64,
    /// Where the last iteration began.
    last: usize,
}

#[derive(Clone, Copy)]
enum Entry {
    // Choice points.
    Branch { alt: u32, ptr: usize },
    Leave { rep: u32, count: i64, ptr: usize, last: usize },
    Again { rep: u32, ptr: usize },
    Greedy { pc: u32, ptr: usize, least: usize },
    Lazy { pc: u32, ptr: usize, left: u32 },
    Barrier { kind: Sub, after: u32, count: u32, rep: u32, ptr: usize },
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

/// What a machine needs memory for; kept from one to the next.
#[derive(Default)]
struct Scratch {
    marks: Vec<usize>,
    reps: Vec<Rep>,
    stack: Vec<Entry>,
    barriers: Vec<usize>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Entries of the stack that are kept for the next machine, at most.
const KEPT: usize = 1 << 12;

/// The machine.
pub struct Machine<'a, C: Unit> {
    program: &'a Program,
    /// The subject, up to where it counts.
    pub text: &'a [C],
    /// The group closed last; 0 for none.
    pub lastindex: u32,
    /// Must the match reach the end?
    pub full: bool,
    /// An empty match here does not count.
    pub not_empty_at: usize,
    rep: u32,
    steps: u32,
    s: Scratch,
}

impl<C: Unit> Drop for Machine<'_, C> {
    fn drop(&mut self) {
        let mut s = std::mem::take(&mut self.s);
        s.stack.clear();
        s.stack.shrink_to(KEPT);
        s.reps.shrink_to(KEPT);
        // Not there any more while the thread ends: then the memory goes, too.
        let _ = SCRATCH.try_with(|cell| cell.replace(s));
    }
}

/// Times to go back between looks at signals.
const SIGNAL_STEPS: u32 = 1 << 16;

/// Where to go on: instruction and position; `None` where there is no match.
type Next = Option<(usize, usize)>;
/// The place of no instruction: the whole pattern has matched.
const DONE: usize = usize::MAX;

impl<'a, C: Unit> Machine<'a, C> {
    /// For a pattern with this program and number of groups.
    pub fn new(program: &'a Program, groups: usize, text: &'a [C], end: usize) -> Machine<'a, C> {
        let mut s = SCRATCH.try_with(RefCell::take).unwrap_or_default();
        s.marks.resize(2 * groups, NONE);
        Machine {
            program,
            text: &text[..end],
            lastindex: 0,
            full: false,
            not_empty_at: NONE,
            rep: NO_REP,
            steps: 0,
            s,
        }
    }

    /// The pattern's program.
    pub fn program(&self) -> &'a Program {
        self.program
    }
    /// Begin and end of each group, `NONE` where not set.
    pub fn marks(&self) -> &[usize] {
        &self.s.marks
    }

    /// Write down what to undo, if there is anything to go back to.
    #[inline(always)]
    fn note(&mut self, undo: Entry) {
        if !self.s.stack.is_empty() {
            self.s.stack.push(undo);
        }
    }
    #[inline(always)]
    fn set_mark(&mut self, index: u32, ptr: usize) {
        let Some(&old) = self.s.marks.get(index as usize) else { return };
        self.note(Entry::Mark { index, lastindex: self.lastindex, old });
        self.s.marks[index as usize] = ptr;
        if index & 1 != 0 {
            self.lastindex = index / 2 + 1;
        }
    }
    fn set_rep(&mut self, rep: u32) {
        self.note(Entry::Rep { old: self.rep });
        self.rep = rep;
    }
    fn set_rep_state(&mut self, rep: u32, count: i64, last: usize) {
        let Rep { count: old_count, last: old_last, .. } = self.s.reps[rep as usize];
        self.note(Entry::RepState { rep, count: old_count, last: old_last });
        let r = &mut self.s.reps[rep as usize];
        (r.count, r.last) = (count, last);
    }
    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { index, lastindex, old } => {
                self.s.marks[index as usize] = old;
                self.lastindex = lastindex;
            }
            Entry::Rep { old } => self.rep = old,
            Entry::RepState { rep, count, last } => {
                let r = &mut self.s.reps[rep as usize];
                (r.count, r.last) = (count, last);
            }
            Entry::Reps { len } => self.s.reps.truncate(len as usize),
            _ => {}
        }
    }

    /// Try to match at `start`; the end of the match, if there is one.
    pub fn run(&mut self, start: usize) -> PyResult<Option<usize>> {
        self.s.stack.clear();
        self.s.barriers.clear();
        self.s.reps.clear();
        self.rep = NO_REP;
        // Asked first because `memset` of nothing at an address of nothing costs some hundred cycles on AVX-512 machines.
        if !self.s.marks.is_empty() {
            self.s.marks.fill(NONE);
        }
        self.lastindex = 0;
        let (mut pc, mut ptr) = (0usize, start);
        loop {
            match self.step(pc, ptr) {
                Some((DONE, end)) => return Ok(Some(end)),
                Some(next) => (pc, ptr) = next,
                None => {
                    self.steps += 1;
                    if self.steps >= SIGNAL_STEPS {
                        self.steps = 0;
                        check_signals()?;
                    }
                    match self.backtrack() {
                        Some(next) => (pc, ptr) = next,
                        None => return Ok(None),
                    }
                }
            }
        }
    }

    /// The next character as a number.
    #[inline(always)]
    fn peek(&self, ptr: usize) -> Option<u32> {
        self.text.get(ptr).map(|&c| c.into())
    }
    /// Has a continuation with this look a chance at a position?
    #[inline(always)]
    fn may_follow(&self, look: Look, ptr: usize) -> bool {
        self.program.may_follow(look, self.peek(ptr))
    }

    /// How often an item matches from `ptr` on, `most` times at most.
    #[inline(always)]
    fn count(&self, item: Item, ptr: usize, most: u32) -> usize {
        let rest = self.text.get(ptr..).unwrap_or(&[]);
        let rest = if most == MAXREPEAT { rest } else { &rest[..rest.len().min(most as usize)] };
        let first_other = match item {
            Item::Any => None,
            Item::NotChar(c) => C::find(rest, c),
            Item::Char(c) => rest.iter().position(|&x| x.into() != c),
            Item::Set(s) => {
                let set = &self.program.sets[s as usize];
                rest.iter().position(|&x| !set.has(x.into(), &self.program.code))
            }
        };
        first_other.unwrap_or(rest.len())
    }

    /// One instruction.
    #[inline(always)]
    fn step(&mut self, pc: usize, ptr: usize) -> Next {
        let consume = |matches: bool| if matches { Some((pc + 1, ptr + 1)) } else { None };
        match self.program.insts[pc] {
            Inst::Char(w) => consume(self.peek(ptr) == Some(w)),
            Inst::NotChar(w) => consume(self.peek(ptr).is_some_and(|c| c != w)),
            Inst::Any => consume(ptr < self.text.len()),
            Inst::Set(s) => consume(self.may_follow(Look::Set(s), ptr)),
            Inst::Text { from, len } => {
                let (from, len) = (from as usize, len as usize);
                let wanted = &self.program.literals[from..from + len];
                starts_with(self.text.get(ptr..)?, wanted).then_some((pc + 1, ptr + len))
            }
            Inst::Mark(index) => {
                self.set_mark(index, ptr);
                Some((pc + 1, ptr))
            }
            Inst::At(code) => self.at_position(code, ptr).then_some((pc + 1, ptr)),
            Inst::Jump(to) => Some((to as usize, ptr)),
            Inst::Branch(first) => self.branch(first, ptr),
            Inst::Greedy(id) => {
                let l = &self.program.loops[id as usize];
                let n = self.count(l.item, ptr, l.max);
                if n < l.min as usize {
                    return None;
                }
                let least = if l.sure[C::WIDE] { ptr + n } else { ptr + l.min as usize };
                self.greedy(pc, l.look, ptr + n, least)
            }
            Inst::Lazy(id) => {
                let l = &self.program.loops[id as usize];
                if l.min > 0 && self.count(l.item, ptr, l.min) < l.min as usize {
                    return None;
                }
                let left = if l.max == MAXREPEAT { MAXREPEAT } else { l.max - l.min };
                self.lazy(pc, ptr + l.min as usize, left)
            }
            Inst::Possess(id) => {
                let l = &self.program.loops[id as usize];
                let n = self.count(l.item, ptr, l.max);
                (n >= l.min as usize).then_some((pc + 1, ptr + n))
            }
            Inst::MaxUntil(_) => self.max_until(ptr),
            Inst::Match => {
                let counts = (!self.full || ptr == self.text.len()) && ptr != self.not_empty_at;
                counts.then_some((DONE, ptr))
            }
            _ => self.rare_step(pc, ptr),
        }
    }

    /// An instruction that is not among the most frequent.
    #[inline(never)]
    fn rare_step(&mut self, pc: usize, ptr: usize) -> Next {
        match self.program.insts[pc] {
            Inst::Repeat(id) => {
                let len = self.s.reps.len() as u32;
                self.note(Entry::Reps { len });
                self.s.reps.push(Rep { id, outer: self.rep, count: -1, last: NONE });
                self.set_rep(len);
                Some((self.program.repeats[id as usize].tail as usize - 1, ptr))
            }
            Inst::MinUntil(_) => self.min_until(ptr),
            Inst::PossessRepeat(id) => self.possessive(id, ptr, 0, NONE),
            Inst::Enter { kind, back, after } => {
                let Some(from) = ptr.checked_sub(back as usize) else {
                    // Nothing is there to look at: that is what a negative assertion wants.
                    return (kind == Sub::AssertNot).then_some((after as usize, ptr));
                };
                self.enter(kind, after, ptr, 0);
                Some((pc + 1, from))
            }
            Inst::SubEnd => self.sub_success(ptr),
            Inst::Peek(id) => {
                let p = &self.program.peeks[id as usize];
                let c = ptr.checked_sub(p.back as usize).and_then(|i| self.peek(i));
                let there = c.is_some_and(|c| self.program.item_matches(p.item, c));
                (there != p.negative).then_some((pc + 1, ptr))
            }
            Inst::GroupRef { group, fold } => self.group_reference(group, fold, ptr).map(|to| (pc + 1, to)),
            Inst::IfGroup { group, no } => {
                let next = if self.group(group).is_some() { pc + 1 } else { no as usize };
                Some((next, ptr))
            }
            _ => None,
        }
    }

    #[inline]
    fn at_position(&self, code: u32, ptr: usize) -> bool {
        let end = self.text.len();
        let newline = |i: usize| self.peek(i) == Some(10);
        let boundary = |kind: u8| {
            let before = ptr > 0 && self.peek(ptr - 1).is_some_and(|c| is_word(kind, c));
            let after = self.peek(ptr).is_some_and(|c| is_word(kind, c));
            before != after
        };
        match code {
            at::BEGINNING | at::BEGINNING_STRING => ptr == 0,
            at::BEGINNING_LINE => ptr == 0 || newline(ptr - 1),
            at::END => ptr == end || (ptr + 1 == end && newline(ptr)),
            at::END_LINE => ptr == end || newline(ptr),
            at::END_STRING => ptr == end,
            at::BOUNDARY => boundary(0),
            at::NON_BOUNDARY => !boundary(0),
            at::LOC_BOUNDARY => boundary(1),
            at::LOC_NON_BOUNDARY => !boundary(1),
            at::UNI_BOUNDARY => boundary(2),
            at::UNI_NON_BOUNDARY => !boundary(2),
            _ => false,
        }
    }

    /// The first alternative from `alt` on that may match.
    #[inline]
    fn branch(&mut self, alt: u32, ptr: usize) -> Next {
        let c = self.peek(ptr);
        let program = self.program;
        let mut hopeful = (alt..)
            .zip(&program.alts[alt as usize..])
            .filter(|(_, a)| a.last || program.may_follow(a.look, c));
        let (i, a) = hopeful.next()?;
        if a.last {
            return program.may_follow(a.look, c).then_some((a.pc as usize, ptr));
        }
        // The next one that may match, too, is where to go back to.
        self.s.stack.push(Entry::Branch { alt: i + 1, ptr });
        Some((a.pc as usize, ptr))
    }

    /// Go on behind the greedy repeat at `pc` with the longest count, down from `ptr`, whose continuation may match.
    #[inline]
    fn greedy(&mut self, pc: usize, look: Look, ptr: usize, least: usize) -> Next {
        let ptr = match look {
            Look::Nothing => ptr,
            Look::Char(w) => {
                let part = self.text.get(least..self.text.len().min(ptr + 1))?;
                least + C::find_last(part, w)?
            }
            Look::Set(s) => {
                let part = self.text.get(least..self.text.len().min(ptr + 1))?;
                let set = &self.program.sets[s as usize];
                least + part.iter().rposition(|&c| set.has(c.into(), &self.program.code))?
            }
        };
        if ptr > least {
            self.s.stack.push(Entry::Greedy { pc: pc as u32, ptr, least });
        }
        Some((pc + 1, ptr))
    }

    /// Go on behind the lazy repeat at `pc` with the shortest count, up from `ptr`, whose continuation may match.
    fn lazy(&mut self, pc: usize, mut ptr: usize, mut left: u32) -> Next {
        let Inst::Lazy(id) = self.program.insts[pc] else { return None };
        let l = &self.program.loops[id as usize];
        while !self.may_follow(l.look, ptr) {
            (ptr, left) = self.one_more(l.item, ptr, left)?;
        }
        if left > 0 {
            self.s.stack.push(Entry::Lazy { pc: pc as u32, ptr, left });
        }
        Some((pc + 1, ptr))
    }
    /// One item more of a lazy repeat, of which `left` are left.
    #[inline(always)]
    fn one_more(&self, item: Item, ptr: usize, left: u32) -> Option<(usize, u32)> {
        let c = self.peek(ptr)?;
        let there = left > 0 && self.program.item_matches(item, c);
        there.then_some((ptr + 1, if left == MAXREPEAT { MAXREPEAT } else { left - 1 }))
    }

    fn max_until(&mut self, ptr: usize) -> Next {
        let rep = self.rep;
        let Rep { id, outer, count, last } = *self.s.reps.get(rep as usize)?;
        let r = &self.program.repeats[id as usize];
        let begun = count + 1;
        if begun < i64::from(r.min) {
            self.set_rep_state(rep, begun, last);
            return Some((r.body as usize, ptr));
        }
        let more = (r.max == MAXREPEAT || begun < i64::from(r.max)) && ptr != last;
        if !more || !self.may_follow(r.body_look, ptr) {
            self.set_rep(outer);
            return Some((r.tail as usize, ptr));
        }
        if self.may_follow(r.tail_look, ptr) {
            self.s.stack.push(Entry::Leave { rep, count, ptr, last });
        } else {
            self.note(Entry::RepState { rep, count, last });
        }
        let state = &mut self.s.reps[rep as usize];
        (state.count, state.last) = (begun, ptr);
        Some((r.body as usize, ptr))
    }

    fn min_until(&mut self, ptr: usize) -> Next {
        let rep = self.rep;
        let Rep { id, outer, count, last } = *self.s.reps.get(rep as usize)?;
        let r = &self.program.repeats[id as usize];
        if count + 1 < i64::from(r.min) {
            self.set_rep_state(rep, count + 1, last);
            return Some((r.body as usize, ptr));
        }
        self.s.stack.push(Entry::Again { rep, ptr });
        self.set_rep(outer);
        Some((r.tail as usize, ptr))
    }

    /// One iteration more of a lazy repeat whose continuation did not match.
    fn again(&mut self, rep: u32, ptr: usize) -> Next {
        let Rep { id, count, last, .. } = *self.s.reps.get(rep as usize)?;
        let r = &self.program.repeats[id as usize];
        if (r.max != MAXREPEAT && count + 1 >= i64::from(r.max)) || ptr == last {
            return None;
        }
        self.set_rep_state(rep, count + 1, ptr);
        Some((r.body as usize, ptr))
    }

    /// Begin and end of a group, if it has matched.
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let g = 2 * group as usize;
        let (&from, &to) = (self.s.marks.get(g)?, self.s.marks.get(g + 1)?);
        (from != NONE && to != NONE && from <= to).then_some((from, to))
    }
    /// Where a group's text, once more at `ptr`, ends.
    fn group_reference(&self, group: u32, fold: Fold, ptr: usize) -> Option<usize> {
        let (from, to) = self.group(group)?;
        let end = ptr + (to - from);
        let (old, new) = (self.text.get(from..to)?, self.text.get(ptr..end)?);
        let alike =
            |fold: fn(u32) -> u32| old.iter().zip(new).all(|(&a, &b)| fold(a.into()) == fold(b.into()));
        let same = match fold {
            Fold::Exact => old == new,
            Fold::Ascii => alike(ascii_lower),
            Fold::Unicode => alike(unicode_lower),
        };
        same.then_some(end)
    }

    /// Begin a sub-match.
    fn enter(&mut self, kind: Sub, after: u32, ptr: usize, count: u32) {
        self.s.barriers.push(self.s.stack.len());
        self.s.stack.push(Entry::Barrier { kind, after, ptr, count, rep: self.rep });
    }

    /// After `count` iterations of a possessive repeat, the last of which began at `last`.
    fn possessive(&mut self, id: u32, ptr: usize, count: u32, last: usize) -> Next {
        let r = &self.program.repeats[id as usize];
        if count < r.min || ((r.max == MAXREPEAT || count < r.max) && ptr != last) {
            self.enter(Sub::Possessive(id), r.tail, ptr, count);
            return Some((r.body as usize, ptr));
        }
        Some((r.tail as usize, ptr))
    }

    /// A sub-match has succeeded at `ptr`.
    fn sub_success(&mut self, ptr: usize) -> Next {
        let at = self.s.barriers.pop()?;
        let &Entry::Barrier { kind, after, ptr: began, count, rep } = self.s.stack.get(at)? else {
            return None;
        };
        if kind == Sub::AssertNot {
            while self.s.stack.len() > at {
                if let Some(entry) = self.s.stack.pop() {
                    self.undo(entry);
                }
            }
            return None;
        }
        // Its choices are final; what it did can still be undone.
        let mut keep = at;
        for i in at + 1..self.s.stack.len() {
            let undo = match self.s.stack[i] {
                Entry::Leave { rep, count, last, .. } => Entry::RepState { rep, count, last },
                other if other.is_undo() => other,
                _ => continue,
            };
            self.s.stack[keep] = undo;
            keep += 1;
        }
        self.s.stack.truncate(keep);
        self.rep = rep;
        match kind {
            Sub::Assert => Some((after as usize, began)),
            Sub::Possessive(id) => self.possessive(id, ptr, count + 1, began),
            _ => Some((after as usize, ptr)),
        }
    }

    /// Back to the last choice.
    #[inline]
    fn backtrack(&mut self) -> Next {
        while let Some(entry) = self.s.stack.pop() {
            let next = match entry {
                Entry::Branch { alt, ptr } => self.branch(alt, ptr),
                Entry::Leave { rep, count, ptr, last } => {
                    let r = &mut self.s.reps[rep as usize];
                    (r.count, r.last) = (count, last);
                    let (outer, tail) = (r.outer, self.program.repeats[r.id as usize].tail);
                    self.set_rep(outer);
                    Some((tail as usize, ptr))
                }
                Entry::Again { rep, ptr } => self.again(rep, ptr),
                Entry::Greedy { pc, ptr, least } => {
                    let Inst::Greedy(id) = self.program.insts[pc as usize] else { return None };
                    self.greedy(pc as usize, self.program.loops[id as usize].look, ptr - 1, least)
                }
                Entry::Lazy { pc, ptr, left } => self.lazier(pc as usize, ptr, left),
                Entry::Barrier { kind, after, ptr, count, rep } => {
                    self.s.barriers.pop();
                    self.rep = rep;
                    let enough = match kind {
                        Sub::AssertNot => true,
                        Sub::Possessive(id) => count >= self.program.repeats[id as usize].min,
                        Sub::Assert | Sub::Atomic => false,
                    };
                    enough.then_some((after as usize, ptr))
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
    /// The lazy repeat at `pc` once more.
    fn lazier(&mut self, pc: usize, ptr: usize, left: u32) -> Next {
        let Inst::Lazy(id) = self.program.insts[pc] else { return None };
        let (ptr, left) = self.one_more(self.program.loops[id as usize].item, ptr, left)?;
        self.lazy(pc, ptr, left)
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
