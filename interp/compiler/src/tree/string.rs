//! Strings: literals, f-strings, t-strings.

use ruff_python_ast::{
    ConversionFlag, ExprBytesLiteral, ExprFString, ExprStringLiteral, ExprTString, FStringPart,
    InterpolatedElement, InterpolatedStringElement, InterpolatedStringElements,
};
use ruff_text_size::{Ranged, TextRange};
use taipan_bytecode::syntax::Tree;
use taipan_bytecode::{Const, Wtf8Str};

use super::{Builder, int, text};
use crate::error::Result;
use crate::literal;

/// The values of a `JoinedStr` or `TemplateStr`; neighbouring literal text becomes one `Constant`.
struct Joined {
    values: Vec<Tree>,
    text: Vec<u8>,
    range: Option<TextRange>,
    kind_u: bool,
}

impl Joined {
    fn new() -> Joined {
        Joined { values: Vec::new(), text: Vec::new(), range: None, kind_u: false }
    }

    fn push_text(&mut self, bytes: &[u8], range: TextRange) {
        self.text.extend_from_slice(bytes);
        self.range = Some(self.range.map_or(range, |before| before.cover(range)));
    }

    fn flush(&mut self, b: &Builder<'_>) {
        let bytes = std::mem::take(&mut self.text);
        if let Some(range) = self.range.take().filter(|_| !bytes.is_empty()) {
            let kind = if self.kind_u { text("u") } else { Tree::None };
            self.values.push(b.constant(range, Const::Str(Wtf8Str::from_wtf8_bytes(bytes)), kind));
        }
        self.kind_u = false;
    }

    fn finish(mut self, b: &Builder<'_>) -> Tree {
        self.flush(b);
        Tree::List(self.values)
    }
}

impl Builder<'_> {
    pub(super) fn string(&self, s: &ExprStringLiteral) -> Tree {
        let kind = if s.value.iter().next().is_some_and(|part| part.flags.prefix().is_unicode()) {
            text("u")
        } else {
            Tree::None
        };
        self.constant(s.range, Const::Str(literal::string_value(self.source, s)), kind)
    }

    pub(super) fn bytes(&self, s: &ExprBytesLiteral) -> Tree {
        let bytes: Vec<u8> = s.value.bytes().collect();
        self.constant(s.range, Const::Bytes(bytes.into()), Tree::None)
    }

    pub(super) fn f_string(&self, s: &ExprFString) -> Result<Tree> {
        let mut joined = Joined::new();
        for part in s.value.as_slice() {
            match part {
                FStringPart::Literal(part) => {
                    joined.kind_u |= joined.text.is_empty() && part.flags.prefix().is_unicode();
                    joined.push_text(literal::part_value(self.source, part).as_bytes(), part.range());
                }
                FStringPart::FString(part) => {
                    self.elements(&part.elements, part.flags.prefix().is_raw(), &mut joined, false)?;
                }
            }
        }
        Ok(self.node("JoinedStr", s.range, vec![("values", joined.finish(self))]))
    }

    pub(super) fn t_string(&self, s: &ExprTString) -> Result<Tree> {
        let mut joined = Joined::new();
        for part in s.value.as_slice() {
            self.elements(&part.elements, part.flags.prefix().is_raw(), &mut joined, true)?;
        }
        Ok(self.node("TemplateStr", s.range, vec![("values", joined.finish(self))]))
    }

    fn elements(
        &self,
        elements: &InterpolatedStringElements,
        raw: bool,
        joined: &mut Joined,
        template: bool,
    ) -> Result<()> {
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(part) => {
                    let value = literal::interpolated_text(self.source, part, raw);
                    joined.push_text(value.as_bytes(), part.range());
                }
                InterpolatedStringElement::Interpolation(node) => {
                    if let Some(debug) = &node.debug_text {
                        joined.push_text(debug.as_str().as_bytes(), node.range());
                    }
                    joined.flush(self);
                    joined.values.push(self.interpolated(node, raw, template)?);
                }
            }
        }
        Ok(())
    }

    fn interpolated(&self, node: &InterpolatedElement, raw: bool, template: bool) -> Result<Tree> {
        let conversion = match node.conversion {
            ConversionFlag::None if node.debug_text.is_some() && node.format_spec.is_none() => 'r' as i64,
            ConversionFlag::None => -1,
            ConversionFlag::Str => 's' as i64,
            ConversionFlag::Repr => 'r' as i64,
            ConversionFlag::Ascii => 'a' as i64,
        };
        let spec = self.opt(node.format_spec.as_deref(), |spec| {
            let mut joined = Joined::new();
            self.elements(&spec.elements, raw, &mut joined, template)?;
            // The node begins with the colon.
            let range =
                TextRange::new(spec.range.start() - ruff_text_size::TextSize::from(1), spec.range.end());
            Ok(self.node("JoinedStr", range, vec![("values", joined.finish(self))]))
        })?;
        let mut fields = vec![("value", self.expr(&node.expression)?)];
        if template {
            fields.push(("str", text(&crate::compile::fstring::interpolation_source(self.source, node))));
        }
        fields.push(("conversion", int(conversion)));
        fields.push(("format_spec", spec));
        Ok(self.node(if template { "Interpolation" } else { "FormattedValue" }, node.range(), fields))
    }
}
