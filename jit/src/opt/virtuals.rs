//! Allocation sinking: an object is not made until it escapes.
//!
//! Until then its fields are values, its reference count is a number, loads and stores are substitutions, and
//! guards on its type are decided. A snapshot describes it, so that an exit can make it. It escapes where it is
//! passed to a helper, stored into an object that exists, or carried round the loop.
//!
//! ```text
//! v3 = alloc size=32 id=7 type=0x99 {val[+16 #4]: v1}
//! incref v3
//! v4 = load v3 val[+16 #4]           -> v1
//! decref v3
//! guard_true v5 @0                   @0 says: slot 2 is an object of this description
//! decref v3                          -> decref v1: the object's own reference to it
//! ```

use super::Opt;
use super::facts::{Fact, Kind};
use super::state::Virtual;
use crate::ir::{AllocDesc, AllocField, Args, Imm, Inst, Maker, Mem, MemTy, Op, Ref, Ty};

impl Opt<'_> {
    /// An object is made: for now, it is a description.
    pub(super) fn alloc(&mut self, desc: &AllocDesc, values: &[Ref]) -> Ref {
        if !self.passes.sink {
            let values: Vec<Ref> = values.iter().map(|v| self.escape(*v)).collect();
            return self.make(desc.clone(), &values);
        }
        // The value that stands for it; in no block.
        let imm = Imm::Alloc(Box::new(AllocDesc { fields: Vec::new(), ..desc.clone() }));
        let r = self.g.body.push(Inst { imm, ..Inst::new(Op::Alloc, &[]) });
        let fields = desc.fields.iter().map(|f| f.mem).zip(values.iter().copied()).collect();
        let desc = AllocDesc { fields: Vec::new(), ..desc.clone() };
        self.st.virtuals.insert(r, Virtual { desc, fields, refcount: 1 });
        self.st.epoch += 1;
        r
    }

    fn make(&mut self, desc: AllocDesc, values: &[Ref]) -> Ref {
        if let Some(maker) = desc.maker {
            let made = self.call_maker(maker, values);
            self.learn(made, Fact { type_id: Some(desc.type_id), ..Fact::of(Kind::Ptr) });
            return made;
        }
        let id = desc.type_id;
        let fields = desc.fields.clone();
        let imm = Imm::Alloc(Box::new(desc));
        let r = self.push(Inst { imm, ..Inst::new(Op::Alloc, values) });
        self.learn(r, Fact { type_id: Some(id), ..Fact::of(Kind::Ptr) });
        for (f, v) in fields.iter().zip(values) {
            let k = super::state::Known { base: r, index: None, mem: f.mem, value: *v };
            if f.mem.ty.size() == 8 {
                self.st.heap.entry(f.mem.alias).or_default().push(k);
            }
        }
        r
    }

    /// An object is made by its helper, of words that it takes over: they lie in the exit buffer, which nobody needs
    /// meanwhile (but for its first words, where cold helpers leave results).
    fn call_maker(&mut self, maker: Maker, words: &[Ref]) -> Ref {
        const FIRST: i32 = 8;
        let thread = self.op(Op::Thread, &[]);
        let at = self.layout.exit_buffer_offset + 8 * FIRST;
        for (k, word) in words.iter().enumerate() {
            if word.is_const() {
                self.flush_one(*word);
            }
            let m = Mem { ty: MemTy::Val, offset: at + 8 * k as i32, alias: u16::MAX, immutable: false };
            self.push(Inst { imm: Imm::Mem(m), ..Inst::new(Op::Store, &[thread, *word]) });
        }
        let address = self.op(Op::AsInt, &[thread]);
        let (offset, count) = (self.g.body.int(at.into()), self.g.body.int(words.len() as i64));
        let address = self.op(Op::Add, &[address, offset]);
        let nothing = self.g.body.int(0);
        let args = [address, count, nothing];
        self.push(Inst { ty: Ty::Val, imm: Imm::Helper(maker.0), ..Inst::new(Op::Call, &args) })
    }

    /// A field of an object that has not been made.
    pub(super) fn load_virtual(&mut self, base: Ref, m: Mem) -> Option<Ref> {
        let v = self.st.virtuals.get(&base)?;
        let known = v.fields.iter().find(|(f, _)| f.offset == m.offset);
        match known {
            Some((f, value)) if f.ty == m.ty || (f.ty.ty().is_value() && m.ty.ty().is_value()) => {
                Some(self.resolve(*value))
            }
            _ if m.offset == self.layout.type_id_offset && m.ty == MemTy::U32 => {
                let id = v.desc.type_id as i64;
                Some(self.g.body.int(id))
            }
            // Another part of it: then it has to exist.
            _ => {
                let made = self.escape(base);
                Some(self.load(Op::Load, &[made], m))
            }
        }
    }

    /// A store to an object that has not been made; false where it has.
    pub(super) fn store_virtual(&mut self, base: Ref, m: Mem, value: Ref) -> bool {
        let shape = self.g.body.as_const(value).map(|c| c.bits as u32);
        let Some(v) = self.st.virtuals.get_mut(&base) else { return false };
        if let (true, Some(shape)) = (m.alias == crate::ir::ALIAS_TYPE_ID, shape) {
            v.desc.type_id = shape;
            self.st.epoch += 1;
            return true;
        }
        match v.fields.iter_mut().find(|(f, _)| f.offset == m.offset) {
            Some(slot) if slot.0.ty.size() == m.ty.size() => *slot = (m, value),
            Some(_) => return false,
            None => v.fields.push((m, value)),
        }
        self.st.epoch += 1;
        true
    }

    /// The value as something that exists: an object that has not been made is made here.
    pub(super) fn escape(&mut self, r: Ref) -> Ref {
        let r = self.resolve(r);
        let Some(v) = self.st.virtuals.remove(&r) else { return r };
        self.st.epoch += 1;
        // Fields first; a field that leads back here finds the object gone from the virtuals and is stored later.
        let mut values = Vec::new();
        let mut later = Vec::new();
        for (m, f) in &v.fields {
            let f = self.resolve(*f);
            if f == r || self.leads_to(f, r) {
                later.push((*m, f));
                values.push(self.zero(m.ty));
            } else {
                values.push(self.escape(f));
            }
        }
        let fields = v.fields.iter().map(|(mem, _)| AllocField { mem: *mem }).collect();
        let made = self.make(AllocDesc { fields, ..v.desc }, &values);
        self.st.subst.insert(r, made);
        for _ in 1..v.refcount {
            self.push(Inst::new(Op::Incref, &[made]));
        }
        for (m, f) in later {
            self.store(Op::Store, &[made, f], m);
        }
        made
    }

    /// Does an object that has not been made lead to another one (that is being made)?
    fn leads_to(&self, from: Ref, to: Ref) -> bool {
        let mut seen = vec![from];
        let mut i = 0;
        while i < seen.len() {
            if let Some(v) = self.st.virtuals.get(&seen[i]) {
                for (_, f) in &v.fields {
                    let f = self.resolve(*f);
                    if f == to {
                        return true;
                    }
                    if !seen.contains(&f) {
                        seen.push(f);
                    }
                }
            }
            i += 1;
        }
        false
    }

    fn zero(&mut self, ty: MemTy) -> Ref {
        use crate::ir::Const;
        let c = match ty.ty() {
            Ty::F64 => Const::float(0.0),
            Ty::I64 => Const::int(0),
            _ => Const::val(taipan_runtime::value::UNBOUND),
        };
        self.g.body.constant(c)
    }

    /// One reference less to an object that has not been made; false where it has. At zero, its own references
    /// go.
    pub(super) fn decref_virtual(&mut self, r: Ref) -> bool {
        let Some(v) = self.st.virtuals.get_mut(&r) else { return false };
        v.refcount -= 1;
        let gone = v.refcount == 0;
        self.st.epoch += 1;
        if gone && let Some(v) = self.st.virtuals.remove(&r) {
            for (m, f) in v.fields {
                if m.ty.ty().is_value() {
                    self.decref(f);
                }
            }
        }
        true
    }

    /// One reference more to an object that has not been made; false where it has.
    pub(super) fn incref_virtual(&mut self, r: Ref) -> bool {
        let Some(v) = self.st.virtuals.get_mut(&r) else { return false };
        v.refcount += 1;
        self.st.epoch += 1;
        true
    }

    /// The instruction key of a computation, for tests of sharing.
    pub(super) fn key(op: Op, args: &[Ref]) -> super::state::PureKey {
        (op, Args::new(args), Imm::None)
    }
}
