//! The text form. `print` then `parse` is the identity (up to the numbering of values, which is dense and in
//! order of appearance in the text).
//!
//! ```text
//! fragment root
//!   v0 = slot_load 0 1                      slot 1 of frame 0
//!   guard_int v0 @0                         else leave with snapshot 0
//!   v1 = unbox_int v0
//!   v2 = add_checked v1 1 @0                5 is an int, 5.0 a double, '5 a tagged int, '5.0 a flonum,
//!   v3 = box_int v2                         'None a singleton, '0x10 another word, *0x10 a pointer
//!   v4 = load v0 i64[+16 #3 imm]            offset, alias class, immutable
//!   v5 = alloc size=32 id=7 type=0x99 {val[+16 #4]: v3}
//!   v6 = call helper(v3, v4)
//!   jump @1
//! @0 resume
//!   frame 0x1 pc=4 payload=0x0 depth=3 {0: v3, 1: &v4, 2: %0}     & is borrowed, % is a virtual
//!   virtual rc=1 size=32 id=7 type=0x99 {val[+16 #4]: v3}
//! fragment 0@0                              continues snapshot 0 of fragment 0
//! ```
//! A graph has `block b0(v1:i64)` in place of `fragment`, `jump b1(v3)` and `exit @0`, and its snapshots say
//! `@0 = 0@1 resume` (where it comes from), or `@0 = 0@1 resume continues b2` (and then no frames); `increfs (v1)`
//! are counts that the exit makes up.

use std::collections::HashMap;
use std::fmt::Write;

use taipan_runtime::value::{ELLIPSIS, FALSE, NONE, NOT_IMPLEMENTED, TRUE, UNBOUND, decode_flonum};

use super::{
    AllocDesc, Body, Callee, Const, ExitKind, Fragment, Graph, Imm, Inst, Mem, Op, Ref, Region, Shape,
    SnapId, Snapshot, Source, Term, Terminator, Through, Ty,
};

/// The names of the singletons.
pub(super) const SINGLETONS: [(&str, u64); 6] = [
    ("unbound", UNBOUND.bits()),
    ("None", NONE.bits()),
    ("False", FALSE.bits()),
    ("True", TRUE.bits()),
    ("NotImplemented", NOT_IMPLEMENTED.bits()),
    ("Ellipsis", ELLIPSIS.bits()),
];

fn float_text(f: f64) -> String {
    if f.is_nan() { format!("nan{:#x}", f.to_bits()) } else { format!("{f:?}") }
}

/// The text of a constant.
pub fn constant(c: Const) -> String {
    match c.ty {
        Ty::I64 => format!("{}", c.as_int()),
        Ty::U64 => unreachable!("constants of 64 bits are raw ints"),
        Ty::F64 => float_text(c.as_float()),
        Ty::Bool => format!("{}", c.bits != 0),
        Ty::Ptr => format!("*{:#x}", c.bits),
        Ty::Void => "void".into(),
        Ty::Val => {
            if c.bits & 1 != 0 {
                format!("'{}", c.bits as i64 >> 1)
            } else if c.bits & 3 == 2 {
                format!("'{}", float_text(decode_flonum(c.bits)))
            } else if let Some((n, _)) = SINGLETONS.iter().find(|s| s.1 == c.bits) {
                format!("'{n}")
            } else {
                format!("'{:#x}", c.bits)
            }
        }
    }
}

struct Printer<'a> {
    body: &'a Body,
    names: HashMap<Ref, usize>,
    snaps: Vec<SnapId>,
    snap_names: HashMap<SnapId, usize>,
    out: String,
}

