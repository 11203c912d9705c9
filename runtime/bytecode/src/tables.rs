//! The line table and the exception table, in the formats of CPython 3.11 and later
//! (`Objects/locations.md`, `Objects/exception_handling_notes.txt`), so that `co_linetable` and `co_exceptiontable`
//! mean to Python programs what they expect.

/// A source position. Lines count from 1, columns from 0 in bytes of UTF-8; the end is exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Position {
    /// First line.
    pub line: Option<u32>,
    /// Last line.
    pub end_line: Option<u32>,
    /// Column in the first line.
    pub col: Option<u32>,
    /// Column after the end, in the last line.
    pub end_col: Option<u32>,
}

impl Position {
    /// A position with all its parts.
    pub const fn new(line: u32, end_line: u32, col: u32, end_col: u32) -> Self {
        Self { line: Some(line), end_line: Some(end_line), col: Some(col), end_col: Some(end_col) }
    }
}

/// Units `start..end` come from `position`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PositionRange {
    /// First unit.
    pub start: u32,
    /// Unit after the last.
    pub end: u32,
    /// Where they come from.
    pub position: Position,
}

/// An entry of the exception table; all offsets in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExceptionEntry {
    /// First unit covered.
    pub start: u32,
    /// Unit after the last one covered.
    pub end: u32,
    /// The handler.
    pub target: u32,
    /// Values that stay on the stack.
    pub depth: u32,
    /// Push the offset of the raising instruction before the exception.
    pub lasti: bool,
}

const ONE_LINE_SHORT_MAX: u8 = 9;
const ONE_LINE_0: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NO_LOCATION: u8 = 15;
/// Units that one entry can cover.
const MAX_RUN: u32 = 8;

/// Writes a line table; give it the ranges in order.
#[derive(Debug)]
pub struct LineTableWriter {
    bytes: Vec<u8>,
    line: u32,
}

impl LineTableWriter {
    /// For a code object that begins at `first_line`.
    pub fn new(first_line: u32) -> Self {
        Self { bytes: Vec::new(), line: first_line }
    }

    /// The next `units` instruction units come from `position`.
    pub fn push(&mut self, mut units: u32, position: Position) {
        while units > MAX_RUN {
            self.entry(MAX_RUN, position);
            units -= MAX_RUN;
        }
        if units > 0 {
            self.entry(units, position);
        }
    }

    fn entry(&mut self, units: u32, position: Position) {
        let mut first = |code: u8| self.bytes.push(0x80 | code << 3 | (units - 1) as u8);
        let Some(line) = position.line else {
            return first(NO_LOCATION);
        };
        let delta = i64::from(line) - i64::from(self.line);
        self.line = line;
        let (Some(end_line), Some(col), Some(end_col)) = (position.end_line, position.col, position.end_col)
        else {
            first(NO_COLUMNS);
            return self.signed(delta);
        };
        if end_line == line && delta == 0 && col < 80 && end_col >= col && end_col - col < 16 {
            first((col / 8) as u8);
            return self.bytes.push(((col % 8) << 4 | (end_col - col)) as u8);
        }
        if end_line == line && (0..3).contains(&delta) && col < 128 && end_col < 128 {
            first(ONE_LINE_0 + delta as u8);
            return self.bytes.extend([col as u8, end_col as u8]);
        }
        first(LONG);
        self.signed(delta);
        self.varint(u64::from(end_line.saturating_sub(line)));
        self.varint(u64::from(col) + 1);
        self.varint(u64::from(end_col) + 1);
    }

    fn varint(&mut self, mut value: u64) {
        while value >= 64 {
            self.bytes.push(0x40 | (value & 63) as u8);
            value >>= 6;
        }
        self.bytes.push(value as u8);
    }

    fn signed(&mut self, value: i64) {
        self.varint(if value < 0 { value.unsigned_abs() << 1 | 1 } else { (value as u64) << 1 });
    }

    /// The table.
    pub fn finish(self) -> Vec<u8> {
        self.bytes
    }
}

