//! The entries of a traceback: file, line, function, source lines, carets.

use super::anchors::{Anchors, find, is_plain_call};
use super::quietly;
use super::width::columns;
use crate::object::P;
use crate::runtime::runtime;
use crate::types::traceback::Traceback;
use std::collections::BTreeSet;

/// Entries for the same line that are shown before they are counted only.
const CUTOFF: usize = 3;

/// One entry.
struct Entry {
    filename: String,
    name: String,
    line: Option<i64>,
    end_line: Option<u32>,
    col: Option<u32>,
    end_col: Option<u32>,
    /// The lines of code that is in no file.
    lines: Option<Vec<String>>,
}

fn entry(tb: P<Traceback>) -> Option<Entry> {
    let code = quietly(tb.code())?;
    let position = quietly(tb.position()).unwrap_or_default();
    let line = match position.line {
        Some(l) => Some(i64::from(l)),
        None => quietly(tb.line()).flatten().map(i64::from),
    };
    Some(Entry {
        filename: code.code.filename.to_string(),
        name: code.code.name.to_string(),
        line,
        end_line: position.end_line,
        col: position.col,
        end_col: position.end_col,
        lines: runtime().sources.lines_of(&code.code),
    })
}

/// The text of all entries.
pub fn format(tb: P<Traceback>) -> String {
    runtime().sources.forget();
    let mut entries: Vec<Entry> = std::iter::successors(Some(tb), |t| t.next()).filter_map(entry).collect();
    if let Some(limit) = runtime().sys_dict().get_text("tracebacklimit").and_then(|v| v.as_i64()) {
        // The builtin hook shows the last `limit` entries.
        let keep = limit.max(0) as usize;
        let skip = entries.len().saturating_sub(keep);
        entries.drain(..skip);
    }
    let mut out = String::new();
    let mut last: Option<(&str, Option<i64>, &str)> = None;
    let mut count = 0;
    let repeated = |out: &mut String, count: usize| {
        if count > CUTOFF {
            let n = count - CUTOFF;
            let plural = if n > 1 { "s" } else { "" };
            out.push_str(&format!("  [Previous line repeated {n} more time{plural}]\n"));
        }
    };
    for e in &entries {
        let key = (e.filename.as_str(), e.line, e.name.as_str());
        if last != Some(key) || e.line.is_none() {
            repeated(&mut out, count);
            last = Some(key);
            count = 0;
        }
        count += 1;
        if count <= CUTOFF {
            out.push_str(&format_entry(e));
        }
    }
    repeated(&mut out, count);
    out
}

fn format_entry(e: &Entry) -> String {
    let name =
        if e.filename.starts_with("<stdin-") && e.filename.ends_with('>') { "<stdin>" } else { &e.filename };
    let line = e.line.map_or_else(|| "None".to_owned(), |l| l.to_string());
    let mut out = format!("  File \"{name}\", line {line}, in {}\n", e.name);
    if let Some(text) = source(e) {
        out.push_str(&text);
    }
    out
}

/// What `textwrap.dedent` does, on lines.
fn dedent(lines: &[Vec<char>]) -> Vec<Vec<char>> {
    let blank = |l: &[char]| l.iter().all(|c| c.is_whitespace());
    let full: Vec<&Vec<char>> = lines.iter().filter(|l| !blank(l)).collect();
    let (low, high) = (full.iter().min(), full.iter().max());
    let margin = match (low, high) {
        (Some(a), Some(b)) => {
            a.iter().zip(b.iter()).take_while(|(x, y)| x == y && matches!(x, ' ' | '\t')).count()
        }
        _ => 0,
    };
    lines.iter().map(|l| if blank(l) { Vec::new() } else { l[margin..].to_vec() }).collect()
}

/// Characters before a byte of the line's UTF-8.
fn char_offset(line: &[char], byte: u32) -> usize {
    let mut left = byte as usize;
    let mut n = 0;
    for c in line {
        if left < c.len_utf8() {
            break;
        }
        left -= c.len_utf8();
        n += 1;
    }
    // A position inside a character, or past the end, counts as one more (as the decoder's replacement does).
    n + usize::from(left > 0 && n < line.len())
}

