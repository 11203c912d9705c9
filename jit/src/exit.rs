//! Exits: from the words that machine code left behind back to the interpreter's frames.
//!
//! # Invariants
//! - The base frame's record is the thread's innermost when machine code leaves; the exit's buffer holds what its
//!   [`ExitDesc`] says, each word valid until the next entry.
//! - Slots that an exit lists are stale in memory: they are overwritten, not dropped.

use crate::exits::{ExitDesc, ExitFrame, ExitSource, ExitStore, ExitValue};
use crate::ir::{Const, FUNC_SLOT, GENERATOR_KEY, INSTANCE_SLOT, OPERATOR_KEY, Ty};
use crate::record::StartFrame;
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::frame::{Frame, flags};
use taipan_runtime::object::{P, alloc_words, decref, incref};
use taipan_runtime::thread::Thread;
use taipan_runtime::types::function::Function;
use taipan_runtime::types::generator::Generator;
use taipan_runtime::types::{float, frame as frame_object, int};
use taipan_runtime::value::{UNBOUND, Value};

struct Rebuild<'a> {
    thread: &'a Thread,
    /// The records above the base frame's up to this one are those of inlined frames that somebody has looked at.
    seen: *mut Frame,
    exit: &'a ExitDesc,
    objects: Vec<Value>,
}

/// Rebuild the frames of an exit on top of the base frame's record; the innermost one's `pc` is where it goes on. `seen`:
/// the record that was the innermost when machine code left, see [`call_site::leave`].
///
/// [`call_site::leave`]: taipan_runtime::call_site::leave
pub fn restore(thread: &Thread, exit: &ExitDesc, seen: *mut Frame) {
    let mut r = Rebuild { thread, seen, exit, objects: Vec::new() };
    for s in &exit.stores {
        r.store(s);
    }
    r.build_objects();
    for source in &exit.increfs {
        incref(r.value(source));
    }
    if let Some(e) = &exit.handled {
        // The reference to the one before is a slot's.
        thread.handled.set(r.value(e));
        if exit.kind.raises() {
            taipan_runtime::sem::cold::link_raised();
        }
    }
    r.end_seen();
    for (k, frame) in exit.frames.iter().enumerate() {
        if k > 0 {
            r.push(frame);
        }
        r.fill(frame);
    }
    for source in &exit.drops {
        decref(r.value(source));
    }
}

