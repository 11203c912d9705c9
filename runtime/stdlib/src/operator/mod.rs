//! `_operator`

mod getters;

pub use module::MODULE;

/// Operator interface.
///
/// This module exports a set of functions implemented in C corresponding
/// to the intrinsic operators of Python.  For example, operator.add(x, y)
/// is equivalent to the expression x+y.
#[taipan_runtime::pymodule(name = "_operator")]
mod module {
    use super::getters;
    use crate::construct::add_class;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::native::Kwargs;
    use taipan_runtime::object::P;
    use taipan_runtime::protocol::compare::rich_compare;
    use taipan_runtime::protocol::number::{self, BinaryOp};
    use taipan_runtime::protocol::{iter, mapping, sequence, truth};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::types;
    use taipan_runtime::slots::{Args, CmpOp};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::{int, str};
    use taipan_runtime::value::{NONE, Value};

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let classes = [
            add_class::<getters::ItemGetter>(m, "itemgetter", object, 0, getters::ItemGetter::install),
            add_class::<getters::AttrGetter>(m, "attrgetter", object, 0, getters::AttrGetter::install),
            add_class::<getters::MethodCaller>(m, "methodcaller", object, 0, getters::MethodCaller::install),
        ];
        let docs = [
            "Return a callable object that fetches the given item(s) from its operand.\n\nAfter f = itemgetter(2), the \
             call f(r) returns r[2].\nAfter g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])",
            "Return a callable object that fetches the given attribute(s) from its operand.\n\nAfter f = \
             attrgetter('name'), the call f(r) returns r.name.\nAfter g = attrgetter('name', 'date'), the call g(r) \
             returns (r.name, r.date).\nAfter h = attrgetter('name.first', 'name.last'), the call h(r) \
             returns\n(r.name.first, r.name.last).",
            "Return a callable object that calls the given method on its operand.\n\nAfter f = methodcaller('name'), the \
             call f(r) returns r.name().\nAfter g = methodcaller('name', 'date', foo=1), the call g(r) \
             returns\nr.name('date', foo=1).",
        ];
        for (class, doc) in classes.into_iter().zip(docs) {
            class.dict().insert_text("__module__", str::new("operator").erase());
            crate::construct::set_doc(class, doc);
        }
        Ok(())
    }

    /// Same as abs(a).
    #[pyfunction("(a, /)")]
    fn abs(a: Value) -> PyResult {
        number::absolute(a)
    }
    /// Same as a + b.
    #[pyfunction("(a, b, /)")]
    fn add(a: Value, b: Value) -> PyResult {
        number::add(a, b)
    }
    /// Same as a & b.
    #[pyfunction("(a, b, /)")]
    fn and_(a: Value, b: Value) -> PyResult {
        number::and(a, b)
    }
    /// Same as obj(*args, **kwargs).
    #[pyfunction("(obj, /, *args, **kwargs)")]
    fn call(obj: Value, args: &[Value], kwargs: Kwargs) -> PyResult {
        let mut values = args.to_vec();
        values.extend(kwargs.pairs.iter().map(|(_, v)| *v));
        let names: Vec<Value> = kwargs.pairs.iter().map(|(k, _)| *k).collect();
        taipan_runtime::protocol::call::call(obj, Args { values: &values, names: &names })
    }
    /// Same as a + b, for a and b sequences.
    #[pyfunction("(a, b, /)")]
    fn concat(a: Value, b: Value) -> PyResult {
        sequence::concat(a, b)
    }
    /// Same as b in a (note reversed operands).
    #[pyfunction("(a, b, /)")]
    fn contains(a: Value, b: Value) -> PyResult<bool> {
        mapping::contains(a, b)
    }
    /// Return the number of items in a which are, or which equal, b.
    #[pyfunction("(a, b, /)", name = "countOf")]
    fn count_of(a: Value, b: Value) -> PyResult<usize> {
        sequence::count(a, b)
    }
    /// Same as del a[b].
    #[pyfunction("(a, b, /)")]
    fn delitem(a: Value, b: Value) -> PyResult<()> {
        mapping::delitem(a, b)
    }
    /// Same as a == b.
    #[pyfunction("(a, b, /)")]
    fn eq(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Eq)
    }
    /// Same as a // b.
    #[pyfunction("(a, b, /)")]
    fn floordiv(a: Value, b: Value) -> PyResult {
        number::floor_divide(a, b)
    }
    /// Same as a >= b.
    #[pyfunction("(a, b, /)")]
    fn ge(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Ge)
    }
    /// Same as a[b].
    #[pyfunction("(a, b, /)")]
    fn getitem(a: Value, b: Value) -> PyResult {
        mapping::getitem(a, b)
    }
    /// Same as a > b.
    #[pyfunction("(a, b, /)")]
    fn gt(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Gt)
    }
    /// Same as a += b.
    #[pyfunction("(a, b, /)")]
    fn iadd(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Add, a, b)
    }
    /// Same as a &= b.
    #[pyfunction("(a, b, /)")]
    fn iand(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::And, a, b)
    }
    /// Same as a += b, for a and b sequences.
    #[pyfunction("(a, b, /)")]
    fn iconcat(a: Value, b: Value) -> PyResult {
        sequence::inplace_concat(a, b)
    }
    /// Same as a //= b.
    #[pyfunction("(a, b, /)")]
    fn ifloordiv(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::FloorDivide, a, b)
    }
    /// Same as a <<= b.
    #[pyfunction("(a, b, /)")]
    fn ilshift(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::LShift, a, b)
    }
    /// Same as a @= b.
    #[pyfunction("(a, b, /)")]
    fn imatmul(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::MatrixMultiply, a, b)
    }
    /// Same as a %= b.
    #[pyfunction("(a, b, /)")]
    fn imod(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Modulo, a, b)
    }
    /// Same as a *= b.
    #[pyfunction("(a, b, /)")]
    fn imul(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Multiply, a, b)
    }
    /// Same as a.__index__()
    #[pyfunction("(a, /)")]
    fn index(a: Value) -> PyResult {
        taipan_runtime::protocol::index::index(a)
    }
    /// Return the first index of b in a.
    #[pyfunction("(a, b, /)", name = "indexOf")]
    fn index_of(a: Value, b: Value) -> PyResult<usize> {
        sequence::position(a, b)
    }
    /// Same as ~a.
    #[pyfunction("(a, /)")]
    fn inv(a: Value) -> PyResult {
        number::invert(a)
    }
    /// Same as ~a.
    #[pyfunction("(a, /)")]
    fn invert(a: Value) -> PyResult {
        number::invert(a)
    }
    /// Same as a |= b.
    #[pyfunction("(a, b, /)")]
    fn ior(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Or, a, b)
    }
    /// Same as a **= b.
    #[pyfunction("(a, b, /)")]
    fn ipow(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Power, a, b)
    }
    /// Same as a >>= b.
    #[pyfunction("(a, b, /)")]
    fn irshift(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::RShift, a, b)
    }
    /// Same as a is b.
    #[pyfunction("(a, b, /)")]
    fn is_(a: Value, b: Value) -> bool {
        a.is(b)
    }
    /// Same as a is None.
    #[pyfunction("(a, /)")]
    fn is_none(a: Value) -> bool {
        a.is_none()
    }
    /// Same as a is not b.
    #[pyfunction("(a, b, /)")]
    fn is_not(a: Value, b: Value) -> bool {
        !a.is(b)
    }
    /// Same as a is not None.
    #[pyfunction("(a, /)")]
    fn is_not_none(a: Value) -> bool {
        !a.is_none()
    }
    /// Same as a -= b.
    #[pyfunction("(a, b, /)")]
    fn isub(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Subtract, a, b)
    }
    /// Same as a /= b.
    #[pyfunction("(a, b, /)")]
    fn itruediv(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::TrueDivide, a, b)
    }
    /// Same as a ^= b.
    #[pyfunction("(a, b, /)")]
    fn ixor(a: Value, b: Value) -> PyResult {
        number::inplace(BinaryOp::Xor, a, b)
    }
    /// Same as a <= b.
    #[pyfunction("(a, b, /)")]
    fn le(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Le)
    }
    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[pyfunction("(obj, default=0, /)")]
    fn length_hint(obj: Value, default: Option<Value>) -> PyResult {
        let default = default.map_or_else(|| Ok(int::new(0)), taipan_runtime::protocol::index::index)?;
        // A hint of usize::MAX can only be the default coming back.
        match iter::length_hint(obj, usize::MAX)? {
            usize::MAX => Ok(default),
            n => Ok(int::from_u64(n as u64)),
        }
    }
    /// Same as a << b.
    #[pyfunction("(a, b, /)")]
    fn lshift(a: Value, b: Value) -> PyResult {
        number::lshift(a, b)
    }
    /// Same as a < b.
    #[pyfunction("(a, b, /)")]
    fn lt(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Lt)
    }
    /// Same as a @ b.
    #[pyfunction("(a, b, /)")]
    fn matmul(a: Value, b: Value) -> PyResult {
        number::matrix_multiply(a, b)
    }
    /// Same as a % b.
    #[pyfunction("(a, b, /)", name = "mod")]
    fn modulo(a: Value, b: Value) -> PyResult {
        number::modulo(a, b)
    }
    /// Same as a * b.
    #[pyfunction("(a, b, /)")]
    fn mul(a: Value, b: Value) -> PyResult {
        number::multiply(a, b)
    }
    /// Same as a != b.
    #[pyfunction("(a, b, /)")]
    fn ne(a: Value, b: Value) -> PyResult {
        rich_compare(a, b, CmpOp::Ne)
    }
    /// Same as -a.
    #[pyfunction("(a, /)")]
    fn neg(a: Value) -> PyResult {
        number::negative(a)
    }
    /// Same as not a.
    #[pyfunction("(a, /)")]
    fn not_(a: Value) -> PyResult<bool> {
        truth::not(a)
    }
    /// Same as a | b.
    #[pyfunction("(a, b, /)")]
    fn or_(a: Value, b: Value) -> PyResult {
        number::or(a, b)
    }
    /// Same as +a.
    #[pyfunction("(a, /)")]
    fn pos(a: Value) -> PyResult {
        number::positive(a)
    }
    /// Same as a ** b.
    #[pyfunction("(a, b, /)")]
    fn pow(a: Value, b: Value) -> PyResult {
        number::power(a, b, NONE)
    }
    /// Same as a >> b.
    #[pyfunction("(a, b, /)")]
    fn rshift(a: Value, b: Value) -> PyResult {
        number::rshift(a, b)
    }
    /// Same as a[b] = c.
    #[pyfunction("(a, b, c, /)")]
    fn setitem(a: Value, b: Value, c: Value) -> PyResult<()> {
        mapping::setitem(a, b, c)
    }
    /// Same as a - b.
    #[pyfunction("(a, b, /)")]
    fn sub(a: Value, b: Value) -> PyResult {
        number::subtract(a, b)
    }
    /// Same as a / b.
    #[pyfunction("(a, b, /)")]
    fn truediv(a: Value, b: Value) -> PyResult {
        number::true_divide(a, b)
    }
    /// Return True if a is true, False otherwise.
    #[pyfunction("(a, /)")]
    fn truth(a: Value) -> PyResult<bool> {
        truth::truth(a)
    }
    /// Same as a ^ b.
    #[pyfunction("(a, b, /)")]
    fn xor(a: Value, b: Value) -> PyResult {
        number::xor(a, b)
    }
    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[pyfunction("(a, b, /)")]
    fn _compare_digest(a: Value, b: Value) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (a.as_str(), b.as_str()) {
            return match (x.as_ascii(), y.as_ascii()) {
                (Some(x), Some(y)) => Ok(same_bytes(x.as_bytes(), y.as_bytes())),
                _ => raise!(TypeError, "comparing strings with non-ASCII characters is not supported"),
            };
        }
        if a.as_str().is_some() || b.as_str().is_some() {
            return raise!(
                TypeError,
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                a.class().name(),
                b.class().name()
            );
        }
        let (x, y) = (crate::buffer::bytes_of(a)?, crate::buffer::bytes_of(b)?);
        Ok(same_bytes(&x, &y))
    }

    /// Compares every byte, whatever the result so far.
    fn same_bytes(a: &[u8], b: &[u8]) -> bool {
        let differing = a.iter().zip(b).fold(0, |d, (x, y)| std::hint::black_box(d | (x ^ y)));
        a.len() == b.len() && differing == 0
    }
}