/// The source lines of an entry with their carets; `None` if there are none.
fn source(e: &Entry) -> Option<String> {
    let first = u32::try_from(e.line?).ok()?;
    let last = e.end_line.unwrap_or(first).max(first);
    let line = |n: u32| match &e.lines {
        Some(lines) => lines.get(n as usize - 1).map(|l| l.trim_end().to_owned()),
        None => runtime().sources.line(&e.filename, n),
    };
    let original: Vec<Vec<char>> =
        (first..=last).map(|n| line(n).unwrap_or_default().chars().collect()).collect();
    let lines = dedent(&original);
    if lines.iter().all(Vec::is_empty) {
        return None;
    }
    let (Some(col), Some(end_col)) = (e.col, e.end_col) else {
        let text: String = original[0].iter().collect();
        return Some(format!("    {}\n", text.trim()));
    };
    let removed = original[0].len() - lines[0].len();
    let start = char_offset(&original[0], col).saturating_sub(removed);
    let end = char_offset(&original[original.len() - 1], end_col).saturating_sub(removed);
    let anchors = find(&segment(&lines, start, end));
    let caret = Carets { lines: &lines, start, end, anchors };
    Some(caret.render())
}

/// The part of the lines from column `start` of the first to column `end` of the last.
fn segment(lines: &[Vec<char>], start: usize, end: usize) -> Vec<Vec<char>> {
    let mut part = lines.to_vec();
    if let Some(l) = part.last_mut() {
        l.truncate(end);
    }
    let n = start.min(part[0].len());
    part[0].drain(..n);
    part
}

struct Carets<'a> {
    lines: &'a [Vec<char>],
    start: usize,
    end: usize,
    anchors: Option<Anchors>,
}

impl Carets<'_> {
    /// Carets under a whole line would say nothing.
    fn wanted(&self) -> bool {
        let (first, last) = (&self.lines[0], &self.lines[self.lines.len() - 1]);
        if is_plain_call(self.lines, self.start, self.end) {
            return false;
        }
        if self.anchors.is_some() {
            return true;
        }
        let filled = |chars: &[char]| chars.iter().any(|c| !c.is_whitespace());
        filled(&first[..self.start.min(first.len())]) || filled(&last[self.end.min(last.len())..])
    }

    /// Lines that are shown: the first, the last, and those around the anchors.
    fn significant(&self) -> Vec<usize> {
        let n = self.lines.len() as i64;
        let mut shown = BTreeSet::from([0, n - 1]);
        if let Some(a) = &self.anchors {
            for at in [a.left.0 as i64, a.right.0 as i64] {
                shown.extend(at - 1..at + 2);
            }
        }
        shown.into_iter().filter(|&i| (0..n).contains(&i)).map(|i| i as usize).collect()
    }

    fn caret_line(&self, i: usize) -> String {
        let line = &self.lines[i];
        let spaces = line.iter().take_while(|c| c.is_whitespace()).count();
        let from = columns(&self.lines[0], self.start);
        let last = self.lines.len() - 1;
        let to = if i == last { columns(line, self.end) } else { columns(line, line.len()) };
        // Positions of the anchors count from the start of the segment; on the first line that is not column 0.
        let place = |(l, c): (usize, usize)| {
            let c = if l == 0 { c + self.start } else { c };
            (l, columns(&self.lines[l], c))
        };
        let between = self.anchors.as_ref().map(|a| (place(a.left), place(a.right)));
        (0..to)
            .map(|col| match between {
                _ if col < spaces || (i == 0 && col < from) => ' ',
                None => '^',
                Some((left, right)) if (i, col) >= left && (i, col) < right => '^',
                Some(_) => '~',
            })
            .collect()
    }

    fn render(&self) -> String {
        let carets = self.wanted();
        let mut out: Vec<Vec<char>> = Vec::new();
        let push = |out: &mut Vec<Vec<char>>, i: usize| {
            out.push(self.lines[i].clone());
            if carets {
                out.push(self.caret_line(i).chars().collect());
            }
        };
        let mut previous: Option<usize> = None;
        for i in self.significant() {
            match previous.map(|p| i - p) {
                Some(2) => push(&mut out, i - 1),
                Some(gap) if gap > 2 => out.push(format!("...<{} lines>...", gap - 1).chars().collect()),
                _ => {}
            }
            push(&mut out, i);
            previous = Some(i);
        }
        let mut text = String::new();
        for line in dedent(&out) {
            text.push_str("    ");
            text.extend(line);
            text.push('\n');
        }
        text
    }
}
