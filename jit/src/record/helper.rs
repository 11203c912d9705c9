//! Calls of helpers: recorded as residual calls, with what has to be guarded behind them.

use super::unwind::{Raised, always_raises};
use super::{Abort, Concrete, Known, Recorder, Sym};
use crate::ir::ExitKind;
use taipan_runtime::error::PyResult;
use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::helpers;
use taipan_runtime::machine::Owned;

/// Helpers whose result is None, which nobody counts.
const NOTHING: [&Helper; 13] = [
    &helpers::STORE_SUBSCR,
    &helpers::DELETE_SUBSCR,
    &helpers::SET_ATTR,
    &helpers::DELETE_ATTR,
    &helpers::SET_GLOBAL,
    &helpers::DELETE_GLOBAL,
    &helpers::LIST_APPEND,
    &helpers::SET_ADD,
    &helpers::MAP_ADD,
    &helpers::LIST_EXTEND,
    &helpers::SET_UPDATE,
    &helpers::DICT_UPDATE,
    &helpers::DICT_MERGE,
];

impl<C: Concrete> Recorder<C> {
    /// Calls a helper that gives a value.
    pub(super) fn helper_call<const N: usize>(
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

    /// Calls a helper that answers a question.
    pub(super) fn helper_ask<const N: usize>(
        &mut self,
        h: &'static Helper,
        args: [Sym; N],
    ) -> PyResult<bool> {
        if std::ptr::eq(h, &helpers::EXC_MATCHES)
            && let Some(found) = self.matches_always(args[0], args[1])
        {
            return Ok(found);
        }
        if let Some(found) = self.dict_has(h, &args) {
            return Ok(found);
        }
        self.before_call(h);
        let ir = self.lent_call(h, &args);
        let found = self.watched(|c| c.ask(h, args.map(|a| a.word)))?;
        let snap = self.snapshot(ExitKind::Raise);
        self.b.guard_bool_ok(ir, snap);
        let i = self.insn();
        self.drop_operands_early(i);
        let Some(snap) = self.opposite(i, found) else {
            self.give_up(Abort::Special);
            return Ok(found);
        };
        let one = self.b.int_bool(ir);
        if found {
            self.b.guard_true(one, snap);
        } else {
            self.b.guard_false(one, snap);
        }
        Ok(found)
    }
}
