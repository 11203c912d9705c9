//! Escapes that cannot be decoded.

/// CPython's description of the first undecodable escape.
pub(super) fn find_bad_escape(text: &str, bytes_literal: bool) -> Option<String> {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            at += 1;
            continue;
        }
        let kind = bytes.get(at + 1).copied().unwrap_or(0);
        let wanted = match kind {
            b'x' => 2,
            b'u' if !bytes_literal => 4,
            b'U' if !bytes_literal => 8,
            b'N' if !bytes_literal => {
                let close = text[at..].find('}').map(|length| at + length);
                if bytes.get(at + 2) != Some(&b'{') || close.is_none() {
                    let text = format!(
                        "(unicode error) 'unicodeescape' codec can't decode bytes in position {at}-{}: malformed \\N character escape",
                        (at + 1).min(bytes.len() - 1)
                    );
                    return Some(text);
                }
                let end = close.unwrap_or(at);
                return Some(format!(
                    "(unicode error) 'unicodeescape' codec can't decode bytes in position {at}-{end}: unknown Unicode character name"
                ));
            }
            _ => {
                at += 2;
                continue;
            }
        };
        let digits = bytes[at + 2..].iter().take(wanted).take_while(|byte| byte.is_ascii_hexdigit()).count();
        if digits < wanted {
            if bytes_literal {
                return Some(format!("(value error) invalid \\x escape at position {at}"));
            }
            let shape = format!("\\{}{}", char::from(kind), "X".repeat(wanted));
            return Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {at}-{}: truncated {shape} escape",
                at + 1 + digits
            ));
        }
        let value = u32::from_str_radix(&text[at + 2..at + 2 + wanted], 16).unwrap_or(0);
        if value > 0x10_ffff {
            return Some(format!(
                "(unicode error) 'unicodeescape' codec can't decode bytes in position {at}-{}: illegal Unicode character",
                at + 1 + wanted
            ));
        }
        at += 2 + wanted;
    }
    None
}
