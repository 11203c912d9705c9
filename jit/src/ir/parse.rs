//! Reads the text form; see [`super::text`].

use std::collections::{BTreeMap, HashMap};

use taipan_runtime::helper::Helper;
use taipan_runtime::value::{Value, encode_flonum};

use super::text::{SINGLETONS, is_plain};
use super::{
    AllocDesc, AllocField, Args, Attached, Block, BlockId, Body, Callee, Const, ExitKey, ExitKind, FUNC_SLOT,
    Fragment, FrameState, Graph, INSTANCE_SLOT, Imm, Inst, Maker, Mem, MemTy, Op, PendingStore, Place, Ref,
    Region, Shape, SlotValue, SnapId, Snapshot, Source, Term, Terminator, Through, Ty, VirtualObject,
    result_type,
};

/// Finds helpers by name.
pub type Helpers<'a> = &'a dyn Fn(&str) -> Option<&'static Helper>;

type Res<T> = Result<T, String>;

struct Line<'a> {
    no: usize,
    toks: Vec<&'a str>,
    at: usize,
}

fn tokens(line: &str) -> Vec<&str> {
    let line = line.split(';').next().unwrap_or("");
    let word = |c: char| c.is_alphanumeric() || "_.'+-*".contains(c);
    let mut out = Vec::new();
    let mut rest = line.trim_start();
    while let Some(c) = rest.chars().next() {
        let n = if word(c) { rest.find(|c| !word(c)).unwrap_or(rest.len()) } else { c.len_utf8() };
        out.push(&rest[..n]);
        rest = rest[n..].trim_start();
    }
    out
}

impl<'a> Line<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.toks.get(self.at).copied()
    }
    fn next(&mut self) -> Res<&'a str> {
        let t = self.peek().ok_or_else(|| format!("line {}: it ends early", self.no))?;
        self.at += 1;
        Ok(t)
    }
    fn accept(&mut self, t: &str) -> bool {
        let yes = self.peek() == Some(t);
        self.at += yes as usize;
        yes
    }
    fn expect(&mut self, t: &str) -> Res<()> {
        let got = self.next()?;
        if got == t { Ok(()) } else { Err(self.err(&format!("expected `{t}`, found `{got}`"))) }
    }
    fn err(&self, m: &str) -> String {
        format!("line {}: {m}", self.no)
    }
    fn number(&mut self) -> Res<u64> {
        let t = self.next()?;
        number(t).ok_or_else(|| self.err(&format!("`{t}` is not a number")))
    }
    /// `name=number`
    fn setting(&mut self, name: &str) -> Res<u64> {
        self.expect(name)?;
        self.expect("=")?;
        self.number()
    }
    fn snap(&mut self) -> Res<SnapId> {
        self.expect("@")?;
        Ok(SnapId(self.number()? as u32))
    }
    fn block(&mut self) -> Res<BlockId> {
        let t = self.next()?;
        let n = t.strip_prefix('b').and_then(|n| n.parse().ok());
        n.map(BlockId).ok_or_else(|| self.err(&format!("`{t}` is not a block")))
    }
    fn slot(&mut self) -> Res<u32> {
        if self.accept("func") {
            Ok(FUNC_SLOT)
        } else if self.accept("instance") {
            Ok(INSTANCE_SLOT)
        } else {
            Ok(self.number()? as u32)
        }
    }
    fn mem(&mut self) -> Res<Mem> {
        let t = self.next()?;
        let ty = MemTy::ALL.into_iter().find(|m| m.name() == t);
        let ty = ty.ok_or_else(|| self.err(&format!("`{t}` is not a width")))?;
        self.expect("[")?;
        let offset = self.next()?.parse().map_err(|_| self.err("offset"))?;
        self.expect("#")?;
        let alias = self.number()? as u16;
        let immutable = self.accept("imm");
        self.expect("]")?;
        Ok(Mem { ty, offset, alias, immutable })
    }
}

fn number(t: &str) -> Option<u64> {
    match t.strip_prefix("0x") {
        Some(h) => u64::from_str_radix(h, 16).ok(),
        None => t.parse().ok(),
    }
}

fn float(t: &str) -> Option<f64> {
    if let Some(h) = t.strip_prefix("nan0x") {
        return u64::from_str_radix(h, 16).ok().map(f64::from_bits);
    }
    t.parse().ok()
}

fn constant(t: &str) -> Option<Const> {
    if t == "true" || t == "false" {
        return Some(Const::bool(t == "true"));
    }
    if let Some(p) = t.strip_prefix('*') {
        return number(p).map(|p| Const::ptr(p as usize));
    }
    if let Some(v) = t.strip_prefix('\'') {
        let bits = if let Some((_, w)) = SINGLETONS.iter().find(|s| s.0 == v) {
            Some(*w)
        } else if v.starts_with("0x") {
            number(v)
        } else if let Ok(i) = v.parse::<i64>() {
            Value::try_int(i).map(Value::bits)
        } else {
            float(v).and_then(encode_flonum)
        };
        return bits.map(|bits| Const { ty: Ty::Val, bits });
    }
    match t.parse::<i64>() {
        Ok(i) => Some(Const::int(i)),
        Err(_) => float(t).map(Const::float),
    }
}

