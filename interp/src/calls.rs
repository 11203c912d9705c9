//! Calls that arrange their arguments first.
//!
//! # Invariants
//! As for [`crate::machine`]: slots are those of the innermost frame, and what is taken out of one is owned.

use crate::eval::Bound;
use crate::machine::Interp;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::Insn;
use taipan_runtime::frame::flags;
use taipan_runtime::machine::{Exit, Machine, Owned, Step};
use taipan_runtime::object::P;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::Value;

impl Interp {
    /// Call the function of a bound method, see `Machine::push_method`.
    #[inline(always)]
    pub(crate) fn start_method(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        this: Owned<Value>,
        argc: u32,
    ) -> Step {
        let first = i.a + 1;
        // A frame has room for one operand more than its code has at most.
        for k in (0..argc as u16).rev() {
            let v = self.take(first + k);
            self.put_temp(first + k + 1, v);
        }
        self.put_temp(first, this);
        let function = self.retain(f.value());
        self.drop_temp(i.a);
        self.put_temp(i.a, function);
        self.push_frame(f, code, first, argc + 1, None)
    }

    /// Initialize an instance, see `Machine::push_constructor`.
    #[inline(always)]
    pub(crate) fn start_constructor(
        &mut self,
        init: Value,
        i: Insn,
        argc: u32,
        instance: Owned<Value>,
    ) -> Step {
        let Some(step) = self.push_bound(init, i, i.a, argc) else {
            unreachable!("a constructor is a Python function")
        };
        if step.is_ok() {
            let frame = self.frame();
            frame.flags.set(flags::INIT);
            frame.namespace = instance.0;
        } else {
            self.release(instance);
        }
        step
    }

    /// Call a function with the items of a tuple, see `Machine::push_spread`.
    #[inline]
    pub(crate) fn start_spread(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        i: Insn,
        args: P<Tuple>,
        argc: u32,
    ) -> Option<Step> {
        let first = i.a + 1;
        // The items may take more room than the caller's frame has: it must be there before they are written.
        let top = self.slot(first).wrapping_add(code.frame_slots as usize);
        if self.frame().has(flags::GENERATOR) || self.new_record(top).is_none() {
            return None;
        }
        let held = self.take_local(first);
        let keywords = (i.d & 1 != 0).then(|| self.take_local(first + 1));
        for (k, v) in args.items().iter().enumerate() {
            let v = self.retain(*v);
            self.put_temp(first + k as u16, v);
        }
        let step = self.push_frame(f, code, first, argc, None);
        self.release(held);
        if let Some(keywords) = keywords {
            self.release(keywords);
        }
        Some(step)
    }

    /// A call that needed its arguments bound goes on in the callee.
    #[inline(always)]
    pub(crate) fn started(&mut self, bound: Bound) -> Option<Step> {
        match bound {
            Bound::Pushed => {
                let frame = self.frame();
                self.reload(frame);
                self.pc = frame.pc;
                Some(Ok(()))
            }
            Bound::Raised => Some(Err(Exit::Raised)),
            Bound::Native => None,
        }
    }

    /// Call the function of an operator, see `Machine::push_operator`.
    #[inline]
    pub(crate) fn start_operator<const N: usize>(
        &mut self,
        f: P<Function>,
        code: &'static ExecCode,
        args: [Value; N],
    ) -> Step {
        self.save();
        let first = self.code().operator_slot(self.frame().index());
        // A frame has room for three operands more than its code has at most.
        for (k, v) in args.into_iter().enumerate() {
            let v = self.retain(v);
            self.put_temp(first + k as u16, v);
        }
        self.push_frame(f, code, first, N as u32, None)?;
        self.frame().flags.set(flags::OPERATOR);
        Ok(())
    }

    /// Arguments that lie where the unwinder does not look for operands are dropped.
    pub(crate) fn drop_beyond(&mut self, first: u16, argc: u32) {
        let frame = self.frame();
        let live = self.code().locals as usize + self.code().depth[frame.index()] as usize;
        for slot in (first..first + argc as u16).filter(|s| usize::from(*s) >= live) {
            self.drop_temp(slot);
        }
    }
}
