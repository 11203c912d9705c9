//! From `re`'s codes to a [`Program`].

use super::chars::in_category;
use super::leads::leads;
use super::ops::{ASCII_ONLY, op};
use super::program::{
    Alt, Beyond, Fold, Inst, Item, Look, Loop, Peek, Program, Repeat, Set, Sub, code_matches,
};
use super::seek::Seek;

/// The code is none that `re._compiler` makes.
pub struct Invalid;

type Done<T = ()> = Result<T, Invalid>;

/// Translate a pattern's code.
pub fn translate(code: Vec<u32>) -> Done<Program> {
    let program = Program {
        code: code.into(),
        insts: Vec::new(),
        literals: Vec::new(),
        sets: Vec::new(),
        alts: Vec::new(),
        loops: Vec::new(),
        repeats: Vec::new(),
        peeks: Vec::new(),
        least: 0,
        seek: Seek::Anywhere,
    };
    let mut t = Translator { program };
    let end = t.program.code.len().checked_sub(1).ok_or(Invalid)?;
    let begin = t.info()?;
    t.block(begin, end)?;
    t.push(Inst::Match);
    let mut program = t.program;
    add_looks(&mut program);
    program.seek = Seek::of(&program, begin);
    Ok(program)
}

struct Translator {
    program: Program,
}

impl Translator {
    fn word(&self, i: usize) -> Done<u32> {
        self.program.code.get(i).copied().ok_or(Invalid)
    }
    /// Where the skip word at `i` leads, inside of a block that ends at `end`.
    fn target(&self, i: usize, end: usize) -> Done<usize> {
        let to = i + self.word(i)? as usize;
        if to > i && to <= end { Ok(to) } else { Err(Invalid) }
    }
    fn push(&mut self, inst: Inst) -> usize {
        self.program.insts.push(inst);
        self.program.insts.len() - 1
    }
    fn here(&self) -> u32 {
        self.program.insts.len() as u32
    }
    fn expect(&self, i: usize, what: u32) -> Done {
        if self.word(i)? == what { Ok(()) } else { Err(Invalid) }
    }

    /// Read the INFO block, if there is one; where the code behind it begins.
    fn info(&mut self) -> Done<usize> {
        if self.word(0)? != op::INFO {
            return Ok(0);
        }
        self.program.least = self.word(3)? as usize;
        self.target(1, self.program.code.len() - 1)
    }

    /// The codes between two places.
    fn block(&mut self, mut pc: usize, end: usize) -> Done {
        while pc < end {
            pc = self.operator(pc, end)?;
        }
        if pc == end { Ok(()) } else { Err(Invalid) }
    }

    /// The operator at `pc`; where the next one is.
    fn operator(&mut self, pc: usize, end: usize) -> Done<usize> {
        if self.word(pc)? == op::LITERAL {
            return self.literals(pc, end);
        }
        if let Some((item, next)) = self.item(pc, end)? {
            self.push(match item {
                Item::Char(c) => Inst::Char(c),
                Item::NotChar(c) => Inst::NotChar(c),
                Item::Any => Inst::Any,
                Item::Set(s) => Inst::Set(s),
            });
            return Ok(next);
        }
        match self.word(pc)? {
            op::FAILURE => {
                self.push(Inst::Fail);
                return Ok(pc + 1);
            }
            op::MARK => {
                let index = self.word(pc + 1)?;
                self.push(Inst::Mark(index));
                return Ok(pc + 2);
            }
            op::AT => {
                let at = self.word(pc + 1)?;
                self.push(Inst::At(at));
                return Ok(pc + 2);
            }
            op::INFO => return self.target(pc + 1, end),
            op::BRANCH => return self.branch(pc, end),
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => return self.single(pc, end),
            op::REPEAT | op::POSSESSIVE_REPEAT => return self.repeat(pc, end),
            op::ASSERT | op::ASSERT_NOT | op::ATOMIC_GROUP => return self.sub_match(pc, end),
            op::GROUPREF_EXISTS => return self.if_group(pc, end),
            _ => {}
        }
        let fold = match self.word(pc)? {
            op::GROUPREF => Fold::Exact,
            op::GROUPREF_UNI_IGNORE => Fold::Unicode,
            op::GROUPREF_IGNORE | op::GROUPREF_LOC_IGNORE => Fold::Ascii,
            _ => return Err(Invalid),
        };
        let group = self.word(pc + 1)?;
        self.push(Inst::GroupRef { group, fold });
        Ok(pc + 2)
    }

