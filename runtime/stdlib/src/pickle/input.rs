//! What an unpickler reads: bytes in memory, or from a file as they are needed.

use super::UnpicklingError;
use crate::construct::raise_own;
use taipan_runtime::buffer::Contents;
use taipan_runtime::error::{Exc, PyResult, take_if};
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::attr::getattr_opt;
use taipan_runtime::protocol::call::{call0, call1};
use taipan_runtime::raise;
use taipan_runtime::types::int;
use taipan_runtime::types::str::interned;
use taipan_runtime::value::Value;

/// A file's methods.
#[derive(Clone)]
pub struct File {
    read: Ref,
    readline: Ref,
    peek: Option<Ref>,
}

impl File {
    /// Those of an object.
    pub fn of(v: Value) -> PyResult<File> {
        let (read, readline) = (getattr_opt(v, interned("read"))?, getattr_opt(v, interned("readline"))?);
        let peek = getattr_opt(v, interned("peek"))?;
        match (read, readline) {
            (Some(read), Some(readline)) => Ok(File { read, readline, peek }),
            _ => raise!(TypeError, "file must have 'read' and 'readline' attributes"),
        }
    }
}

/// Bytes to look ahead, where that is possible.
const AHEAD: usize = 128 << 10;

/// A pickle that is being read.
pub struct Input<'a> {
    data: Vec<u8>,
    at: usize,
    file: Option<&'a File>,
    /// Are the bytes in the file still, because they were only peeked at?
    peeked: bool,
    /// Where the frame ends that is being read; it is in memory as a whole.
    frame: Option<usize>,
}

fn truncated<T>() -> PyResult<T> {
    raise_own::<UnpicklingError, T>("pickle data was truncated")
}

impl<'a> Input<'a> {
    /// In memory.
    pub fn memory(data: &[u8]) -> Input<'a> {
        Input { data: data.to_vec(), at: 0, file: None, peeked: false, frame: None }
    }
    /// From a file.
    pub fn file(file: &'a File) -> Input<'a> {
        Input { data: Vec::new(), at: 0, file: Some(file), peeked: false, frame: None }
    }

    fn left(&self) -> usize {
        self.data.len() - self.at
    }
    /// Take from the file what was read of what was only peeked at, and forget the rest.
    pub fn settle(&mut self) -> PyResult<()> {
        let Some(file) = self.file.filter(|_| self.peeked) else { return Ok(()) };
        let n = self.at;
        self.data.clear();
        (self.at, self.peeked) = (0, false);
        if n > 0 {
            call1(file.read.value(), int::new(n as i64).value())?;
        }
        Ok(())
    }
    /// Append what a method of the file has returned.
    fn keep(&mut self, result: &Ref, what: &str) -> PyResult<()> {
        match Contents::get(result.value())? {
            Some(bytes) => self.data.extend_from_slice(&bytes),
            None => return raise!(ValueError, "{what}() from the underlying stream did not return bytes"),
        }
        Ok(())
    }
    /// Have `n` bytes ready, if there are so many.
    fn fill(&mut self, n: usize) -> PyResult<bool> {
        let Some(file) = self.file else { return Ok(false) };
        self.settle()?;
        self.frame = None;
        self.data.drain(..self.at);
        self.at = 0;
        if let Some(peek) = file.peek.as_ref().filter(|_| self.data.is_empty()) {
            match call1(peek.value(), int::new(AHEAD as i64).value()) {
                Ok(seen) => self.keep(&seen, "peek")?,
                Err(raised) if take_if(Exc::NotImplementedError).is_none() => return Err(raised),
                Err(_) => {}
            }
            if self.data.len() >= n {
                self.peeked = true;
                return Ok(true);
            }
            self.data.clear();
        }
        let missing = n - self.data.len();
        self.keep(&call1(file.read.value(), int::new(missing as i64).value())?, "read")?;
        Ok(self.data.len() >= n)
    }

    /// The next byte, an opcode.
    pub fn opcode(&mut self) -> PyResult<u8> {
        if self.left() == 0 && !self.fill(1)? {
            return raise!(EOFError, "Ran out of input");
        }
        self.at += 1;
        Ok(self.data[self.at - 1])
    }
    /// The next `n` bytes.
    pub fn take(&mut self, n: usize) -> PyResult<&[u8]> {
        self.need(n)?;
        self.at += n;
        Ok(&self.data[self.at - n..self.at])
    }
    /// There must be `n` bytes more.
    pub fn need(&mut self, n: usize) -> PyResult<()> {
        if let Some(end) = self.frame {
            if self.at >= end {
                self.frame = None;
            } else if n > end - self.at {
                return raise_own::<UnpicklingError, _>("pickle exhausted before end of frame");
            }
        }
        if n > self.left() && !self.fill(n)? { truncated() } else { Ok(()) }
    }
    /// The next `n` bytes are a frame, into which and out of which nothing reaches.
    pub fn frame(&mut self, n: usize) -> PyResult<()> {
        if self.frame.is_some_and(|end| self.at < end) {
            return raise_own::<UnpicklingError, _>("beginning of a new frame before end of current frame");
        }
        self.frame = None;
        self.need(n)?;
        self.frame = Some(self.at + n);
        Ok(())
    }
    /// The next bytes as an array.
    pub fn array<const N: usize>(&mut self) -> PyResult<[u8; N]> {
        let mut out = [0; N];
        out.copy_from_slice(self.take(N)?);
        Ok(out)
    }
    /// The next line without its end.
    pub fn line(&mut self) -> PyResult<Vec<u8>> {
        if let Some(n) = memchr::memchr(b'\n', &self.data[self.at..]) {
            self.need(n + 1)?;
            let line = self.data[self.at..self.at + n].to_vec();
            self.at += n + 1;
            return Ok(line);
        }
        let Some(file) = self.file else { return truncated() };
        if self.frame.is_some_and(|end| self.at < end) {
            return raise_own::<UnpicklingError, _>("pickle exhausted before end of frame");
        }
        self.settle()?;
        let mut line = self.data.split_off(self.at);
        self.data.clear();
        self.at = 0;
        let rest = call0(file.readline.value())?;
        let Some(rest) = Contents::get(rest.value())? else {
            return raise!(ValueError, "readline() from the underlying stream did not return bytes");
        };
        line.extend_from_slice(&rest);
        if line.pop() == Some(b'\n') { Ok(line) } else { truncated() }
    }
    /// The next line, which must not be empty.
    pub fn full_line(&mut self) -> PyResult<Vec<u8>> {
        let line = self.line()?;
        if line.is_empty() { truncated() } else { Ok(line) }
    }
    /// A length of 8 bytes.
    pub fn length8(&mut self, what: &str) -> PyResult<usize> {
        let n = u64::from_le_bytes(self.array()?);
        match isize::try_from(n) {
            Ok(n) => Ok(n as usize),
            Err(_) => taipan_runtime::error::raise_message(
                Exc::OverflowError,
                &format!("{what} exceeds system's maximum size of {} bytes", isize::MAX),
            ),
        }
    }
}
