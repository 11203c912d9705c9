//! Subscripts that fail where the trace handles it: a key that is not there, an index out of range. What is raised is an
//! exception of the trace ([`super::exceptions`]).

use super::unwind::Raised;
use super::{Concrete, Recorder, Sym};
use crate::ir::{ExitKind, Ref as IrRef, Source};
use taipan_runtime::error::{Exc, PyResult};
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::machine::{Alias, Owned};
use taipan_runtime::object::{Kind, Object};
use taipan_runtime::runtime::exception_class;
use taipan_runtime::sem::subscr::{LIST_LEN, TUPLE_LEN};
use taipan_runtime::types::dict::Dict;
use taipan_runtime::types::exception::as_exception;
use taipan_runtime::types::list::List;
use taipan_runtime::types::str::Str;
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::value::UNBOUND;

impl<C: Concrete> Recorder<C> {
    /// `a[b]` by helper, where what it may raise is handled in the trace.
    pub(super) fn lookup<const N: usize>(
        &mut self,
        h: &'static Helper,
        args: [Sym; N],
    ) -> Option<PyResult<Owned<Sym>>> {
        if !std::ptr::eq(h, &helpers::SUBSCR) || self.generic() || !self.handles() {
            return None;
        }
        let (container, key) = (args[0], args[1]);
        let small = key.word.as_small_int();
        if container.word.exact::<Dict>().is_some() {
            return (small.is_some() || key.word.exact::<Str>().is_some()).then(|| self.dict_lookup(h, args));
        }
        let (len, at, alias) = match (container.word.exact::<List>(), container.word.exact::<Tuple>()) {
            (Some(l), _) => (l.items.len(), LIST_LEN.offset, Alias::ListLen),
            (_, Some(t)) => (t.len, TUPLE_LEN.offset, Alias::TupleLen),
            _ => return None,
        };
        let index = small.filter(|i| *i >= len as i64 || *i < -(len as i64))?;
        if !self.can_raise() {
            return None;
        }
        self.guard_id(container, container.word.header().id.get());
        let place = self.unbox_int(key);
        let constant = alias == Alias::TupleLen;
        let len = self.b.load(container.ir, Self::mem(alias, crate::ir::MemTy::I64, at, constant));
        let outside = if index >= 0 {
            self.b.ge(place, len)
        } else {
            let (from_end, zero) = (self.b.add(place, len), self.b.const_int(0));
            self.b.lt(from_end, zero)
        };
        let snap = self.snapshot(ExitKind::Resume);
        self.b.guard_true(outside, snap);
        let result = self.c.call(h, args.map(|a| a.word));
        let message =
            taipan_runtime::thread::current().raised().and_then(as_exception)?.args().items().to_vec();
        let message: Vec<Sym> = message
            .into_iter()
            .map(|word| Sym { word, ir: self.constant_word(word), owned: false })
            .collect();
        self.raise_made(Exc::IndexError, &message);
        Some(result.map(|Owned(word)| Self::owned(Sym { word, ..container })))
    }

    /// The look-up of a key that compares without Python code.
    fn dict_lookup<const N: usize>(&mut self, h: &'static Helper, args: [Sym; N]) -> PyResult<Owned<Sym>> {
        let (dict, key) = (args[0], args[1]);
        let can_raise = self.can_raise();
        self.guard_id(dict, Dict::KIND as u32);
        if key.word.is_pointer() {
            self.guard_id(key, Kind::Str as u32);
        }
        self.before_call(&helpers::DICT_GET);
        let missing = Sym { word: UNBOUND, ir: self.b.const_val(UNBOUND), owned: false };
        let found = self.lent_call(&helpers::DICT_GET, &[dict, key, missing]);
        self.guard_raised(&helpers::DICT_GET, found);
        let result = self.watched(|c| c.call(h, args.map(|a| a.word)));
        let raised = match result {
            Ok(Owned(word)) => {
                let snap = self.snapshot(ExitKind::Resume);
                self.b.guard_not_word(found, UNBOUND.bits(), snap);
                return Ok(Self::owned(self.sym(word, found)));
            }
            Err(raised) => raised,
        };
        self.guard_missing(found);
        let class = taipan_runtime::thread::current().raised().map(|e| e.class());
        if can_raise && class == Some(exception_class(Exc::KeyError)) {
            self.raise_made(Exc::KeyError, &[key]);
        } else {
            self.give_up(super::Abort::Raised);
        }
        Err(raised)
    }

    /// Guard that a look-up has found nothing; the exit looks again.
    fn guard_missing(&mut self, found: IrRef) {
        let here = self.c.current();
        let mut s = self.state_at(ExitKind::Resume, here, None);
        s.drops.push(Source::Ref(found));
        let snap = self.b.snapshot(s);
        self.b.guard_word(found, UNBOUND.bits(), snap);
    }

    /// The trace raises a new exception of a builtin class.
    fn raise_made(&mut self, class: Exc, args: &[Sym]) {
        self.raise_new(exception_class(class), args);
        self.raised = Raised::Surely;
    }
}