    /// Characters in a row.
    fn literals(&mut self, mut pc: usize, end: usize) -> Done<usize> {
        let from = self.program.literals.len();
        while pc < end && self.word(pc)? == op::LITERAL {
            let c = self.word(pc + 1)?;
            self.program.literals.push(c);
            pc += 2;
        }
        let len = self.program.literals.len() - from;
        if len == 1 {
            let c = self.program.literals.pop().ok_or(Invalid)?;
            self.push(Inst::Char(c));
        } else {
            self.push(Inst::Text { from: from as u32, len: len as u32 });
        }
        Ok(pc)
    }

    /// What matches one character, if that is at `pc`, and where the next operator is.
    fn item(&mut self, pc: usize, end: usize) -> Done<Option<(Item, usize)>> {
        let found = match self.word(pc)? {
            op::LITERAL => (Item::Char(self.word(pc + 1)?), pc + 2),
            op::NOT_LITERAL => (Item::NotChar(self.word(pc + 1)?), pc + 2),
            op::ANY => (Item::NotChar(10), pc + 1),
            op::ANY_ALL => (Item::Any, pc + 1),
            op::IN | op::IN_IGNORE | op::IN_UNI_IGNORE | op::IN_LOC_IGNORE => {
                let next = self.target(pc + 1, end)?;
                (self.set(pc)?, next)
            }
            op::CATEGORY
            | op::LITERAL_IGNORE
            | op::NOT_LITERAL_IGNORE
            | op::LITERAL_UNI_IGNORE
            | op::NOT_LITERAL_UNI_IGNORE
            | op::LITERAL_LOC_IGNORE
            | op::NOT_LITERAL_LOC_IGNORE => (self.set(pc)?, pc + 2),
            _ => return Ok(None),
        };
        Ok(Some(found))
    }

    /// The set that the operator at `pc` stands for.
    fn set(&mut self, pc: usize) -> Done<Item> {
        let code = &self.program.code;
        let ask = Beyond::Ask(pc as u32);
        let plain = if code[pc] == op::IN { plain_set(code, pc + 2, ask)? } else { None };
        let set = plain.unwrap_or_else(|| {
            let mut set = Set { table: [false; 256], beyond: ask };
            for (c, slot) in (0..).zip(&mut set.table) {
                *slot = code_matches(code, pc, c);
            }
            set
        });
        Ok(Item::Set(add_set(&mut self.program.sets, set)))
    }

    /// `BRANCH <skip> body JUMP <skip> <skip> body JUMP <skip> 0`
    fn branch(&mut self, pc: usize, end: usize) -> Done<usize> {
        let mut bodies = Vec::new();
        let mut skip = pc + 1;
        while self.word(skip)? != 0 {
            let next = self.target(skip, end)?;
            let jump = next.checked_sub(2).filter(|&j| j > skip).ok_or(Invalid)?;
            self.expect(jump, op::JUMP)?;
            bodies.push((skip + 1, jump));
            skip = next;
        }
        let first = self.program.alts.len();
        let n = bodies.len();
        if n == 0 {
            self.push(Inst::Fail);
            return Ok(skip + 1);
        }
        self.program.alts.extend((1..=n).map(|i| Alt { pc: 0, look: Look::Nothing, last: i == n }));
        self.push(Inst::Branch(first as u32));
        let mut jumps = Vec::with_capacity(n);
        for (i, &(from, to)) in bodies.iter().enumerate() {
            self.program.alts[first + i].pc = self.here();
            self.block(from, to)?;
            if i + 1 < n {
                jumps.push(self.push(Inst::Jump(0)));
            }
        }
        let after = self.here();
        for j in jumps {
            self.program.insts[j] = Inst::Jump(after);
        }
        Ok(skip + 1)
    }

