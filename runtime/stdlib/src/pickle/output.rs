//! What a pickler writes: bytes in frames, kept or handed to a file.

use super::ops::FRAME;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::Ref;
use taipan_runtime::protocol::call::call1;
use taipan_runtime::types::bytes;
use taipan_runtime::value::Value;

/// Bytes from which on a frame is full, and a payload is written outside of frames.
pub const FRAME_TARGET: usize = 64 << 10;
/// Bytes up to which a frame is not worth its header.
const FRAME_LEAST: usize = 4;
/// The opcode and the length.
const HEADER: usize = 9;

/// A pickle that is being written.
pub struct Output {
    data: Vec<u8>,
    /// The file's `write`, if there is a file.
    write: Option<Ref>,
    framing: bool,
    /// Where the open frame's header is.
    frame: Option<usize>,
}

impl Output {
    /// To a file's `write`, or to memory.
    pub fn new(write: Option<Ref>) -> Output {
        Output { data: Vec::new(), write, framing: false, frame: None }
    }
    /// From here on, write frames.
    pub fn start_framing(&mut self) {
        self.framing = true;
    }
    /// Append bytes of an opcode.
    #[inline]
    pub fn push(&mut self, bytes: &[u8]) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.data.len());
            self.data.extend([0; HEADER]);
        }
        self.data.extend_from_slice(bytes);
    }
    /// Append an opcode.
    #[inline]
    pub fn op(&mut self, op: u8) {
        self.push(&[op]);
    }
    /// Append an opcode with its argument.
    pub fn op_with(&mut self, op: u8, argument: &[u8]) {
        self.op(op);
        self.data.extend_from_slice(argument);
    }

    fn close_frame(&mut self) {
        let Some(at) = self.frame.take() else { return };
        let len = self.data.len() - at - HEADER;
        if len < FRAME_LEAST {
            self.data.drain(at..at + HEADER);
        } else {
            self.data[at] = FRAME;
            self.data[at + 1..at + HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        }
    }
    fn flush(&mut self) -> PyResult<()> {
        if let Some(write) = &self.write
            && !self.data.is_empty()
        {
            let data = bytes::new(&std::mem::take(&mut self.data));
            call1(write.value(), data.p().value())?;
        }
        Ok(())
    }

    /// Between two objects: a full frame is closed, and what is complete goes to the file.
    #[inline]
    pub fn boundary(&mut self) -> PyResult<()> {
        match self.frame {
            Some(at) if self.data.len() - at - HEADER >= FRAME_TARGET => {
                self.close_frame();
                self.flush()
            }
            _ => Ok(()),
        }
    }
    /// Append an opcode with its header and a payload, of which `object`, if it is given, is what a file gets.
    pub fn payload(&mut self, header: &[u8], payload: &[u8], object: Option<Value>) -> PyResult<()> {
        if payload.len() < FRAME_TARGET {
            self.push(header);
            self.data.extend_from_slice(payload);
            return Ok(());
        }
        // Large payloads are in no frame, and are not copied on their way to a file.
        self.close_frame();
        self.data.extend_from_slice(header);
        let Some(write) = self.write.clone() else {
            self.data.extend_from_slice(payload);
            return Ok(());
        };
        self.flush()?;
        let made;
        let object = match object {
            Some(o) => o,
            None => {
                made = bytes::new(payload);
                made.p().value()
            }
        };
        call1(write.value(), object).map(drop)
    }
    /// The end of the pickle; what was not handed to a file.
    pub fn finish(mut self) -> PyResult<Vec<u8>> {
        self.close_frame();
        self.flush()?;
        Ok(std::mem::take(&mut self.data))
    }
}
