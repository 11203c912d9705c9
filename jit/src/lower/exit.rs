//! Lowering of exits: cold blocks that store what is not constant, each distinct value once, and what several exits
//! have in common in a block for all of them.

use std::cmp::Reverse;
use std::collections::HashMap;

use cranelift_codegen::ir::{Block as CBlock, InstBuilder, MemFlagsData, types};

use super::{CompileError, Lower, Pending};
use crate::exits::{ExitDesc, ExitFrame, ExitSource, ExitStore, ExitValue, ExitVirtual};
use crate::ir::{Op, Ref, SnapId, Source, Ty};
use crate::memory::{LINKED, YIELDED};

/// The first words of some exits, and the block that stores them and leaves.
#[derive(Clone, Copy)]
struct Stored {
    words: usize,
    by: CBlock,
}

impl Lower<'_, '_> {
    /// Writes the blocks of all exits, whose numbers start at `first`; gives their descriptions.
    ///
    /// Neighbouring exits store nearly the same: what several have in common is stored by one block, which their own
    /// blocks jump to. Values that many exits store come first, so that the common parts are long.
    pub(super) fn exits(&mut self, first: u64) -> Result<Vec<ExitDesc>, CompileError> {
        let pending = std::mem::take(&mut self.pending);
        let mut stored: Vec<Vec<Ref>> = pending.iter().map(|p| self.stored(p.snap)).collect();
        let mut exits_of: HashMap<Ref, usize> = HashMap::new();
        stored.iter().flatten().for_each(|r| *exits_of.entry(*r).or_default() += 1);
        let (mut paths, mut alone) = (Vec::with_capacity(pending.len()), Vec::new());
        let mut out = Vec::with_capacity(pending.len());
        for (n, Pending { snap, block, ops, called }) in pending.into_iter().enumerate() {
            if stored[n].len() > self.layout.exit_buffer_words as usize {
                return Err(CompileError::ExitTooLarge(stored[n].len()));
            }
            stored[n].sort_unstable_by_key(|r| (Reverse(exits_of[r]), *r));
            out.push(self.describe(snap, ops, &stored[n]));
            match called {
                Some(called) => alone.push((n, block, called)),
                None => paths.push((n, block)),
            }
        }
        paths.sort_unstable_by(|(a, _), (b, _)| stored[*a].cmp(&stored[*b]));
        let paths: Vec<_> = paths.iter().map(|(n, block)| (*n, *block, &stored[*n][..])).collect();
        let nothing = Stored { words: 0, by: self.leave };
        self.exit_tree(&paths, first, nothing);
        for (n, block, (call, result)) in alone {
            let behind = self.vals[call.index()].replace(result);
            self.exit_tree(&[(n, block, &stored[n])], first, nothing);
            self.vals[call.index()] = behind;
        }
        self.fb.switch_to_block(self.leave);
        let none = self.iconst(0);
        self.fb.ins().return_(&[none]);
        Ok(out)
    }

    /// Notes the number of the exit that is being left through.
    fn store_number(&mut self, exit: u64) {
        let id = self.iconst(exit as i64);
        self.fb.ins().store(MemFlagsData::trusted(), id, self.thread, self.layout.exit_buffer_offset - 8);
    }

    /// Writes the blocks of exits (number, block, what they store) whose first words are stored by a common block.
    fn exit_tree(&mut self, exits: &[(usize, CBlock, &[Ref])], first: u64, common: Stored) {
        let at = common.words;
        for group in exits.chunk_by(|a, b| a.2.len() > at && b.2.len() > at && a.2[at] == b.2[at]) {
            let words = group[0].2;
            if group.len() == 1 || words.len() == at {
                for (n, block, words) in group {
                    self.fb.switch_to_block(*block);
                    self.store_number(first + *n as u64);
                    self.store_words(words, common);
                }
                continue;
            }
            let last = group[group.len() - 1].2;
            let same = words.iter().zip(last).take_while(|(a, b)| a == b).count();
            let tail = self.cold_block();
            self.fb.switch_to_block(tail);
            self.store_words(&words[..same], common);
            self.exit_tree(group, first, Stored { words: same, by: tail });
        }
    }

    /// Stores words that the common block does not, and goes there.
    fn store_words(&mut self, words: &[Ref], common: Stored) {
        for (i, r) in words.iter().enumerate().skip(common.words) {
            let mut v = self.value(*r);
            if self.g.body.ty(*r) == Ty::Bool {
                v = self.fb.ins().uextend(types::I64, v);
            }
            let offset = self.layout.exit_buffer_offset + 8 * i as i32;
            self.fb.ins().store(MemFlagsData::trusted(), v, self.thread, offset);
        }
        self.fb.ins().jump(common.by, &[]);
    }

    /// The end of a function region.
    pub(super) fn return_(&mut self, snap: SnapId) {
        let v = self.value(self.g.result(snap));
        if let Some(pc) = self.final_pc {
            // Nothing above the innermost record refers to this code.
            let pc = self.iconst(pc as i64);
            self.fb.ins().store(MemFlagsData::trusted(), pc, self.frame, self.layout.frames.pc);
        }
        self.fb.ins().return_(&[v]);
    }

    /// A generator yields.
    pub(super) fn yield_(&mut self) {
        self.store_number(YIELDED);
        self.fb.ins().jump(self.leave, &[]);
    }

    /// The way to another loop: what runs the region goes on with the code whose address lies in this cell.
    pub(super) fn link(&mut self, cell: u64) {
        let at = self.iconst(cell as i64);
        let code = self.fb.ins().load(types::I64, MemFlagsData::trusted(), at, 0);
        self.fb.ins().store(MemFlagsData::trusted(), code, self.thread, self.layout.exit_buffer_offset);
        self.store_number(LINKED);
        self.fb.ins().jump(self.leave, &[]);
    }

    /// The values that an exit stores: those that are not constant.
    fn stored(&self, snap: SnapId) -> Vec<Ref> {
        let mut stored = Vec::new();
        self.g.body.snap(snap).for_each_ref(|r| {
            if !r.is_const() && !stored.contains(&r) {
                stored.push(r);
            }
        });
        stored
    }

    fn describe(&self, snap: SnapId, guards: Vec<Op>, stored: &[Ref]) -> ExitDesc {
        let s = self.g.body.snap(snap);
        let source = |src: &Source| match src {
            Source::Virtual(i) => ExitSource::Virtual(*i),
            Source::Ref(r) => match self.g.body.as_const(*r) {
                Some(c) => ExitSource::Const(c),
                None => {
                    let index = stored.iter().position(|x| x == r).expect("`stored` has all");
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
                values: v.values.iter().map(source).collect(),
            })
            .collect();
        let increfs = s.increfs.iter().map(|r| source(&Source::Ref(*r))).collect();
        let drops = s.drops.iter().map(source).collect();
        let handled = s.handled.as_ref().map(source);
        let word = |r: Ref| source(&Source::Ref(r));
        let stores =
            s.stores.iter().map(|s| ExitStore { object: word(s.object), mem: s.mem, value: word(s.value) });
        let stores = stores.collect();
        let source = self.g.origin[snap.0 as usize];
        let early = self.g.early.contains(&snap);
        ExitDesc { source, guards, early, kind: s.kind, frames, virtuals, increfs, drops, stores, handled }
    }
}
