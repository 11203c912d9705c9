//! What a helper is: a native function that machine code and the interpreter call for everything that the
//! semantics do not spell out. Arguments are borrowed, the result is owned; zero means "raised", and the
//! exception sits in the thread state.

/// What a helper may do to the world, as the optimizer needs to know it. Each level includes the ones before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Depends on its arguments alone; may be removed, hoisted, shared.
    Pure,
    /// Reads the heap, changes nothing; may be shared until the heap changes.
    Reads,
    /// Allocates or changes only objects that it made itself.
    Fresh,
    /// Changes the heap, but runs no Python code and drops no reference that could.
    Writes,
    /// May do anything: run Python, change globals, look at frames.
    Any,
}

/// What a helper returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Returns {
    /// A tagged word, owned by the caller; zero where the helper `can_raise` and did.
    Value,
    /// A raw 64-bit int. Cannot raise.
    Int,
    /// A raw double. Cannot raise.
    Float,
    /// 0 or 1; where it `can_raise`, any other value means "raised".
    Bool,
}

/// One row of the helper table.
#[derive(Debug)]
pub struct Helper {
    /// The name in dumps and in the text form of the trace IR.
    pub name: &'static str,
    /// The address of an `extern "C"` function; arguments are 64-bit words (ints, tagged words, pointers)
    /// or doubles, as `floats` says.
    pub address: usize,
    /// The number of arguments.
    pub arity: u8,
    /// Bit `i` is set where argument `i` is a raw double.
    pub floats: u8,
    /// The kind of the result.
    pub returns: Returns,
    /// What it may do.
    pub effect: Effect,
    /// May it raise?
    pub can_raise: bool,
}