impl<'a> Printer<'a> {
    fn new(body: &'a Body) -> Printer<'a> {
        Printer {
            body,
            names: HashMap::new(),
            snaps: Vec::new(),
            snap_names: HashMap::new(),
            out: String::new(),
        }
    }
    fn define(&mut self, r: Ref) -> String {
        let n = self.names.len();
        self.names.insert(r, n);
        format!("v{n}")
    }
    fn value(&self, r: Ref) -> String {
        match self.body.as_const(r) {
            Some(c) => constant(c),
            None => self.names.get(&r).map_or_else(|| format!("undefined{}", r.index()), |n| format!("v{n}")),
        }
    }
    fn values(&self, refs: &[Ref]) -> String {
        refs.iter().map(|r| self.value(*r)).collect::<Vec<_>>().join(", ")
    }
    fn snap(&mut self, s: SnapId) -> String {
        let next = self.snaps.len();
        let n = *self.snap_names.entry(s).or_insert_with(|| {
            self.snaps.push(s);
            next
        });
        format!("@{n}")
    }
    fn inst(&mut self, r: Ref, inst: &Inst) {
        let mut s = String::new();
        match &inst.imm {
            Imm::Helper(h) => write!(s, "call {}({})", h.name, self.values(&inst.args)),
            Imm::Callee(c) => write!(s, "invoke {} ({})", callee(c), self.values(&inst.args)),
            Imm::Place(p) => {
                let (ended, values) = (if p.ended { "ended " } else { "" }, self.values(&inst.args));
                write!(s, "place call={:#x} {ended}[{}] ({values})", p.call, through(&p.through))
            }
            Imm::Alloc(d) => {
                let vals: Vec<String> = inst.args.iter().map(|a| self.value(*a)).collect();
                write!(s, "alloc {}", alloc(d, &vals))
            }
            _ => {
                let args: String = inst.args.iter().map(|a| format!(" {}", self.value(*a))).collect();
                write!(s, "{}{args}", inst.op.name())
            }
        }
        .expect("a String takes everything");
        match &inst.imm {
            Imm::Slot { frame, slot } => {
                let slot = slot_name(*slot);
                s += &format!(" {frame} {slot}");
            }
            Imm::Word(w) => s += &format!(" {}", constant(Const { ty: Ty::Val, bits: *w })),
            Imm::TypeId(t) => s += &format!(" {t}"),
            Imm::Mem(m) => s += &format!(" {}", mem(*m)),
            Imm::None | Imm::Helper(_) | Imm::Alloc(_) | Imm::Callee(_) | Imm::Place(_) => {}
        }
        if let Some(snap) = inst.snap {
            let n = self.snap(snap);
            s += &format!(" {n}");
        }
        if inst.ty == Ty::Void {
            self.out += &format!("  {s}\n");
        } else {
            let n = self.define(r);
            self.out += &format!("  {n} = {s}\n");
        }
    }
    fn snapshot(&mut self, s: &Snapshot) {
        let src = |p: &Printer<'_>, s: &Source| match s {
            Source::Ref(r) => p.value(*r),
            Source::Virtual(i) => format!("%{i}"),
        };
        for f in &s.frames {
            let slots: Vec<String> = f
                .slots
                .iter()
                .map(|(slot, v)| {
                    let slot = slot_name(*slot);
                    format!("{slot}: {}{}", if v.borrowed { "&" } else { "" }, src(self, &v.src))
                })
                .collect();
            self.out += &format!(
                "  frame {:#x} pc={} payload={:#x} depth={} {{{}}}\n",
                f.key,
                f.pc,
                f.payload,
                f.depth,
                slots.join(", ")
            );
        }
        for v in &s.virtuals {
            let vals: Vec<String> = v.values.iter().map(|x| src(self, x)).collect();
            self.out += &format!("  virtual rc={} {}\n", v.refcount, alloc(&v.desc, &vals));
        }
        if !s.increfs.is_empty() {
            self.out += &format!("  increfs ({})\n", self.values(&s.increfs));
        }
        if !s.drops.is_empty() {
            let drops: Vec<String> = s.drops.iter().map(|x| src(self, x)).collect();
            self.out += &format!("  drops ({})\n", drops.join(", "));
        }
        for x in &s.stores {
            let (object, value) = (self.value(x.object), self.value(x.value));
            self.out += &format!("  stores {object} {value} {}\n", mem(x.mem));
        }
        if let Some(e) = &s.handled {
            self.out += &format!("  handled {}\n", src(self, e));
        }
    }
}

fn slot_name(slot: u32) -> String {
    match slot {
        super::FUNC_SLOT => "func".to_owned(),
        super::INSTANCE_SLOT => "instance".to_owned(),
        n => n.to_string(),
    }
}

fn callee(c: &Callee) -> String {
    let mut s = format!("{:#x} function={:#x} code={:#x} call={:#x}", c.entry, c.function, c.code, c.call);
    s += &format!(" locals={} slots={} base={} [", c.locals, c.frame_slots, c.base_slots);
    s += &through(&c.through);
    s + "]"
}

fn through(frames: &[Through]) -> String {
    let one = |f: &Through| {
        let generator = if f.generator { " generator" } else { "" };
        let Through { function, code, call, first, .. } = f;
        format!("function={function:#x} code={code:#x} call={call:#x} first={first}{generator}, ")
    };
    frames.iter().map(one).collect()
}

fn mem(m: Mem) -> String {
    format!("{}[{:+} #{}{}]", m.ty.name(), m.offset, m.alias, if m.immutable { " imm" } else { "" })
}

