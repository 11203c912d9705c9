//! Calls of helpers with operands of their own: what the trace does itself, what it makes itself, and the others.

use super::unwind::{Raised, always_raises};
use super::{Concrete, Known, Recorder, Sym};
use taipan_runtime::error::PyResult;
use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::helpers;
use taipan_runtime::machine::Owned;

/// Helpers whose result is None, which nobody counts.
const NOTHING: [&Helper; 12] = [
    &helpers::STORE_SUBSCR,
    &helpers::DELETE_SUBSCR,
    &helpers::SET_ATTR,
    &helpers::DELETE_ATTR,
    &helpers::SET_GLOBAL,
    &helpers::LIST_APPEND,
    &helpers::SET_ADD,
    &helpers::MAP_ADD,
    &helpers::LIST_EXTEND,
    &helpers::SET_UPDATE,
    &helpers::DICT_UPDATE,
    &helpers::DICT_MERGE,
];

impl<C: Concrete> Recorder<C> {
    /// See `Machine::call`.
    pub(super) fn call_helper<const N: usize>(
        &mut self,
        h: &'static Helper,
        args: [Sym; N],
    ) -> PyResult<Owned<Sym>> {
        if let Some(result) = self.exception_call(h, args) {
            return result;
        }
        if let Some(ir) = self.dict_call(h, &args) {
            let Owned(word) = self.c.call(h, args.map(|a| a.word))?;
            return Ok(Self::owned(self.sym(word, ir)));
        }
        if let Some(result) = self.lookup(h, args) {
            return result;
        }
        if std::ptr::eq(h, &helpers::RERAISE) && !self.handles() {
            // An exit would give its traceback another entry: the interpreter does it.
            self.end_at(self.c.current());
            let Owned(word) = self.c.call(h, args.map(|a| a.word))?;
            return Ok(Self::owned(Sym { word, ..args[0] }));
        }
        if always_raises(h) {
            self.raised = Raised::Surely;
        }
        if h.effect == Effect::Fresh {
            let Owned(word) = self.c.call(h, args.map(|a| a.word))?;
            let ir = self.made_by(h, &args, word).unwrap_or_else(|| self.lent_call(h, &args));
            self.guard_raised(h, ir);
            return Ok(Self::owned(self.sym(word, ir)));
        }
        self.before_call(h);
        let ir = self.lent_call(h, &args);
        let result = self.watched(|c| c.call(h, args.map(|a| a.word)));
        if h.effect == Effect::Any {
            self.disturbed();
        }
        let Ok(Owned(word)) = result else {
            if !always_raises(h) {
                self.guard_raises(ir);
            }
            return Err(taipan_runtime::error::Raised);
        };
        self.guard_raised(h, ir);
        if NOTHING.iter().any(|n| std::ptr::eq(*n, h)) {
            self.learn(ir, Known::Immediate);
        }
        Ok(Self::owned(self.sym(word, ir)))
    }
}
