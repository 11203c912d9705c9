//! Objects that the trace makes itself, so that the optimizer sees their fields and may never make them: instances,
//! cells, tuples.

use super::{Concrete, Known, Recorder, Sym};
use crate::ir::{AllocDesc, AllocField, Maker, Mem, MemTy, Op, Ref as IrRef, Ty};
use std::mem::offset_of;
use taipan_runtime::helper::Helper;
use taipan_runtime::helpers;
use taipan_runtime::machine::Alias;
use taipan_runtime::object::{Object, P};
use taipan_runtime::sem::subscr::LIST_LEN;
use taipan_runtime::types::cell::Cell;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::instance::Instance;
use taipan_runtime::types::range::{Range, RangeIter};
use taipan_runtime::types::tuple::Tuple;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::{UNBOUND, Value};

/// The ids of objects that refer to no others: all else is a container.
const RANGE: u32 = Range::KIND as u32;
const RANGE_ITERATOR: u32 = RangeIter::KIND as u32;

impl<C: Concrete> Recorder<C> {
    /// The object that a helper has just made of these arguments, if the trace can make it itself.
    pub(super) fn made_by(&mut self, h: &'static Helper, args: &[Sym], word: Value) -> Option<IrRef> {
        if std::ptr::eq(h, &helpers::NEW_INSTANCE) {
            self.instance(word)
        } else if std::ptr::eq(h, &helpers::NEW_CELL) {
            Some(self.cell(*args.first()?, word))
        } else if std::ptr::eq(h, &helpers::RANGE) {
            self.range(args, word)
        } else if std::ptr::eq(h, &helpers::ITER_RANGE) {
            self.range_iterator(*args.first()?, word)
        } else if std::ptr::eq(h, &helpers::PAIR) || std::ptr::eq(h, &helpers::TRIPLE) {
            let items: Vec<Sym> = args.iter().map(|a| self.own(Sym { owned: false, ..*a })).collect();
            Some(self.tuple(&items, word))
        } else {
            None
        }
    }

    /// A new instance without attributes. One with a finalizer is not left unmade.
    fn instance(&mut self, word: Value) -> Option<IrRef> {
        let class = word.class();
        let instance = word.downcast::<Instance>().filter(|_| class.has_layout::<Instance>())?;
        if class.slots.finalize.get().is_some() {
            return None;
        }
        let field = |ty, offset: usize, alias| Self::mem(alias, ty, offset as u32, false);
        let zero = self.b.const_int(0);
        let room = self.b.const_int(instance.inline.into());
        let unbound = self.b.const_val(UNBOUND);
        let mut fields = vec![
            field(MemTy::I64, offset_of!(Instance, dict), Alias::BoundMethod),
            field(MemTy::I64, offset_of!(Instance, weakrefs), Alias::BoundMethod),
            field(MemTy::U32, offset_of!(Instance, inline), Alias::BoundMethod),
        ];
        let mut values = vec![zero, zero, room];
        for k in 0..instance.inline as usize {
            fields.push(field(MemTy::Val, size_of::<Instance>() + 8 * k, Alias::InstanceSlot));
            values.push(unbound);
        }
        Some(self.allocate(class, word.header().id.get(), instance.size(), &fields, &values))
    }

    fn cell(&mut self, content: Sym, word: Value) -> IrRef {
        let content = self.own(content);
        let value = self.tagged(content);
        let field = Self::mem(Alias::CellValue, MemTy::Val, offset_of!(Cell, value) as u32, false);
        self.allocate(word.class(), word.header().id.get(), size_of::<Cell>(), &[field], &[value])
    }

    /// A tuple that takes over these values.
    pub(super) fn tuple(&mut self, items: &[Sym], word: Value) -> IrRef {
        self.tuple_of(items, word.class(), word.header().id.get())
    }

    pub(super) fn tuple_of(&mut self, items: &[Sym], class: P<TypeObject>, id: u32) -> IrRef {
        let (len, no_hash) = (self.b.const_int(items.len() as i64), self.b.const_int(0));
        let mut fields = vec![
            Self::mem(Alias::TupleLen, MemTy::I64, offset_of!(Tuple, len) as u32, true),
            Self::mem(Alias::TupleLen, MemTy::I64, offset_of!(Tuple, hash) as u32, false),
        ];
        let mut values = vec![len, no_hash];
        for (k, item) in items.iter().enumerate() {
            let at = size_of::<Tuple>() + 8 * k;
            fields.push(Self::mem(Alias::TupleItem, MemTy::Val, at as u32, true));
            values.push(self.tagged(*item));
        }
        self.allocate(class, id, size_of::<Tuple>() + 8 * items.len(), &fields, &values)
    }

    /// A range by steps of one: how many there are takes no division.
    fn range(&mut self, args: &[Sym], word: Value) -> Option<IrRef> {
        let &[start, stop, step] = args else { return None };
        if step.word.as_small_int() != Some(1) || self.as_const(step.ir).is_none() {
            return None;
        }
        let (start, stop) = (self.int_of(start), self.int_of(stop));
        let (zero, one) = (self.b.const_int(0), self.b.const_int(1));
        let span = self.b.sub(stop, start);
        let some = self.b.gt(span, zero);
        let len = self.b.select(some, span, zero);
        let field = |offset: usize| Self::mem(Alias::RangeStep, MemTy::I64, offset as u32, true);
        let fields = [
            field(offset_of!(Range, start)),
            field(offset_of!(Range, stop)),
            field(offset_of!(Range, step)),
            field(offset_of!(Range, len)),
            field(offset_of!(Range, wide)),
        ];
        let values = [start, stop, one, len, zero];
        Some(self.allocate(word.class(), word.header().id.get(), size_of::<Range>(), &fields, &values))
    }