struct Parser<'a> {
    lines: Vec<Line<'a>>,
    at: usize,
    helpers: Helpers<'a>,
    body: Body,
    names: HashMap<&'a str, Ref>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str, helpers: Helpers<'a>) -> Parser<'a> {
        let lines = text
            .lines()
            .enumerate()
            .map(|(i, l)| Line { no: i + 1, toks: tokens(l), at: 0 })
            .filter(|l| !l.toks.is_empty())
            .collect();
        Parser { lines, at: 0, helpers, body: Body::default(), names: HashMap::new() }
    }
    /// The first word of the current line.
    fn head(&self) -> &'a str {
        self.lines.get(self.at).and_then(|l| l.toks.first()).copied().unwrap_or("")
    }
    fn line(&mut self) -> &mut Line<'a> {
        &mut self.lines[self.at]
    }
    fn end_line(&mut self) -> Res<()> {
        let l = &self.lines[self.at];
        self.at += 1;
        match l.peek() {
            None => Ok(()),
            Some(t) => Err(l.err(&format!("`{t}` is too much"))),
        }
    }
    fn value(&mut self) -> Res<Ref> {
        let t = self.line().next()?;
        if let Some(r) = self.names.get(t) {
            return Ok(*r);
        }
        match constant(t) {
            Some(c) => Ok(self.body.constant(c)),
            None => Err(self.line().err(&format!("`{t}` is not a value"))),
        }
    }
    fn values(&mut self) -> Res<Vec<Ref>> {
        let mut args = Vec::new();
        self.line().expect("(")?;
        while !self.line().accept(")") {
            args.push(self.value()?);
            self.line().accept(",");
        }
        Ok(args)
    }
    fn source(&mut self) -> Res<Source> {
        if self.line().accept("%") {
            return Ok(Source::Virtual(self.line().number()? as u32));
        }
        Ok(Source::Ref(self.value()?))
    }
    fn alloc(&mut self) -> Res<(AllocDesc, Vec<Source>)> {
        let l = self.line();
        let size = l.setting("size")? as u32;
        let type_id = l.setting("id")? as u32;
        let type_ptr = l.setting("type")?;
        let container = l.accept("container");
        let counts_type = l.accept("counted");
        let maker = if l.accept("by") { Some((l.next()?, l.number()? as i64)) } else { None };
        let maker = match maker {
            Some((h, n)) => Some(Maker((self.helpers)(h).ok_or_else(|| format!("no helper `{h}`"))?, n)),
            None => None,
        };
        self.line().expect("{")?;
        let (mut fields, mut values) = (Vec::new(), Vec::new());
        while !self.line().accept("}") {
            fields.push(AllocField { mem: self.line().mem()? });
            self.line().expect(":")?;
            values.push(self.source()?);
            self.line().accept(",");
        }
        Ok((AllocDesc { size, type_id, type_ptr, container, counts_type, maker, fields }, values))
    }
    fn callee(&mut self) -> Res<Callee> {
        let l = self.line();
        let mut c = Callee {
            entry: l.number()?,
            function: l.setting("function")?,
            code: l.setting("code")?,
            call: l.setting("call")?,
            locals: l.setting("locals")? as u32,
            frame_slots: l.setting("slots")? as u32,
            base_slots: l.setting("base")? as u32,
            through: Vec::new(),
        };
        c.through = self.through()?;
        Ok(c)
    }
    fn through(&mut self) -> Res<Vec<Through>> {
        let l = self.line();
        let mut through = Vec::new();
        l.expect("[")?;
        while !l.accept("]") {
            through.push(Through {
                function: l.setting("function")?,
                code: l.setting("code")?,
                call: l.setting("call")?,
                first: l.setting("first")? as u32,
                generator: l.accept("generator"),
            });
            l.accept(",");
        }
        Ok(through)
    }
    fn inst(&mut self) -> Res<Ref> {
        let l = self.line();
        let name = (l.toks.get(1) == Some(&"=")).then(|| l.toks[0]);
        l.at = if name.is_some() { 2 } else { 0 };
        let word = l.next()?;
        let op = Op::from_name(word).ok_or_else(|| l.err(&format!("`{word}` is not an operation")))?;
        let mut args = Vec::new();
        let imm;
        match op {
            Op::Call => {
                let h = l.next()?;
                let helper = (self.helpers)(h).ok_or_else(|| self.line().err(&format!("no helper `{h}`")))?;
                imm = Imm::Helper(helper);
                args = self.values()?;
            }
            Op::Invoke => {
                imm = Imm::Callee(Box::new(self.callee()?));
                args = self.values()?;
            }
            Op::Place => {
                let (call, ended) = (l.setting("call")?, l.accept("ended"));
                imm = Imm::Place(Box::new(Place { call, ended, through: self.through()? }));
                args = self.values()?;
            }
            Op::Alloc => {
                let (desc, values) = self.alloc()?;
                imm = Imm::Alloc(Box::new(desc));
                for v in values {
                    match v {
                        Source::Ref(r) => args.push(r),
                        Source::Virtual(_) => return Err(self.line().err("a virtual in an instruction")),
                    }
                }
            }
            _ => {
                debug_assert!(is_plain(op) || op.shape() == Shape::mem);
                for _ in op.operands() {
                    args.push(self.value()?);
                }
                imm = self.imm(op)?;
            }
        }
        let snap = if op.can_guard() { Some(self.line().snap()?) } else { None };
        let ty = result_type(&self.body, op, &args, &imm);
        let r = self.body.push(Inst { op, ty, args: Args::new(&args), imm, snap });
        if let Some(n) = name {
            self.names.insert(n, r);
        }
        self.end_line()?;
        Ok(r)
    }
    fn imm(&mut self, op: Op) -> Res<Imm> {
        let l = self.line();
        Ok(match (op, op.shape()) {
            (Op::SlotLoad | Op::SlotStore, _) => Imm::Slot { frame: l.number()? as u32, slot: l.slot()? },
            (_, Shape::guardid) => Imm::TypeId(l.number()? as u32),
            (_, Shape::guardword) => {
                let t = l.next()?;
                Imm::Word(constant(t).ok_or_else(|| l.err(&format!("`{t}` is not a word")))?.bits)
            }
            (_, Shape::mem) => Imm::Mem(l.mem()?),
            _ => Imm::None,
        })
    }
    fn snapshot(&mut self, kind: ExitKind) -> Res<Snapshot> {
        let mut s = Snapshot::new(kind, Vec::new());
        while self.head() == "frame" {
            let l = self.line();
            l.expect("frame")?;
            let key = l.number()?;
            let pc = l.setting("pc")? as u32;
            let payload = l.setting("payload")?;
            let depth = l.setting("depth")? as u32;
            l.expect("{")?;
            let mut slots = Vec::new();
            while !self.line().accept("}") {
                let slot = self.line().slot()?;
                self.line().expect(":")?;
                let borrowed = self.line().accept("&");
                slots.push((slot, SlotValue { src: self.source()?, borrowed }));
                self.line().accept(",");
            }
            s.frames.push(FrameState { key, pc, payload, depth, slots });
            self.end_line()?;
        }
        while self.head() == "virtual" {
            self.line().expect("virtual")?;
            let refcount = self.line().setting("rc")? as u32;
            let (desc, values) = self.alloc()?;
            s.virtuals.push(VirtualObject { desc, refcount, values });
            self.end_line()?;
        }
        if self.head() == "increfs" {
            self.line().expect("increfs")?;
            s.increfs = self.values()?;
            self.end_line()?;
        }
        if self.head() == "drops" {
            self.line().expect("drops")?;
            self.line().expect("(")?;
            while !self.line().accept(")") {
                let source = self.source()?;
                s.drops.push(source);
                self.line().accept(",");
            }
            self.end_line()?;
        }
        while self.head() == "stores" {
            self.line().expect("stores")?;
            let (object, value) = (self.value()?, self.value()?);
            s.stores.push(PendingStore { object, value, mem: self.line().mem()? });
            self.end_line()?;
        }
        if self.head() == "handled" {
            self.line().expect("handled")?;
            s.handled = Some(self.source()?);
            self.end_line()?;
        }
        Ok(s)
    }
    fn kind(&mut self) -> Res<ExitKind> {
        let l = self.line();
        match l.next()? {
            "resume" => Ok(ExitKind::Resume),
            "behind" => Ok(ExitKind::Behind),
            "poll" => Ok(ExitKind::Poll),
            "disturbed" => Ok(ExitKind::Disturbed),
            "interpret" => Ok(ExitKind::Interpret),
            "raise" => Ok(ExitKind::Raise),
            "unwind" => Ok(ExitKind::Unwind),
            "return" => Ok(ExitKind::Return),
            "yield" => Ok(ExitKind::Yield),
            t if let Some(cell) = t.strip_prefix("link=0x") => {
                let cell = u64::from_str_radix(cell, 16);
                cell.map(ExitKind::Link).map_err(|_| l.err(&format!("`{t}` has no address")))
            }
            t => Err(l.err(&format!("`{t}` is not a kind of exit"))),
        }
    }
    fn fragment(&mut self) -> Res<Fragment> {
        self.body = Body::default();
        self.names.clear();
        while !matches!(self.head(), "jump" | "exit") {
            if self.head().is_empty() || self.head() == "@" {
                return Err(format!(
                    "line {}: a fragment without end",
                    self.lines.get(self.at).map_or(0, |l| l.no)
                ));
            }
            self.inst()?;
        }
        let word = self.line().next()?;
        let s = self.line().snap()?;
        let term = if word == "jump" { Terminator::Jump(s) } else { Terminator::Exit(s) };
        self.end_line()?;
        while self.head() == "@" {
            let id = self.line().snap()?;
            if id.0 as usize != self.body.snaps.len() {
                return Err(self.line().err("snapshots out of order"));
            }
            let kind = self.kind()?;
            self.end_line()?;
            let s = self.snapshot(kind)?;
            self.body.snaps.push(s);
        }
        Ok(Fragment { body: std::mem::take(&mut self.body), term })
    }
    fn block(&mut self) -> Res<Block> {
        self.line().expect("block")?;
        self.line().block()?;
        let mut block = Block {
            params: Vec::new(),
            insts: Vec::new(),
            term: Term::Exit(SnapId(0)),
            rare: self.line().accept("rare"),
        };
        if self.line().accept("(") {
            while !self.line().accept(")") {
                let name = self.line().next()?;
                self.line().expect(":")?;
                let t = self.line().next()?;
                let ty = Ty::from_name(t).ok_or_else(|| self.line().err("type"))?;
                let r = self.body.push(Inst { ty, ..Inst::new(Op::Param, &[]) });
                self.names.insert(name, r);
                block.params.push(r);
                self.line().accept(",");
            }
        }
        self.end_line()?;
        while !matches!(self.head(), "jump" | "exit" | "") {
            let r = self.inst()?;
            block.insts.push(r);
        }
        block.term = match self.line().next()? {
            "jump" => {
                let to = self.line().block()?;
                let args = if self.line().peek() == Some("(") { self.values()? } else { Vec::new() };
                Term::Jump(to, args)
            }
            _ => Term::Exit(self.line().snap()?),
        };
        self.end_line()?;
        Ok(block)
    }
}

