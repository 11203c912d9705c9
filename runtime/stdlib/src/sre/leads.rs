//! What a match can begin with, position by position: the program run as a nondeterministic automaton over sets of
//! characters. The answers hold more characters rather than fewer: conditions on positions and lookarounds are taken to
//! be true.

use super::program::{Beyond, Inst, Item, Program, Set, Sub};

/// A place in the program from which a character is consumed: the instruction, and how far it is in it (characters of a
/// `Text`, iterations of a loop).
type State = (u32, u32);

/// Instructions looked at for one position, at most.
const STATES: usize = 64;

/// The characters possible at each position from `pc` on, `most` positions at most; fewer where the match may end before.
pub fn leads(p: &Program, pc: usize, most: usize) -> Vec<Set> {
    let mut sets = Vec::new();
    let mut now = Vec::new();
    if !close(p, (pc as u32, 0), &mut now) {
        return sets;
    }
    while sets.len() < most {
        let mut set = Set::empty();
        for &state in &now {
            add(p, state, &mut set);
        }
        sets.push(set);
        if sets.len() == most {
            break;
        }
        let mut next = Vec::new();
        if !now.iter().all(|&state| close(p, after(p, state), &mut next)) {
            break;
        }
        now = next;
    }
    sets
}

/// Where the automaton is after it has consumed a character in a state.
fn after(p: &Program, (pc, n): State) -> State {
    match p.insts[pc as usize] {
        Inst::Text { len, .. } if n + 1 < len => (pc, n + 1),
        Inst::Greedy(_) | Inst::Lazy(_) | Inst::Possess(_) => (pc, n + 1),
        _ => (pc + 1, 0),
    }
}

/// Add the characters that a state consumes.
fn add(p: &Program, (pc, n): State, set: &mut Set) {
    let item = match p.insts[pc as usize] {
        Inst::Char(c) => Item::Char(c),
        Inst::NotChar(c) => Item::NotChar(c),
        Inst::Set(s) => Item::Set(s),
        Inst::Text { from, .. } => Item::Char(p.literals[(from + n) as usize]),
        Inst::Greedy(l) | Inst::Lazy(l) | Inst::Possess(l) => p.loops[l as usize].item,
        _ => Item::Any,
    };
    match item {
        Item::Char(c) => match set.table.get_mut(c as usize) {
            Some(slot) => *slot = true,
            None => set.beyond = Beyond::Always,
        },
        Item::NotChar(c) => {
            for (i, slot) in (0..).zip(&mut set.table) {
                *slot |= i != c;
            }
            set.beyond = Beyond::Always;
        }
        Item::Any => *set = Set { table: [true; 256], beyond: Beyond::Always },
        Item::Set(s) => {
            let more = &p.sets[s as usize];
            for (slot, &b) in set.table.iter_mut().zip(&more.table) {
                *slot |= b;
            }
            if more.beyond != Beyond::Never {
                set.beyond = Beyond::Always;
            }
        }
    }
}

/// Add the states that can be reached from one without a character. `false` if the match may end, or nothing is known.
fn close(p: &Program, from: State, out: &mut Vec<State>) -> bool {
    let mut seen: Vec<State> = Vec::new();
    let mut todo = vec![from];
    while let Some(state) = todo.pop() {
        if seen.contains(&state) {
            continue;
        }
        seen.push(state);
        if seen.len() + out.len() > STATES {
            return false;
        }
        let (pc, n) = state;
        let mut go = |pc: u32| todo.push((pc, 0));
        match p.insts[pc as usize] {
            Inst::Fail => {}
            Inst::Char(_) | Inst::NotChar(_) | Inst::Any | Inst::Set(_) | Inst::Text { .. } => {
                if !out.contains(&state) {
                    out.push(state);
                }
            }
            Inst::Mark(_) | Inst::At(_) | Inst::Peek(_) => go(pc + 1),
            Inst::Jump(to) => go(to),
            Inst::Branch(first) => {
                for alt in &p.alts[first as usize..] {
                    go(alt.pc);
                    if alt.last {
                        break;
                    }
                }
            }
            Inst::Greedy(l) | Inst::Lazy(l) | Inst::Possess(l) => {
                let l = &p.loops[l as usize];
                if n >= l.min {
                    go(pc + 1);
                }
                if n < l.max && !out.contains(&state) {
                    out.push(state);
                }
            }
            Inst::Repeat(r) | Inst::PossessRepeat(r) => {
                let r = &p.repeats[r as usize];
                go(r.body);
                if r.min == 0 {
                    go(r.tail);
                }
            }
            Inst::MaxUntil(r) | Inst::MinUntil(r) => {
                let r = &p.repeats[r as usize];
                go(r.body);
                go(r.tail);
            }
            Inst::IfGroup { no, .. } => {
                go(pc + 1);
                go(no);
            }
            Inst::Enter { kind: Sub::Assert | Sub::AssertNot, after, .. } => go(after),
            Inst::Enter { .. } => go(pc + 1),
            // Which sub-match ends here is not written in the instruction.
            Inst::Match | Inst::SubEnd | Inst::GroupRef { .. } => return false,
        }
    }
    true
}