    fn bounds(&self, pc: usize) -> Done<(u32, u32)> {
        let (min, max) = (self.word(pc + 2)?, self.word(pc + 3)?);
        if min <= max { Ok((min, max)) } else { Err(Invalid) }
    }

    /// `REPEAT_ONE <skip> <min> <max> item SUCCESS`
    fn single(&mut self, pc: usize, end: usize) -> Done<usize> {
        let (min, max) = self.bounds(pc)?;
        let Some((item, next)) = self.item(pc + 4, end)? else { return Err(Invalid) };
        self.expect(next, op::SUCCESS)?;
        let id = self.program.loops.len() as u32;
        self.program.loops.push(Loop { item, min, max, look: Look::Nothing, sure: [false; 2] });
        self.push(match self.word(pc)? {
            op::REPEAT_ONE => Inst::Greedy(id),
            op::MIN_REPEAT_ONE => Inst::Lazy(id),
            _ => Inst::Possess(id),
        });
        self.target(pc + 1, end)
    }

    /// `REPEAT <skip> <min> <max> body MAX_UNTIL`, or another end.
    fn repeat(&mut self, pc: usize, end: usize) -> Done<usize> {
        let (min, max) = self.bounds(pc)?;
        let until = self.target(pc + 1, end)?;
        let possessive = self.word(pc)? == op::POSSESSIVE_REPEAT;
        let index = self.program.repeats.len();
        let id = index as u32;
        let last = match (self.word(until)?, possessive) {
            (op::MAX_UNTIL, false) => Inst::MaxUntil(id),
            (op::MIN_UNTIL, false) => Inst::MinUntil(id),
            (op::SUCCESS, true) => Inst::SubEnd,
            _ => return Err(Invalid),
        };
        self.push(if possessive { Inst::PossessRepeat(id) } else { Inst::Repeat(id) });
        let (body, nothing) = (self.here(), Look::Nothing);
        self.program.repeats.push(Repeat { min, max, body, tail: 0, body_look: nothing, tail_look: nothing });
        self.block(pc + 4, until)?;
        self.push(last);
        self.program.repeats[index].tail = self.here();
        Ok(until + 1)
    }

    /// `ASSERT <skip> <back> body SUCCESS` or `ATOMIC_GROUP <skip> body SUCCESS`
    fn sub_match(&mut self, pc: usize, end: usize) -> Done<usize> {
        let next = self.target(pc + 1, end)?;
        let last = next.checked_sub(1).ok_or(Invalid)?;
        self.expect(last, op::SUCCESS)?;
        let (kind, back, body) = match self.word(pc)? {
            op::ASSERT => (Sub::Assert, self.word(pc + 2)?, pc + 3),
            op::ASSERT_NOT => (Sub::AssertNot, self.word(pc + 2)?, pc + 3),
            _ => (Sub::Atomic, 0, pc + 2),
        };
        if body > last {
            return Err(Invalid);
        }
        if kind != Sub::Atomic
            && body < last
            && let Some((item, item_end)) = self.item(body, last)?
            && item_end == last
        {
            let id = self.program.peeks.len() as u32;
            self.program.peeks.push(Peek { item, back, negative: kind == Sub::AssertNot });
            self.push(Inst::Peek(id));
            return Ok(next);
        }
        let enter = self.push(Inst::Fail);
        self.block(body, last)?;
        self.push(Inst::SubEnd);
        self.program.insts[enter] = Inst::Enter { kind, back, after: self.here() };
        Ok(next)
    }

