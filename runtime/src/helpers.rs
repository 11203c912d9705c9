//! The helper table: what the semantics call for everything that they do not spell out.
//!
//! A helper gets borrowed words and returns an owned one, zero for "raised" (a `Bool` helper: 2). Machine code and
//! both machines call the same functions.

use crate::error::{PyResult, Raised, to_word};
use crate::helper::{Effect, Helper, Returns};
use crate::object::P;
use crate::protocol::{attr, compare, iter, mapping, number, truth};
use crate::sem::{cold, functions, generator, import, matching, with};
use crate::slots::CmpOp;
use crate::types::{self, function::Function, str::Str};
use crate::value::Value;

fn val(word: u64) -> Value {
    Value::from_bits(word).expect("helper arguments are values")
}
/// A small immediate that travels as a Python int.
fn small(v: Value) -> usize {
    v.int_unchecked() as usize
}
fn flag(r: PyResult<bool>) -> u64 {
    match r {
        Ok(b) => b.into(),
        Err(Raised) => 2,
    }
}

/// `NAME fn(arguments) -> kind, effect, raises|never: body`. Arguments are values unless they say `: int` (a raw
/// 64-bit int, or an address).
macro_rules! helpers {
    ($($(#[$doc:meta])* $name:ident($($arg:ident $(: $ty:ident)?),*) -> $ret:ident, $effect:ident, $raise:ident: $body:expr;)*) => {
        $(
            $(#[$doc])*
            pub static $name: Helper = {
                #[allow(non_snake_case, reason = "named like the descriptor")]
                extern "C" fn $name($($arg: u64),*) -> u64 {
                    $(let $arg = helpers!(@arg $arg $($ty)?);)*
                    helpers!(@ret $ret $body)
                }
                Helper {
                    name: stringify!($name),
                    code: helpers!(@code $name, $($arg),*),
                    arity: helpers!(@count $($arg)*),
                    floats: 0,
                    returns: Returns::$ret,
                    effect: Effect::$effect,
                    can_raise: helpers!(@raise $raise),
                }
            };
        )*
        /// Every helper, for dumps and for parsing the text form of the trace IR.
        pub static ALL: &[&Helper] = &[$(&$name),*];
    };
    (@arg $arg:ident) => { val($arg) };
    (@arg $arg:ident int) => { $arg as i64 };
    (@ret Value $body:expr) => { to_word($body) };
    (@ret Bool $body:expr) => { flag($body) };
    (@ret Int $body:expr) => { $body as u64 };
    (@raise raises) => { true };
    (@raise never) => { false };
    (@count) => { 0 };
    (@count $a:ident $($rest:ident)*) => { 1 + helpers!(@count $($rest)*) };
    (@code $name:ident, ) => { crate::helper::Code::F0($name) };
    (@code $name:ident, $a:ident) => { crate::helper::Code::F1($name) };
    (@code $name:ident, $a:ident, $b:ident) => { crate::helper::Code::F2($name) };
    (@code $name:ident, $a:ident, $b:ident, $c:ident) => { crate::helper::Code::F3($name) };
    (@code $name:ident, $a:ident, $b:ident, $c:ident, $d:ident) => { crate::helper::Code::F4($name) };
}

helpers! {
    /// `a + b`
    ADD(a, b) -> Value, Quiet, raises: number::add(a, b);
    /// `a - b`
    SUB(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Subtract, a, b);
    /// `a * b`
    MUL(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Multiply, a, b);
    /// `a / b`
    TRUE_DIV(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::TrueDivide, a, b);
    /// `a // b`
    FLOOR_DIV(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::FloorDivide, a, b);
    /// `a % b`
    MOD(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Modulo, a, b);
    /// `a ** b`
    POW(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Power, a, b);
    /// `a @ b`
    MATMUL(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::MatrixMultiply, a, b);
    /// `a << b`
    LSHIFT(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::LShift, a, b);
    /// `a >> b`
    RSHIFT(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::RShift, a, b);
    /// `a & b`
    AND(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::And, a, b);
    /// `a | b`
    OR(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Or, a, b);
    /// `a ^ b`
    XOR(a, b) -> Value, Quiet, raises: number::binary(number::BinaryOp::Xor, a, b);
    /// `a += b`
    IADD(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Add, a, b);
    /// `a -= b`
    ISUB(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Subtract, a, b);
    /// `a *= b`
    IMUL(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Multiply, a, b);
    /// `a /= b`
    ITRUE_DIV(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::TrueDivide, a, b);
    /// `a //= b`
    IFLOOR_DIV(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::FloorDivide, a, b);
    /// `a %= b`
    IMOD(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Modulo, a, b);
    /// `a **= b`
    IPOW(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Power, a, b);
    /// `a @= b`
    IMATMUL(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::MatrixMultiply, a, b);
    /// `a <<= b`
    ILSHIFT(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::LShift, a, b);
    /// `a >>= b`
    IRSHIFT(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::RShift, a, b);
    /// `a &= b`
    IAND(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::And, a, b);
    /// `a |= b`
    IOR(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Or, a, b);
    /// `a ^= b`
    IXOR(a, b) -> Value, Native, raises: number::inplace(number::BinaryOp::Xor, a, b);
    /// `-a`
    NEGATIVE(a) -> Value, Quiet, raises: number::negative(a);
    /// `+a`
    POSITIVE(a) -> Value, Quiet, raises: number::positive(a);
    /// `~a`
    INVERT(a) -> Value, Quiet, raises: number::invert(a);
    /// `bool(a)`
    TRUTH(a) -> Bool, Quiet, raises: truth::truth(a);
    /// `a <op> b`
    COMPARE(a, b, op) -> Value, Quiet, raises: compare::rich_compare(a, b, CmpOp::ALL[small(op)]);
    /// `bool(a <op> b)`
    COMPARE_BOOL(a, b, op) -> Bool, Quiet, raises: compare::holds(a, b, CmpOp::ALL[small(op)]);
    /// `a in b`
    CONTAINS(a, b) -> Bool, Quiet, raises: mapping::contains(b, a);
    /// `a[b]`
    SUBSCR(a, b) -> Value, Quiet, raises: mapping::getitem(a, b);
    /// `a[b] = c`
    STORE_SUBSCR(a, b, c) -> Value, Native, raises: done(mapping::setitem(a, b, c));
    /// `del a[b]`
    DELETE_SUBSCR(a, b) -> Value, Native, raises: done(mapping::delitem(a, b));
    /// `a[name]`
    GET_ATTR(a, name) -> Value, Quiet, raises: attr::getattr(a, name_of(name));
    /// The method `a.name`: a function to call with `a` as first argument, or an attribute to call as it is. The thread's
    /// `method_self` says which: `a`, owned, or `UNBOUND`.
    GET_METHOD(a, name) -> Value, Quiet, raises: cold::get_method(a, name_of(name));
    /// `a.name = v`
    SET_ATTR(a, name, v) -> Value, Any, raises: done(attr::setattr(a, name_of(name), v));
    /// `del a.name`
    DELETE_ATTR(a, name) -> Value, Any, raises: done(attr::delattr(a, name_of(name)));
    /// A global or builtin, as the function sees them.
    GET_GLOBAL(function, name) -> Value, Reads, raises: cold::load_global(function_of(function), name_of(name));
    /// Set a global of the function's module.
    SET_GLOBAL(function, name, v) -> Value, Any, raises: cold::store_global(function_of(function), name_of(name), v);
    /// Delete a global of the function's module.
    DELETE_GLOBAL(function, name) -> Value, Any, raises: cold::delete_global(function_of(function), name_of(name));
    /// `iter(a)`
    ITER(a) -> Value, Quiet, raises: iter::iter(a);
    /// `type(a)`
    TYPE(a) -> Value, Reads, never: Ok(a.class().value().own());
    /// What `await a` iterates over; `b` as for `GET_AWAITABLE`.
    AWAITABLE(a, b) -> Value, Any, raises: generator::awaitable(a, b.int_unchecked() as i32);
    /// What `async for` over `a` asks for its items.
    AITER(a) -> Value, Any, raises: generator::aiter(a);
    /// What is to be awaited for the next item of `a`.
    ANEXT(a) -> Value, Any, raises: generator::anext(a);
    /// `a` as an async generator yields it.
    WRAP_ASYNC(a) -> Value, Fresh, never: Ok(types::generator::wrap_async(a.own()));
    /// The next item of `a`, or `UNBOUND` at the end.
    NEXT(a) -> Value, Quiet, raises: cold::next_or_unbound(a);
    /// Call what lies at `span` with the `n` values behind it, of which the last are keywords if `names` follows.
    CALL(span: int, n: int, keywords: int) -> Value, Native, raises: cold::call_span(span, n, keywords);
    /// Call the method at `span`: function, self or unbound, `n` values.
    CALL_METHOD(span: int, n: int, keywords: int) -> Value, Native, raises: cold::call_method_span(span, n, keywords);
    /// A tuple that takes over `n` words.
    BUILD_TUPLE(span: int, n: int, _imm: int) -> Value, Fresh, never: Ok(cold::build_tuple(span, n));
    /// A list that takes over `n` words.
    BUILD_LIST(span: int, n: int, _imm: int) -> Value, Fresh, never: Ok(cold::build_list(span, n));
    /// A dict of `n` pairs, borrowed.
    BUILD_MAP(span: int, n: int, _imm: int) -> Value, Quiet, raises: cold::build_map(span, n);
    /// A set of `n` values, borrowed.
    BUILD_SET(span: int, n: int, _imm: int) -> Value, Quiet, raises: cold::build_set(span, n);
    /// `n` strings joined, borrowed.
    BUILD_STRING(span: int, n: int, _imm: int) -> Value, Fresh, raises: cold::build_string(span, n);
    /// A slice of `n` values, borrowed.
    BUILD_SLICE(span: int, n: int, _imm: int) -> Value, Fresh, never: Ok(cold::build_slice(span, n));
    /// `a[b:c]` of three values, borrowed.
    SLICE(span: int, n: int, _imm: int) -> Value, Quiet, raises: cold::get_slice(span, n);
    /// `a + b` of strs
    STR_CONCAT(a, b) -> Value, Fresh, raises: cold::str_concat(a, b);
    /// `a += b` of strs: in place if the reference that it takes over is the only one.
    STR_APPEND(a, b) -> Value, Moves, raises: cold::str_append(a, b);
    /// `super(class, this).name`
    LOAD_SUPER(class, this, name) -> Value, Quiet, raises: with::super_attribute(class, this, name_of(name));
    /// `(a, b)`
    PAIR(a, b) -> Value, Fresh, never: Ok(types::tuple::pair(a.own(), b.own()).erase());
    /// `(a, b, c)`
    TRIPLE(a, b, c) -> Value, Fresh, never: Ok(types::tuple::from_values(&[a, b, c]).erase());
    /// `len(a)`
    LEN(a) -> Value, Quiet, raises: mapping::len(a).map(|n| types::int::new(n as i64));
    /// The values that a mapping has for the keys of a pattern, or None.
    MATCH_KEYS(subject, keys) -> Value, Quiet, raises: matching::keys(subject, keys);
    /// The attributes that a class pattern names, or None.
    MATCH_CLASS(subject, class, names, positional) -> Value, Quiet, raises: {
        matching::class(subject, class, names, small(positional))
    };
    /// `import` in a function.
    IMPORT_NAME(f, name, names, level) -> Value, Any, raises: {
        import::import(function_of(f), name_of(name), None, names, level)
    };
    /// `from module import name`
    IMPORT_FROM(module, name) -> Value, Any, raises: import::name_in(module, name_of(name));
    /// `list.append(a, v)`
    LIST_APPEND(a, v) -> Value, Lists, raises: cold::list_append(a, v);
    /// `set.add(a, v)`
    SET_ADD(a, v) -> Value, Quiet, raises: done(cold::set_add(a, v));
    /// `a[key] = v` for a dict display
    MAP_ADD(a, key, v) -> Value, Quiet, raises: done(cold::map_add(a, key, v));
    /// `sum` goes on: see `SUM_ADD`.
    SUM_ADD(total, errors, it, item) -> Value, Quiet, raises: {
        crate::builtins::numbers::sum_step(total, errors, it, item)
    };
    /// `[*a, *items]`
    LIST_EXTEND(a, items) -> Value, Native, raises: done(functions::list_extend(a, items));
    /// `{*a, *items}`
    SET_UPDATE(a, items) -> Value, Quiet, raises: done(cold::set_update(a, items));
    /// `{**a, **from}`
    DICT_UPDATE(a, from) -> Value, Quiet, raises: done(functions::dict_update(a, from));
    /// Keyword arguments `**from` of a call of `callable`, added to `a`.
    DICT_MERGE(a, from, callable) -> Value, Quiet, raises: done(functions::dict_merge(a, from, callable));
    /// The `n` items of `a` as a tuple.
    UNPACK(a, n) -> Value, Quiet, raises: cold::unpack(a, small(n));
    /// `first, *middle, last = a` as a tuple; the numbers of items before and after are in `counts`.
    UNPACK_EX(a, counts) -> Value, Quiet, raises: cold::unpack_ex(a, small(counts));
    /// `b[c:d] = a` of four values, borrowed.
    STORE_SLICE(span: int, _n: int, _imm: int) -> Value, Native, raises: done(cold::store_slice(span));
    /// A function of the `n` words at `span`, taken over: what `MAKE_FUNCTION` finds. `imm` has the bits that say
    /// which, and above them the address of the function whose globals it shares.
    MAKE_FUNCTION(span: int, n: int, imm: int) -> Value, Fresh, raises: functions::make_function(span, n, imm);
    /// `a(*b, **c)`: three words at `span`, the last one only if `n` is 3.
    CALL_EX(span: int, n: int, _imm: int) -> Value, Native, raises: functions::call_spread(span, n);
    /// `format(a)`
    FORMAT(a) -> Value, Quiet, raises: cold::format_simple(a);
    /// `format(a, spec)`
    FORMAT_SPEC(a, spec) -> Value, Quiet, raises: cold::format(a, spec);
    /// `str`, `repr` or `ascii`
    CONVERT(a, how) -> Value, Quiet, raises: cold::convert(a, small(how) as i64);
    /// A frame that machine code has called, which has this record, has ended while somebody has frame objects; of so many
    /// frames on top, it is the innermost, and the others are inlined in the caller's code.
    DETACH(record: int, frames: int) -> Int, Any, never: { cold::detach(record, frames as usize); 0 };
    /// The base frame is not the thread's innermost: has somebody got frame objects of inlined frames?
    IS_SEEN() -> Bool, Aside, never: Ok(cold::is_seen());
    /// The last reference is gone.
    DEALLOC(a) -> Int, Quiet, never: { crate::object::dealloc(a); 0 };
    /// `list(a)` of an iterable spread into a call, as a tuple.
    LIST_TO_TUPLE(a) -> Value, Quiet, raises: cold::list_to_tuple(a);
    /// An object of `size` bytes whose fields machine code fills in: container flag, id, class (counted, if it is a
    /// heap class).
    ALLOC(size: int, bits: int, id: int, class: int) -> Value, Fresh, never: Ok(cold::alloc(size, bits, id, class));
    /// `ord(a)`, or nothing.
    ORD(a) -> Value, Reads, never: Ok(cold::ord(a));
    /// `chr(a)`, or nothing.
    CHR(a) -> Value, Fresh, never: Ok(cold::chr(a));
    /// `int(a)` of a float whose integer part is a small int, or nothing.
    INT_OF(a) -> Value, Fresh, never: Ok(cold::int_of(a));
    /// `str(a)` of a small int or a float.
    STR_OF(a) -> Value, Fresh, never: Ok(cold::str_of(a));
    /// `list.pop(a)`, or nothing if it is empty.
    LIST_POP(a) -> Value, Lists, never: Ok(cold::list_pop(a));
    /// `dict.get(a, key, default)`
    DICT_GET(a, key, default) -> Value, Quiet, raises: cold::dict_get(a, key, default);
    /// `a <op> b` of two exact strs.
    STR_COMPARE(a, b, op) -> Bool, Pure, never: Ok(cold::str_compare(a, b, CmpOp::ALL[small(op)]));
    /// `raise a`
    RAISE(a) -> Value, Quiet, raises: types::exception::do_raise(a, None);
    /// `raise a from cause`
    RAISE_FROM(a, cause) -> Value, Quiet, raises: types::exception::do_raise(a, Some(cause));
    /// Raise this exception again.
    RERAISE(a) -> Value, Aside, raises: cold::raise_again(a);
    /// Is the exception an instance of the class or of one of the classes?
    EXC_MATCHES(a, class) -> Bool, Reads, raises: types::exception::matches(a, class);
    /// The exception is the handled one from here on; the one before, or None.
    PUSH_HANDLED(a) -> Value, Aside, never: Ok(cold::push_handled(a));
    /// The handled exception is this one again, or none.
    POP_HANDLED(a) -> Value, Quiet, never: Ok(cold::pop_handled(a));
    /// What has been raised, taken.
    TAKE_RAISED() -> Value, Aside, never: Ok(cold::take_raised());
    /// What has been raised gets the handled exception as its context: it was raised before the thread knew that.
    LINK_RAISED() -> Int, Aside, never: { cold::link_raised(); 0 };
    /// An entry for the frame whose machine code this is in the traceback of what has been raised.
    TRACE_FRAME(lasti: int) -> Int, Aside, never: { cold::trace_frame(lasti); 0 };
    /// The same for a frame that is inlined in it, whose locals lie at `span`.
    TRACE_INLINED(function, lasti: int, span: int) -> Int, Aside, never: {
        cold::trace_inlined(function_of(function), lasti, span);
        0
    };
    /// The frame object of the frame whose machine code this is.
    FRAME_OBJECT(_span: int, _n: int, _imm: int) -> Value, Fresh, never: Ok(cold::frame_object());
    /// The object of a frame that was inlined in machine code and has ended by an exception. It takes over the words:
    /// function, byte offset of the instruction, the caller's frame object, locals.
    ENDED_FRAME(span: int, n: int, _imm: int) -> Value, Fresh, never: Ok(cold::ended_frame(span, n));
    /// A dict of the `n` words at `span`, taken over: names and values in turn.
    KEYWORD_DICT(span: int, n: int, _imm: int) -> Value, Fresh, never: Ok(cold::keyword_dict(span, n));
    /// Is the exact dict empty?
    IS_EMPTY(dict) -> Bool, Reads, never: Ok(cold::is_empty(dict));
    /// Is this an exact int of at most 64 bits that is not negative?
    IS_U64(a) -> Bool, Pure, never: Ok(types::int::to_u64(a).is_some());
    /// The number that such an int is.
    U64_OF(a) -> Int, Pure, never: types::int::to_u64(a).unwrap_or_default() as i64;
    /// The int of this unsigned number.
    BOX_U64(i: int) -> Value, Fresh, never: Ok(types::int::from_u64(i as u64));
    /// The int of this unsigned number of two words.
    BOX_U128(lo: int, hi: int) -> Value, Fresh, never: {
        Ok(types::int::from_u128(u128::from(hi as u64) << 64 | u128::from(lo as u64)))
    };
    /// An empty dict.
    NEW_DICT() -> Value, Fresh, never: Ok(types::dict::new().erase());
    /// A new cell with this content.
    NEW_CELL(a) -> Value, Fresh, never: Ok(types::cell::new(a.own()).erase());
    /// A new exception of the class at `span` with the `n` arguments behind it, not initialized yet.
    NEW_EXCEPTION(span: int, n: int, _imm: int) -> Value, Fresh, raises: cold::new_exception(span, n);
    /// `e.__traceback__` of an exception.
    TRACEBACK(e) -> Value, Reads, never: Ok(cold::traceback(e));
    /// `a(b, type(e), e, e.__traceback__)`, without `b` if that is unbound.
    WITH_EXCEPT(a, b, e) -> Value, Native, raises: cold::with_except(a, b, e);
    /// `range(start, stop, step)` of small ints, the last one not 0.
    RANGE(start, stop, step) -> Value, Fresh, never: Ok(cold::range(start, stop, step));
    /// `iter(a)` of a range.
    ITER_RANGE(a) -> Value, Fresh, never: Ok(cold::iter_range(a));
    /// A new instance of a class whose `__new__` is `object.__new__`.
    NEW_INSTANCE(class) -> Value, Fresh, raises: cold::new_instance(class);
}

/// A float object or immediate, from a raw double.
pub static BOX_FLOAT: Helper = {
    extern "C" fn box_float(f: f64) -> u64 {
        types::float::new(f).into_raw().bits()
    }
    Helper {
        name: "BOX_FLOAT",
        code: crate::helper::Code::D1(box_float),
        arity: 1,
        floats: 1,
        returns: Returns::Value,
        effect: Effect::Fresh,
        can_raise: false,
    }
};

fn done(r: PyResult<()>) -> PyResult {
    r.map(|()| crate::object::Ref::from_raw(crate::value::NONE))
}

fn function_of(v: Value) -> P<Function> {
    v.exact::<Function>().expect("the current function")
}

fn name_of(v: Value) -> P<Str> {
    v.exact::<Str>().expect("names are strs")
}

/// The helper of a binary operator, by position in `BINARY_ADD …`; `inplace` as `+=`.
pub fn binary(op: usize, inplace: bool) -> &'static Helper {
    static PLAIN: [&Helper; 13] =
        [&ADD, &SUB, &MUL, &TRUE_DIV, &FLOOR_DIV, &MOD, &POW, &MATMUL, &LSHIFT, &RSHIFT, &AND, &OR, &XOR];
    static INPLACE: [&Helper; 13] = [
        &IADD,
        &ISUB,
        &IMUL,
        &ITRUE_DIV,
        &IFLOOR_DIV,
        &IMOD,
        &IPOW,
        &IMATMUL,
        &ILSHIFT,
        &IRSHIFT,
        &IAND,
        &IOR,
        &IXOR,
    ];
    if inplace { INPLACE[op] } else { PLAIN[op] }
}
