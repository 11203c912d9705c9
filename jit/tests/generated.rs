//! Regions made at random, run three ways; see `common::check`. `SEEDS=from..to` chooses which.

#![allow(unsafe_code, reason = "runs machine code, through common")]

mod common;

use common::check::{Program, check};
use common::{BOX_ID, find};
use taipan_jit::ir::{
    AllocDesc, AllocField, ExitKey, ExitKind, FragmentBuilder, FrameState, Mem, MemTy, Ref, Region,
    SlotValue, SnapId, Snapshot, Terminator,
};
use taipan_runtime::value::{NONE, TRUE, Value};

/// xorshift64*
struct Random(u64);

impl Random {
    fn next(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % n
    }
    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.next(of.len())]
    }
}

// The base frame: a counter, its limit, two ints, two floats, a bool, and an object with one field (and the
// object that it was at the start), an int of at most 64 bits that is not negative.
const I: u32 = 0;
const N: u32 = 1;
const INTS: [u32; 2] = [2, 3];
const FLOATS: [u32; 2] = [4, 5];
const FLAG: u32 = 6;
const OBJECT: u32 = 7;
const WIDE: u32 = 9;
const SLOTS: u32 = 10;
const FIELD: Mem = Mem { ty: MemTy::Val, offset: 16, alias: 4, immutable: false };

struct Gen<'a> {
    r: &'a mut Random,
    b: FragmentBuilder,
    /// Current values of slots, and whether they differ from the entry.
    slots: Vec<(Option<Ref>, bool)>,
    ints: Vec<Ref>,
    floats: Vec<Ref>,
    pc: u32,
    /// Snapshots that a side fragment may continue.
    exits: Vec<SnapId>,
}