impl Rebuild<'_> {
    fn word(&self, index: u32, ty: Ty) -> Value {
        let bits = self.thread.exit_words[index as usize].get();
        raw(bits, ty)
    }
    /// The value, with the count that the trace owns for it (if any) passed on.
    fn value(&self, source: &ExitSource) -> Value {
        match *source {
            ExitSource::Const(Const { ty, bits }) => raw(bits, ty),
            ExitSource::Word { index, ty } => self.word(index, ty),
            ExitSource::Virtual(i) => self.objects[i as usize],
        }
    }
    fn slot_value(&self, v: &ExitValue) -> Value {
        let value = self.value(&v.src);
        if v.borrowed {
            incref(value);
        }
        value
    }
    /// Makes a store that the loop has left to its exits.
    fn store(&self, s: &ExitStore) {
        let bits = |source: &ExitSource| match *source {
            ExitSource::Const(c) => c.bits,
            ExitSource::Word { index, .. } => self.thread.exit_words[index as usize].get(),
            ExitSource::Virtual(_) => unreachable!("objects that exist are stored to"),
        };
        let at = bits(&s.object) as usize + s.mem.offset as usize;
        // SAFETY: a raw word of an object that the loop holds, to which it would have stored itself.
        unsafe { (at as *mut u64).write(bits(&s.value)) }
    }
    fn build_objects(&mut self) {
        for v in &self.exit.virtuals {
            if v.desc.maker.is_some() {
                self.objects.push(UNBOUND);
                continue;
            }
            // SAFETY: size and header are what the recorder read off the class; the fields are filled below,
            // before anything looks at the object.
            let p = unsafe {
                alloc_words(
                    v.desc.size as usize,
                    v.desc.container,
                    v.refcount,
                    v.desc.type_id,
                    v.desc.type_ptr,
                    v.desc.counts_type,
                )
            };
            self.objects.push(p);
        }
        for k in 0..self.exit.virtuals.len() {
            self.call_maker(k);
        }
        for (k, v) in self.exit.virtuals.iter().enumerate().filter(|(_, v)| v.desc.maker.is_none()) {
            for (field, source) in v.desc.fields.iter().zip(&v.values) {
                self.fill_field(self.objects[k], field.mem, source);
            }
        }
    }
    /// Has an object made by its helper, and those before that are among its words.
    fn call_maker(&mut self, k: usize) {
        let v = &self.exit.virtuals[k];
        let Some(maker) = v.desc.maker.filter(|_| self.objects[k].is_unbound()) else { return };
        for source in &v.values {
            if let ExitSource::Virtual(i) = source {
                self.call_maker(*i as usize);
            }
        }
        let words: Vec<Value> = v.values.iter().map(|s| self.value(s)).collect();
        let made = maker.0.call(&[words.as_ptr() as u64, words.len() as u64, maker.1 as u64]);
        let made = Value::from_bits(made).expect("makers do not raise");
        for _ in 1..v.refcount {
            incref(made);
        }
        self.objects[k] = made;
    }
    fn fill_field(&self, object: Value, mem: crate::ir::Mem, source: &ExitSource) {
        use crate::ir::MemTy;
        let at = (object.bits() as usize + mem.offset as usize) as *mut u8;
        let bits = match (mem.ty, *source) {
            (MemTy::Val | MemTy::Ptr, s) => match s {
                ExitSource::Const(c) if c.bits == 0 => 0,
                s => self.value(&s).bits(),
            },
            (_, ExitSource::Const(c)) => c.bits,
            (_, ExitSource::Word { index, .. }) => self.thread.exit_words[index as usize].get(),
            (_, ExitSource::Virtual(i)) => self.objects[i as usize].bits(),
        };
        // SAFETY: the field lies in the object that was just allocated.
        unsafe {
            match mem.ty.size() {
                4 => at.cast::<u32>().write(bits as u32),
                2 => at.cast::<u16>().write(bits as u16),
                1 => at.write(bits as u8),
                _ => at.cast::<u64>().write(bits),
            }
        }
    }
    /// A generator's slots from `first` on have become a callee's, which do not lie where they were: they hold nothing.
    fn empty_arguments(&self, first: usize) {
        // SAFETY: the innermost record has been filled: the caller's, whose operands are slots of the generator.
        unsafe {
            let caller = &*self.thread.frame.get();
            let code = caller.code();
            let live = code.locals as usize + usize::from(code.depth[caller.index()]);
            for slot in first..live {
                caller.fp.add(slot).write(UNBOUND);
            }
        }
    }
    /// Inlined frames that somebody has looked at, and that the exit does not have any more, have ended.
    fn end_seen(&self) {
        let last = self.thread.frame.get().wrapping_add(self.exit.frames.len() - 1);
        let mut record = self.seen;
        while record > last {
            // SAFETY: a record that was written.
            unsafe { frame_object::detach(&mut *record) };
            record = record.wrapping_sub(1);
        }
    }
    /// The flag that says that the frame which this is the record of has got an object already.
    fn kept_object(&self, record: *mut Frame, code: *const ExecCode, kind: u32) -> u32 {
        if record > self.seen {
            return 0;
        }
        // SAFETY: a record that was written.
        let r = unsafe { &mut *record };
        if !std::ptr::eq(r.code, code) || r.flags.get() & flags::GENERATOR != kind {
            frame_object::detach(r);
        }
        r.flags.get() & flags::OBJECT
    }
    /// A record for an inlined frame, on top of its caller's.
    fn push(&self, f: &ExitFrame) {
        // Its function or generator, where that is no constant; such slots come last.
        let callee = f.slots.iter().rev().find(|s| s.0 == FUNC_SLOT).map(|(_, v)| self.value(&v.src));
        if let (true, Some(g)) = (f.key & GENERATOR_KEY != 0, callee) {
            return self.push_generator(g);
        }
        let caller = self.thread.frame.get();
        let first = (f.key & 0xffff) as usize;
        // SAFETY: the payload is the function that the recorder inlined, kept alive by the region and the guard on
        // its identity, or else the trace knows it for a function; record and slots lie behind the caller's, where the thread's stacks have room (the limits
        // keep a reserve that is larger than what one region inlines).
        unsafe {
            let function = callee.map_or(f.payload, Value::bits);
            let function: P<Function> = P::from_ptr(function as *const Function);
            let code = function.exec();
            // A generator's slots lie in it: those of its callees begin on the value stack.
            let in_generator = (*caller).has(flags::GENERATOR);
            let fp = if in_generator { (*caller).top } else { (*caller).fp.add(first) };
            if in_generator {
                self.empty_arguments(first);
            }
            for i in 0..code.locals as usize {
                fp.add(i).write(UNBOUND);
            }
            let record = caller.add(1);
            let kept = self.kept_object(record, code, 0);
            let r = &mut *record;
            r.fp = fp;
            r.code = code;
            r.function = function;
            r.top = fp.add(code.frame_slots as usize);
            r.flags.set(kept | if f.key & OPERATOR_KEY != 0 { flags::OPERATOR } else { 0 });
            self.thread.frame.set(record);
        }
    }
    /// A record for an inlined generator, which is running already.
    fn push_generator(&self, g: Value) {
        let caller = self.thread.frame.get();
        // SAFETY: the recorder has guarded that it is a generator, which the caller's operand keeps; the record lies
        // behind the caller's.
        unsafe {
            let g: P<Generator> = P::from_ptr(g.bits() as *const Generator);
            let record = caller.add(1);
            let kept = self.kept_object(record, g.function.exec(), flags::GENERATOR);
            let r = &mut *record;
            r.fp = g.fp();
            r.code = g.function.exec();
            r.function = g.function;
            r.generator = g;
            r.top = (*caller).top;
            r.flags.set(kept | flags::GENERATOR);
            self.thread.frame.set(record);
        }
    }
    fn fill(&self, f: &ExitFrame) {
        // SAFETY: the innermost record is the frame being filled.
        let frame: &mut Frame = unsafe { &mut *self.thread.frame.get() };
        frame.pc = frame.code().at(f.pc as usize);
        for (slot, v) in &f.slots {
            if *slot == FUNC_SLOT {
                // `push` has seen to it; the caller's operand keeps the function.
                continue;
            }
            let v = self.slot_value(v);
            if *slot == INSTANCE_SLOT {
                frame.flags.set(frame.flags.get() | flags::INIT);
                frame.namespace = v;
            } else {
                // SAFETY: a live slot of the frame.
                unsafe { frame.fp.add(*slot as usize).write(v) };
            }
        }
    }
}

