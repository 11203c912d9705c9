//! Expansion of `co_code` into executable instructions.
//!
//! One pass in code order with a symbolic operand stack. Loads of locals and constants are not emitted but kept as
//! entries of that stack until something consumes them. The rules that keep the real machine simple:
//!
//! - Emitting anything makes every place below the instruction's operands real, so the real places are always a
//!   prefix of the stack: `depth` is all that the unwinder and the JIT's snapshots need.
//! - At labels (jump targets, handlers, ends of handler ranges) every place is real.
//! - A result that is stored into a local at once is written there by the instruction that makes it.

use crate::exec::cache::Cache;
use crate::exec::code::{BackEdge, Handler};
use crate::exec::emit::{Emitter, Entry};
use crate::exec::insn::{A_TEMP, B_TEMP, C_TEMP, INPLACE, INVERT, Insn, KEYWORDS, Op, WRITTEN};
use crate::object::P;
use crate::types::str::Str;
use taipan_bytecode::opcode::Opcode;
use taipan_bytecode::{Code, Instruction, OperandKind};

/// The result of expansion.
pub(super) struct Expanded {
    pub insns: Vec<Insn>,
    pub depth: Vec<u16>,
    pub unit: Vec<u32>,
    pub handlers: Vec<Handler>,
    pub caches: Vec<Cache>,
    pub back_edges: Vec<BackEdge>,
    pub yields: u16,
}

struct Expander<'a> {
    e: Emitter,
    code: &'a Code,
    names: &'a [P<Str>],
    /// Index of the first instruction emitted at or behind each unit.
    index: Vec<u32>,
    label: Vec<bool>,
    depths: Vec<Option<u32>>,
    loops: usize,
    yields: u16,
}

pub(super) fn expand(code: &Code, names: &[P<Str>]) -> Expanded {
    let (instructions, depths) = taipan_bytecode::verify::depths(code).unwrap_or_else(|e| {
        panic!("{}: {} at {}: the compiler made inconsistent code", e.code, e.problem, e.unit)
    });
    let units = code.unit_count();
    let is_named =
        |i: &&Instruction| Opcode::from_u8(i.opcode).is_some_and(|op| op.operand() == OperandKind::Name);
    let named = instructions.iter().filter(is_named).count();
    let e = Emitter {
        insns: Vec::with_capacity(units),
        depth: Vec::with_capacity(units),
        unit: Vec::with_capacity(units),
        caches: Vec::with_capacity(named),
        patches: Vec::new(),
        stack: Vec::new(),
        locals: code.localsplus_names.len() as u16,
        now: 0,
        barrier: 0,
    };
    let mut x = Expander {
        e,
        code,
        names,
        index: vec![0; units + 1],
        label: vec![false; units + 1],
        depths,
        loops: 0,
        yields: 0,
    };
    x.find_labels(&instructions);
    x.translate(&instructions);
    x.finish()
}

