//! Strings: literals, f-strings, t-strings.

use ruff_python_ast::{
    AtomicNodeIndex, BytesLiteral, BytesLiteralFlags, BytesLiteralValue, ConversionFlag, Expr, ExprFString,
    ExprTString, FString, FStringFlags, FStringValue, InterpolatedElement, InterpolatedStringElement,
    InterpolatedStringElements, InterpolatedStringFormatSpec, InterpolatedStringLiteralElement,
    StringLiteral, StringLiteralFlags, StringLiteralValue, TString, TStringFlags, TStringValue,
};
use ruff_text_size::{TextRange, TextSize};
use taipan_bytecode::syntax::{Node, Tree};
use taipan_bytecode::{Const, Wtf8Str};

use super::{Reader, Result, as_node, fail, get, int, list};

const NONE: AtomicNodeIndex = AtomicNodeIndex::NONE;

pub(super) fn bytes(b: &[u8], range: TextRange) -> BytesLiteralValue {
    let flags = BytesLiteralFlags::empty();
    BytesLiteralValue::single(BytesLiteral { range, node_index: NONE, value: b.into(), flags })
}

impl Reader {
    pub(super) fn string(&self, s: &Wtf8Str, range: TextRange) -> StringLiteralValue {
        let (value, range) = self.text(s, range, true);
        let flags = StringLiteralFlags::empty();
        StringLiteralValue::single(StringLiteral { range, node_index: NONE, value, flags })
    }

    /// A string for the parser's tree. What that cannot hold is for the compiler to read from the source.
    fn text(&self, s: &Wtf8Str, range: TextRange, quoted: bool) -> (Box<str>, TextRange) {
        if let Some(text) = s.as_str()
            && !text.contains(char::REPLACEMENT_CHARACTER)
        {
            return (text.into(), range);
        }
        let mut shown = String::new();
        let mut written = String::new();
        for point in s.code_points() {
            shown.push(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            written.push_str(&format!("\\U{point:08x}"));
        }
        // The compiler looks at the source where the parser's tree has a replacement character.
        let written = if quoted { format!("\"{written}\"") } else { written };
        (shown.into(), self.append(&written))
    }

    pub(super) fn joined(&self, e: &Node, range: TextRange) -> Result<Expr> {
        let elements = self.elements(e, "values")?;
        let value =
            FStringValue::single(FString { range, node_index: NONE, elements, flags: FStringFlags::empty() });
        Ok(Expr::FString(ExprFString { node_index: NONE, range, value }))
    }

    /// A `FormattedValue` that is in no `JoinedStr`.
    pub(super) fn formatted_alone(&self, e: &Node, range: TextRange) -> Result<Expr> {
        let element = InterpolatedStringElement::Interpolation(self.interpolated(e)?);
        let value = FStringValue::single(FString {
            range,
            node_index: NONE,
            elements: vec![element].into(),
            flags: FStringFlags::empty(),
        });
        Ok(Expr::FString(ExprFString { node_index: NONE, range, value }))
    }

    pub(super) fn template(&self, e: &Node, range: TextRange) -> Result<Expr> {
        let elements = self.elements(e, "values")?;
        let flags = TStringFlags::empty();
        let value = TStringValue::single(TString { range, node_index: NONE, elements, flags });
        Ok(Expr::TString(ExprTString { node_index: NONE, range, value }))
    }

    fn elements(&self, e: &Node, field: &str) -> Result<InterpolatedStringElements> {
        let mut elements = Vec::new();
        for value in list(e, field) {
            let value = as_node(value, "expression")?;
            elements.push(match (value.class, get(value, "value")) {
                ("Constant", Tree::Value(Const::Str(s))) => {
                    let (value, range) = self.text(s, self.range(value), false);
                    let literal = InterpolatedStringLiteralElement { range, node_index: NONE, value };
                    InterpolatedStringElement::Literal(literal)
                }
                ("FormattedValue" | "Interpolation", _) => {
                    InterpolatedStringElement::Interpolation(self.interpolated(value)?)
                }
                _ => return fail(format!("{} with something that is no str", e.class)),
            });
        }
        Ok(elements.into())
    }

    fn interpolated(&self, e: &Node) -> Result<InterpolatedElement> {
        let conversion = match int(e, "conversion") {
            115 => ConversionFlag::Str,
            114 => ConversionFlag::Repr,
            97 => ConversionFlag::Ascii,
            _ => ConversionFlag::None,
        };
        // An interpolation shows its expression as written: its range is where that can be read.
        let range = match get(e, "str") {
            Tree::Value(Const::Str(s)) => self.append(&format!("{{{}}}", s.as_str().unwrap_or_default())),
            _ => self.range(e),
        };
        let format_spec = match get(e, "format_spec") {
            Tree::Node(spec) => Some(Box::new(InterpolatedStringFormatSpec {
                range: behind_colon(self.range(spec)),
                node_index: NONE,
                elements: self.elements(spec, "values")?,
            })),
            _ => None,
        };
        Ok(InterpolatedElement {
            range,
            node_index: NONE,
            expression: self.boxed(e, "value")?,
            debug_text: None,
            conversion,
            format_spec,
        })
    }
}

/// The node begins with the colon, the parser's behind it.
fn behind_colon(range: TextRange) -> TextRange {
    let start = range.start() + TextSize::new(u32::from(!range.is_empty()));
    TextRange::new(start, range.end())
}
