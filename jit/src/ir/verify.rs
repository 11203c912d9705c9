//! The verifier: what must hold of every instruction, fragment and graph.

use std::collections::HashSet;
use std::fmt;

use taipan_runtime::helper::Returns;

use super::fragment::result_type;
use super::{
    Body, Fragment, Graph, Imm, Inst, Kind, Op, Ref, Region, Shape, SnapId, Snapshot, Source, Term,
    Terminator, Ty, shape,
};

/// What is wrong with a piece of IR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyError(pub String);

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for VerifyError {}

macro_rules! ensure {
    ($cond:expr, $($msg:tt)*) => {
        if !$cond { return Err(VerifyError(format!($($msg)*))); }
    };
}

fn accepts(kind: Kind, ty: Ty) -> bool {
    match kind {
        Kind::I => ty == Ty::I64,
        Kind::U => ty == Ty::U64,
        Kind::F => ty == Ty::F64,
        Kind::B => ty == Ty::Bool,
        Kind::V => ty.is_value(),
        Kind::W => ty.is_value() || ty == Ty::I64,
        Kind::X => ty != Ty::Void,
    }
}

fn check_store(body: &Body, inst: &Inst) -> Result<(), VerifyError> {
    let value = inst.args[inst.args.len() - 1];
    check_field(body.ty(value), inst.mem())
}

fn check_field(ty: Ty, mem: super::Mem) -> Result<(), VerifyError> {
    let want = mem.ty.ty();
    ensure!(ty == want || (ty.is_value() && want.is_value()), "store of {} as {}", ty.name(), mem.ty.name());
    Ok(())
}

fn check_call(body: &Body, inst: &Inst) -> Result<(), VerifyError> {
    let Imm::Helper(h) = inst.imm else {
        return Err(VerifyError("call without helper".into()));
    };
    ensure!(h.arity as usize == inst.args.len(), "{} takes {} arguments", h.name, h.arity);
    ensure!(
        h.returns == Returns::Value || h.returns == Returns::Bool || !h.can_raise,
        "{} cannot raise",
        h.name
    );
    for (i, a) in inst.args.iter().enumerate() {
        let float = h.floats >> i & 1 != 0;
        let ty = body.ty(*a);
        ensure!((ty == Ty::F64) == float && ty != Ty::Void, "argument {i} of {} is {}", h.name, ty.name());
    }
    Ok(())
}

/// Checks one instruction against the table.
///
/// # Errors
/// Says what does not fit.
pub fn check_inst(body: &Body, inst: &Inst) -> Result<(), VerifyError> {
    let name = inst.op.name();
    for a in inst.args.iter() {
        let n = if a.is_const() { body.consts.len() } else { body.insts.len() };
        ensure!(a.index() < n, "{name}: operand {a:?} does not exist");
    }
    match inst.op {
        Op::Call => check_call(body, inst)?,
        Op::Invoke => {
            let Imm::Callee(c) = &inst.imm else {
                return Err(VerifyError("invoke without callee".into()));
            };
            let args = inst.args.len().checked_sub(c.functions());
            ensure!(args.is_some_and(|n| n <= c.locals as usize), "invoke: {} operands", inst.args.len());
            ensure!(inst.args.iter().all(|a| body.ty(*a).is_value()), "invoke: an argument is no word");
        }
        Op::Place => {
            let Imm::Place(p) = &inst.imm else {
                return Err(VerifyError("place without frames".into()));
            };
            let known = inst.args.is_empty() || inst.args.len() == p.generators();
            ensure!(known && inst.args.iter().all(|a| body.ty(*a).is_value()), "place: operands");
        }
        Op::SlotStore => {
            let slot = matches!(inst.imm, Imm::Slot { frame: 0, .. });
            ensure!(slot && inst.args.len() == 1 && body.ty(inst.args[0]).is_value(), "slot_store");
        }
        Op::Alloc => {
            let Imm::Alloc(desc) = &inst.imm else {
                return Err(VerifyError("alloc without description".into()));
            };
            ensure!(desc.fields.len() == inst.args.len(), "alloc: {} fields", desc.fields.len());
            for (a, f) in inst.args.iter().zip(&desc.fields) {
                check_field(body.ty(*a), f.mem)?;
            }
        }
        _ => {
            let kinds = inst.op.operands();
            ensure!(kinds.len() == inst.args.len(), "{name} takes {} operands", kinds.len());
            for (k, a) in kinds.iter().zip(inst.args.iter()) {
                let ty = body.ty(*a);
                ensure!(accepts(*k, ty), "{name}: operand {a:?} is {}", ty.name());
            }
        }
    }
    let imm_fits = match inst.op.shape() {
        Shape::guardid => matches!(inst.imm, Imm::TypeId(_)),
        Shape::guardword => matches!(inst.imm, Imm::Word(_)),
        Shape::mem => matches!(inst.imm, Imm::Mem(_)),
        Shape::special => true,
        _ => inst.imm == Imm::None,
    };
    ensure!(imm_fits, "{name}: wrong immediate");
    ensure!(inst.op.can_guard() == inst.snap.is_some(), "{name}: snapshot");
    ensure!(inst.snap.is_none_or(|s| (s.0 as usize) < body.snaps.len()), "{name}: no such snapshot");
    if matches!(inst.op, Op::Store | Op::StoreElem) {
        check_store(body, inst)?;
    }
    if inst.op == Op::Select {
        ensure!(body.ty(inst.args[1]) == body.ty(inst.args[2]), "select of two types");
    }
    if inst.op != Op::Param {
        ensure!(
            inst.ty == result_type(body, inst.op, &inst.args, &inst.imm),
            "{name}: result {}",
            inst.ty.name()
        );
    }
    Ok(())
}

