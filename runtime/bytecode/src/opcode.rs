//! The opcode table.
//!
//! `co_code` is wordcode: a byte of opcode, a byte of argument; `EXTENDED_ARG` puts eight more significant bits in
//! front of the next argument (up to three of them). Jump arguments count instruction units (two bytes) from the unit
//! *after* the jump. There are no inline cache entries, and no stack slot is ever NULL: where CPython pushes NULL for
//! "no self", [`Opcode::LOAD_METHOD`] and its kind push the internal value UNBOUND.
//!
//! Stack pictures read `before -- after` with the top of the stack on the right; `x[n]` is n values, and `[x]` one
//! that is there only if the argument says so. Operands are popped when the instruction succeeds; when it raises, the
//! unwinder drops them. Where a picture does not say otherwise the operands are evaluated already and the
//! instruction's own work is one call of the named protocol; what that protocol raises, the instruction raises.
//!
//! Exceptions: the table of a code object maps instruction ranges to `(target, depth, lasti)`. When an instruction
//! raises inside a range, the frame's stack is cut to `depth` values, then, if `lasti` is set, the offset of the
//! raising instruction in units is pushed as an int, then the exception, and execution goes on at `target`.

/// Calls the macro named with the whole opcode table.
///
/// A row is `NAME operand-kind (pops -> pushes | var) (raises | pure)`. For `var` rows [`Opcode::stack_effect`]
/// computes the effect from the argument. `raises` means that the instruction may leave an exception; a `pure` one
/// never does.
#[macro_export]
macro_rules! for_each_opcode {
    ($callback:path) => {
        $callback! {
            /// ` -- `. Nothing.
            NOP None (0 -> 0) pure,
            /// `x -- `.
            POP_TOP None (1 -> 0) pure,
            /// `x ... -- x ... x`. Pushes the value that is `arg` deep (1 is the top).
            COPY Count (0 -> 1) pure,
            /// `x ... y -- y ... x`. Exchanges the top with the value that is `arg` deep (2 is the one under the top).
            SWAP Count (0 -> 0) pure,
            /// ` -- const`.
            LOAD_CONST Const (0 -> 1) pure,
            /// ` -- common`. `arg` indexes [`COMMON_CONSTANTS`]: AssertionError, NotImplementedError, ... the builtin
            /// itself, whatever the name `AssertionError` is bound to.
            LOAD_COMMON_CONSTANT Common (0 -> 1) pure,

            // ---- names ----
            /// ` -- value`. The local is bound: the compiler has proved it.
            LOAD_FAST Local (0 -> 1) pure,
            /// ` -- value`. UnboundLocalError "cannot access local variable 'x' where it is not associated with a
            /// value" if the slot is UNBOUND.
            LOAD_FAST_CHECK Local (0 -> 1) raises,
            /// ` -- value_or_UNBOUND`. Pushes the slot as it is and leaves UNBOUND in it: an inlined comprehension
            /// saves the outer variable so. If the slot holds a cell, the cell itself is pushed.
            LOAD_FAST_AND_CLEAR Local (0 -> 1) pure,
            /// `value -- `. Drops what the slot held. The value may be UNBOUND (or a cell) when an inlined
            /// comprehension puts back what LOAD_FAST_AND_CLEAR saved.
            STORE_FAST Local (1 -> 0) pure,
            /// ` -- `. Makes the slot UNBOUND; UnboundLocalError as LOAD_FAST_CHECK if it is already.
            DELETE_FAST Local (0 -> 0) raises,
            /// ` -- value`. Looks in the frame's locals mapping, then globals, then builtins; NameError "name 'x' is
            /// not defined".
            LOAD_NAME Name (0 -> 1) raises,
            /// `value -- `. Stores into the frame's locals mapping (any mapping: a metaclass's `__prepare__`).
            STORE_NAME Name (1 -> 0) raises,
            /// ` -- `. Deletes from the locals mapping; NameError "name 'x' is not defined".
            DELETE_NAME Name (0 -> 0) raises,
            /// ` -- value`. Globals, then builtins; NameError "name 'x' is not defined".
            LOAD_GLOBAL Name (0 -> 1) raises,
            /// `value -- `.
            STORE_GLOBAL Name (1 -> 0) raises,
            /// ` -- `. NameError if it is not there.
            DELETE_GLOBAL Name (0 -> 0) raises,
            /// ` -- `. Puts the value of the slot (an argument, or UNBOUND) into a new cell and the cell into the
            /// slot. Stands before everything else in the code (but COPY_FREE_VARS), and at
            /// the start of an inlined comprehension for the variables that the comprehension's lambdas capture.
            MAKE_CELL Local (0 -> 0) pure,
            /// ` -- `. Copies the `arg` cells of the running function's closure into the last `arg` slots of
            /// localsplus. The first instruction of a code object with free variables.
            COPY_FREE_VARS Count (0 -> 0) pure,
            /// ` -- cell`. Pushes the cell itself, for a closure tuple.
            LOAD_CLOSURE Local (0 -> 1) pure,
            /// ` -- value`. The content of the cell in the slot. If empty: for a cell variable UnboundLocalError
            /// "cannot access local variable 'x' where it is not associated with a value", for a free variable
            /// NameError "cannot access free variable 'x' where it is not associated with a value in enclosing scope".
            LOAD_DEREF Local (0 -> 1) raises,
            /// `value -- `. Sets the content of the cell.
            STORE_DEREF Local (1 -> 0) pure,
            /// ` -- `. Empties the cell; raises as LOAD_DEREF if it is empty.
            DELETE_DEREF Local (0 -> 0) raises,
            /// `mapping -- value`. Looks the variable's name up in the mapping (a class namespace) and, if it is not
            /// there, in the cell as LOAD_DEREF.
            LOAD_FROM_DICT_OR_DEREF Local (1 -> 1) raises,
            /// `mapping -- value`. Looks the name up in the mapping, then as LOAD_GLOBAL.
            LOAD_FROM_DICT_OR_GLOBALS Name (1 -> 1) raises,
            /// ` -- locals`. The frame's locals mapping (class bodies and modules only); SystemError "no locals" if
            /// there is none.
            LOAD_LOCALS None (0 -> 1) raises,

            // ---- attributes ----
            /// `owner -- value`. `getattr(owner, name)`.
            LOAD_ATTR Name (1 -> 1) raises,
            /// `value owner -- `. `owner.name = value`.
            STORE_ATTR Name (2 -> 0) raises,
            /// `owner -- `.
            DELETE_ATTR Name (1 -> 0) raises,
            /// `owner -- callable self_or_UNBOUND`. If `owner.name` would be a function of the type bound to owner (a
            /// method descriptor, not shadowed by the instance dict), pushes the function and owner; otherwise
            /// `getattr(owner, name)` and UNBOUND. Followed by the arguments and CALL_METHOD or CALL_METHOD_KW.
            LOAD_METHOD Name (1 -> 2) raises,
            /// `super class self -- value`. `super(class, self).name`; when `super` is not the builtin type super,
            /// `getattr(super(), name)`, that is: the global is called without arguments.
            LOAD_SUPER_ATTR Name (3 -> 1) raises,
            /// `super class self -- callable self_or_UNBOUND`. The same, in LOAD_METHOD's form.
            LOAD_SUPER_METHOD Name (3 -> 2) raises,
            /// `super class self -- callable self_or_UNBOUND`. The same for `super(class, self).name`, where class and
            /// self were written out: a global `super` that is not the builtin type is called with them.
            LOAD_SUPER_METHOD_OF Name (3 -> 2) raises,
            /// `owner -- callable self_or_UNBOUND`. Looks the special method `arg` ([`SpecialMethod`]) up on the type
            /// of owner (never the instance dict), in LOAD_METHOD's form. If it is missing: TypeError "'T' object does
            /// not support the context manager protocol (missed __exit__ method)", or "the asynchronous context
            /// manager protocol" for the `__a...__` ones; when the methods of the *other* protocol exist, CPython 3.14
            /// adds " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
            /// and its counterpart.
            LOAD_SPECIAL Special (1 -> 2) raises,

            // ---- operators ----
            /// `a b -- a+b`.
            BINARY_ADD None (2 -> 1) raises,
            /// `a b -- a-b`.
            BINARY_SUBTRACT None (2 -> 1) raises,
            /// `a b -- a*b`.
            BINARY_MULTIPLY None (2 -> 1) raises,
            /// `a b -- a/b`.
            BINARY_TRUE_DIVIDE None (2 -> 1) raises,
            /// `a b -- a//b`.
            BINARY_FLOOR_DIVIDE None (2 -> 1) raises,
            /// `a b -- a%b`.
            BINARY_MODULO None (2 -> 1) raises,
            /// `a b -- a**b`.
            BINARY_POWER None (2 -> 1) raises,
            /// `a b -- a@b`.
            BINARY_MATRIX_MULTIPLY None (2 -> 1) raises,
            /// `a b -- a<<b`.
            BINARY_LSHIFT None (2 -> 1) raises,
            /// `a b -- a>>b`.
            BINARY_RSHIFT None (2 -> 1) raises,
            /// `a b -- a&b`.
            BINARY_AND None (2 -> 1) raises,
            /// `a b -- a|b`.
            BINARY_OR None (2 -> 1) raises,
            /// `a b -- a^b`.
            BINARY_XOR None (2 -> 1) raises,
            /// `a b -- r`. `r = a; r += b`: `__iadd__` first, then as BINARY_ADD. The same for the rest.
            INPLACE_ADD None (2 -> 1) raises,
            /// `a b -- a-=b`.
            INPLACE_SUBTRACT None (2 -> 1) raises,
            /// `a b -- a*=b`.
            INPLACE_MULTIPLY None (2 -> 1) raises,
            /// `a b -- a/=b`.
            INPLACE_TRUE_DIVIDE None (2 -> 1) raises,
            /// `a b -- a//=b`.
            INPLACE_FLOOR_DIVIDE None (2 -> 1) raises,
            /// `a b -- a%=b`.
            INPLACE_MODULO None (2 -> 1) raises,
            /// `a b -- a**=b`.
            INPLACE_POWER None (2 -> 1) raises,
            /// `a b -- a@=b`.
            INPLACE_MATRIX_MULTIPLY None (2 -> 1) raises,
            /// `a b -- a<<=b`.
            INPLACE_LSHIFT None (2 -> 1) raises,
            /// `a b -- a>>=b`.
            INPLACE_RSHIFT None (2 -> 1) raises,
            /// `a b -- a&=b`.
            INPLACE_AND None (2 -> 1) raises,
            /// `a b -- a|=b`.
            INPLACE_OR None (2 -> 1) raises,
            /// `a b -- a^=b`.
            INPLACE_XOR None (2 -> 1) raises,
            /// `a -- -a`.
            UNARY_NEGATIVE None (1 -> 1) raises,
            /// `a -- +a`.
            UNARY_POSITIVE None (1 -> 1) raises,
            /// `a -- ~a`.
            UNARY_INVERT None (1 -> 1) raises,
            /// `a -- bool`. `not a`: tests the truth (`__bool__`, `__len__`) of any value.
            UNARY_NOT None (1 -> 1) raises,
            /// `a b -- result`. Rich comparison, `arg` indexes [`COMPARE_OPS`]; the result need not be a bool.
            COMPARE_OP Compare (2 -> 1) raises,
            /// `a b -- bool`. `a is b`; negated if `arg` is 1.
            IS_OP Invert (2 -> 1) pure,
            /// `a b -- bool`. `a in b`; negated if `arg` is 1.
            CONTAINS_OP Invert (2 -> 1) raises,

            // ---- subscripts ----
            /// `container key -- value`.
            BINARY_SUBSCR None (2 -> 1) raises,
            /// `value container key -- `.
            STORE_SUBSCR None (3 -> 0) raises,
            /// `container key -- `.
            DELETE_SUBSCR None (2 -> 0) raises,
            /// `container start stop -- value`. `container[start:stop]`, as BINARY_SUBSCR with slice(start, stop).
            BINARY_SLICE None (3 -> 1) raises,
            /// `value container start stop -- `. `container[start:stop] = value`.
            STORE_SLICE None (4 -> 0) raises,
            /// `x[arg] -- slice`. `arg` is 2 or 3.
            BUILD_SLICE Count var pure,

            // ---- building ----
            /// `x[arg] -- tuple`.
            BUILD_TUPLE Count var pure,
            /// `x[arg] -- list`.
            BUILD_LIST Count var pure,
            /// `x[arg] -- set`. Adds from the first to the last; unhashable values raise TypeError.
            BUILD_SET Count var raises,
            /// `(key value)[arg] -- dict`. Inserts in order.
            BUILD_MAP Count var raises,
            /// `str[arg] -- str`. Concatenates; all are str.
            BUILD_STRING Count var pure,
            /// `list ... x -- list ...`. Appends to the list `arg` deep, counted after x is popped (1 is the top).
            LIST_APPEND Count (1 -> 0) pure,
            /// `set ... x -- set ...`. Adds to the set `arg` deep, counted as for LIST_APPEND.
            SET_ADD Count (1 -> 0) raises,
            /// `dict ... key value -- dict ...`. `dict[key] = value` on the dict `arg` deep after both are popped.
            MAP_ADD Count (2 -> 0) raises,
            /// `list ... iterable -- list ...`. Extends the list `arg` deep after the pop. TypeError "Value after *
            /// must be an iterable, not T" if it has no `__iter__` and is no sequence.
            LIST_EXTEND Count (1 -> 0) raises,
            /// `set ... iterable -- set ...`. As LIST_EXTEND; the error is the iteration's own.
            SET_UPDATE Count (1 -> 0) raises,
            /// `dict ... mapping -- dict ...`. `dict.update(mapping)`; TypeError "'T' object is not a mapping".
            DICT_UPDATE Count (1 -> 0) raises,
            /// `callable args dict ... mapping -- callable args dict ...`. Merges keyword arguments into the dict
            /// `arg` deep after the pop; a key that is there already raises TypeError "f() got multiple values for
            /// keyword argument 'k'", something that is no mapping "f() argument after ** must be a mapping, not T"
            /// (the callable, for its name, is `arg + 2` deep).
            DICT_MERGE Count (1 -> 0) raises,
            /// `total errors iterator x -- total errors iterator`. A step of `sum`: adds x if both are ints or floats (whose
            /// rounding errors are added up); otherwise total becomes the sum of itself, x and what is left in the
            /// iterator.
            SUM_ADD None (1 -> 0) raises,
            /// `total errors -- sum`.
            SUM_END None (2 -> 1) pure,
            /// `list -- tuple`.
            LIST_TO_TUPLE None (1 -> 1) pure,
            /// `sequence -- x[arg]`. The first item ends on top. ValueError "not enough values to unpack (expected 2,
            /// got 1)", "too many values to unpack (expected 2, got 3)" (the got part for list, tuple and dict only);
            /// TypeError "cannot unpack non-iterable T object".
            UNPACK_SEQUENCE Count var raises,
            /// `iterable -- before[arg & 255] list after[arg >> 8]`. The first item ends on top. ValueError "not
            /// enough values to unpack (expected at least 2, got 1)".
            UNPACK_EX UnpackEx var raises,

            // ---- functions and calls ----
            /// `callable args[arg] -- result`.
            CALL_FUNCTION Count var raises,
            /// `callable args[arg] names -- result`. `names` is a tuple of str constants: the last `len(names)` of the
            /// args are keyword arguments.
            CALL_FUNCTION_KW Count var raises,
            /// `callable self_or_UNBOUND args[arg] -- result`. `arg` does not count self. With UNBOUND, as
            /// CALL_FUNCTION; otherwise self is the first positional argument.
            CALL_METHOD Count var raises,
            /// `callable self_or_UNBOUND args[arg] names -- result`.
            CALL_METHOD_KW Count var raises,
            /// `callable args [kwargs] -- result`. `kwargs` (a dict) is there if bit 1 of `arg` is set. `args` is any
            /// iterable: TypeError "f() argument after * must be an iterable, not T".
            CALL_FUNCTION_EX CallEx var raises,
            /// `[defaults] [kwdefaults] [annotations] [annotate] [closure] code -- function`. Bits of `arg`: 1 a tuple
            /// of defaults, 2 a dict of keyword-only defaults, 4 annotations as a tuple of alternating names and
            /// values (not emitted by our compiler, as in CPython 3.14), 16 an `__annotate__` function, 8 a tuple of cells.
            /// Name, qualified name and docstring come from the code; globals are the frame's; `__module__` is
            /// `globals['__name__']`.
            MAKE_FUNCTION MakeFunction var pure,
            /// ` -- __build_class__`. From the frame's builtins; NameError "__build_class__ not found".
            LOAD_BUILD_CLASS None (0 -> 1) raises,
            /// `x -- result`. [`Intrinsic1`] number `arg`.
            CALL_INTRINSIC_1 Intrinsic1 (1 -> 1) raises,
            /// `x y -- result`. [`Intrinsic2`] number `arg`.
            CALL_INTRINSIC_2 Intrinsic2 (2 -> 1) raises,

            // ---- imports ----
            /// `level fromlist -- module`. `__import__(name, globals, locals, fromlist, level)`, by way of
            /// `builtins.__import__` if somebody replaced it.
            IMPORT_NAME Name (2 -> 1) raises,
            /// `module -- module attribute`. `getattr`, then `sys.modules[f"{module.__name__}.{name}"]`; ImportError
            /// "cannot import name 'x' from 'm' (path)".
            IMPORT_FROM Name (1 -> 2) raises,
            /// `module -- `. Stores `__all__`, or all names without a leading underscore, into the frame's locals.
            IMPORT_STAR None (1 -> 0) raises,
            /// ` -- `. If the frame's locals have no `__annotations__`, stores a new dict under that name.
            SETUP_ANNOTATIONS None (0 -> 0) raises,

            // ---- jumps ----
            /// ` -- `.
            JUMP_FORWARD JumpForward (0 -> 0) pure,
            /// ` -- `. The back edge of a loop: counted, polls for signals and the collector, hence may raise.
            JUMP_BACKWARD JumpBackward (0 -> 0) raises,
            /// ` -- `. Backward, but no loop's back edge (from cold code back into the warm; waiting loops of `await`
            /// and `yield from`): neither counted nor polled.
            JUMP_BACKWARD_NO_INTERRUPT JumpBackward (0 -> 0) pure,
            /// `x -- `. Jumps if x is false; tests the truth of any value.
            POP_JUMP_IF_FALSE JumpForward (1 -> 0) raises,
            /// `x -- `. Jumps if x is true; tests the truth of any value.
            POP_JUMP_IF_TRUE JumpForward (1 -> 0) raises,
            /// `x -- `. Jumps if `x is None`.
            POP_JUMP_IF_NONE JumpForward (1 -> 0) pure,
            /// `x -- `. Jumps if `x is not None`.
            POP_JUMP_IF_NOT_NONE JumpForward (1 -> 0) pure,

            // ---- iteration, generators, coroutines ----
            /// `iterable -- iterator`. `iter(iterable)`.
            GET_ITER None (1 -> 1) raises,
            /// `iterator -- iterator value`; when exhausted (`__next__` raises StopIteration) `iterator -- ` and jump.
            FOR_ITER JumpForward var raises,
            /// `iterator -- `. Drops the iterator of a `for` loop that is left by `break` or `return`.
            POP_ITER None (1 -> 0) pure,
            /// `iterable -- iterator`. For `yield from`: a generator or an iterator stays as it is, a coroutine is
            /// allowed only in a coroutine or an `@types.coroutine` generator (TypeError "cannot 'yield from' a
            /// coroutine object in a non-coroutine generator"), everything else as GET_ITER.
            GET_YIELD_FROM_ITER None (1 -> 1) raises,
            /// `receiver value -- receiver result`. `receiver.send(value)` (`__next__` if value is None and there is no
            /// send). When the receiver returns (StopIteration), result is the returned value, and jumps.
            SEND JumpForward (2 -> 2) raises,
            /// `receiver value -- value`. Drops the finished receiver.
            END_SEND None (2 -> 1) pure,
            /// `receiver value exc -- None result`. Handler of an exception thrown in at a YIELD_VALUE inside a SEND
            /// loop: if exc is StopIteration, result is its value; otherwise raises exc again. (The running
            /// generator's `throw` has already delegated to the receiver.)
            CLEANUP_THROW None (3 -> 2) raises,
            /// `value -- sent`. Suspends the generator's frame and hands value to whoever resumed it. Resumed, pushes
            /// the value sent (None by `next`); `throw` raises *at this instruction*. `arg`: 0 a plain yield; 1 inside
            /// the SEND loop of a `yield from`, 2 of an `await`: then the value under the top is the receiver, which
            /// is `gi_yieldfrom`/`cr_await`, and `throw` and `close` go to it first.
            YIELD_VALUE Yield (1 -> 1) raises,
            /// ` -- sent`. In a generator, coroutine or async generator, right after COPY_FREE_VARS and the first
            /// MAKE_CELLs: makes the object from the frame and returns it to the caller.
            /// When that is first resumed, the value sent (None) is pushed; POP_TOP follows. `throw` before the first
            /// resumption raises at this instruction, outside every handler.
            RETURN_GENERATOR None (0 -> 1) pure,
            /// `value -- `. Leaves the frame. In a generator: StopIteration with the value.
            RETURN_VALUE None (1 -> 0) pure,
            /// `x -- awaitable`. The iterator of `await x`: a coroutine itself (RuntimeError "coroutine is being
            /// awaited already"), or `x.__await__()`. `arg` 1 and 2: x came from `__aenter__`, `__aexit__`, for the
            /// message "'async with' received an object from __aenter__ that does not implement __await__: T";
            /// otherwise "object T can't be used in 'await' expression" (3.14: "'T' object can't be awaited").
            GET_AWAITABLE Count (1 -> 1) raises,
            /// `x -- aiter`. `type(x).__aiter__(x)`: TypeError "'async for' requires an object with __aiter__ method,
            /// got T"; the result needs `__anext__`: "'async for' received an object from __aiter__ that does not
            /// implement __anext__: T".
            GET_AITER None (1 -> 1) raises,
            /// `aiter -- aiter awaitable`. `aiter.__anext__()` made awaitable as by GET_AWAITABLE; TypeError "'async
            /// for' received an invalid object from __anext__: T".
            GET_ANEXT None (1 -> 2) raises,
            /// `aiter exc -- `. Handler of an async for: if exc is StopAsyncIteration drops both, otherwise raises it
            /// again.
            END_ASYNC_FOR None (2 -> 0) raises,
            /// `x -- wrapped`. Marks a value that an async generator yields, so that it differs from what `await`
            /// passes through.
            ASYNC_GEN_WRAP None (1 -> 1) pure,

            // ---- exceptions and with ----
            /// `exc -- previous exc`. Start of a handler: previous is the exception that was being handled (None if
            /// there was none), exc becomes the one being handled (`sys.exception()`).
            PUSH_EXC_INFO None (1 -> 2) pure,
            /// `exc type -- exc bool`. `except type`: TypeError "catching classes that do not inherit from
            /// BaseException is not allowed" for anything but an exception class or a tuple of them.
            CHECK_EXC_MATCH None (2 -> 2) raises,
            /// `exc type -- rest match`. `except* type`: splits a group (an exception that is no group is wrapped when
            /// it matches); match is None if nothing matched, rest None if nothing is left. A match becomes the
            /// exception being handled. TypeErrors as CHECK_EXC_MATCH, and "catching ExceptionGroup with except* is
            /// not allowed. Use except instead.".
            CHECK_EG_MATCH None (2 -> 2) raises,
            /// `previous -- `. The end of a handler: previous becomes the exception being handled again.
            POP_EXCEPT None (1 -> 0) pure,
            /// `x[arg] exc -- `. Raises exc again without adding a traceback entry for this line. If `arg` is not 0,
            /// the deepest of the x is the lasti pushed by the unwinder, and the frame's position becomes that one, so
            /// that the traceback shows where it came from.
            RERAISE Count var raises,
            /// `[exc [cause]] -- `. `arg` 0: `raise` (RuntimeError "No active exception to reraise"); 1: `raise exc`;
            /// 2: `raise exc from cause`. A class is called first. TypeError "exceptions must derive from
            /// BaseException", "exception causes must derive from BaseException".
            RAISE_VARARGS Count var raises,
            /// `exit self_or_UNBOUND lasti previous exc -- exit self_or_UNBOUND lasti previous exc result`. Calls
            /// `exit([self,] type(exc), exc, exc.__traceback__)`.
            WITH_EXCEPT_START None (0 -> 1) raises,

            // ---- match ----
            /// `x -- x len(x)`.
            GET_LEN None (0 -> 1) raises,
            /// `x -- x bool`. Is x's type marked as a mapping (`Py_TPFLAGS_MAPPING`)?
            MATCH_MAPPING None (0 -> 1) pure,
            /// `x -- x bool`. Is x's type marked as a sequence (`Py_TPFLAGS_SEQUENCE`)?
            MATCH_SEQUENCE None (0 -> 1) pure,
            /// `subject keys -- subject keys values`. A tuple of the values for the tuple of keys (by
            /// `subject.get(key, sentinel)`), or None if one is missing; ValueError "mapping pattern checks duplicate
            /// key (k)".
            MATCH_KEYS None (0 -> 1) raises,
            /// `subject type names -- attributes`. `isinstance`, then `arg` positional attributes by `__match_args__`
            /// (or the subject itself for the builtins that match so) and those in the tuple names: a tuple, or None
            /// if the pattern does not match. TypeErrors as CPython's.
            MATCH_CLASS Count (3 -> 1) raises,

            // ---- formatting ----
            /// `x -- str`. `format(x, "")`; an exact str stays.
            FORMAT_SIMPLE None (1 -> 1) raises,
            /// `x spec -- str`. `format(x, spec)`.
            FORMAT_WITH_SPEC None (2 -> 1) raises,
            /// `x -- str`. `arg` 1 `str(x)`, 2 `repr(x)`, 3 `ascii(x)`.
            CONVERT_VALUE Conversion (1 -> 1) raises,
            /// `value expression [spec] -- interpolation`. PEP 750. Bit 1 of `arg`: a format spec (str) is there
            /// (otherwise ""); `arg >> 2` is the conversion as for CONVERT_VALUE (0 is None).
            BUILD_INTERPOLATION Interpolation var raises,
            /// `strings interpolations -- template`. Two tuples, the first one longer by one.
            BUILD_TEMPLATE None (2 -> 1) raises,

            /// Eight more significant bits for the argument of the next instruction. Never a jump target.
            EXTENDED_ARG Extended (0 -> 0) pure,
        }
    };
}

