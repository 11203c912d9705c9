//! The interpreter as the machine that a recorder wraps: what it asks besides the trait of machines.

use crate::machine::Interp;
use taipan_jit::record::{Concrete, Counts};
use taipan_runtime::exec::insn::Insn;
use taipan_runtime::frame::Watch;
use taipan_runtime::object::P;
use taipan_runtime::sem::unwind;
use taipan_runtime::types::function::Function;

impl Concrete for Interp {
    fn current(&self) -> *const Insn {
        self.pc.wrapping_sub(1)
    }
    fn upcoming(&self) -> *const Insn {
        self.pc
    }
    fn save_upcoming(&self) {
        self.save_next();
    }
    fn watch(&self) -> Watch {
        Watch::start(self.thread)
    }
    fn unwatch(&self, watch: Watch) -> bool {
        watch.end(self.thread)
    }
    fn links(&self, counter: &taipan_runtime::exec::cache::Counter) -> bool {
        crate::tiering::links(self.thread, counter)
    }
    fn calls(&self, f: P<Function>) -> bool {
        crate::tiering::calls(f)
    }
    fn unwind(&mut self, add_traceback: bool, saved: bool) {
        if !saved {
            self.save();
        }
        let unwound = unwind::unwind(self.thread, add_traceback);
        debug_assert!(matches!(unwound, unwind::Unwound::Handler));
        *self = Interp::enter(self.thread);
    }
    fn counts(&self) -> Counts {
        Counts { events: self.thread.events.get(), changes: self.thread.changes.get() }
    }
    fn handled(&self) -> u64 {
        self.thread.handled.get().bits()
    }
    fn handles_nothing(&self) -> bool {
        self.thread.handled.get().is_none()
    }
    fn relearn(&self, d: i32) {
        self.cache(d).misses.set(0);
    }
}