fn check_snapshot(snap: &Snapshot, seen: &dyn Fn(Ref) -> bool) -> Result<(), VerifyError> {
    ensure!(!snap.frames.is_empty(), "snapshot without frames");
    let mut bad = None;
    snap.for_each_ref(|r| {
        if !r.is_const() && !seen(r) {
            bad = Some(r);
        }
    });
    ensure!(bad.is_none(), "snapshot mentions {:?}, which is not defined there", bad);
    let n = snap.virtuals.len() as u32;
    let exists = |s: &Source| !matches!(s, Source::Virtual(i) if *i >= n);
    for f in &snap.frames {
        ensure!(f.slots.windows(2).all(|w| w[0].0 < w[1].0), "slots out of order");
        ensure!(f.slots.iter().all(|(_, v)| exists(&v.src)), "no such virtual");
    }
    for v in &snap.virtuals {
        ensure!(v.values.len() == v.desc.fields.len() && v.values.iter().all(exists), "virtual's fields");
    }
    Ok(())
}

/// Checks a recorded fragment.
///
/// # Errors
/// Says what is wrong, and at which instruction.
pub fn check_fragment(f: &Fragment) -> Result<(), VerifyError> {
    let body = &f.body;
    let mut loaded = HashSet::new();
    for (i, inst) in body.insts.iter().enumerate() {
        let at = |e: VerifyError| VerifyError(format!("v{i}: {e}"));
        check_inst(body, inst).map_err(at)?;
        ensure!(inst.op != Op::Param, "v{i}: param in a fragment");
        ensure!(inst.args.iter().all(|a| a.is_const() || a.index() < i), "v{i}: use before definition");
        if let Some(s) = inst.snap {
            check_snapshot(body.snap(s), &|r| r.index() < i).map_err(at)?;
        }
        if let Imm::Slot { frame, slot } = inst.imm {
            ensure!(loaded.insert((frame, slot)), "v{i}: slot {frame}.{slot} is loaded twice");
        }
    }
    let end = body.snaps.get(f.term.snap().0 as usize);
    let Some(end) = end else {
        return Err(VerifyError("no such snapshot at the end".into()));
    };
    check_snapshot(end, &|_| true)?;
    if let Terminator::Jump(_) = f.term {
        ensure!(end.frames.len() == 1, "jump with {} frames", end.frames.len());
    }
    Ok(())
}

/// Checks that what continues several ends starts in a state of their shape.
fn check_merges(r: &Region) -> Result<(), VerifyError> {
    for (end, to) in &r.merges {
        ensure!(r.is_end(*end), "a merge at fragment {}, which does not end there", end.fragment);
        let start = r.fragments.get(*to as usize).and_then(|f| f.parent);
        let Some(start) = start.filter(|p| r.is_end(*p)) else {
            return Err(VerifyError(format!("a merge into fragment {to}, which continues no end")));
        };
        let same = shape(&r.snap(*end).frames) == shape(&r.snap(start).frames);
        ensure!(same, "fragment {} does not end where {to} starts", end.fragment);
    }
    Ok(())
}