    /// `GROUPREF_EXISTS <group> <skip> yes JUMP <skip> no`, or without `JUMP` and `no`.
    fn if_group(&mut self, pc: usize, end: usize) -> Done<usize> {
        let group = self.word(pc + 1)?;
        let no = pc + 1 + self.word(pc + 2)? as usize;
        if no < pc + 3 || no > end {
            return Err(Invalid);
        }
        let test = self.push(Inst::Fail);
        let with_no = self.has_no(pc, no);
        let yes_end = if with_no { no - 2 } else { no };
        self.block(pc + 3, yes_end)?;
        if !with_no {
            self.program.insts[test] = Inst::IfGroup { group, no: self.here() };
            return Ok(no);
        }
        let jump = self.push(Inst::Jump(0));
        self.program.insts[test] = Inst::IfGroup { group, no: self.here() };
        let after = self.target(no - 1, end)?;
        self.block(no, after)?;
        self.program.insts[jump] = Inst::Jump(self.here());
        Ok(after)
    }

    /// Does the conditional at `pc`, whose skip leads to `no`, have a second part? Then a jump is before it, where the
    /// operators of the first part end.
    fn has_no(&self, pc: usize, no: usize) -> bool {
        let mut at = pc + 3;
        while at + 2 < no {
            match self.next_operator(at, no) {
                Ok(next) => at = next,
                Err(Invalid) => return false,
            }
        }
        at + 2 == no && self.word(at).is_ok_and(|w| w == op::JUMP)
    }
    /// Where the operator after the one at `pc` is.
    fn next_operator(&self, pc: usize, end: usize) -> Done<usize> {
        match self.word(pc)? {
            op::FAILURE | op::ANY | op::ANY_ALL => Ok(pc + 1),
            op::REPEAT | op::POSSESSIVE_REPEAT => Ok(self.target(pc + 1, end)? + 1),
            op::BRANCH => {
                let mut skip = pc + 1;
                while self.word(skip)? != 0 {
                    skip = self.target(skip, end)?;
                }
                Ok(skip + 1)
            }
            op::GROUPREF_EXISTS => {
                let no = pc + 1 + self.word(pc + 2)? as usize;
                if no < pc + 3 || no > end {
                    Err(Invalid)
                } else if self.has_no(pc, no) {
                    self.target(no - 1, end)
                } else {
                    Ok(no)
                }
            }
            op::IN
            | op::IN_IGNORE
            | op::IN_UNI_IGNORE
            | op::IN_LOC_IGNORE
            | op::INFO
            | op::ATOMIC_GROUP
            | op::ASSERT
            | op::ASSERT_NOT
            | op::REPEAT_ONE
            | op::MIN_REPEAT_ONE
            | op::POSSESSIVE_REPEAT_ONE => self.target(pc + 1, end),
            op::JUMP | op::SUCCESS | op::MAX_UNTIL | op::MIN_UNTIL => Err(Invalid),
            _ => Ok(pc + 2),
        }
    }
}

/// Add a set, or find it; its number.
fn add_set(sets: &mut Vec<Set>, set: Set) -> u32 {
    const SEARCHED: usize = 16;
    let from = sets.len().saturating_sub(SEARCHED);
    // Rules that ask the code ask it at different places: such a set is equal to no other.
    match sets[from..].iter().position(|s| *s == set) {
        Some(i) => (from + i) as u32,
        None => {
            sets.push(set);
            sets.len() as u32 - 1
        }
    }
}