/// Reads a line table. A truncated table ends early.
pub fn positions(table: &[u8], first_line: u32) -> impl Iterator<Item = PositionRange> + '_ {
    let mut bytes = table.iter().copied();
    let (mut unit, mut line) = (0u32, i64::from(first_line));
    std::iter::from_fn(move || {
        let head = bytes.next()?;
        let start = unit;
        unit += u32::from(head & 7) + 1;
        let code = head >> 3 & 15;
        let position = match code {
            0..=ONE_LINE_SHORT_MAX => {
                let second = bytes.next()?;
                let col = u32::from(code) * 8 + u32::from(second >> 4 & 7);
                Position::new(line as u32, line as u32, col, col + u32::from(second & 15))
            }
            ONE_LINE_0..=12 => {
                line += i64::from(code - ONE_LINE_0);
                let (col, end_col) = (bytes.next()?, bytes.next()?);
                Position::new(line as u32, line as u32, u32::from(col), u32::from(end_col))
            }
            NO_COLUMNS => {
                line += read_signed(&mut bytes)?;
                Position { line: Some(line as u32), end_line: Some(line as u32), col: None, end_col: None }
            }
            LONG => {
                line += read_signed(&mut bytes)?;
                let end_line = line as u32 + read_varint(&mut bytes)? as u32;
                let (col, end_col) = (read_varint(&mut bytes)? as u32, read_varint(&mut bytes)? as u32);
                Position {
                    line: Some(line as u32),
                    end_line: Some(end_line),
                    col: col.checked_sub(1),
                    end_col: end_col.checked_sub(1),
                }
            }
            _ => Position::default(),
        };
        Some(PositionRange { start, end: unit, position })
    })
}

fn read_varint(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let (mut value, mut shift) = (0u64, 0u32);
    loop {
        let byte = bytes.next()?;
        value |= u64::from(byte & 63).checked_shl(shift).unwrap_or(0);
        shift += 6;
        if byte & 0x40 == 0 {
            return Some(value);
        }
    }
}

fn read_signed(bytes: &mut impl Iterator<Item = u8>) -> Option<i64> {
    let value = read_varint(bytes)?;
    Some(if value & 1 != 0 { -((value >> 1) as i64) } else { (value >> 1) as i64 })
}

/// Encodes an exception table; entries by ascending start.
pub fn encode_exception_table(entries: &[ExceptionEntry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for entry in entries {
        push_big_endian(&mut bytes, entry.start, true);
        push_big_endian(&mut bytes, entry.end - entry.start, false);
        push_big_endian(&mut bytes, entry.target, false);
        push_big_endian(&mut bytes, entry.depth << 1 | u32::from(entry.lasti), false);
    }
    bytes
}

/// Six bits a byte, most significant first; 0x40 says that more follow, 0x80 marks the start of an entry.
fn push_big_endian(bytes: &mut Vec<u8>, value: u32, first: bool) {
    let mut mark = if first { 0x80 } else { 0 };
    for shift in [30, 24, 18, 12, 6] {
        if value >> shift != 0 {
            bytes.push((value >> shift & 63) as u8 | 0x40 | mark);
            mark = 0;
        }
    }
    bytes.push((value & 63) as u8 | mark);
}

/// Decodes an exception table. A truncated table ends early.
pub fn exception_entries(table: &[u8]) -> impl Iterator<Item = ExceptionEntry> + '_ {
    let mut bytes = table.iter().copied();
    std::iter::from_fn(move || {
        let start = read_big_endian(&mut bytes)?;
        let length = read_big_endian(&mut bytes)?;
        let target = read_big_endian(&mut bytes)?;
        let depth = read_big_endian(&mut bytes)?;
        Some(ExceptionEntry {
            start,
            end: start.saturating_add(length),
            target,
            depth: depth >> 1,
            lasti: depth & 1 != 0,
        })
    })
}

fn read_big_endian(bytes: &mut impl Iterator<Item = u8>) -> Option<u32> {
    let mut value = 0u32;
    loop {
        let byte = bytes.next()?;
        value = value << 6 | u32::from(byte & 63);
        if byte & 0x40 == 0 {
            return Some(value);
        }
    }
}

/// The entry that covers a unit.
pub fn lookup_handler(table: &[u8], unit: u32) -> Option<ExceptionEntry> {
    exception_entries(table).take_while(|entry| entry.start <= unit).find(|entry| unit < entry.end)
}
