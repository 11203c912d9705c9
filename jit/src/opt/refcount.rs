//! Reference counts: increments wait until they matter, and most never do.
//!
//! A trace that reads a value out of a container owns no reference to it; the recorder counts one because the
//! interpreter would, and takes it back a few instructions later. As long as nothing happens that could make the
//! container let go of it, the count need not be there. So an `incref` is only noted (*pending*), and
//!
//! - a `decref` of the same value takes a note away, and nothing is emitted;
//! - a guard's snapshot lists the notes: an exit makes them up;
//! - before anything that may drop references (a helper that writes, a `decref` that is emitted), and at the end
//!   of the fragment, they are emitted; those of constants, which the code keeps alive, only where the constant is
//!   stored or passed, and at the end;
//! - a value that turns out to be an int, bool or other immediate needs none.
//!
//! ```text
//! v1 = load_elem v0 v9 val[+0 #5]
//! incref v1                          pending
//! guard_int v1 @0                    @0 makes it up; behind the guard there is nothing to count
//! incref v2                          pending
//! v3 = load v2 i64[+16 #6]
//! decref v2                          both gone
//! ```

use taipan_runtime::helper::Effect;

use super::Opt;
use super::facts::{Fact, Kind};
use crate::ir::{Inst, Op, Ref};

/// How a value's references are counted.
enum Counted {
    /// It has no count.
    Never,
    /// A float that was boxed in the trace: counts matter only if the box does, which is found out at the end.
    Box,
    /// It may have one.
    Maybe,
}

impl Opt<'_> {
    fn counted(&self, r: Ref) -> Counted {
        if let Some(c) = self.g.body.as_const(r) {
            return if c.bits & 7 == 0 { Counted::Maybe } else { Counted::Never };
        }
        match self.fact(r).kind {
            Kind::Int | Kind::Bool | Kind::Other => Counted::Never,
            _ if self.g.body.insts[r.index()].op.is_box() => Counted::Box,
            _ => Counted::Maybe,
        }
    }

    pub(super) fn emit_count(&mut self, op: Op, r: Ref) {
        let known = self.passes.fold && self.fact(r).kind == Kind::Ptr;
        let r = if known { self.as_ptr(r) } else { r };
        self.push(Inst::new(op, &[r]));
        self.st.epoch += 1;
    }

    pub(super) fn incref(&mut self, r: Ref) {
        if self.incref_virtual(r) {
            return;
        }
        if !self.passes.refcount {
            return self.emit_count(Op::Incref, r);
        }
        match self.counted(r) {
            Counted::Never => {}
            Counted::Box => self.emit_count(Op::Incref, r),
            Counted::Maybe => self.add_pending(r),
        }
    }

    pub(super) fn add_pending(&mut self, r: Ref) {
        self.st.epoch += 1;
        match self.st.pending.iter_mut().find(|p| p.0 == r) {
            Some(p) => p.1 += 1,
            None => self.st.pending.push((r, 1)),
        }
    }

    /// Takes one note away; false where there is none.
    pub(super) fn take_pending(&mut self, r: Ref) -> bool {
        let Some(i) = self.st.pending.iter().position(|p| p.0 == r) else { return false };
        self.st.epoch += 1;
        self.st.pending[i].1 -= 1;
        if self.st.pending[i].1 == 0 {
            self.st.pending.remove(i);
        }
        true
    }

    pub(super) fn decref(&mut self, r: Ref) {
        let r = self.resolve(r);
        if self.decref_virtual(r) {
            return;
        }
        if !self.passes.refcount {
            self.emit_count(Op::Decref, r);
            return self.clobber(Effect::Any);
        }
        match self.counted(r) {
            Counted::Never => {}
            Counted::Box => self.emit_count(Op::Decref, r),
            Counted::Maybe if self.take_pending(r) => {}
            // The code keeps it: nothing dies.
            Counted::Maybe if r.is_const() => self.emit_count(Op::Decref, r),
            Counted::Maybe => {
                let f = self.fact(r);
                let leaf = self.is_leaf(f);
                if !leaf {
                    self.tell_handled();
                }
                // The same object under another name may be waiting for its count; what is no leaf may let go of
                // anything.
                let waiting: Vec<Ref> = self.st.pending.iter().map(|p| p.0).collect();
                for p in waiting {
                    let g = self.fact(p);
                    let apart = leaf && self.is_leaf(g) && self.leaf_id(f) != self.leaf_id(g);
                    if !apart {
                        self.flush_one(p);
                    }
                }
                self.emit_count(Op::Decref, r);
                if !leaf {
                    self.clobber(self.layout.decref_effect);
                }
            }
        }
    }

    fn leaf_id(&self, f: Fact) -> Option<u32> {
        if f.kind == Kind::Float { Some(self.layout.float_type_id) } else { f.type_id }
    }

    fn is_leaf(&self, f: Fact) -> bool {
        self.leaf_id(f)
            .is_some_and(|id| id == self.layout.float_type_id || self.layout.leaf_type_ids.contains(&id))
    }

    pub(super) fn flush_one(&mut self, r: Ref) {
        while self.take_pending(r) {
            self.emit_count(Op::Incref, r);
        }
    }

    /// Emits what is pending before a call that may let go of anything. Constants live as long as the code: theirs go on
    /// waiting, unless the call takes them.
    pub(super) fn flush_before(&mut self, args: &[Ref]) {
        let waiting: Vec<Ref> = self.st.pending.iter().map(|p| p.0).collect();
        waiting.into_iter().filter(|r| !r.is_const() || args.contains(r)).for_each(|r| self.flush_one(r));
    }

    /// Emits what is pending.
    pub(super) fn flush_pending(&mut self) {
        let waiting: Vec<Ref> = self.st.pending.iter().map(|p| p.0).collect();
        waiting.into_iter().for_each(|r| self.flush_one(r));
    }

    /// The value has no count after all.
    ///
    /// Snapshots that list it stay good: an exit that counts an immediate does nothing.
    pub(super) fn forget_pending(&mut self, r: Ref) {
        self.st.pending.retain(|p| p.0 != r);
    }

    /// `r` is the constant `c` from here on: notes move with it.
    pub(super) fn forget_pending_if_immediate(&mut self, r: Ref, c: Ref) {
        let counts = matches!(self.counted(c), Counted::Maybe);
        while self.take_pending(r) {
            if counts {
                self.add_pending(c);
            }
        }
    }
}
