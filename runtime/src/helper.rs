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
    /// Changes what machine code knows nothing of (the exceptions of the thread); runs no Python code.
    Aside,
    /// Changes lists: runs no Python code, and drops no reference.
    Lists,
    /// Takes over its first argument, a string, unless it raises. Otherwise as `Fresh`.
    Moves,
    /// Changes nothing but iterators, unless it runs Python code; `Thread::events` moves if it does.
    Quiet,
    /// Changes nothing but iterators, lists and what machine code knows nothing of (dicts, sets, …), as long as
    /// `Thread::events` does not move.
    Native,
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

/// The function behind a helper, by its number of arguments.
#[derive(Clone, Copy, Debug)]
pub enum Code {
    /// No arguments.
    F0(extern "C" fn() -> u64),
    /// One word.
    F1(extern "C" fn(u64) -> u64),
    /// Two words.
    F2(extern "C" fn(u64, u64) -> u64),
    /// Three words.
    F3(extern "C" fn(u64, u64, u64) -> u64),
    /// Four words.
    F4(extern "C" fn(u64, u64, u64, u64) -> u64),
    /// One double.
    D1(extern "C" fn(f64) -> u64),
    /// One double, a double.
    M1(extern "C" fn(f64) -> f64),
    /// Two doubles, a double.
    M2(extern "C" fn(f64, f64) -> f64),
    /// Any other signature, by address.
    Address(usize),
}

/// One row of the helper table.
#[derive(Debug)]
pub struct Helper {
    /// The name in dumps and in the text form of the trace IR.
    pub name: &'static str,
    /// The function; arguments are 64-bit words (ints, tagged words, pointers) or doubles, as `floats` says.
    pub code: Code,
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

impl Helper {
    /// A row for a function that computes a double from a double alone.
    pub const fn numeric(name: &'static str, code: Code, arity: u8) -> Helper {
        let floats = (1 << arity) - 1;
        let (returns, effect) = (Returns::Float, Effect::Pure);
        Helper { name, code, arity, floats, returns, effect, can_raise: false }
    }
    /// The function's address.
    pub fn address(&self) -> usize {
        match self.code {
            Code::F0(f) => f as usize,
            Code::F1(f) => f as usize,
            Code::F2(f) => f as usize,
            Code::F3(f) => f as usize,
            Code::F4(f) => f as usize,
            Code::D1(f) => f as usize,
            Code::M1(f) => f as usize,
            Code::M2(f) => f as usize,
            Code::Address(a) => a,
        }
    }
    /// Call it with words; a helper that takes doubles gets their bits.
    #[inline(always)]
    pub fn call(&self, args: &[u64]) -> u64 {
        match (self.code, args) {
            (Code::F0(f), []) => f(),
            (Code::F1(f), &[a]) => f(a),
            (Code::F2(f), &[a, b]) => f(a, b),
            (Code::F3(f), &[a, b, c]) => f(a, b, c),
            (Code::F4(f), &[a, b, c, d]) => f(a, b, c, d),
            (Code::D1(f), &[a]) => f(f64::from_bits(a)),
            (Code::M1(f), &[a]) => f(f64::from_bits(a)).to_bits(),
            (Code::M2(f), &[a, b]) => f(f64::from_bits(a), f64::from_bits(b)).to_bits(),
            _ => panic!("{} called with {} arguments", self.name, args.len()),
        }
    }
}
