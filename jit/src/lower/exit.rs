//! Lowering of exits: cold blocks that store what is not constant, each distinct value once.

use cranelift_codegen::ir::{InstBuilder, MemFlagsData, types};

use super::{CompileError, Lower};
use crate::exits::{ExitDesc, ExitFrame, ExitSource, ExitValue, ExitVirtual};
use crate::ir::{Op, Ref, SlotValue, SnapId, Source, Ty};
use crate::memory::{LINKED, YIELDED};

impl Lower<'_, '_> {
    /// Writes the blocks of all exits, whose numbers start at `first`; gives their descriptions.
    pub(super) fn exits(&mut self, first: u64) -> Result<Vec<ExitDesc>, CompileError> {
        let mut out = Vec::with_capacity(self.pending.len());
        for (snap, block, op) in std::mem::take(&mut self.pending) {
            self.fb.switch_to_block(block);
            let (desc, stored) = self.describe(snap, op);
            if stored.len() > self.layout.exit_buffer_words as usize {
                return Err(CompileError::ExitTooLarge(stored.len()));
            }
            for (i, r) in stored.into_iter().enumerate() {
                let mut v = self.value(r);
                if self.g.body.ty(r) == Ty::Bool {
                    v = self.fb.ins().uextend(types::I64, v);
                }
                let offset = self.layout.exit_buffer_offset + 8 * i as i32;
                self.fb.ins().store(MemFlagsData::trusted(), v, self.thread, offset);
            }
            let id = self.iconst((first + out.len() as u64) as i64);
            self.fb.ins().jump(self.leave, &[id.into()]);
            out.push(desc);
        }
        self.fb.switch_to_block(self.leave);
        let id = self.fb.append_block_param(self.leave, types::I64);
        self.fb.ins().store(MemFlagsData::trusted(), id, self.thread, self.layout.exit_buffer_offset - 8);
        let none = self.iconst(0);
        self.fb.ins().return_(&[none]);
        Ok(out)
    }

    /// The end of a function region.
    pub(super) fn return_(&mut self, snap: SnapId) {
        let slots = &self.g.body.snap(snap).frames[0].slots;
        let Some((_, SlotValue { src: Source::Ref(r), .. })) = slots.first().copied() else {
            unreachable!("the optimizer makes the result")
        };
        let v = self.value(r);
        self.fb.ins().return_(&[v]);
    }

    /// A generator yields.
    pub(super) fn yield_(&mut self) {
        let id = self.iconst(YIELDED as i64);
        self.fb.ins().jump(self.leave, &[id.into()]);
    }

    /// The way to another loop: what runs the region goes on with the code whose address lies in this cell.
    pub(super) fn link(&mut self, cell: u64) {
        let at = self.iconst(cell as i64);
        let code = self.fb.ins().load(types::I64, MemFlagsData::trusted(), at, 0);
        self.fb.ins().store(MemFlagsData::trusted(), code, self.thread, self.layout.exit_buffer_offset);
        let id = self.iconst(LINKED as i64);
        self.fb.ins().jump(self.leave, &[id.into()]);
    }

    fn describe(&self, snap: SnapId, guard: Option<Op>) -> (ExitDesc, Vec<Ref>) {
        let s = self.g.body.snap(snap);
        let mut stored: Vec<Ref> = Vec::new();
        let mut source = |src: &Source| match src {
            Source::Virtual(i) => ExitSource::Virtual(*i),
            Source::Ref(r) => match self.g.body.as_const(*r) {
                Some(c) => ExitSource::Const(c),
                None => {
                    let index = stored.iter().position(|x| x == r).unwrap_or_else(|| {
                        stored.push(*r);
                        stored.len() - 1
                    });
                    ExitSource::Word { index: index as u32, ty: self.g.body.ty(*r) }
                }
            },
        };
        let frames = s
            .frames
            .iter()
            .map(|f| ExitFrame {
                key: f.key,
                pc: f.pc,
                payload: f.payload,
                depth: f.depth,
                slots: f
                    .slots
                    .iter()
                    .map(|(slot, v)| (*slot, ExitValue { src: source(&v.src), borrowed: v.borrowed }))
                    .collect(),
            })
            .collect();
        let virtuals = s
            .virtuals
            .iter()
            .map(|v| ExitVirtual {
                desc: v.desc.clone(),
                refcount: v.refcount,
                values: v.values.iter().map(&mut source).collect(),
            })
            .collect();
        let increfs = s.increfs.iter().map(|r| source(&Source::Ref(*r))).collect();
        let drops = s.drops.iter().map(&mut source).collect();
        let source = self.g.origin[snap.0 as usize];
        let early = self.g.early.contains(&snap);
        (ExitDesc { source, guard, early, kind: s.kind, frames, virtuals, increfs, drops }, stored)
    }
}
