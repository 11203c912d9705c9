//! Quoted-printable.

/// How to encode.
#[derive(Clone, Copy)]
pub struct Style {
    pub quote_tabs: bool,
    pub is_text: bool,
    pub header: bool,
}

const MAX_LINE: usize = 76;

fn hex_digit(b: u8) -> Option<u8> {
    (b as char).to_digit(16).map(|d| d as u8)
}

pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len());
    let mut i = 0;
    while i < data.len() {
        match data[i] {
            b'=' => {
                i += 1;
                match (data.get(i), data.get(i + 1)) {
                    (None, _) => {}
                    (Some(b'\n' | b'\r'), _) => {
                        // A soft line break.
                        i += data[i..].iter().position(|&b| b == b'\n').map_or(data.len() - i, |n| n + 1);
                    }
                    (Some(b'='), _) => {
                        out.push(b'=');
                        i += 1;
                    }
                    (Some(&a), Some(&b)) => match (hex_digit(a), hex_digit(b)) {
                        (Some(high), Some(low)) => {
                            out.push(high << 4 | low);
                            i += 2;
                        }
                        _ => out.push(b'='),
                    },
                    (Some(_), None) => out.push(b'='),
                }
            }
            b'_' if header => {
                out.push(b' ');
                i += 1;
            }
            b => {
                out.push(b);
                i += 1;
            }
        }
    }
    out
}

fn must_quote(data: &[u8], i: usize, line: usize, style: Style) -> bool {
    let b = data[i];
    let at_end = i + 1 == data.len();
    b > 126
        || b == b'='
        || style.header && b == b'_'
        || b == b'.' && line == 0 && (at_end || matches!(data.get(i + 1), Some(b'\n' | b'\r' | 0)))
        || !style.is_text && matches!(b, b'\r' | b'\n')
        || matches!(b, b'\t' | b' ') && at_end
        || b < 33 && !matches!(b, b'\r' | b'\n' | b'\t' | b' ')
        || b < 33 && !matches!(b, b'\r' | b'\n') && style.quote_tabs
}

fn push_quoted(out: &mut Vec<u8>, b: u8) {
    out.extend(format!("={b:02X}").bytes());
}

pub fn encode(data: &[u8], style: Style) -> Vec<u8> {
    let crlf = data.iter().position(|&b| b == b'\n').is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let line_end: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let mut out = Vec::with_capacity(data.len() * 2);
    let (mut i, mut line) = (0, 0);
    while i < data.len() {
        let b = data[i];
        if must_quote(data, i, line, style) {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(line_end);
                line = 0;
            }
            push_quoted(&mut out, b);
            line += 3;
            i += 1;
            continue;
        }
        let newline = b == b'\n' || b == b'\r' && data.get(i + 1) == Some(&b'\n');
        if style.is_text && newline {
            // White space at the end of a line is encoded.
            if let Some(&last @ (b' ' | b'\t')) = out.last() {
                out.pop();
                push_quoted(&mut out, last);
            }
            out.extend_from_slice(line_end);
            line = 0;
            i += if b == b'\r' { 2 } else { 1 };
            continue;
        }
        let next_ends = i + 1 == data.len() || data[i + 1] == b'\n';
        if !next_ends && line + 1 >= MAX_LINE {
            out.push(b'=');
            out.extend_from_slice(line_end);
            line = 0;
        }
        line += 1;
        out.push(if style.header && b == b' ' { b'_' } else { b });
        i += 1;
    }
    out
}
