//! Rust source with comments and literals blanked out, so that words can be searched in code alone.

/// The source with every comment, string and character literal replaced by spaces; line breaks
/// stay, so that line numbers hold.
pub fn code_only(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let end = match bytes[i] {
            b'/' if bytes.get(i + 1) == Some(&b'/') => end_of_line(bytes, i),
            b'/' if bytes.get(i + 1) == Some(&b'*') => end_of_block_comment(bytes, i),
            b'"' => end_of_string(bytes, i),
            b'r' if !in_word(bytes, i) => raw_string(bytes, i).unwrap_or(i),
            b'\'' => char_literal(bytes, i).unwrap_or(i),
            _ => i,
        };
        if end == i {
            out.push(bytes[i]);
            i += 1;
        } else {
            out.extend(bytes[i..end].iter().map(|&byte| if byte == b'\n' { b'\n' } else { b' ' }));
            i = end;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// The numbers (from 1) of the lines that hold `word` as a whole word.
pub fn lines_with_word(code: &str, word: &str) -> Vec<usize> {
    let has = |line: &str| {
        line.match_indices(word).any(|(at, _)| {
            let bytes = line.as_bytes();
            let after = bytes.get(at + word.len()).copied().unwrap_or(b' ');
            !in_word(bytes, at) && !is_word(after)
        })
    };
    code.lines().enumerate().filter(|(_, line)| has(line)).map(|(index, _)| index + 1).collect()
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Whether the byte before `i` belongs to a word.
fn in_word(bytes: &[u8], i: usize) -> bool {
    i > 0 && is_word(bytes[i - 1])
}

fn end_of_line(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |at| start + at)
}

/// Block comments nest.
fn end_of_block_comment(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut i = start;
    while i < bytes.len() {
        match &bytes[i..(i + 2).min(bytes.len())] {
            b"/*" => {
                depth += 1;
                i += 2;
            }
            b"*/" => {
                depth -= 1;
                i += 2;
                if depth == 0 {
                    return i;
                }
            }
            _ => i += 1,
        }
    }
    bytes.len()
}

fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut i = start + 1;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 2,
            b'"' => return i + 1,
            _ => i += 1,
        }
    }
    bytes.len()
}

/// The end of `r"…"` or `r#"…"#` that starts at `start`, if one does.
fn raw_string(bytes: &[u8], start: usize) -> Option<usize> {
    let hashes = bytes[start + 1..].iter().take_while(|&&byte| byte == b'#').count();
    let open = start + 1 + hashes;
    if bytes.get(open) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    let at = bytes[open + 1..].windows(close.len()).position(|window| window == close)?;
    Some(open + 1 + at + close.len())
}

/// The end of the character literal at `start`; a lifetime is none.
fn char_literal(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        let at = bytes[start + 3..].iter().position(|&byte| byte == b'\'')?;
        return Some(start + 3 + at + 1);
    }
    let rest = bytes.get(start + 1..(start + 6).min(bytes.len()))?;
    let width = std::str::from_utf8(rest)
        .or_else(|error| std::str::from_utf8(&rest[..error.valid_up_to()]))
        .ok()?
        .chars()
        .next()?
        .len_utf8();
    (bytes.get(start + 1 + width) == Some(&b'\'')).then_some(start + width + 2)
}

#[cfg(test)]
mod checks {
    use super::{code_only, lines_with_word};

    #[test]
    fn literals_and_comments_are_blank() {
        let source = "let a = \"unsafe\"; // unsafe\n/* unsafe /* nested */ unsafe */ let b = 'u';\n\
                      let c = r#\"unsafe \" \"#; let d: &'a str = '\\''; unsafe { f::<'a>() }\n";
        let code = code_only(source);
        assert_eq!(lines_with_word(&code, "unsafe"), [3]);
        assert_eq!(code.lines().count(), 3);
        assert!(code.contains("&'a str"));
    }

    #[test]
    fn words_are_whole() {
        assert_eq!(lines_with_word("unsafe_op()\nnot_unsafe\nunsafe\n", "unsafe"), [3]);
    }
}
