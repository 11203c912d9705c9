//! Calls of helpers whose operands lie in consecutive slots.

use super::{Abort, Concrete, Recorder, SCRATCH_WORDS, Sym};
use taipan_runtime::error::PyResult;
use taipan_runtime::exec::insn::{KEYWORDS, Op};
use taipan_runtime::helper::{Effect, Helper};
use taipan_runtime::helpers;
use taipan_runtime::machine::Owned;
use taipan_runtime::value::NONE;

impl<C: Concrete> Recorder<C> {
    /// See `Machine::call_span`.
    pub(super) fn span_call(
        &mut self,
        h: &'static Helper,
        first: u16,
        n: u32,
        imm: i64,
    ) -> PyResult<Owned<Sym>> {
        let i = self.insn();
        let moves = [&helpers::BUILD_TUPLE, &helpers::BUILD_LIST, &helpers::MAKE_FUNCTION];
        let moves = moves.iter().any(|m| std::ptr::eq(*m, h));
        let words = match i.op {
            Op::Call => n + 1 + u32::from(i.has(KEYWORDS)),
            Op::CallMethod => n + 2 + u32::from(i.has(KEYWORDS)),
            _ => n,
        };
        if words as usize > SCRATCH_WORDS {
            self.give_up(Abort::Span);
        }
        let mut syms = self.span_syms(first, words);
        if moves {
            for (k, s) in syms.iter_mut().enumerate() {
                *s = self.own(*s);
                let frame = self.frames.count() - 1;
                self.frames.set_entry(frame, first + k as u16, *s);
            }
        } else if let Some(ir) = self.exception_span(h, &syms) {
            let Owned(word) = self.c.call_span(h, first, n, imm)?;
            return Ok(Self::owned(self.sym(word, ir)));
        } else {
            self.before_call(h);
            syms = self.span_syms(first, words);
        }
        if std::ptr::eq(h, &helpers::BUILD_TUPLE) && n > 0 {
            let Owned(word) = self.c.call_span(h, first, n, imm)?;
            let ir = self.tuple(&syms, word);
            return Ok(Self::owned(self.sym(word, ir)));
        }
        if words as usize <= SCRATCH_WORDS {
            let refs = self.lend(&syms);
            let address = self.span(&refs);
            let (count, immediate) = (self.b.const_int(n.into()), self.b.const_int(imm));
            let ir = self.b.call(h, &[address, count, immediate]);
            if !moves {
                self.drop_boxes(&syms, &refs);
            }
            let result = self.watched(|c| c.call_span(h, first, n, imm));
            if h.effect == Effect::Any {
                self.disturbed();
            }
            let Ok(Owned(word)) = result else {
                self.guard_raises(ir);
                return Err(taipan_runtime::error::Raised);
            };
            self.guard_raised(h, ir);
            return Ok(Self::owned(self.sym(word, ir)));
        }
        let Owned(word) = self.c.call_span(h, first, n, imm)?;
        let ir = self.b.const_val(NONE);
        Ok(Self::owned(self.sym(word, ir)))
    }
}
