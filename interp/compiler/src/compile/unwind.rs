//! Leaving statements early: what `break`, `continue` and `return` do on their way out.

use taipan_bytecode::Opcode;

use super::Compiler;
use super::unit::{BlockKind, FrameBlock};
use crate::assemble::{HandlerId, Label, Loc};
use crate::error::Result;

/// The enclosing statements and handlers, while a way out of them is emitted.
pub(super) struct Unwound<'a> {
    blocks: Vec<FrameBlock<'a>>,
    handlers: Vec<HandlerId>,
}

impl<'a> Compiler<'a> {
    pub(super) fn push_block(&mut self, kind: BlockKind<'a>, start: Label, exit: Label) {
        self.unit().blocks.push(FrameBlock { kind, start, exit });
    }

    pub(super) fn pop_block(&mut self) {
        self.unit().blocks.pop();
    }

    /// Emits what leaving the enclosing statements needs, from the innermost outward, up to and without the nearest
    /// loop if `to_loop`; gives that loop, and what [`rewound`](Self::rewound) puts back when the way out is emitted.
    pub(super) fn unwind(
        &mut self,
        preserve: bool,
        to_loop: bool,
        loc: Loc,
    ) -> Result<(Option<FrameBlock<'a>>, Unwound<'a>)> {
        let blocks = self.unit_ref().blocks.clone();
        let handlers = self.unit_ref().asm.active_handlers();
        let mut found = None;
        while let Some(block) = self.unit().blocks.pop() {
            if to_loop && matches!(block.kind, BlockKind::While | BlockKind::For | BlockKind::AsyncFor) {
                found = Some(block);
                break;
            }
            if matches!(block.kind, BlockKind::ExceptionGroupHandler) {
                let range = ruff_text_size::TextRange::new(loc.start.into(), loc.end.into());
                let text = "'break', 'continue' and 'return' cannot appear in an except* block";
                return self.error(text, &range);
            }
            self.unwind_block(&block, preserve, loc)?;
        }
        Ok((found, Unwound { blocks, handlers }))
    }

    /// Ends the way out: what follows is inside the enclosing statements again.
    pub(super) fn rewound(&mut self, unwound: Unwound<'a>) {
        self.unit().blocks = unwound.blocks;
        self.unit().asm.restore_handlers(unwound.handlers);
    }

    /// Leaves one block; with `preserve` the value on top of the stack stays there.
    pub(super) fn unwind_block(&mut self, block: &FrameBlock<'a>, preserve: bool, loc: Loc) -> Result<()> {
        match &block.kind {
            BlockKind::While | BlockKind::ExceptionHandler | BlockKind::ExceptionGroupHandler => {}
            BlockKind::For | BlockKind::AsyncFor => {
                self.swap_if(preserve, loc);
                self.op(Opcode::POP_ITER, loc);
            }
            BlockKind::TryExcept => self.pop_handler(),
            BlockKind::FinallyTry(body) => {
                self.pop_handler();
                if preserve {
                    self.push_block(BlockKind::PopValue, block.start, block.exit);
                }
                self.statements(body)?;
                if preserve {
                    self.pop_block();
                }
            }
            BlockKind::FinallyEnd => {
                self.swap_if(preserve, loc);
                self.op(Opcode::POP_TOP, loc);
                self.swap_if(preserve, loc);
                self.pop_handler();
                self.op(Opcode::POP_EXCEPT, loc);
            }
            BlockKind::With { is_async, loc: with } => {
                self.pop_handler();
                if preserve {
                    self.op_int(Opcode::SWAP, 3, *with);
                    self.op_int(Opcode::SWAP, 2, *with);
                }
                self.call_exit_with_nones(*with);
                if *is_async {
                    self.await_value(2, *with);
                }
                self.op(Opcode::POP_TOP, *with);
            }
            BlockKind::HandlerCleanup(name) => {
                if name.is_some() {
                    self.pop_handler();
                }
                self.swap_if(preserve, loc);
                self.pop_handler();
                self.op(Opcode::POP_EXCEPT, loc);
                if let Some(name) = name {
                    self.clear_name(name, loc)?;
                }
            }
            BlockKind::PopValue => {
                self.swap_if(preserve, loc);
                self.op(Opcode::POP_TOP, loc);
            }
        }
        Ok(())
    }

    fn swap_if(&mut self, preserve: bool, loc: Loc) {
        if preserve {
            self.op_int(Opcode::SWAP, 2, loc);
        }
    }
}