/// Checks the fragments of a region, and that inputs of side fragments exist.
///
/// # Errors
/// Says what is wrong, and in which fragment.
pub fn check_region(r: &Region) -> Result<(), VerifyError> {
    for (i, a) in r.fragments.iter().enumerate() {
        check_fragment(&a.fragment).map_err(|e| VerifyError(format!("fragment {i}: {e}")))?;
        let frames = match a.parent {
            None => 1,
            Some(p) => r.fragments[p.fragment as usize].fragment.body.snap(p.snap).frames.len() as u32,
        };
        for inst in &a.fragment.body.insts {
            if let Imm::Slot { frame, slot } = inst.imm {
                ensure!(frame < frames, "fragment {i}: slot {frame}.{slot} of a frame that is not there");
            }
        }
    }
    check_merges(r)
}

/// Checks a graph: instructions, and that every use is dominated by its definition.
///
/// # Errors
/// Says what is wrong, and in which block.
pub fn check_graph(g: &Graph) -> Result<(), VerifyError> {
    let Some(entry) = g.blocks.first() else {
        return Err(VerifyError("no blocks".into()));
    };
    ensure!(entry.params.is_empty(), "the entry has parameters");
    ensure!(g.origin.len() == g.body.snaps.len(), "snapshots without origin");
    // A block is checked with the definitions that reach it on every way; blocks that continue a snapshot see what
    // the earliest guard with that snapshot saw.
    let mut reach: Vec<Option<HashSet<Ref>>> = vec![None; g.blocks.len()];
    reach[0] = Some(HashSet::new());
    let mut work = vec![0usize];
    while let Some(b) = work.pop() {
        let mut seen = reach[b].clone().unwrap_or_default();
        let block = &g.blocks[b];
        seen.extend(block.params.iter().copied());
        let at = |e: VerifyError| VerifyError(format!("block {b}: {e}"));
        let mut leave = |s: SnapId, seen: &HashSet<Ref>, work: &mut Vec<usize>| -> Result<(), VerifyError> {
            let Some(t) = g.continued.get(&s) else {
                return check_snapshot(g.body.snap(s), &|r| seen.contains(&r));
            };
            arrive(&mut reach[t.0 as usize], seen, t.0 as usize, work);
            Ok(())
        };
        for r in &block.insts {
            let inst = &g.body.insts[r.index()];
            check_inst(&g.body, inst).map_err(|e| VerifyError(format!("block {b}, {r:?}: {e}")))?;
            for a in inst.args.iter() {
                ensure!(a.is_const() || seen.contains(a), "block {b}, {r:?}: {a:?} is not defined there");
            }
            if let Some(s) = inst.snap {
                leave(s, &seen, &mut work).map_err(at)?;
            }
            ensure!(seen.insert(*r), "block {b}: {r:?} is there twice");
        }
        match &block.term {
            Term::Exit(s) => leave(*s, &seen, &mut work).map_err(at)?,
            Term::Jump(t, args) => {
                let params = &g.blocks[t.0 as usize].params;
                ensure!(params.len() == args.len(), "block {b}: jump with {} arguments", args.len());
                for (a, p) in args.iter().zip(params) {
                    let (at, pt) = (g.body.ty(*a), g.body.ty(*p));
                    ensure!(a.is_const() || seen.contains(a), "block {b}: {a:?} is not defined at the jump");
                    ensure!(at == pt || (at.is_value() && pt.is_value()), "block {b}: {a:?} for {p:?}");
                }
                arrive(&mut reach[t.0 as usize], &seen, t.0 as usize, &mut work);
            }
        }
    }
    Ok(())
}

/// One more way leads to a block: what it has not seen is not there. The block is looked at again if that is news.
fn arrive(reach: &mut Option<HashSet<Ref>>, seen: &HashSet<Ref>, block: usize, work: &mut Vec<usize>) {
    let news = match reach {
        None => {
            *reach = Some(seen.clone());
            true
        }
        Some(known) => {
            let before = known.len();
            known.retain(|r| seen.contains(r));
            known.len() < before
        }
    };
    if news {
        work.push(block);
    }
}
