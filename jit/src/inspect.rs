//! Seeing what was compiled: texts of every stage.

use capstone::prelude::*;

use crate::exits::{ExitDesc, ExitSource};
use crate::ir::text;

/// The stages of a compilation, as text.
#[derive(Clone, Debug, Default)]
pub struct Dumps {
    /// The recorded fragments.
    pub ir: String,
    /// The optimized graph.
    pub opt: String,
    /// Cranelift's input.
    pub clif: String,
    /// The machine code, disassembled.
    pub asm: String,
    /// The exits.
    pub exits: String,
}

/// Disassembles machine code of this processor that lies at `address`.
///
/// # Errors
/// Where capstone fails.
pub fn disassemble(code: &[u8], address: usize) -> Result<String, capstone::Error> {
    #[cfg(target_arch = "x86_64")]
    let cs = Capstone::new()
        .x86()
        .mode(arch::x86::ArchMode::Mode64)
        .syntax(arch::x86::ArchSyntax::Intel)
        .build()?;
    #[cfg(target_arch = "aarch64")]
    let cs = Capstone::new().arm64().mode(arch::arm64::ArchMode::Arm).build()?;
    let mut out = String::new();
    for i in cs.disasm_all(code, address as u64)?.iter() {
        let (name, operands) = (i.mnemonic().unwrap_or("?"), i.op_str().unwrap_or(""));
        out += &format!("{:#x}  {name} {operands}\n", i.address());
    }
    Ok(out)
}

/// The text of a region's exits.
pub fn exits(exits: &[ExitDesc]) -> String {
    let src = |s: &ExitSource| match s {
        ExitSource::Const(c) => text::constant(*c),
        ExitSource::Word { index, ty } => format!("[{index}]:{}", ty.name()),
        ExitSource::Virtual(i) => format!("%{i}"),
    };
    let mut out = String::new();
    for (i, e) in exits.iter().enumerate() {
        let (guards, from) = (e.guards(), e.source);
        out += &format!("exit {i} of {}@{} ({guards}) {:?}\n", from.fragment, from.snap.0, e.kind);
        for f in &e.frames {
            let slots: Vec<String> = f
                .slots
                .iter()
                .map(|(s, v)| format!("{s}: {}{}", if v.borrowed { "&" } else { "" }, src(&v.src)))
                .collect();
            out += &format!("  frame {:#x} pc={} depth={} {{{}}}\n", f.key, f.pc, f.depth, slots.join(", "));
        }
        for (n, v) in e.virtuals.iter().enumerate() {
            let values: Vec<String> = v
                .desc
                .fields
                .iter()
                .zip(&v.values)
                .map(|(f, x)| format!("+{}: {}", f.mem.offset, src(x)))
                .collect();
            let (size, id) = (v.desc.size, v.desc.type_id);
            out += &format!("  %{n} size={size} id={id} rc={} {{{}}}\n", v.refcount, values.join(", "));
        }
        if !e.increfs.is_empty() {
            out += &format!("  increfs {}\n", e.increfs.iter().map(src).collect::<Vec<_>>().join(", "));
        }
        if !e.drops.is_empty() {
            out += &format!("  drops {}\n", e.drops.iter().map(src).collect::<Vec<_>>().join(", "));
        }
        for s in &e.stores {
            out += &format!("  stores {} at {} +{}\n", src(&s.value), src(&s.object), s.mem.offset);
        }
    }
    out
}