impl Gen<'_> {
    fn new(r: &mut Random) -> Gen<'_> {
        let b = FragmentBuilder::new();
        Gen {
            r,
            b,
            slots: vec![(None, false); SLOTS as usize],
            ints: Vec::new(),
            floats: Vec::new(),
            pc: 0,
            exits: Vec::new(),
        }
    }
    fn slot(&mut self, s: u32) -> Ref {
        match self.slots[s as usize].0 {
            Some(r) => r,
            None => {
                let r = self.b.slot_load(0, s);
                self.slots[s as usize].0 = Some(r);
                r
            }
        }
    }
    fn snap(&mut self) -> SnapId {
        self.pc += 1;
        let slots = self.slots.iter().enumerate().filter(|(_, s)| s.1);
        let slots = slots.filter_map(|(i, s)| Some((i as u32, SlotValue::owned(s.0?)))).collect();
        let frame = FrameState { key: 1, pc: self.pc, payload: 0, depth: SLOTS, slots };
        self.b.snapshot(Snapshot::new(ExitKind::Resume, vec![frame]))
    }
    /// Assigns a new value to a slot, whose old value's reference goes.
    fn set(&mut self, s: u32, v: Ref) {
        let old = self.slot(s);
        self.slots[s as usize] = (Some(v), true);
        self.b.decref(old);
    }
    fn int(&mut self) -> Ref {
        match self.r.next(4) {
            0 => {
                let c = self.r.pick(&[0, 1, -1, 2, 7, 8, 255, 1 << 40, -(1 << 61)]);
                self.b.const_int(c)
            }
            1 if !self.ints.is_empty() => self.r.pick(&self.ints),
            _ => {
                let slot = self.r.pick(&[I, INTS[0], INTS[1]]);
                let v = self.slot(slot);
                let s = self.snap();
                self.b.guard_int(v, s);
                self.b.unbox_int(v)
            }
        }
    }
    fn float(&mut self) -> Ref {
        match self.r.next(4) {
            0 => {
                let c = self.r.pick(&[0.0, 1.0, -0.5, 2.0, 1e30]);
                self.b.const_float(c)
            }
            1 if !self.floats.is_empty() => self.r.pick(&self.floats),
            _ => {
                let slot = self.r.pick(&FLOATS);
                let v = self.slot(slot);
                let s = self.snap();
                self.b.guard_float(v, s);
                self.b.unbox_float(v)
            }
        }
    }
    fn small(&mut self) -> Ref {
        let i = self.int();
        let m = self.r.pick(&[7, 255, 1023]);
        let m = self.b.const_int(m);
        self.b.and(i, m)
    }
    fn int_op(&mut self) {
        let (a, b) = (self.int(), self.int());
        let s = self.snap();
        let k = self.r.next(6) as i64 + 1;
        let c = self.b.const_int(k);
        let v = match self.r.next(14) {
            0 => self.b.add_checked(a, b, s),
            1 => self.b.sub_checked(a, b, s),
            2 => self.b.mul_checked(a, b, s),
            3 => self.b.and(a, b),
            4 => self.b.or(a, b),
            5 => self.b.xor(a, b),
            6 => self.b.sar(a, c),
            7 => self.b.shl_checked(a, c, s),
            8 => self.b.floor_div(a, c),
            9 => self.b.floor_mod(a, c),
            10 => self.b.neg_checked(a, s),
            11 => {
                let x = self.b.lt(a, b);
                self.b.select(x, a, b)
            }
            12 => {
                let wide = self.b.add(a, b);
                self.b.guard_fits(wide, s);
                wide
            }
            _ => {
                let h = find("pure").expect("helper");
                let small = self.small();
                let x = self.b.call(h, &[small, c]);
                let m = self.b.const_int(0xffff);
                self.b.and(x, m)
            }
        };
        self.ints.push(v);
        if self.r.next(2) == 0 {
            let slot = self.r.pick(&INTS);
            let boxed = self.b.box_int(v);
            self.set(slot, boxed);
        }
    }
    /// The slot's int of 64 bits, unless it has become another value.
    fn wide(&mut self) -> Ref {
        let v = self.slot(WIDE);
        let s = self.snap();
        self.b.guard_u64(v, s);
        let u = self.b.unbox_u64(v);
        self.b.raw_u64(u)
    }
    fn wide_op(&mut self) {
        let (a, b, by) = (self.wide(), self.small(), self.r.next(60) as i64 + 1);
        let k = self.r.pick(&[by, -1, 0x2545_f491_4f6c_dd1d, i64::MIN]);
        let (k, by, one) = (self.b.const_int(k), self.b.const_int(by), self.b.const_int(1));
        let v = match self.r.next(9) {
            0 => self.b.add(a, k),
            1 => self.b.mul(a, k),
            2 => self.b.umul_high(a, k),
            3 => self.b.xor(a, b),
            4 => self.b.shr(a, by),
            5 => self.b.shl(a, by),
            6 => {
                let b = self.b.or(b, one);
                self.b.urem(a, b)
            }
            7 => {
                let b = self.b.or(b, one);
                self.b.udiv(a, b)
            }
            _ => self.b.and(a, k),
        };
        if self.r.next(3) == 0 {
            // A box that is not needed in the end.
            let big = self.b.box_u128(v, a);
            let s = self.snap();
            let c = self.b.ult(a, v);
            self.b.guard_true(c, s);
            self.b.decref(big);
        }
        let boxed = match self.r.next(16) {
            0 => self.b.box_u128(v, b),
            _ => {
                let u = self.b.as_u64(v);
                self.b.box_u64(u)
            }
        };
        self.set(WIDE, boxed);
        let low = self.b.const_int(255);
        let low = self.b.and(v, low);
        self.ints.push(low);
    }
    fn float_op(&mut self) {
        let (a, b) = (self.float(), self.float());
        let v = match self.r.next(8) {
            0 => self.b.fadd(a, b),
            1 => self.b.fsub(a, b),
            2 => self.b.fmul(a, b),
            3 => self.b.fdiv(a, b),
            4 => self.b.fneg(a),
            5 => self.b.ffloor(a),
            6 => {
                let i = self.int();
                self.b.i2f(i)
            }
            _ => self.b.fabs(a),
        };
        self.floats.push(v);
        if self.r.next(2) == 0 {
            let slot = self.r.pick(&FLOATS);
            let boxed = self.b.box_float(v);
            self.set(slot, boxed);
        }
    }
    fn condition(&mut self) {
        let c = match self.r.next(5) {
            0 => {
                let (a, b) = (self.int(), self.int());
                let m = self.b.const_int(15);
                let (a, b) = (self.b.and(a, m), self.b.and(b, m));
                match self.r.next(4) {
                    0 => self.b.lt(a, b),
                    1 => self.b.ult(a, b),
                    2 => self.b.le(a, b),
                    _ => self.b.ne(a, b),
                }
            }
            1 => {
                let (a, b) = (self.float(), self.float());
                if self.r.next(2) == 0 { self.b.flt(a, b) } else { self.b.fne(a, b) }
            }
            2 => {
                let v = self.slot(FLAG);
                let s = self.snap();
                self.b.guard_bool(v, s);
                self.b.unbox_bool(v)
            }
            _ => {
                let a = self.int();
                let k = self.r.next(8) as i64;
                let (m, k) = (self.b.const_int(7), self.b.const_int(k));
                let a = self.b.and(a, m);
                self.b.ne(a, k)
            }
        };
        let s = self.snap();
        self.exits.push(s);
        match self.r.next(4) {
            0 => {
                let n = self.b.bnot(c);
                self.b.guard_false(n, s);
                let v = self.b.box_bool(n);
                self.set(FLAG, v);
            }
            1 => self.b.guard_false(c, s),
            _ => self.b.guard_true(c, s),
        }
    }
    fn object_op(&mut self) {
        let p = self.slot(OBJECT);
        let s = self.snap();
        match self.r.next(5) {
            0 => {
                self.b.guard_type(p, BOX_ID, s);
                let v = self.b.load(p, FIELD);
                self.b.incref(v);
                self.b.guard_int(v, s);
                let i = self.b.unbox_int(v);
                self.b.decref(v);
                self.ints.push(i);
            }
            1 => {
                self.b.guard_type(p, BOX_ID, s);
                let i = self.int();
                let v = self.b.box_int(i);
                self.b.store(p, v, FIELD);
            }
            2 => {
                let i = self.int();
                let v = self.b.box_int(i);
                let fields = vec![AllocField { mem: FIELD }];
                let desc = AllocDesc {
                    size: 24,
                    type_id: BOX_ID,
                    type_ptr: 0x99,
                    container: self.r.next(2) == 0,
                    counts_type: false,
                    maker: None,
                    fields,
                };
                let o = self.b.alloc(desc, &[v]);
                self.b.incref(o);
                self.b.decref(o);
                if self.r.next(3) == 0 {
                    self.b.decref(o);
                } else {
                    self.set(OBJECT, o);
                }
            }
            3 => {
                self.b.incref(p);
                let eight = self.slot(8);
                let c = self.b.eq(p, eight);
                let b = self.b.box_bool(c);
                self.set(FLAG, b);
                self.b.decref(p);
            }
            _ => {
                let i = self.small();
                let v = self.b.box_int(i);
                let h = find(self.r.pick(&["write", "raise"])).expect("helper");
                let x = self.b.call(h, &[v]);
                self.b.guard_nonzero(x, s);
                self.b.guard_int(x, s);
                let x = self.b.unbox_int(x);
                self.ints.push(x);
            }
        }
    }
    fn ops(&mut self, n: usize) {
        for _ in 0..n {
            match self.r.next(8) {
                0..2 => self.int_op(),
                2 => self.wide_op(),
                3..5 => self.float_op(),
                5 => self.condition(),
                _ => self.object_op(),
            }
        }
    }
    /// `i < n`, and at the end `i += 1`.
    fn finish(mut self) -> (taipan_jit::ir::Fragment, Vec<SnapId>) {
        let i = self.slot(I);
        let s = self.snap();
        self.b.guard_int(i, s);
        let i = self.b.unbox_int(i);
        let n = self.slot(N);
        self.b.guard_int(n, s);
        let n = self.b.unbox_int(n);
        let c = self.b.lt(i, n);
        self.b.guard_true(c, s);
        let one = self.b.const_int(1);
        let i = self.b.add_checked(i, one, s);
        let v = self.b.box_int(i);
        self.set(I, v);
        let s = self.snap();
        self.b.poll(s);
        if self.r.next(12) == 0 {
            let s = self.snap();
            return (self.b.finish(Terminator::Exit(s)), self.exits);
        }
        // The header's pc is the same for all.
        let slots = self.slots.iter().enumerate().filter(|(_, s)| s.1);
        let slots = slots.filter_map(|(i, s)| Some((i as u32, SlotValue::owned(s.0?)))).collect();
        let frame = FrameState { key: 1, pc: 1000, payload: 0, depth: SLOTS, slots };
        let s = self.b.snapshot(Snapshot::new(ExitKind::Resume, vec![frame]));
        (self.b.finish(Terminator::Jump(s)), self.exits)
    }
}

