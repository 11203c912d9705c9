//! `"..." % (a, b)` with a constant format and a tuple display becomes an f-string, as in CPython's AST optimizer.

use ruff_python_ast::{Expr, ExprBinOp, Operator};
use taipan_bytecode::{Const, Opcode, Wtf8Str};

use super::{Compiler, STACK_USE_GUIDELINE};
use crate::assemble::Loc;
use crate::error::Result;

/// One directive of a simple format.
struct Directive {
    /// Literal text before it.
    text: Vec<u8>,
    /// 1 str, 2 repr, 3 ascii.
    conversion: u32,
    spec: String,
}

impl<'a> Compiler<'a> {
    /// Compiles the formatting if it is simple enough; whether it was.
    pub(super) fn percent_format(&mut self, node: &'a ExprBinOp) -> Result<bool> {
        if node.op != Operator::Mod {
            return Ok(false);
        }
        let (Expr::StringLiteral(format), Expr::Tuple(arguments)) = (&*node.left, &*node.right) else {
            return Ok(false);
        };
        let count = arguments.elts.len();
        if arguments.elts.iter().any(Expr::is_starred_expr) || count == 0 || 2 * count >= STACK_USE_GUIDELINE
        {
            return Ok(false);
        }
        let format = crate::literal::string_value(self.source, format);
        let Some((directives, rest)) = parse(format.as_bytes()).filter(|(list, _)| list.len() == count)
        else {
            return Ok(false);
        };
        let loc = Loc::from(node);
        let mut pieces = 0;
        for (directive, argument) in directives.into_iter().zip(&arguments.elts) {
            if !directive.text.is_empty() {
                self.load_const(Const::Str(Wtf8Str::from_wtf8_bytes(directive.text)), loc);
                pieces += 1;
            }
            let at = Loc::from(argument);
            self.expr(argument)?;
            self.op_int(Opcode::CONVERT_VALUE, directive.conversion, at);
            if directive.spec.is_empty() {
                self.op(Opcode::FORMAT_SIMPLE, at);
            } else {
                self.load_str(&directive.spec, at);
                self.op(Opcode::FORMAT_WITH_SPEC, at);
            }
            pieces += 1;
        }
        if !rest.is_empty() {
            self.load_const(Const::Str(Wtf8Str::from_wtf8_bytes(rest)), loc);
            pieces += 1;
        }
        if pieces > 1 {
            self.op_int(Opcode::BUILD_STRING, pieces, loc);
        }
        Ok(true)
    }
}

/// The directives of a format of `%s`, `%r` and `%a` with flags and widths only, and the text after the last.
fn parse(format: &[u8]) -> Option<(Vec<Directive>, Vec<u8>)> {
    const MAX_DIGITS: usize = 3;
    let (mut directives, mut text) = (Vec::new(), Vec::new());
    let mut bytes = format.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            text.push(byte);
            continue;
        }
        if bytes.next_if_eq(&b'%').is_some() {
            text.push(b'%');
            continue;
        }
        let mut left = false;
        while let Some(flag) = bytes.next_if(|byte| b"- #+0".contains(byte)) {
            if flag != b'-' {
                // The others mean nothing for %s, but a `0` may begin a width of digits.
                return None;
            }
            left = true;
        }
        let mut digits = || {
            let mut number = String::new();
            while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                number.push(char::from(digit));
            }
            number
        };
        let width = digits();
        let mut precision = None;
        if bytes.next_if_eq(&b'.').is_some() {
            let mut number = String::new();
            while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
                number.push(char::from(digit));
            }
            precision = Some(number);
        }
        if width.len() > MAX_DIGITS || precision.as_ref().is_some_and(|number| number.len() > MAX_DIGITS) {
            return None;
        }
        let conversion = match bytes.next()? {
            b's' => 1,
            b'r' => 2,
            b'a' => 3,
            _ => return None,
        };
        let mut spec = String::new();
        if !width.is_empty() {
            spec.push(if left { '<' } else { '>' });
            spec.push_str(&width);
        }
        if let Some(precision) = precision {
            spec.push('.');
            spec.push_str(if precision.is_empty() { "0" } else { &precision });
        }
        directives.push(Directive { text: std::mem::take(&mut text), conversion, spec });
    }
    Some((directives, text))
}
