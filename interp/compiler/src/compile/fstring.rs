//! f-strings and t-strings.

use ruff_python_ast::{
    ConversionFlag, ExprFString, ExprTString, FStringPart, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringElements,
};
use ruff_text_size::Ranged;
use taipan_bytecode::{Const, Opcode, Wtf8Str};

use super::{Compiler, STACK_USE_GUIDELINE};
use crate::assemble::Loc;
use crate::error::Result;
use crate::literal;

/// Literal text (WTF-8) that waits to be pushed, and how many pieces lie on the stack.
#[derive(Default)]
struct Pieces {
    text: Vec<u8>,
    count: u32,
}

impl<'a> Compiler<'a> {
    pub(super) fn f_string(&mut self, node: &'a ExprFString) -> Result<()> {
        let loc = Loc::from(node);
        let mut pieces = Pieces::default();
        for part in node.value.as_slice() {
            match part {
                FStringPart::Literal(text) => {
                    pieces.text.extend_from_slice(literal::part_value(self.source, text).as_bytes());
                }
                FStringPart::FString(part) => {
                    let raw = part.flags.prefix().is_raw();
                    self.elements(&part.elements, raw, &mut pieces, loc)?;
                }
            }
        }
        self.join(pieces, loc);
        Ok(())
    }

    fn elements(
        &mut self,
        elements: &'a InterpolatedStringElements,
        raw: bool,
        pieces: &mut Pieces,
        loc: Loc,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(text) => {
                    let value = literal::interpolated_text(self.source, text, raw);
                    pieces.text.extend_from_slice(value.as_bytes());
                }
                InterpolatedStringElement::Interpolation(node) => {
                    if let Some(debug) = &node.debug_text {
                        pieces.text.extend_from_slice(debug.as_str().as_bytes());
                    }
                    self.flush(pieces, loc);
                    self.formatted(node, raw)?;
                    self.count_piece(pieces, loc);
                }
            }
        }
        Ok(())
    }

    /// Pushes the literal text that has come together.
    fn flush(&mut self, pieces: &mut Pieces, loc: Loc) {
        if !pieces.text.is_empty() {
            let text = std::mem::take(&mut pieces.text);
            self.load_const(Const::Str(Wtf8Str::from_wtf8_bytes(text)), loc);
            self.count_piece(pieces, loc);
        }
    }

    /// One more piece on the stack; many are joined early, so that the stack stays small.
    fn count_piece(&mut self, pieces: &mut Pieces, loc: Loc) {
        pieces.count += 1;
        if pieces.count as usize > STACK_USE_GUIDELINE {
            self.op_int(Opcode::BUILD_STRING, pieces.count, loc);
            pieces.count = 1;
        }
    }

    fn join(&mut self, mut pieces: Pieces, loc: Loc) {
        self.flush(&mut pieces, loc);
        match pieces.count {
            0 => self.load_str("", loc),
            1 => {}
            count => self.op_int(Opcode::BUILD_STRING, count, loc),
        }
    }

    /// `{value!r:spec}`.
    fn formatted(&mut self, node: &'a InterpolatedElement, raw: bool) -> Result<()> {
        let loc = Loc::from(node);
        self.expr(&node.expression)?;
        let conversion = conversion(node);
        if conversion != 0 {
            self.op_int(Opcode::CONVERT_VALUE, conversion, loc);
        }
        match &node.format_spec {
            Some(spec) => {
                self.spec(&spec.elements, raw, Loc::from(&**spec))?;
                self.op(Opcode::FORMAT_WITH_SPEC, loc);
            }
            None => self.op(Opcode::FORMAT_SIMPLE, loc),
        }
        Ok(())
    }

    fn spec(&mut self, elements: &'a InterpolatedStringElements, raw: bool, loc: Loc) -> Result<()> {
        let mut pieces = Pieces::default();
        self.elements(elements, raw, &mut pieces, loc)?;
        self.join(pieces, loc);
        Ok(())
    }

    pub(super) fn t_string(&mut self, node: &'a ExprTString) -> Result<()> {
        let loc = Loc::from(node);
        let mut strings: Vec<Const> = Vec::new();
        let mut text = Vec::new();
        let mut interpolations: Vec<(&'a InterpolatedElement, bool)> = Vec::new();
        for part in node.value.as_slice() {
            let raw = part.flags.prefix().is_raw();
            for element in &part.elements {
                match element {
                    InterpolatedStringElement::Literal(literal) => {
                        let value = literal::interpolated_text(self.source, literal, raw);
                        text.extend_from_slice(value.as_bytes());
                    }
                    InterpolatedStringElement::Interpolation(node) => {
                        if let Some(debug) = &node.debug_text {
                            text.extend_from_slice(debug.as_str().as_bytes());
                        }
                        strings.push(Const::Str(Wtf8Str::from_wtf8_bytes(std::mem::take(&mut text))));
                        interpolations.push((node, raw));
                    }
                }
            }
        }
        strings.push(Const::Str(Wtf8Str::from_wtf8_bytes(text)));
        self.load_const(Const::Tuple(strings.into()), loc);
        let big = interpolations.len() > STACK_USE_GUIDELINE;
        if big {
            self.op_int(Opcode::BUILD_LIST, 0, loc);
        }
        let count = interpolations.len() as u32;
        for (node, raw) in interpolations {
            self.interpolation(node, raw)?;
            if big {
                self.op_int(Opcode::LIST_APPEND, 1, loc);
            }
        }
        if big {
            self.op(Opcode::LIST_TO_TUPLE, loc);
        } else {
            self.op_int(Opcode::BUILD_TUPLE, count, loc);
        }
        self.op(Opcode::BUILD_TEMPLATE, loc);
        Ok(())
    }

    fn interpolation(&mut self, node: &'a InterpolatedElement, raw: bool) -> Result<()> {
        let loc = Loc::from(node);
        self.expr(&node.expression)?;
        let text = interpolation_source(self.source, node);
        self.load_str(&text, loc);
        let mut arg = conversion(node) << 2;
        if let Some(spec) = &node.format_spec {
            self.spec(&spec.elements, raw, Loc::from(&**spec))?;
            arg |= 1;
        }
        self.op_int(Opcode::BUILD_INTERPOLATION, arg, loc);
        Ok(())
    }
}

/// The text of the expression as written, without the space round it.
pub(crate) fn interpolation_source(source: &str, node: &InterpolatedElement) -> String {
    if let Some(debug) = &node.debug_text {
        let text = debug.as_str().trim_end();
        return text.strip_suffix('=').unwrap_or(text).trim().to_owned();
    }
    let start = node.range().start().to_usize() + 1;
    let whole = &source[start..node.range().end().to_usize()];
    // The expression may be in parentheses that its own range leaves out; what ends it is at nesting depth 0.
    let Some(from) = node.expression.range().end().to_usize().checked_sub(start) else {
        // Of a tree that is no parser's, the text stands where the expression is not.
        return whole.trim_end_matches('}').to_owned();
    };
    let mut end = from;
    for (at, c) in whole[from..].char_indices() {
        if matches!(c, '!' | ':' | '}') {
            end = from + at;
            break;
        }
    }
    whole[..end].trim().to_owned()
}

fn conversion(node: &InterpolatedElement) -> u32 {
    match node.conversion {
        // `{x=}` without a format means repr.
        ConversionFlag::None if node.debug_text.is_some() && node.format_spec.is_none() => 2,
        ConversionFlag::None => 0,
        ConversionFlag::Str => 1,
        ConversionFlag::Repr => 2,
        ConversionFlag::Ascii => 3,
    }
}