fn raw(bits: u64, ty: Ty) -> Value {
    match ty {
        Ty::I64 => int::new(bits as i64).into_raw(),
        Ty::U64 => int::from_u64(bits).into_raw(),
        Ty::F64 => float::new(f64::from_bits(bits)).into_raw(),
        Ty::Bool => Value::bool(bits != 0),
        _ => Value::from_bits(bits).unwrap_or(UNBOUND),
    }
}

/// The frames that a side trace from this exit starts in: they have just been restored.
pub fn start_frames(thread: &Thread, exit: &ExitDesc) -> Vec<StartFrame> {
    let n = exit.frames.len();
    let mut frames = Vec::with_capacity(n);
    for (k, f) in exit.frames.iter().enumerate() {
        // SAFETY: `restore` has put the exit's frames on top, the last one innermost.
        let record = unsafe { &*thread.frame.get().sub(n - 1 - k) };
        let instance = record.has(flags::INIT) && k > 0;
        frames.push(StartFrame {
            code: record.code(),
            function: record.function,
            call: record.pc,
            first: (f.key & 0xffff) as u16,
            instance: instance.then_some(record.namespace),
            generator: record.has(flags::GENERATOR) && k > 0,
            listed: f.slots.iter().map(|s| s.0).collect(),
        });
    }
    frames
}
