//! Dicts of keyword arguments: what is in one that the trace has made, and that nobody else has got, is known.
//!
//! `inner(*args, **kwargs)` takes its keywords in a dict, and passes them on as a copy of it: both are made only where
//! somebody needs them (see [`crate::ir::Maker`]), and a call through such functions binds its arguments as if it were
//! written out.

use super::{Concrete, Recorder, Sym};
use crate::ir::Ref as IrRef;
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::object::P;
use taipan_runtime::runtime::types;
use taipan_runtime::types::str::Str;
use taipan_runtime::value::Value;

/// The items of a dict, in order: interned names, and values that it owns.
pub(super) type Items = Vec<(Value, Sym)>;

/// Dicts of more items than this are left to their helpers.
const MAX_ITEMS: usize = 16;

/// The place of a name among the items.
fn place(items: &Items, name: P<Str>) -> Option<usize> {
    items.iter().position(|(k, _)| k.as_str().is_some_and(|k| k.equals(&name)))
}

impl<C: Concrete> Recorder<C> {
    /// A new dict, which takes over the values.
    pub(super) fn keyword_dict(&mut self, items: Items) -> IrRef {
        let mut words = Vec::with_capacity(2 * items.len());
        for (name, v) in &items {
            let name = self.constant_word(*name);
            self.b.incref(name);
            words.extend([name, self.tagged(*v)]);
        }
        let ir = self.put_off(&helpers::KEYWORD_DICT, 0, types().dict, &words, &[]);
        let items = items.into_iter().map(|(name, v)| (name, Sym { owned: false, ..v })).collect();
        self.dicts.insert(ir, items);
        ir
    }

    /// What is in a dict, if that is known.
    pub(super) fn known_dict(&self, dict: IrRef) -> Option<Items> {
        self.dicts.get(&dict).filter(|_| self.is_new(dict)).cloned()
    }

    /// A dict display whose keys are names.
    pub(super) fn display(&mut self, h: &'static Helper, words: &[Sym]) -> Option<IrRef> {
        if !std::ptr::eq(h, &helpers::BUILD_MAP) || words.len() > 2 * MAX_ITEMS {
            return None;
        }
        let mut items = Items::new();
        for pair in words.chunks_exact(2) {
            let name = pair[0].word.exact::<Str>().filter(|name| name.interned.get())?;
            self.as_const(pair[0].ir)?;
            if place(&items, name).is_some() {
                return None;
            }
            items.push((pair[0].word, pair[1]));
        }
        for (_, v) in &mut items {
            *v = self.own(Sym { owned: false, ..*v });
        }
        Some(self.keyword_dict(items))
    }

    /// What a helper does with a dict that is known.
    pub(super) fn dict_call(&mut self, h: &'static Helper, args: &[Sym]) -> Option<IrRef> {
        let get = std::ptr::eq(h, &helpers::DICT_GET);
        if get || std::ptr::eq(h, &helpers::SUBSCR) {
            let (dict, key) = (args[0], args[1]);
            if !self.dicts.contains_key(&dict.ir) || self.as_const(key.ir).is_none() {
                return None;
            }
            let items = self.known_dict(dict.ir)?;
            let found = match place(&items, key.word.exact::<Str>()?) {
                Some(at) => items[at].1,
                None if get => Sym { owned: false, ..args[2] },
                None => return None,
            };
            let found = self.own(found);
            return Some(self.tagged(found));
        }
        if std::ptr::eq(h, &helpers::DICT_MERGE) {
            return self.merge(args);
        }
        None
    }

    /// Keywords of a call are added to its dict: an operand, which becomes another one.
    fn merge(&mut self, args: &[Sym]) -> Option<IrRef> {
        let (mut items, more) = (self.known_dict(args[0].ir)?, self.known_dict(args[1].ir)?);
        if items.len() + more.len() > MAX_ITEMS {
            return None;
        }
        for (name, v) in more {
            if place(&items, name.exact::<Str>()?).is_some() {
                return None;
            }
            items.push((name, v));
        }
        let frame = self.frames.count() - 1;
        let slot = self.insn().a;
        let old = self.frames.entry(frame, slot).filter(|e| e.owned && e.ir == args[0].ir)?;
        for (_, v) in &mut items {
            *v = self.own(*v);
        }
        let ir = self.keyword_dict(items);
        self.frames.set_entry(frame, slot, Sym { ir, ..old });
        self.b.decref(old.ir);
        Some(self.b.const_val(taipan_runtime::value::NONE))
    }

    /// Is the key in a dict that is known?
    pub(super) fn dict_has(&self, h: &'static Helper, args: &[Sym]) -> Option<bool> {
        let contains = std::ptr::eq(h, &helpers::CONTAINS);
        if !contains || self.as_const(args[0].ir).is_none() {
            return None;
        }
        let name = args[0].word.exact::<Str>()?;
        Some(place(&self.known_dict(args[1].ir)?, name).is_some())
    }

    /// The names and values of a call's keyword dict.
    pub(super) fn dict_keywords(&mut self, dict: Sym) -> Option<(Vec<Value>, Vec<Sym>)> {
        Some(self.known_dict(dict.ir)?.into_iter().unzip())
    }
}
