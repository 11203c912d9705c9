//! Resuming generators from native code, and what `async` generators wrap their values in.

use crate::error::PyResult;
use crate::eval_hook::{Resumed, hooks};
use crate::object::{Header, Kind, P, Ref, alloc};
use crate::object_layout;
use crate::raise;
use crate::runtime::types;
use crate::types::generator::{AsyncGenASend, Generator, State, resumable};
use crate::value::{NONE, Value};

/// A value that an async generator yielded, apart from what its `await`s pass through.
#[repr(C)]
pub struct AsyncGenWrapped {
    /// The header.
    pub head: Header,
    /// The value.
    pub value: Ref,
}
object_layout!(AsyncGenWrapped, Kind::AsyncGenWrapped, container, [value]);

/// Mark a value as yielded by an async generator.
pub fn wrap_async(value: Ref) -> Ref {
    alloc(AsyncGenWrapped { head: Header::new(types().async_gen_wrapped), value }).erase()
}

/// "generator", "coroutine" or "async generator", for messages.
pub fn kind_name(g: P<Generator>) -> &'static str {
    match g.exec().generator_kind() {
        Kind::Coroutine => "coroutine",
        Kind::AsyncGenerator => "async generator",
        _ => "generator",
    }
}

/// `g.send(value)`: the errors of a generator that cannot be resumed, then the resumption. A finished one
/// "returns" None at once; a finished coroutine raises RuntimeError.
pub fn send(g: P<Generator>, value: Value) -> PyResult<Resumed> {
    let state = g.state.get();
    if state == State::Suspended || (state == State::Created && value.is_none()) {
        let hold = g.value().own();
        let r = (hooks().resume)(g, value, false);
        drop(hold);
        return r;
    }
    refuse(g)
}

/// What sending to a generator that is not at a yield comes to.
#[cold]
fn refuse(g: P<Generator>) -> PyResult<Resumed> {
    match g.state.get() {
        State::Running => raise!(ValueError, "{} already executing", kind_name(g)),
        State::Finished if g.exec().generator_kind() == Kind::Coroutine => {
            raise!(RuntimeError, "cannot reuse already awaited coroutine")
        }
        State::Finished => Ok(Resumed::Returned(Ref::from_raw(NONE))),
        State::Created | State::Suspended => {
            raise!(TypeError, "can't send non-None value to a just-started {}", kind_name(g))
        }
    }
}

/// `receiver.send(value)` for `yield from` and `await`.
pub fn send_to(receiver: Value, value: Value) -> PyResult<Resumed> {
    if let Some(g) = resumable(receiver) {
        return send(g, value);
    }
    match receiver.exact::<AsyncGenASend>() {
        Some(a) => a.own_typed().send_value(value),
        None => crate::sem::generator::send_to_other(receiver, value),
    }
}
