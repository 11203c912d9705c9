//! `PickleBuffer`

use std::cell::RefCell;
use taipan_runtime::buffer::Buffer;
use taipan_runtime::error::PyResult;
use taipan_runtime::object::{Header, Kind, P, alloc_in};
use taipan_runtime::slots::Args;
use taipan_runtime::types::memoryview;
use taipan_runtime::types::type_object::TypeObject;
use taipan_runtime::value::Value;
use taipan_runtime::{object_layout, raise};

/// A wrapper for a buffer that may be pickled out of band.
#[repr(C)]
pub struct PickleBuffer {
    head: Header,
    view: RefCell<Option<Buffer>>,
}
object_layout!(PickleBuffer, Kind::Native, leaf);

impl PickleBuffer {
    /// The buffer, unless it was released.
    pub fn buffer(&self) -> PyResult<Buffer> {
        match self.view.borrow().as_ref() {
            Some(b) => Ok(b.clone()),
            None => raise!(ValueError, "operation forbidden on released PickleBuffer object"),
        }
    }
}

/// Export it, for the buffer protocol.
pub fn export(v: Value) -> PyResult<Buffer> {
    match v.downcast::<PickleBuffer>() {
        Some(b) => b.buffer(),
        None => raise!(TypeError, "expected PickleBuffer, {} found", v.class().name()),
    }
}

#[taipan_runtime::pymethods]
impl PickleBuffer {
    #[slot(new)]
    fn new(class: P<TypeObject>, args: Args<'_>) -> PyResult {
        static DEF: taipan_runtime::native::NativeDef =
            crate::constructor!("PickleBuffer", PositionalOnly object);
        let ([object], _) = crate::construct::arguments(&DEF, class, args)?;
        let Some(object) = object else { return raise!(SystemError, "a required argument is absent") };
        let view = RefCell::new(Some(Buffer::require(object)?));
        Ok(alloc_in(class, PickleBuffer { head: Header::new(class), view }).erase())
    }
    /// Return a memoryview of the raw memory underlying this buffer.
    ///
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method("(self, /)")]
    fn raw(this: P<PickleBuffer>) -> PyResult {
        let b = this.buffer()?;
        if !b.is_contiguous() && !b.is_fortran_contiguous() {
            return raise!(BufferError, "cannot extract raw buffer from non-contiguous buffer");
        }
        let n = b.nbytes();
        let flat = b.with_layout("B".into(), 1, vec![n], vec![1]);
        Ok(memoryview::from_buffer(flat).erase())
    }
    /// Release the underlying buffer controlled by the PickleBuffer object.
    #[method("(self, /)")]
    fn release(this: P<PickleBuffer>) {
        let old = this.view.take();
        drop(old);
    }
}