/// Parses the fragments of a region.
///
/// # Errors
/// Says what is wrong in which line.
pub fn region(text: &str, helpers: Helpers<'_>) -> Result<Region, String> {
    let mut p = Parser::new(text, helpers);
    let (mut key, mut entry) = (0, None);
    if p.head() == "region" {
        p.line().expect("region")?;
        key = p.line().number()?;
        if p.line().accept("entry") {
            entry = Some(p.line().number()?);
        }
        p.end_line()?;
    }
    let mut fragments = Vec::new();
    while p.head() == "fragment" {
        p.line().expect("fragment")?;
        let parent = if p.line().accept("root") {
            None
        } else {
            let fragment = p.line().number()? as u32;
            Some(ExitKey { fragment, snap: p.line().snap()? })
        };
        p.end_line()?;
        fragments.push(Attached { fragment: p.fragment()?.into(), parent });
    }
    let mut merges = BTreeMap::new();
    while p.head() == "merge" {
        p.line().expect("merge")?;
        let fragment = p.line().number()? as u32;
        let end = ExitKey { fragment, snap: p.line().snap()? };
        merges.insert(end, p.line().number()? as u32);
        p.end_line()?;
    }
    match p.lines.get(p.at) {
        Some(l) => Err(l.err("expected `fragment`")),
        None if fragments.is_empty() => Err("no fragments".into()),
        None => {
            let mut region = Region::of(key, fragments, merges);
            region.entry = entry;
            Ok(region)
        }
    }
}

/// Parses a graph.
///
/// # Errors
/// Says what is wrong in which line.
pub fn graph(text: &str, helpers: Helpers<'_>) -> Result<Graph, String> {
    let mut p = Parser::new(text, helpers);
    let mut g = Graph::default();
    while p.head() == "block" {
        let b = p.block()?;
        g.blocks.push(b);
    }
    while p.head() == "@" {
        let id = p.line().snap()?;
        p.line().expect("=")?;
        let fragment = p.line().number()? as u32;
        g.origin.push(ExitKey { fragment, snap: p.line().snap()? });
        let kind = p.kind()?;
        if p.line().accept("continues") {
            let b = p.line().block()?;
            g.continued.insert(id, b);
        }
        p.end_line()?;
        let s = p.snapshot(kind)?;
        p.body.snaps.push(s);
    }
    match p.lines.get(p.at) {
        Some(l) => Err(l.err("expected `block` or `@`")),
        None => {
            g.body = p.body;
            Ok(g)
        }
    }
}