/// The set whose code is at `i`, unless it has items of the rarer kinds. `ask` is the rule for characters from 256 on
/// where they are not all alike.
fn plain_set(code: &[u32], mut i: usize, ask: Beyond) -> Done<Option<Set>> {
    let word = |i: usize| code.get(i).copied().ok_or(Invalid);
    let mut set = Set::empty();
    let negated = word(i)? == op::NEGATE;
    if negated {
        i += 1;
    }
    loop {
        let what = word(i)?;
        i += match what {
            op::FAILURE => break,
            op::LITERAL | op::RANGE => {
                let width = if what == op::RANGE { 2 } else { 1 };
                let (low, high) = (word(i + 1)?, word(i + width)?);
                for c in low..=high.min(255) {
                    set.table[c as usize] = true;
                }
                if high > 255 {
                    set.beyond = ask;
                }
                width + 1
            }
            op::CHARSET => {
                let bits = code.get(i + 1..i + 9).ok_or(Invalid)?;
                for (c, slot) in set.table.iter_mut().enumerate() {
                    *slot |= bits[c >> 5] & 1 << (c & 31) != 0;
                }
                9
            }
            op::CATEGORY => {
                let category = word(i + 1)?;
                for (c, slot) in (0..).zip(&mut set.table) {
                    *slot |= in_category(category, c);
                }
                if !ASCII_ONLY.contains(&category) {
                    set.beyond = ask;
                }
                2
            }
            _ => return Ok(None),
        };
    }
    if negated {
        set.table.iter_mut().for_each(|slot| *slot = !*slot);
        if set.beyond == Beyond::Never {
            set.beyond = Beyond::Always;
        }
    }
    Ok(Some(set))
}

/// The look of a continuation that is a single item, or starts with one.
fn plain_look(program: &Program, mut pc: usize) -> Option<Look> {
    loop {
        match program.insts[pc] {
            Inst::Mark(_) | Inst::At(_) => pc += 1,
            Inst::Char(c) => return Some(Look::Char(c)),
            Inst::Text { from, .. } => return Some(Look::Char(program.literals[from as usize])),
            Inst::Set(s) => return Some(Look::Set(s)),
            _ => return None,
        }
    }
}

/// The look of a continuation.
fn look(program: &mut Program, pc: u32) -> Look {
    if let Some(look) = plain_look(program, pc as usize) {
        return look;
    }
    let Some(set) = leads(program, pc as usize, 1).pop() else { return Look::Nothing };
    if set.is_all() {
        return Look::Nothing;
    }
    match set.single() {
        Some(c) => Look::Char(c),
        None => Look::Set(add_set(&mut program.sets, set)),
    }
}

/// Find out what the continuations of choices can begin with.
fn add_looks(program: &mut Program) {
    for i in 0..program.alts.len() {
        program.alts[i].look = look(program, program.alts[i].pc);
    }
    for i in 0..program.repeats.len() {
        let Repeat { body, tail, .. } = program.repeats[i];
        program.repeats[i].body_look = look(program, body);
        program.repeats[i].tail_look = look(program, tail);
    }
    for pc in 0..program.insts.len() {
        let (Inst::Greedy(id) | Inst::Lazy(id)) = program.insts[pc] else { continue };
        let tail = look(program, pc as u32 + 1);
        let this = &mut program.loops[id as usize];
        this.look = tail;
        let item = this.item;
        program.loops[id as usize].sure = apart(program, item, tail);
    }
}

/// Can no character that the item matches be what the look wants? For texts of one-byte characters and for all texts.
fn apart(program: &Program, item: Item, look: Look) -> [bool; 2] {
    match look {
        Look::Nothing => [false; 2],
        Look::Char(c) => [!program.item_matches(item, c); 2],
        Look::Set(s) => {
            let wanted = &program.sets[s as usize];
            let narrow =
                (0..).zip(&wanted.table).all(|(c, &wanted)| !(wanted && program.item_matches(item, c)));
            let none_beyond = match item {
                Item::Char(c) => c < 256,
                Item::Set(s) => program.sets[s as usize].beyond == Beyond::Never,
                Item::NotChar(_) | Item::Any => false,
            };
            [narrow, narrow && (none_beyond || wanted.beyond == Beyond::Never)]
        }
    }
}