/// What the argument of an instruction means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperandKind {
    /// Not used; the argument byte is 0.
    None,
    /// Index into the constants.
    Const,
    /// Index into `localsplus`.
    Local,
    /// Index into the names.
    Name,
    /// Units forward from the next instruction.
    JumpForward,
    /// Units backward from the next instruction.
    JumpBackward,
    /// A number of values, or a depth.
    Count,
    /// Index into [`COMPARE_OPS`].
    Compare,
    /// 1 negates.
    Invert,
    /// [`Intrinsic1`].
    Intrinsic1,
    /// [`Intrinsic2`].
    Intrinsic2,
    /// [`SpecialMethod`].
    Special,
    /// Index into [`COMMON_CONSTANTS`].
    Common,
    /// 1 str, 2 repr, 3 ascii.
    Conversion,
    /// `before | after << 8`.
    UnpackEx,
    /// Bit 1: keyword arguments are there.
    CallEx,
    /// Bits of MAKE_FUNCTION.
    MakeFunction,
    /// 0 yield, 1 in `yield from`, 2 in `await`.
    Yield,
    /// Bits of BUILD_INTERPOLATION.
    Interpolation,
    /// EXTENDED_ARG itself.
    Extended,
}

macro_rules! define_opcodes {
    ($($(#[$doc:meta])* $name:ident $kind:ident $effect:tt $raise:ident,)*) => {
        define_opcodes!(@enum $($(#[$doc])* $name,)*);
    };
    (@enum $($(#[$doc:meta])* $name:ident,)*) => {
        /// An opcode. The discriminants follow the table's order and are what stands in `co_code`.
        #[allow(non_camel_case_types, reason = "Python's own names, as dis prints them")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode { $($(#[$doc])* $name,)* }

        /// All opcodes in the order of their numbers.
        pub const OPCODES: &[Opcode] = &[$(Opcode::$name,)*];
    };
}
macro_rules! define_info {
    ($($(#[$doc:meta])* $name:ident $kind:ident $effect:tt $raise:ident,)*) => {
        const INFO: &[Info] = &[$(Info {
            name: stringify!($name),
            kind: OperandKind::$kind,
            effect: define_info!(@effect $effect),
            can_raise: define_info!(@raise $raise),
        },)*];
    };
    (@effect ($pops:literal -> $pushes:literal)) => { Some(($pops, $pushes)) };
    (@effect var) => { None };
    (@raise raises) => { true };
    (@raise pure) => { false };
}

struct Info {
    name: &'static str,
    kind: OperandKind,
    effect: Option<(u32, u32)>,
    can_raise: bool,
}

for_each_opcode!(define_opcodes);
for_each_opcode!(define_info);

/// The operators of COMPARE_OP, by argument.
pub const COMPARE_OPS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];

/// The constants of LOAD_COMMON_CONSTANT, by argument: names of builtins, and of methods of builtin classes.
pub const COMMON_CONSTANTS: [&str; 12] = [
    "AssertionError",
    "NotImplementedError",
    "tuple",
    "all",
    "any",
    "list",
    "set",
    "sum",
    "min",
    "max",
    "sorted",
    "str.join",
];
/// The first of those that are None while somebody traces: a program is told of their calls.
pub const TOLD_CONSTANTS: usize = 5;

/// Flags of MAKE_FUNCTION's argument.
pub mod make_function {
    /// A tuple of defaults is on the stack.
    pub const DEFAULTS: u32 = 1;
    /// A dict of keyword-only defaults is on the stack.
    pub const KWDEFAULTS: u32 = 2;
    /// A tuple of alternating names and annotation strings is on the stack.
    pub const ANNOTATIONS: u32 = 4;
    /// A tuple of cells is on the stack.
    pub const CLOSURE: u32 = 8;
    /// An `__annotate__` function is on the stack.
    pub const ANNOTATE: u32 = 16;
}

impl Opcode {
    /// The opcode with that number, if there is one.
    #[inline]
    pub fn from_u8(byte: u8) -> Option<Opcode> {
        OPCODES.get(byte as usize).copied()
    }

    /// The opcode with that name, if there is one.
    pub fn from_name(name: &str) -> Option<Opcode> {
        OPCODES.iter().copied().find(|op| op.name() == name)
    }

    fn info(self) -> &'static Info {
        &INFO[self as usize]
    }

    /// Python's name for it.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// What its argument means.
    pub fn operand(self) -> OperandKind {
        self.info().kind
    }

    /// Whether the instruction has an argument (that `dis` prints).
    pub fn has_arg(self) -> bool {
        self.operand() != OperandKind::None
    }

    /// Whether it may leave an exception.
    pub fn can_raise(self) -> bool {
        self.info().can_raise
    }

    /// Whether the argument is a jump distance.
    pub fn is_jump(self) -> bool {
        matches!(self.operand(), OperandKind::JumpForward | OperandKind::JumpBackward)
    }

    /// Whether it always jumps.
    pub fn is_unconditional_jump(self) -> bool {
        matches!(self, Self::JUMP_FORWARD | Self::JUMP_BACKWARD | Self::JUMP_BACKWARD_NO_INTERRUPT)
    }

    /// Whether control never reaches the next instruction.
    pub fn is_terminator(self) -> bool {
        self.is_unconditional_jump()
            || matches!(self, Self::RETURN_VALUE | Self::RERAISE | Self::RAISE_VARARGS)
    }

    /// `(pops, pushes)` with this argument; `jump` asks for the effect when it jumps. An instruction that only reads
    /// deeper values (COPY, LIST_APPEND, WITH_EXCEPT_START ...) counts what it changes, not what it reads.
    pub fn stack_effect(self, arg: u32, jump: bool) -> (u32, u32) {
        if let Some(effect) = self.info().effect {
            return effect;
        }
        match self {
            Self::BUILD_SLICE
            | Self::BUILD_TUPLE
            | Self::BUILD_LIST
            | Self::BUILD_SET
            | Self::BUILD_STRING => (arg, 1),
            Self::BUILD_MAP => (2 * arg, 1),
            Self::UNPACK_SEQUENCE => (1, arg),
            Self::UNPACK_EX => (1, (arg & 255) + 1 + (arg >> 8)),
            Self::CALL_FUNCTION => (1 + arg, 1),
            Self::CALL_FUNCTION_KW | Self::CALL_METHOD => (2 + arg, 1),
            Self::CALL_METHOD_KW => (3 + arg, 1),
            Self::CALL_FUNCTION_EX => (2 + (arg & 1), 1),
            Self::MAKE_FUNCTION => (1 + (arg & 31).count_ones(), 1),
            Self::FOR_ITER => (1, if jump { 0 } else { 2 }),
            Self::RERAISE => (1 + arg, 0),
            Self::RAISE_VARARGS => (arg, 0),
            Self::BUILD_INTERPOLATION => (2 + (arg & 1), 1),
            other => unreachable!("{} has no variable effect", other.name()),
        }
    }
}

macro_rules! define_numbered {
    ($(#[$enum_doc:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident $text:literal,)* }) => {
        $(#[$enum_doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum $enum { $($(#[$doc])* $name,)* }

        impl $enum {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [$enum] = &[$($enum::$name,)*];

            /// The one with that number.
            pub fn from_u32(number: u32) -> Option<Self> {
                Self::ALL.get(number as usize).copied()
            }

            /// Its name, as `dis` prints it.
            pub fn name(self) -> &'static str {
                match self { $($enum::$name => $text,)* }
            }
        }
    };
}

define_numbered! {
    /// The functions of CALL_INTRINSIC_1: `x -- result`.
    Intrinsic1 {
        /// `sys.displayhook(x)`; the result is None. Expression statements of mode "single".
        Print "INTRINSIC_PRINT",
        /// x is an exception that leaves a generator. StopIteration (in an async generator also StopAsyncIteration)
        /// gives RuntimeError "generator raised StopIteration" ("coroutine raised ...", "async generator raised ...")
        /// with x as cause and context; anything else is the result unchanged. RERAISE 1 follows.
        StopIterationError "INTRINSIC_STOPITERATION_ERROR",
        /// `TypeVar(x)`, variance inferred.
        TypeVar "INTRINSIC_TYPEVAR",
        /// `ParamSpec(x)`, variance inferred.
        ParamSpec "INTRINSIC_PARAMSPEC",
        /// `TypeVarTuple(x)`.
        TypeVarTuple "INTRINSIC_TYPEVARTUPLE",
        /// `typing.Generic[*x]` with each TypeVarTuple unpacked; x is a tuple of type parameters.
        SubscriptGeneric "INTRINSIC_SUBSCRIPT_GENERIC",
        /// `TypeAliasType`, lazily: x is `(name, type_params or None, evaluate function)`.
        TypeAlias "INTRINSIC_TYPEALIAS",
    }
}

define_numbered! {
    /// The functions of CALL_INTRINSIC_2: `x y -- result`.
    Intrinsic2 {
        /// x is the exception of a `try ... except*`, y the list of what the handlers raised and left over (with
        /// Nones): the exception (group) to raise, or None.
        PrepReraiseStar "INTRINSIC_PREP_RERAISE_STAR",
        /// A TypeVar named x whose bound is computed by calling y.
        TypeVarWithBound "INTRINSIC_TYPEVAR_WITH_BOUND",
        /// A TypeVar named x whose constraints are computed by calling y.
        TypeVarWithConstraints "INTRINSIC_TYPEVAR_WITH_CONSTRAINTS",
        /// Sets `x.__type_params__ = y` for a new function x; the result is x.
        SetFunctionTypeParams "INTRINSIC_SET_FUNCTION_TYPE_PARAMS",
        /// Gives the type parameter x a default computed by calling y; the result is x.
        SetTypeparamDefault "INTRINSIC_SET_TYPEPARAM_DEFAULT",
    }
}

define_numbered! {
    /// The methods of LOAD_SPECIAL.
    SpecialMethod {
        /// `__enter__`.
        Enter "__enter__",
        /// `__exit__`.
        Exit "__exit__",
        /// `__aenter__`.
        Aenter "__aenter__",
        /// `__aexit__`.
        Aexit "__aexit__",
    }
}
