//! Numbers in the tokenizer.

use super::tokens::{Kind, Lexer};
use crate::error::Result;

impl Lexer<'_> {
    pub fn number(&mut self) -> Result<()> {
        let start = self.at;
        if self.peek(0) == b'0' && matches!(self.peek(1) | 0x20, b'x' | b'o' | b'b') {
            let (kind, name, radix) = match self.peek(1) | 0x20 {
                b'x' => ("hexadecimal", 'x', 16),
                b'o' => ("octal", 'o', 8),
                _ => ("binary", 'b', 2),
            };
            self.at += 2;
            let _ = name;
            self.based_digits(kind, radix)?;
        } else {
            self.decimal(start)?;
        }
        self.push(Kind::Number, start);
        Ok(())
    }

    fn based_digits(&mut self, kind: &str, radix: u32) -> Result<()> {
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            let byte = self.peek(0);
            if !char::from(byte).is_digit(radix) {
                if byte.is_ascii_digit() {
                    let text = format!("invalid digit '{}' in {kind} literal", char::from(byte));
                    return self.fail(text, self.at, self.at + 1);
                }
                return self.fail(format!("invalid {kind} literal"), self.at.saturating_sub(1), self.at);
            }
            while char::from(self.peek(0)).is_digit(radix) {
                self.at += 1;
            }
            if self.peek(0) == b'_' {
                continue;
            }
            let byte = self.peek(0);
            if byte.is_ascii_digit() {
                let text = format!("invalid digit '{}' in {kind} literal", char::from(byte));
                return self.fail(text, self.at, self.at + 1);
            }
            return self.verify_end(kind);
        }
    }

    fn digits(&mut self) -> Result<()> {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return Ok(());
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return self.fail("invalid decimal literal", self.at - 1, self.at);
            }
        }
    }

    fn decimal(&mut self, start: usize) -> Result<()> {
        let mut float = false;
        if self.peek(0) != b'.' {
            self.digits()?;
        }
        if self.peek(0) == b'.' {
            float = true;
            self.at += 1;
            if self.peek(0).is_ascii_digit() {
                self.digits()?;
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                float = true;
                self.at += 1 + sign;
                self.digits()?;
            } else if sign == 1 {
                self.at += 1;
                return self.fail("invalid decimal literal", self.at - 1, self.at);
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            self.at += 1;
            return self.verify_end("imaginary");
        }
        let digits = &self.bytes[start..self.at];
        let zeros = digits.iter().take_while(|&&byte| byte == b'0' || byte == b'_').count();
        if !self.lenient && !float && digits.len() > 1 && digits[0] == b'0' && zeros < digits.len() {
            let text = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            return self.fail(text, start, start + zeros);
        }
        self.verify_end("decimal")
    }

    /// A number must not run into a name, except into a keyword that may follow it.
    fn verify_end(&mut self, kind: &str) -> Result<()> {
        const KEYWORDS: [&str; 9] = ["and", "else", "for", "if", "in", "is", "not", "or", "_"];
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return Ok(()) };
        if self.lenient
            || !(first.is_alphanumeric() || first == '_')
            || KEYWORDS[..8].iter().any(|word| rest.starts_with(word))
        {
            return Ok(());
        }
        self.fail(format!("invalid {kind} literal"), self.at - 1, self.at)
    }
}