    fn range_iterator(&mut self, range: Sym, word: Value) -> Option<IrRef> {
        word.exact::<RangeIter>()?;
        // Only of ranges that are known to be small.
        self.b.body().def(range.ir).filter(|d| d.op == Op::Alloc)?;
        let mut part = |offset: usize| {
            self.b.load(range.ir, Self::mem(Alias::RangeStep, MemTy::I64, offset as u32, true))
        };
        let values =
            [part(offset_of!(Range, start)), part(offset_of!(Range, len)), part(offset_of!(Range, step))];
        let fields = [
            Self::mem(Alias::RangeNext, MemTy::I64, offset_of!(RangeIter, next) as u32, false),
            Self::mem(Alias::RangeLeft, MemTy::I64, offset_of!(RangeIter, left) as u32, false),
            Self::mem(Alias::RangeStep, MemTy::I64, offset_of!(RangeIter, step) as u32, true),
        ];
        Some(self.allocate(word.class(), word.header().id.get(), size_of::<RangeIter>(), &fields, &values))
    }

    /// A list that takes over these values.
    pub(super) fn small_list(&mut self, items: &[Sym], word: Value) -> IrRef {
        let words: Vec<IrRef> = items.iter().map(|v| self.tagged(*v)).collect();
        let len = self.b.const_int(items.len() as i64);
        let known = [(Self::mem(Alias::ListLen, MemTy::I64, LIST_LEN.offset, false), len)];
        self.put_off(&helpers::BUILD_LIST, 0, word.class(), &words, &known)
    }

    /// A function that takes over these words: see the helper `MAKE_FUNCTION`.
    pub(super) fn function(&mut self, words: &[Sym], immediate: i64, word: Value) -> Option<IrRef> {
        let f = word.exact::<Function>()?;
        self.grounds.keep.push(f.code.get().value().own());
        let exec = self.b.const_int(std::ptr::from_ref(f.exec()) as i64);
        let globals = self.b.const_int(f.globals.as_ptr() as i64);
        let words: Vec<IrRef> = words.iter().map(|v| self.tagged(*v)).collect();
        // Defaults come first, the closure last but for the code.
        let unbound = self.b.const_val(UNBOUND);
        let has = |v: Value| !v.is_unbound();
        let closure = if has(f.closure.get()) { words[words.len() - 2] } else { unbound };
        let defaults = if has(f.defaults.get()) { words[0] } else { unbound };
        let field = |ty, offset: usize, alias, constant| Self::mem(alias, ty, offset as u32, constant);
        let known = [
            (field(MemTy::I64, offset_of!(Function, exec), Alias::FunctionVersion, false), exec),
            (field(MemTy::I64, offset_of!(Function, globals), Alias::BoundMethod, true), globals),
            (field(MemTy::Val, offset_of!(Function, closure), Alias::Closure, true), closure),
            (field(MemTy::Val, offset_of!(Function, defaults), Alias::FunctionVersion, false), defaults),
        ];
        Some(self.put_off(&helpers::MAKE_FUNCTION, immediate, word.class(), &words, &known))
    }

    /// The raw int of a value that has been found to be a small int.
    fn int_of(&mut self, v: Sym) -> IrRef {
        match self.raw_type(v.ir) {
            Ty::I64 => v.ir,
            _ => self.b.unbox_int(v.ir),
        }
    }

    /// An object that a helper makes of these words, which it takes over. `known`: what its fields will hold.
    pub(super) fn put_off(
        &mut self,
        maker: &'static Helper,
        immediate: i64,
        class: P<TypeObject>,
        words: &[IrRef],
        known: &[(Mem, IrRef)],
    ) -> IrRef {
        let field = |k: i32| Mem { ty: MemTy::Val, offset: -8 * (k + 1), alias: u16::MAX, immutable: true };
        let type_id = class.instance_id.get();
        let desc = AllocDesc {
            size: 0,
            type_id,
            type_ptr: class.as_ptr() as u64,
            container: true,
            counts_type: class.is_heap(),
            maker: Some(Maker(maker, immediate)),
            fields: (0..words.len() as i32)
                .map(field)
                .chain(known.iter().map(|k| k.0))
                .map(|mem| AllocField { mem })
                .collect(),
        };
        let values: Vec<IrRef> = words.iter().copied().chain(known.iter().map(|k| k.1)).collect();
        let ir = self.b.alloc(desc, &values);
        self.learn(ir, Known::Object(type_id));
        ir
    }

    pub(super) fn allocate(
        &mut self,
        class: P<TypeObject>,
        type_id: u32,
        size: usize,
        fields: &[Mem],
        values: &[IrRef],
    ) -> IrRef {
        self.grounds.keep.push(class.value().own());
        let desc = AllocDesc {
            size: size as u32,
            type_id,
            type_ptr: class.as_ptr() as u64,
            container: !matches!(type_id, RANGE | RANGE_ITERATOR),
            counts_type: class.is_heap(),
            maker: None,
            fields: fields.iter().map(|mem| AllocField { mem: *mem }).collect(),
        };
        let ir = self.b.alloc(desc, values);
        self.learn(ir, Known::Object(type_id));
        ir
    }
}