fn generate(seed: u64) -> Program {
    let mut r = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    r.next(2);
    let mut g = Gen::new(&mut r);
    let n = 2 + g.r.next(14);
    g.ops(n);
    let (root, mut exits) = g.finish();
    let mut region = Region::new(seed, root);
    let mut open: Vec<ExitKey> = exits.drain(..).map(|snap| ExitKey { fragment: 0, snap }).collect();
    for _ in 0..r.next(4) {
        if open.is_empty() {
            break;
        }
        let at = r.next(open.len());
        let exit = open.swap_remove(at);
        let mut g = Gen::new(&mut r);
        let n = 1 + g.r.next(6);
        g.ops(n);
        let (side, exits) = g.finish();
        let i = region.attach(exit, side).expect("an exit without child");
        open.extend(exits.into_iter().map(|snap| ExitKey { fragment: i, snap }));
    }
    let int = |r: &mut Random| {
        let i = r.pick(&[0, 1, 5, -3, 1000, (1 << 62) - 2]);
        Ok(Value::small_int(i).bits())
    };
    let float = |r: &mut Random| {
        let f = r.pick(&[0.0, 1.5, -2.25, 1e60]);
        Ok(Value::try_flonum(f).expect("flonum").bits())
    };
    let slots = vec![
        Ok(Value::small_int(0).bits()),
        Ok(Value::small_int(12).bits()),
        int(&mut r),
        int(&mut r),
        float(&mut r),
        if r.next(4) == 0 { int(&mut r) } else { float(&mut r) },
        Ok(if r.next(6) == 0 { NONE.bits() } else { TRUE.bits() }),
        Err(0),
        Err(0),
        Ok(Value::small_int(r.pick(&[0, 1, 99, (1 << 62) - 1])).bits()),
    ];
    // The frame owns the object twice over, and the test once more.
    Program {
        name: format!("seed {seed}"),
        region,
        objects: vec![(BOX_ID, vec![Value::small_int(3).bits()])],
        slots,
    }
}

#[test]
fn random_regions() {
    let range = std::env::var("SEEDS").unwrap_or_else(|_| "0..60".into());
    let (from, to) = range.split_once("..").expect("from..to");
    for seed in from.parse().expect("number")..to.parse().expect("number") {
        let p = generate(seed);
        println!("{}", p.name);
        check(&p);
    }
}
