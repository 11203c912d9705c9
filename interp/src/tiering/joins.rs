//! Where side traces of a region come together again, so that branches do not double the paths behind them.
//!
//! A side trace may end where another path of its region has been: at the target of a jump, or in the caller of the
//! frame that it began in. What comes behind is recorded once and continues all of them (see `opt/join.rs`).

use super::{Engine, top};
use taipan_jit::ir::{ExitKey, ExitKind, FrameState, Region, Snapshot, shape};
use taipan_jit::record::{JoinPoint, Joined, Start, StartFrame};
use taipan_runtime::exec::code::ExecCode;
use taipan_runtime::exec::insn::Op;
use taipan_runtime::machine::Exit;
use taipan_runtime::thread::Thread;

/// Side traces of a region from which on the next ones look for the paths of others. The first ones are hot: they are
/// better off with copies of their own of what comes behind.
const FREE_SIDES: usize = 2;

/// The instructions of a code that jumps lead to.
fn targets(code: &ExecCode) -> Vec<u32> {
    let mut found = Vec::new();
    for (at, i) in code.insns.iter().enumerate() {
        let i = i.get();
        if i.op.is_jump() && i.op != Op::JumpBack {
            found.push((at as i32 + i.d) as u32);
        }
    }
    found.extend(code.back_edges.iter().map(|e| e.header));
    found
}

/// May a side trace that begins in `frames` end in this state?
fn is_join(state: &[FrameState], frames: &[StartFrame], targets: &[Vec<u32>]) -> bool {
    let k = state.len();
    let same_callers = || {
        (1..k).all(|n| {
            let call = frames[n - 1].code.index_of(frames[n - 1].call) as u32;
            state[n - 1].pc == call && state[n].key & 0xffff == u64::from(frames[n].first)
        })
    };
    k < frames.len() && same_callers()
        || k == frames.len() && same_callers() && targets[k - 1].contains(&state[k - 1].pc)
}

/// The states in which fragments of the region start that several ends may lead to.
fn joins(region: &Region) -> Vec<JoinPoint> {
    let point =
        |(fragment, s): (u32, &Snapshot)| JoinPoint { shape: shape(&s.frames), fragment: Some(fragment) };
    region.joins().map(point).collect()
}

impl Engine {
    /// The states in which a side trace from this exit may end.
    pub(super) fn join_points(
        &self,
        region: &Region,
        exit: ExitKey,
        frames: &[StartFrame],
    ) -> Vec<JoinPoint> {
        let mut points = joins(region);
        if region.fragments.len() <= FREE_SIDES {
            return points;
        }
        let targets: Vec<Vec<u32>> = frames.iter().map(|f| targets(f.code)).collect();
        let mut from = Some(exit);
        while let Some(key) = from {
            let body = &region.fragments[key.fragment as usize].fragment.body;
            for s in &body.snaps[key.snap.0 as usize + 1..] {
                let new = shape(&s.frames);
                if matches!(s.kind, ExitKind::Resume | ExitKind::Disturbed)
                    && is_join(&s.frames, frames, &targets)
                    && points.iter().all(|p| p.shape != new)
                {
                    points.push(JoinPoint { shape: new, fragment: None });
                }
            }
            from = region.fragments[key.fragment as usize].parent;
        }
        points
    }

    /// A side trace has ended in the state `joined`: another fragment goes on there, or is recorded now.
    pub(super) fn joined(
        &self,
        thread: &'static Thread,
        index: usize,
        end: ExitKey,
        joined: Joined,
        next: Exit,
    ) -> Exit {
        if let Some(fragment) = joined.fragment {
            self.regions.borrow_mut()[index].region.merge(end, fragment);
            return next;
        }
        self.regions.borrow_mut()[index].open.insert(end);
        if next != Exit::Stop {
            return next;
        }
        let (points, head, validity) = {
            let r = &self.regions.borrow()[index];
            (joins(&r.region), r.head, &raw const *r.validity)
        };
        debug_assert!(joined.frames.last().is_some_and(|f| std::ptr::eq(f.code, top(thread).code())));
        let start = Start {
            joins: points,
            frames: joined.frames,
            root: false,
            head,
            raised: false,
            generic: false,
            disturbed: false,
            unsettled: false,
            any_way: true,
            abandon_after: None,
            validity,
        };
        self.record_at(thread, index, end, start)
    }
}
