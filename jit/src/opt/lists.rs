//! Lists that have not been made: their items are words that their maker is going to take over.
//!
//! The address of the items is a value that stands for it; loads and stores at constant places are substitutions. A use
//! of the address for anything else makes the list.
//!
//! ```text
//! v3 = alloc by BUILD_LIST {val[-8]: v1, val[-16]: v2, len[+24]: 2}
//! v4 = load v3 ptr[+16]
//! v5 = load_elem v4 1 val[+0]        -> v2
//! ```

use taipan_runtime::helpers;
use taipan_runtime::machine::Alias;

use super::Opt;
use super::state::Virtual;
use crate::ir::{Imm, Inst, Mem, Op, Ref};

/// Is it made by `BUILD_LIST`?
pub(super) fn is_list(v: &Virtual) -> bool {
    v.desc.maker.is_some_and(|m| std::ptr::eq(m.0, &helpers::BUILD_LIST))
}

impl Opt<'_> {
    /// The address of the items of a list that has not been made.
    pub(super) fn unmade_items(&mut self, list: Ref, m: Mem) -> Option<Ref> {
        let list = self.resolve(list);
        let unmade = m.alias == crate::record::alias_id(Alias::ListPtr)
            && self.st.virtuals.get(&list).is_some_and(is_list);
        if !unmade {
            return None;
        }
        // The value that stands for it; in no block.
        let load = Inst { ty: m.ty.ty(), imm: Imm::Mem(m), ..Inst::new(Op::Load, &[list]) };
        let r = self.g.body.push(load);
        self.st.items.insert(r, list);
        Some(r)
    }

    /// The place of an item among the words of a list that has not been made.
    fn unmade_item(&self, items: Ref, index: Ref) -> Option<(Ref, usize)> {
        let list = self.resolve(*self.st.items.get(&items)?);
        let v = self.st.virtuals.get(&list)?;
        let index = self.g.body.as_const(self.resolve(index))?.as_int();
        let offset = (-8_i64).checked_mul(index.checked_add(1)?)?;
        let at = v.fields.iter().position(|(m, _)| i64::from(m.offset) == offset && offset < 0)?;
        Some((list, at))
    }

    /// An item of a list that has not been made.
    pub(super) fn load_item(&self, items: Ref, index: Ref) -> Option<Ref> {
        let (list, at) = self.unmade_item(items, index)?;
        Some(self.resolve(self.st.virtuals.get(&list)?.fields[at].1))
    }

    /// Another item in a list that has not been made; false where it has.
    pub(super) fn store_item(&mut self, items: Ref, index: Ref, value: Ref) -> bool {
        let Some((list, at)) = self.unmade_item(items, index) else { return false };
        let Some(v) = self.st.virtuals.get_mut(&list) else { return false };
        v.fields[at].1 = value;
        self.st.epoch += 1;
        true
    }

    /// The items' address: if it only stands for that, the list is made.
    pub(super) fn real_items(&mut self, items: Ref) -> Ref {
        let items = self.resolve(items);
        let Some(list) = self.st.items.remove(&items) else { return items };
        let Imm::Mem(m) = self.g.body.insts[items.index()].imm else { return items };
        let list = self.escape(list);
        let real = self.load(Op::Load, &[list], m);
        self.st.subst.insert(items, real);
        real
    }
}