fn alloc(d: &AllocDesc, values: &[String]) -> String {
    let fields: Vec<String> =
        d.fields.iter().zip(values).map(|(f, v)| format!("{}: {v}", mem(f.mem))).collect();
    let flags = [(d.container, "container "), (d.counts_type, "counted ")];
    let flags: String = flags.iter().filter(|f| f.0).map(|f| f.1).collect();
    let maker = d.maker.map_or(String::new(), |m| format!("by {} {} ", m.0.name, m.1));
    format!("size={} id={} type={:#x} {flags}{maker}{{{}}}", d.size, d.type_id, d.type_ptr, fields.join(", "))
}

fn kind(k: ExitKind) -> String {
    match k {
        ExitKind::Resume => "resume".to_owned(),
        ExitKind::Behind => "behind".to_owned(),
        ExitKind::Poll => "poll".to_owned(),
        ExitKind::Disturbed => "disturbed".to_owned(),
        ExitKind::Interpret => "interpret".to_owned(),
        ExitKind::Raise => "raise".to_owned(),
        ExitKind::Unwind => "unwind".to_owned(),
        ExitKind::Return => "return".to_owned(),
        ExitKind::Link(cell) => format!("link={cell:#x}"),
        ExitKind::Yield => "yield".to_owned(),
    }
}

/// The text of a fragment, without its heading. Snapshots keep their numbers.
pub fn fragment(f: &Fragment) -> String {
    let mut p = Printer::new(&f.body);
    for i in 0..f.body.snaps.len() {
        p.snap(SnapId(i as u32));
    }
    for (i, inst) in f.body.insts.iter().enumerate() {
        p.inst(Ref::inst(i), inst);
    }
    let (word, s) = match f.term {
        Terminator::Jump(s) => ("jump", s),
        Terminator::Exit(s) => ("exit", s),
    };
    p.out += &format!("  {word} @{}\n", s.0);
    for (i, s) in f.body.snaps.iter().enumerate() {
        p.out += &format!("@{i} {}\n", kind(s.kind));
        p.snapshot(s);
    }
    p.out
}

/// The text of a region's fragments.
pub fn region(r: &Region) -> String {
    let entry = r.entry.map_or_else(String::new, |e| format!(" entry {e:#x}"));
    let mut out = format!("region {:#x}{entry}\n", r.key);
    for a in &r.fragments {
        match a.parent {
            None => out += "fragment root\n",
            Some(k) => out += &format!("fragment {}@{}\n", k.fragment, k.snap.0),
        }
        out += &fragment(&a.fragment);
    }
    for (end, to) in &r.merges {
        out += &format!("merge {}@{} {to}\n", end.fragment, end.snap.0);
    }
    out
}

/// The text of a graph.
pub fn graph(g: &Graph) -> String {
    let mut p = Printer::new(&g.body);
    for (i, b) in g.blocks.iter().enumerate() {
        let params: Vec<String> =
            b.params.iter().map(|r| format!("{}:{}", p.define(*r), g.body.ty(*r).name())).collect();
        let list = if params.is_empty() { String::new() } else { format!("({})", params.join(", ")) };
        let rare = if b.rare { " rare" } else { "" };
        p.out += &format!("block b{i}{rare}{list}\n");
        for r in &b.insts {
            p.inst(*r, &g.body.insts[r.index()]);
        }
        match &b.term {
            Term::Jump(t, args) => {
                let args = if args.is_empty() { String::new() } else { format!("({})", p.values(args)) };
                p.out += &format!("  jump b{}{args}\n", t.0);
            }
            Term::Exit(s) => {
                let n = p.snap(*s);
                p.out += &format!("  exit {n}\n");
            }
        }
    }
    if let Some(leaf) = &g.leaf {
        let mut ends = Vec::new();
        leaf.for_each(&mut |l| ends.extend(l.result.map(|r| p.value(r))));
        p.out += &format!("; leaf {}\n", ends.join(", "));
    }
    let mut i = 0;
    while i < p.snaps.len() {
        let id = p.snaps[i];
        let s = g.body.snap(id);
        let from = g.origin[id.0 as usize];
        let to = g.continued.get(&id).map_or_else(String::new, |b| format!(" continues b{}", b.0));
        p.out += &format!("@{i} = {}@{} {}{to}\n", from.fragment, from.snap.0, kind(s.kind));
        if to.is_empty() {
            p.snapshot(s);
        }
        i += 1;
    }
    p.out
}

/// Does this operation's text start with its operands (everything but `call` and `alloc`)?
pub(super) fn is_plain(op: Op) -> bool {
    !matches!(op, Op::Call | Op::Alloc | Op::Invoke | Op::Place) && op.shape() != Shape::mem
}