impl Expander<'_> {
    fn find_labels(&mut self, all: &[Instruction]) {
        for i in all {
            if let Some(t) = i.jump_target() {
                self.label[t as usize] = true;
            }
        }
        for h in self.code.exception_entries() {
            for unit in [h.start, h.end, h.target] {
                self.label[unit as usize] = true;
            }
        }
    }

    fn translate(&mut self, all: &[Instruction]) {
        let mut reachable = true;
        let mut skip = false;
        for (n, i) in all.iter().enumerate() {
            let unit = i.start as usize;
            if std::mem::take(&mut skip) {
                self.mark(unit, i.unit as usize);
                continue;
            }
            if self.label[unit] && reachable {
                self.e.flush();
            }
            self.mark(unit, i.unit as usize);
            if self.label[unit] {
                self.e.barrier = self.e.insns.len();
            }
            let Some(depth) = self.depths[unit] else {
                reachable = false;
                continue;
            };
            if !reachable || self.label[unit] {
                self.e.stack = vec![Entry::Temp; depth as usize];
            }
            self.e.now = i.unit;
            let op = Opcode::from_u8(i.opcode).unwrap_or(Opcode::NOP);
            let next = all.get(n + 1).filter(|i| !self.label[i.start as usize]).copied();
            skip = self.one(op, *i, next);
            reachable = !op.is_terminator();
        }
        let end = self.code.unit_count();
        self.index[end] = self.e.insns.len() as u32;
    }

    fn mark(&mut self, from: usize, to: usize) {
        for unit in from..=to {
            self.index[unit] = self.e.insns.len() as u32;
        }
    }

    fn cache(&mut self, name: u32) -> i32 {
        self.e.caches.push(Cache::new(self.names[name as usize]));
        self.e.caches.len() as i32 - 1
    }

    fn jump(&mut self, insn: Insn, target: u32, consumed: usize) {
        let i = self.e.emit(insn, consumed);
        self.e.patches.push((i, target));
    }

    /// Translate one instruction; `true` if the next one was taken in.
    fn one(&mut self, op: Opcode, i: Instruction, next: Option<Instruction>) -> bool {
        use Opcode as O;
        let arg = i.arg;
        match op {
            O::COMPARE_OP => return self.compare(arg, next),
            O::BUILD_SLICE if arg == 3 && next.is_some_and(|n| n.opcode == O::BINARY_SUBSCR as u8) => {
                // The place is the subscript's, which may raise.
                self.e.now = next.map_or(i.unit, |n| n.unit);
                self.e.over(Op::BinarySlice, 4, 4);
                return true;
            }
            _ if (O::BINARY_ADD as u8..=O::INPLACE_XOR as u8).contains(&(op as u8)) => self.binary(op),
            O::LOAD_FAST => self.e.stack.push(Entry::Local(arg as u16)),
            O::LOAD_CONST => self.e.stack.push(Entry::Const(arg)),
            _ if self.moves(op, arg) || self.data(op, arg) || self.calls(op, arg) => {}
            _ => self.control(op, i),
        }
        false
    }

    fn binary(&mut self, op: Opcode) {
        use Opcode as O;
        let inplace = op as u8 >= O::INPLACE_ADD as u8;
        let base = if inplace { O::INPLACE_ADD } else { O::BINARY_ADD } as u8;
        const OPS: [Op; 13] = [
            Op::Add,
            Op::Sub,
            Op::Mul,
            Op::TrueDiv,
            Op::FloorDiv,
            Op::Mod,
            Op::Pow,
            Op::MatMul,
            Op::Lshift,
            Op::Rshift,
            Op::And,
            Op::Or,
            Op::Xor,
        ];
        let mut exec = OPS[(op as u8 - base) as usize];
        let b = self.e.pop(true);
        let a = self.e.pop(!b.constant);
        if b.constant {
            exec = exec.step(1);
        } else if a.constant {
            exec = exec.step(2);
        }
        let flags = a.flag(A_TEMP) | b.flag(B_TEMP) | if inplace { INPLACE } else { 0 };
        let c = self.e.next_slot();
        self.e.emit(
            Insn { op: exec, flags, a: a.index, b: b.index, c, d: 0 },
            usize::from(a.temp) + usize::from(b.temp),
        );
        self.e.stack.push(Entry::Temp);
    }

    fn compare(&mut self, arg: u32, next: Option<Instruction>) -> bool {
        const JUMPS: [Op; 6] = [Op::JumpLt, Op::JumpLe, Op::JumpEq, Op::JumpNe, Op::JumpGt, Op::JumpGe];
        let b = self.e.pop(true);
        let a = self.e.pop(false);
        let flags = a.flag(A_TEMP) | b.flag(B_TEMP);
        let consumed = usize::from(a.temp) + usize::from(b.temp);
        let next = next.and_then(|n| {
            let sense = match Opcode::from_u8(n.opcode)? {
                Opcode::POP_JUMP_IF_FALSE => INVERT,
                Opcode::POP_JUMP_IF_TRUE => 0,
                _ => return None,
            };
            Some((sense, n.jump_target()?))
        });
        if let Some((sense, target)) = next {
            let op = JUMPS[arg as usize].step(usize::from(b.constant));
            self.jump(
                Insn { op, flags: flags | sense, a: a.index, b: b.index, c: 0, d: 0 },
                target,
                consumed,
            );
            return true;
        }
        let op = if b.constant { Op::CompareK } else { Op::Compare };
        let c = self.e.next_slot();
        self.e.emit(Insn { op, flags, a: a.index, b: b.index, c, d: arg as i32 }, consumed);
        self.e.stack.push(Entry::Temp);
        false
    }

    /// Moves, names, cells. `false` if `op` is none of them.
    fn moves(&mut self, op: Opcode, arg: u32) -> bool {
        use Opcode as O;
        let (local, d) = (arg as u16, arg as i32);
        let e = &mut self.e;
        match op {
            O::NOP | O::EXTENDED_ARG => {}
            O::POP_TOP | O::POP_ITER => {
                let a = e.pop(true);
                if a.temp {
                    e.emit(Insn { a: a.index, flags: A_TEMP, ..Insn::new(Op::Pop) }, 1);
                }
            }
            O::COPY => {
                let place = e.stack.len() - arg as usize;
                if e.stack[place] == Entry::Temp {
                    let (a, c) = (e.slot(place), e.next_slot());
                    e.emit(Insn { a, c, ..Insn::new(Op::LoadFast) }, 0);
                    e.stack.push(Entry::Temp);
                } else {
                    e.stack.push(e.stack[place]);
                }
            }
            O::SWAP => {
                let (top, other) = (e.stack.len() - 1, e.stack.len() - arg as usize);
                if e.stack[top] != Entry::Temp && e.stack[other] != Entry::Temp {
                    e.stack.swap(top, other);
                } else {
                    let (a, b) = (e.slot(top), e.slot(other));
                    e.emit(Insn { a, b, ..Insn::new(Op::Swap) }, 0);
                }
            }
            O::LOAD_FAST_CHECK => {
                e.emit(Insn { a: local, ..Insn::new(Op::CheckBound) }, 0);
                e.stack.push(Entry::Local(local));
            }
            O::LOAD_CLOSURE => e.stack.push(Entry::Local(local)),
            O::LOAD_FAST_AND_CLEAR => {
                let c = e.next_slot();
                e.emit(Insn { a: local, c, ..Insn::new(Op::LoadFastAndClear) }, 0);
                e.stack.push(Entry::Temp);
            }
            O::STORE_FAST => e.store_fast(local),
            O::DELETE_FAST | O::MAKE_CELL | O::DELETE_DEREF => {
                let exec = match op {
                    O::DELETE_FAST => Op::DeleteFast,
                    O::MAKE_CELL => Op::MakeCell,
                    _ => Op::DeleteDeref,
                };
                e.emit(Insn { a: local, ..Insn::new(exec) }, 0);
            }
            O::LOAD_NAME => {
                let d = self.cache(arg);
                self.e.push_new(Op::LoadName, d);
            }
            O::LOAD_LOCALS => e.push_new(Op::LoadLocals, 0),
            O::LOAD_BUILD_CLASS => e.push_new(Op::LoadBuildClass, 0),
            O::LOAD_COMMON_CONSTANT => e.push_new(Op::LoadCommonConstant, d),
            O::STORE_NAME | O::STORE_GLOBAL => {
                let exec = if op == O::STORE_NAME { Op::StoreName } else { Op::StoreGlobal };
                let a = e.pop(false);
                e.emit(
                    Insn { op: exec, flags: a.flag(A_TEMP), a: a.index, b: 0, c: 0, d },
                    usize::from(a.temp),
                );
            }
            O::DELETE_NAME | O::DELETE_GLOBAL => {
                let exec = if op == O::DELETE_NAME { Op::DeleteName } else { Op::DeleteGlobal };
                e.emit(Insn { d, ..Insn::new(exec) }, 0);
            }
            O::LOAD_GLOBAL => {
                let d = self.cache(arg);
                self.e.push_new(Op::LoadGlobal, d);
            }
            O::COPY_FREE_VARS => {
                e.emit(Insn { d, ..Insn::new(Op::CopyFreeVars) }, 0);
            }
            O::LOAD_DEREF => {
                let c = e.next_slot();
                e.emit(Insn { a: local, c, ..Insn::new(Op::LoadDeref) }, 0);
                e.stack.push(Entry::Temp);
            }
            O::STORE_DEREF => {
                let a = e.pop(false);
                let insn =
                    Insn { op: Op::StoreDeref, flags: a.flag(A_TEMP), a: a.index, b: 0, c: local, d: 0 };
                e.emit(insn, usize::from(a.temp));
            }
            O::LOAD_FROM_DICT_OR_DEREF => {
                let a = e.pop(false);
                let c = e.next_slot();
                let insn = Insn {
                    op: Op::LoadFromDictOrDeref,
                    flags: a.flag(A_TEMP),
                    a: a.index,
                    b: local,
                    c,
                    d: 0,
                };
                e.emit(insn, usize::from(a.temp));
                e.stack.push(Entry::Temp);
            }
            O::LOAD_FROM_DICT_OR_GLOBALS => e.unary(Op::LoadFromDictOrGlobals, d),
            _ => return false,
        }
        true
    }

    /// Attributes, unary operators, subscripts, building. `false` if `op` is none of them.
    fn data(&mut self, op: Opcode, arg: u32) -> bool {
        use Opcode as O;
        let d = arg as i32;
        match op {
            O::LOAD_ATTR => {
                let d = self.cache(arg);
                self.e.unary(Op::LoadAttr, d);
            }
            O::STORE_ATTR => {
                let d = self.cache(arg);
                self.two(Op::StoreAttr, d, true);
            }
            O::DELETE_ATTR => self.drop_one(Op::DeleteAttr, d),
            O::LOAD_METHOD => {
                let d = self.cache(arg);
                self.e.unary(Op::LoadMethod, d);
                self.e.stack.push(Entry::Temp);
            }
            O::LOAD_SPECIAL => {
                self.e.unary(Op::LoadSpecial, d);
                self.e.stack.push(Entry::Temp);
            }
            O::LOAD_SUPER_ATTR => self.e.over(Op::LoadSuperAttr, 3, d),
            O::LOAD_SUPER_METHOD | O::LOAD_SUPER_METHOD_OF => {
                let written = if op == O::LOAD_SUPER_METHOD_OF { WRITTEN } else { 0 };
                self.e.over_with(Op::LoadSuperMethod, 3, d, written);
                self.e.stack.push(Entry::Temp);
            }
            O::UNARY_NEGATIVE => self.e.unary(Op::Negative, 0),
            O::UNARY_POSITIVE => self.e.unary(Op::Positive, 0),
            O::UNARY_INVERT => self.e.unary(Op::Invert, 0),
            O::UNARY_NOT => self.e.unary(Op::Not, 0),
            O::IS_OP => self.binary_test(Op::Is, arg),
            O::CONTAINS_OP => self.binary_test(Op::Contains, arg),
            O::BINARY_SUBSCR => {
                let b = self.e.pop(true);
                let a = self.e.pop(false);
                let op = if b.constant { Op::SubscrK } else { Op::Subscr };
                let c = self.e.next_slot();
                let flags = a.flag(A_TEMP) | b.flag(B_TEMP);
                let consumed = usize::from(a.temp) + usize::from(b.temp);
                self.e.emit(Insn { op, flags, a: a.index, b: b.index, c, d: 0 }, consumed);
                self.e.stack.push(Entry::Temp);
            }
            O::STORE_SUBSCR => {
                let (b, a, c) = (self.e.pop(false), self.e.pop(false), self.e.pop(false));
                let flags = a.flag(A_TEMP) | b.flag(B_TEMP) | c.flag(C_TEMP);
                let consumed = usize::from(a.temp) + usize::from(b.temp) + usize::from(c.temp);
                self.e.emit(
                    Insn { op: Op::StoreSubscr, flags, a: a.index, b: b.index, c: c.index, d: 0 },
                    consumed,
                );
            }
            O::DELETE_SUBSCR => self.two(Op::DeleteSubscr, 0, false),
            O::BINARY_SLICE => self.e.over(Op::BinarySlice, 3, 3),
            O::STORE_SLICE => {
                let a = self.e.pop_real(4);
                self.e.emit(Insn { a, flags: A_TEMP, ..Insn::new(Op::StoreSlice) }, 4);
            }
            O::BUILD_SLICE => self.e.over(Op::BuildSlice, arg as usize, d),
            O::BUILD_TUPLE => self.e.over(Op::BuildTuple, arg as usize, d),
            O::BUILD_LIST => self.e.over(Op::BuildList, arg as usize, d),
            O::BUILD_SET => self.e.over(Op::BuildSet, arg as usize, d),
            O::BUILD_MAP => self.e.over(Op::BuildMap, 2 * arg as usize, d),
            O::BUILD_STRING => self.e.over(Op::BuildString, arg as usize, d),
            O::LIST_APPEND => self.into(Op::ListAppend, arg),
            O::SET_ADD => self.into(Op::SetAdd, arg),
            O::SUM_ADD => self.into(Op::SumAdd, 3),
            O::SUM_END => self.e.over(Op::SumEnd, 2, 0),
            O::LIST_EXTEND => self.into(Op::ListExtend, arg),
            O::SET_UPDATE => self.into(Op::SetUpdate, arg),
            O::DICT_UPDATE => self.into(Op::DictUpdate, arg),
            O::DICT_MERGE => self.into(Op::DictMerge, arg),
            O::MAP_ADD => {
                let (c, b) = (self.e.pop(false), self.e.pop(false));
                let a = self.e.slot(self.e.stack.len() - arg as usize);
                let flags = b.flag(B_TEMP) | c.flag(C_TEMP);
                let consumed = usize::from(b.temp) + usize::from(c.temp);
                self.e.emit(Insn { op: Op::MapAdd, flags, a, b: b.index, c: c.index, d: 0 }, consumed);
            }
            O::LIST_TO_TUPLE => self.e.unary(Op::ListToTuple, 0),
            O::UNPACK_SEQUENCE | O::UNPACK_EX => {
                let exec = if op == O::UNPACK_EX { Op::UnpackEx } else { Op::UnpackSequence };
                let n = if op == O::UNPACK_EX { (arg & 255) + 1 + (arg >> 8) } else { arg };
                let a = self.e.pop(false);
                let c = self.e.next_slot();
                let insn = Insn { op: exec, flags: a.flag(A_TEMP), a: a.index, b: 0, c, d };
                self.e.emit(insn, usize::from(a.temp));
                (0..n).for_each(|_| self.e.stack.push(Entry::Temp));
            }
            _ => return false,
        }
        true
    }

    /// Two operands, no result: `value owner --` (`reversed`: `a` is the top) or `container key --`.
    fn two(&mut self, op: Op, d: i32, reversed: bool) {
        let top = self.e.pop(false);
        let under = self.e.pop(false);
        let (a, b) = if reversed { (top, under) } else { (under, top) };
        let flags = a.flag(A_TEMP) | b.flag(B_TEMP);
        let consumed = usize::from(a.temp) + usize::from(b.temp);
        self.e.emit(Insn { op, flags, a: a.index, b: b.index, c: 0, d }, consumed);
    }

    fn drop_one(&mut self, op: Op, d: i32) {
        let a = self.e.pop(false);
        self.e.emit(Insn { op, flags: a.flag(A_TEMP), a: a.index, b: 0, c: 0, d }, usize::from(a.temp));
    }

    fn binary_test(&mut self, op: Op, arg: u32) {
        let b = self.e.pop(false);
        let a = self.e.pop(false);
        let flags = a.flag(A_TEMP) | b.flag(B_TEMP) | if arg == 1 { INVERT } else { 0 };
        let c = self.e.next_slot();
        let consumed = usize::from(a.temp) + usize::from(b.temp);
        self.e.emit(Insn { op, flags, a: a.index, b: b.index, c, d: 0 }, consumed);
        self.e.stack.push(Entry::Temp);
    }

    /// Add the top to the container `arg` deep (after the pop).
    fn into(&mut self, op: Op, arg: u32) {
        let b = self.e.pop(false);
        let place = self.e.stack.len() - arg as usize;
        let a = self.e.slot(place);
        let c = if op == Op::DictMerge { self.e.slot(place - 2) } else { 0 };
        self.e.emit(Insn { op, flags: b.flag(B_TEMP), a, b: b.index, c, d: 0 }, usize::from(b.temp));
    }

    /// Calls, functions, imports, formatting, matching. `false` if `op` is none of them.
    fn calls(&mut self, op: Opcode, arg: u32) -> bool {
        use Opcode as O;
        let (n, d) = (arg as usize, arg as i32);
        match op {
            O::CALL_FUNCTION => self.e.over(Op::Call, n + 1, d),
            O::CALL_METHOD => self.e.over(Op::CallMethod, n + 2, d),
            O::CALL_FUNCTION_KW => self.call_keywords(Op::Call, n + 2, d),
            O::CALL_METHOD_KW => self.call_keywords(Op::CallMethod, n + 3, d),
            O::CALL_FUNCTION_EX => self.e.over(Op::CallEx, 2 + (n & 1), d),
            O::MAKE_FUNCTION => self.e.over(Op::MakeFunction, 1 + arg.count_ones() as usize, d),
            O::CALL_INTRINSIC_1 => self.e.unary(Op::Intrinsic1, d),
            O::CALL_INTRINSIC_2 => self.pair(Op::Intrinsic2, d),
            O::IMPORT_NAME => self.pair(Op::ImportName, d),
            O::IMPORT_FROM => self.keep(Op::ImportFrom, d),
            O::IMPORT_STAR => self.drop_one(Op::ImportStar, 0),
            O::SETUP_ANNOTATIONS => {
                self.e.emit(Insn::new(Op::SetupAnnotations), 0);
            }
            O::GET_LEN => self.keep(Op::GetLen, 0),
            O::MATCH_MAPPING => self.keep(Op::MatchMapping, 0),
            O::MATCH_SEQUENCE => self.keep(Op::MatchSequence, 0),
            O::MATCH_KEYS => {
                self.e.flush();
                let b = self.e.slot(self.e.stack.len() - 1);
                let c = self.e.next_slot();
                self.e.emit(Insn { a: b - 1, b, c, ..Insn::new(Op::MatchKeys) }, 0);
                self.e.stack.push(Entry::Temp);
            }
            O::MATCH_CLASS => self.e.over(Op::MatchClass, 3, d),
            O::FORMAT_SIMPLE => self.e.unary(Op::FormatSimple, 0),
            O::FORMAT_WITH_SPEC => self.pair(Op::FormatWithSpec, 0),
            O::CONVERT_VALUE => self.e.unary(Op::ConvertValue, d),
            O::BUILD_INTERPOLATION => self.e.over(Op::BuildInterpolation, 2 + (n & 1), d),
            O::BUILD_TEMPLATE => self.pair(Op::BuildTemplate, 0),
            _ => return false,
        }
        true
    }

    fn call_keywords(&mut self, op: Op, n: usize, d: i32) {
        self.e.over(op, n, d);
        if let Some(i) = self.e.insns.last_mut() {
            i.flags |= KEYWORDS;
        }
    }

    /// `c = op a, b`, both real and consumed.
    fn pair(&mut self, op: Op, d: i32) {
        let a = self.e.pop_real(2);
        self.e.emit(Insn { op, flags: A_TEMP | B_TEMP, a, b: a + 1, c: a, d }, 2);
        self.e.stack.push(Entry::Temp);
    }

    /// `c = op a` with `a`, the top, left where it is.
    fn keep(&mut self, op: Op, d: i32) {
        self.e.flush();
        let c = self.e.next_slot();
        self.e.emit(Insn { op, flags: 0, a: c - 1, b: 0, c, d }, 0);
        self.e.stack.push(Entry::Temp);
    }

    /// Jumps, iteration, generators, exceptions.
    fn control(&mut self, op: Opcode, i: Instruction) {
        use Opcode as O;
        let d = i.arg as i32;
        let target = i.jump_target().unwrap_or(0);
        match op {
            O::JUMP_FORWARD | O::JUMP_BACKWARD_NO_INTERRUPT => self.jump(Insn::new(Op::Jump), target, 0),
            O::JUMP_BACKWARD => {
                self.jump(Insn { d: self.loops as i32, ..Insn::new(Op::JumpBack) }, target, 0);
                self.loops += 1;
            }
            O::POP_JUMP_IF_FALSE => self.jump_on(Op::JumpIfFalse, target),
            O::POP_JUMP_IF_TRUE => self.jump_on(Op::JumpIfTrue, target),
            O::POP_JUMP_IF_NONE => self.jump_on(Op::JumpIfNone, target),
            O::POP_JUMP_IF_NOT_NONE => self.jump_on(Op::JumpIfNotNone, target),
            O::GET_ITER => self.e.unary(Op::GetIter, 0),
            O::GET_YIELD_FROM_ITER => self.e.unary(Op::GetYieldFromIter, 0),
            O::FOR_ITER => {
                self.e.flush();
                let c = self.e.next_slot();
                self.jump(Insn { a: c - 1, c, ..Insn::new(Op::ForIter) }, target, 0);
                self.e.stack.push(Entry::Temp);
            }
            O::SEND => {
                let b = self.e.pop_real(1);
                let insn = Insn { op: Op::Send, flags: B_TEMP, a: b - 1, b, c: b, d: 0 };
                self.jump(insn, target, 1);
                self.e.stack.push(Entry::Temp);
            }
            O::END_SEND => self.pair(Op::EndSend, 0),
            O::CLEANUP_THROW => {
                let a = self.e.pop_real(3);
                self.e.emit(Insn { a, c: a, flags: A_TEMP, ..Insn::new(Op::CleanupThrow) }, 3);
                self.e.stack.extend([Entry::Temp, Entry::Temp]);
            }
            O::YIELD_VALUE => {
                self.yields += 1;
                self.e.yield_value(self.yields, d);
            }
            O::RETURN_GENERATOR => self.e.push_new(Op::ReturnGenerator, 0),
            O::RETURN_VALUE => {
                if let Some(&Entry::Const(k)) = self.e.stack.last() {
                    self.e.stack.pop();
                    self.e.emit(Insn { d: k as i32, ..Insn::new(Op::ReturnConst) }, 0);
                } else {
                    self.drop_one(Op::Return, 0);
                }
            }
            O::GET_AWAITABLE => self.e.unary(Op::GetAwaitable, d),
            O::GET_AITER => self.e.unary(Op::GetAiter, 0),
            O::GET_ANEXT => self.keep(Op::GetAnext, 0),
            O::END_ASYNC_FOR => {
                let a = self.e.pop_real(2);
                let insn = Insn { op: Op::EndAsyncFor, flags: A_TEMP | B_TEMP, a, b: a + 1, c: 0, d: 0 };
                self.e.emit(insn, 2);
            }
            O::ASYNC_GEN_WRAP => self.e.unary(Op::AsyncGenWrap, 0),
            _ => self.exceptions(op, i),
        }
    }

    fn jump_on(&mut self, op: Op, target: u32) {
        let a = self.e.pop(false);
        let insn = Insn { op, flags: a.flag(A_TEMP), a: a.index, b: 0, c: 0, d: 0 };
        self.jump(insn, target, usize::from(a.temp));
    }

    fn exceptions(&mut self, op: Opcode, i: Instruction) {
        use Opcode as O;
        let (n, d) = (i.arg as usize, i.arg as i32);
        match op {
            O::PUSH_EXC_INFO => {
                let a = self.e.pop_real(1);
                self.e.emit(Insn { a, ..Insn::new(Op::PushExcInfo) }, 1);
                self.e.stack.extend([Entry::Temp, Entry::Temp]);
            }
            O::CHECK_EXC_MATCH => {
                let b = self.e.pop(false);
                self.e.flush();
                let (a, c) = (self.e.slot(self.e.stack.len() - 1), self.e.next_slot());
                let insn = Insn { op: Op::CheckExcMatch, flags: b.flag(B_TEMP), a, b: b.index, c, d: 0 };
                self.e.emit(insn, usize::from(b.temp));
                self.e.stack.push(Entry::Temp);
            }
            O::CHECK_EG_MATCH => {
                let a = self.e.pop_real(2);
                self.e.emit(Insn { a, b: a + 1, c: a + 1, ..Insn::new(Op::CheckEgMatch) }, 2);
                self.e.stack.extend([Entry::Temp, Entry::Temp]);
            }
            O::POP_EXCEPT => self.drop_one(Op::PopExcept, 0),
            O::RERAISE => {
                let a = self.e.pop_real(1);
                self.e.emit(Insn { a, d, flags: A_TEMP, ..Insn::new(Op::Reraise) }, 1);
            }
            O::RAISE_VARARGS => {
                let a = self.e.pop_real(n);
                self.e.emit(Insn { a, d, flags: A_TEMP, ..Insn::new(Op::Raise) }, n);
            }
            O::WITH_EXCEPT_START => {
                self.e.flush();
                let c = self.e.next_slot();
                self.e.emit(Insn { a: c - 5, c, ..Insn::new(Op::WithExceptStart) }, 0);
                self.e.stack.push(Entry::Temp);
            }
            other => panic!("{} has no executable form", other.name()),
        }
    }

    fn finish(mut self) -> Expanded {
        let mut back_edges = vec![BackEdge::default(); self.loops];
        for (i, target) in std::mem::take(&mut self.e.patches) {
            let distance = self.index[target as usize] as i32 - i as i32;
            let insn = &mut self.e.insns[i];
            if insn.op == Op::JumpBack {
                back_edges[insn.d as usize] = BackEdge { at: i as u32, header: self.index[target as usize] };
                (insn.b, insn.c) = (distance as u16, (distance >> 16) as u16);
            } else {
                insn.d = distance;
            }
        }
        let index = &self.index;
        let mut handlers: Vec<Handler> = self
            .code
            .exception_entries()
            .map(|h| Handler {
                start: index[h.start as usize],
                end: index[h.end as usize],
                target: index[h.target as usize],
                depth: h.depth as u16,
                lasti: h.lasti,
            })
            .filter(|h| h.start < h.end)
            .collect();
        handlers.sort_by_key(|h| h.start);
        Expanded {
            insns: self.e.insns,
            depth: self.e.depth,
            unit: self.e.unit,
            handlers,
            caches: self.e.caches,
            back_edges,
            yields: self.yields,
        }
    }
}
