//! The methods that `bytes` and `bytearray` share, declared once.

/// `byte_methods!(Type)`: `install_shared(class)` with the shared methods and slots of a [`super::generic::ByteString`].
macro_rules! byte_methods {
    ($t:ident) => {
        use crate::error::PyResult as SharedResult;
        use crate::text::split::{Side, center_padding};
        use crate::text::{bytes_ops, search};
        use crate::types::bytes::generic::{self, ByteString};
        use crate::types::list::List;
        use crate::types::str::Str;
        use crate::types::tuple::Tuple;

        /// Adds the shared methods and slots.
        pub(super) fn install_shared(class: $crate::object::P<$crate::types::type_object::TypeObject>) {
            $t::install_byte_methods(class);
        }

        #[$crate::pymethods(install_byte_methods)]
        impl $t {
            #[slot(len)]
            fn len_slot(this: P<$t>) -> SharedResult<usize> {
                Ok(this.with(<[u8]>::len))
            }
            #[slot(contains)]
            fn contains_slot(this: P<$t>, item: Value) -> SharedResult<bool> {
                generic::contains(this, item)
            }
            #[slot(concat)]
            fn concat_slot(this: P<$t>, other: Value) -> SharedResult {
                generic::concat(this, other)
            }
            #[slot(repeat)]
            fn repeat_slot(this: P<$t>, n: i64) -> SharedResult {
                if n == 1 {
                    return Ok($t::unchanged(this));
                }
                Ok($t::make(this.with(|b| generic::repeated(b, n))?))
            }
            #[slot(modulo)]
            fn modulo_slot(a: Value, b: Value) -> SharedResult {
                match a.downcast::<$t>() {
                    Some(this) => {
                        let format = this.with(<[u8]>::to_vec);
                        Ok($t::make(crate::types::bytes::percent::format(&format, b)?))
                    }
                    None => Ok(crate::value::NOT_IMPLEMENTED.own()),
                }
            }

            /// Return the lowest index where subsection sub is found, or -1 on failure.
            #[method("(sub[, start[, end]], /)")]
            fn find(this: P<$t>, sub: Value, start: Option<Value>, end: Option<Value>) -> SharedResult<i64> {
                generic::find(this, search::find, sub, start, end).map(generic::position)
            }
            /// Return the highest index where subsection sub is found, or -1 on failure.
            #[method("(sub[, start[, end]], /)")]
            fn rfind(this: P<$t>, sub: Value, start: Option<Value>, end: Option<Value>) -> SharedResult<i64> {
                generic::find(this, search::rfind, sub, start, end).map(generic::position)
            }
            /// Like find, but raise ValueError when the subsection is not found.
            #[method("(sub[, start[, end]], /)")]
            fn index(this: P<$t>, sub: Value, start: Option<Value>, end: Option<Value>) -> SharedResult<i64> {
                generic::find(this, search::find, sub, start, end).and_then(generic::or_not_found)
            }
            /// Like rfind, but raise ValueError when the subsection is not found.
            #[method("(sub[, start[, end]], /)")]
            fn rindex(
                this: P<$t>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> SharedResult<i64> {
                generic::find(this, search::rfind, sub, start, end).and_then(generic::or_not_found)
            }
            /// Return the number of non-overlapping occurrences of subsection sub.
            #[method("(sub[, start[, end]], /)")]
            fn count(
                this: P<$t>,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> SharedResult<usize> {
                generic::count(this, sub, start, end)
            }
            /// Return True if the bytes start with the specified prefix, False otherwise.
            #[method("(prefix[, start[, end]], /)")]
            fn startswith(
                this: P<$t>,
                prefix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> SharedResult<bool> {
                generic::tail_match(this, "startswith", |b, p| b.starts_with(p), prefix, start, end)
            }
            /// Return True if the bytes end with the specified suffix, False otherwise.
            #[method("(suffix[, start[, end]], /)")]
            fn endswith(
                this: P<$t>,
                suffix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> SharedResult<bool> {
                generic::tail_match(this, "endswith", |b, s| b.ends_with(s), suffix, start, end)
            }
            /// Return a copy with the given prefix removed if present.
            #[method("(prefix, /)")]
            fn removeprefix(this: P<$t>, prefix: Value) -> SharedResult {
                generic::remove_end(this, prefix, true)
            }
            /// Return a copy with the given suffix removed if present.
            #[method("(suffix, /)")]
            fn removesuffix(this: P<$t>, suffix: Value) -> SharedResult {
                generic::remove_end(this, suffix, false)
            }
            /// Strip leading and trailing bytes contained in the argument, or ASCII whitespace.
            #[method("(bytes=None, /)")]
            fn strip(this: P<$t>, bytes: Option<Value>) -> SharedResult {
                generic::strip(this, bytes, Side::Both)
            }
            /// Strip leading bytes contained in the argument, or ASCII whitespace.
            #[method("(bytes=None, /)")]
            fn lstrip(this: P<$t>, bytes: Option<Value>) -> SharedResult {
                generic::strip(this, bytes, Side::Left)
            }
            /// Strip trailing bytes contained in the argument, or ASCII whitespace.
            #[method("(bytes=None, /)")]
            fn rstrip(this: P<$t>, bytes: Option<Value>) -> SharedResult {
                generic::strip(this, bytes, Side::Right)
            }
            /// Return a list of the sections in the bytes, using sep as the delimiter.
            #[method("(sep=None, maxsplit=-1)")]
            fn split(this: P<$t>, sep: Option<Value>, maxsplit: isize) -> SharedResult<Own<List>> {
                generic::split(this, sep, maxsplit, true)
            }
            /// Return a list of the sections in the bytes, splitting from the end.
            #[method("(sep=None, maxsplit=-1)")]
            fn rsplit(this: P<$t>, sep: Option<Value>, maxsplit: isize) -> SharedResult<Own<List>> {
                generic::split(this, sep, maxsplit, false)
            }
            /// Return a list of the lines in the bytes, breaking at line boundaries.
            #[method("(keepends=False)")]
            fn splitlines(this: P<$t>, keepends: bool) -> SharedResult<Own<List>> {
                generic::splitlines(this, keepends)
            }
            /// Partition the bytes into three parts using the given separator.
            #[method("(sep, /)")]
            fn partition(this: P<$t>, sep: Value) -> SharedResult<Own<Tuple>> {
                generic::partition(this, sep, true)
            }
            /// Partition the bytes into three parts using the last occurrence of the separator.
            #[method("(sep, /)")]
            fn rpartition(this: P<$t>, sep: Value) -> SharedResult<Own<Tuple>> {
                generic::partition(this, sep, false)
            }
            /// Return a copy with all occurrences of old replaced by new.
            #[method("(old, new, count=-1, /)")]
            fn replace(this: P<$t>, old: Value, new: Value, count: isize) -> SharedResult {
                generic::replace(this, old, new, count)
            }
            /// Concatenate any number of bytes-like objects, with this one between them.
            #[method("(iterable_of_bytes, /)")]
            fn join(this: P<$t>, iterable_of_bytes: Value) -> SharedResult {
                generic::join(this, iterable_of_bytes)
            }
            /// Return a copy with each byte mapped through the table, those in delete removed.
            #[method("(table, /, delete=b'')")]
            fn translate(this: P<$t>, table: Value, delete: Option<Value>) -> SharedResult {
                generic::translate(this, table, delete)
            }
            /// Return a translation table usable for the bytes or bytearray translate method.
            #[staticmethod("(frm, to, /)")]
            fn maketrans(frm: Value, to: Value) -> SharedResult {
                generic::maketrans(frm, to)
            }
            /// Return a centered copy of length width.
            #[method("(width, fillchar=b' ', /)")]
            fn center(this: P<$t>, width: isize, fillchar: Option<Value>) -> SharedResult {
                generic::justify(this, "center", width, fillchar, |n, w| center_padding(n, w).0)
            }
            /// Return a left-justified copy of length width.
            #[method("(width, fillchar=b' ', /)")]
            fn ljust(this: P<$t>, width: isize, fillchar: Option<Value>) -> SharedResult {
                generic::justify(this, "ljust", width, fillchar, |_, _| 0)
            }
            /// Return a right-justified copy of length width.
            #[method("(width, fillchar=b' ', /)")]
            fn rjust(this: P<$t>, width: isize, fillchar: Option<Value>) -> SharedResult {
                generic::justify(this, "rjust", width, fillchar, |n, w| w - n)
            }
            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            #[method("(width, /)")]
            fn zfill(this: P<$t>, width: isize) -> SharedResult {
                generic::zfill(this, width)
            }
            /// Return a copy where all tab characters are expanded using spaces.
            #[method("(tabsize=8)")]
            fn expandtabs(this: P<$t>, tabsize: Option<Value>) -> SharedResult {
                generic::expandtabs(this, tabsize)
            }
            /// Return a copy with all ASCII characters converted to uppercase.
            #[method("()")]
            fn upper(this: P<$t>) -> Ref {
                $t::make(this.with(bytes_ops::upper))
            }
            /// Return a copy with all ASCII characters converted to lowercase.
            #[method("()")]
            fn lower(this: P<$t>) -> Ref {
                $t::make(this.with(bytes_ops::lower))
            }
            /// Return a copy with uppercase ASCII characters converted to lowercase and vice versa.
            #[method("()")]
            fn swapcase(this: P<$t>) -> Ref {
                $t::make(this.with(bytes_ops::swapcase))
            }
            /// Return a copy with only its first character capitalized and the rest lower-cased.
            #[method("()")]
            fn capitalize(this: P<$t>) -> Ref {
                $t::make(this.with(bytes_ops::capitalize))
            }
            /// Return a titlecased version.
            #[method("()")]
            fn title(this: P<$t>) -> Ref {
                $t::make(this.with(bytes_ops::title))
            }
            /// Return True if all bytes are ASCII, False otherwise.
            #[method("()")]
            fn isascii(this: P<$t>) -> bool {
                this.with(<[u8]>::is_ascii)
            }
            /// Return True if all bytes are ASCII letters and there is at least one.
            #[method("()")]
            fn isalpha(this: P<$t>) -> bool {
                this.with(bytes_ops::is_alpha)
            }
            /// Return True if all bytes are ASCII letters or digits and there is at least one.
            #[method("()")]
            fn isalnum(this: P<$t>) -> bool {
                this.with(bytes_ops::is_alnum)
            }
            /// Return True if all bytes are ASCII digits and there is at least one.
            #[method("()")]
            fn isdigit(this: P<$t>) -> bool {
                this.with(bytes_ops::is_digit)
            }
            /// Return True if all bytes are ASCII whitespace and there is at least one.
            #[method("()")]
            fn isspace(this: P<$t>) -> bool {
                this.with(bytes_ops::is_space)
            }
            /// Return True if all cased bytes are lowercase and there is at least one.
            #[method("()")]
            fn islower(this: P<$t>) -> bool {
                this.with(bytes_ops::is_lower)
            }
            /// Return True if all cased bytes are uppercase and there is at least one.
            #[method("()")]
            fn isupper(this: P<$t>) -> bool {
                this.with(bytes_ops::is_upper)
            }
            /// Return True if the bytes are titlecased and there is at least one letter.
            #[method("()")]
            fn istitle(this: P<$t>) -> bool {
                this.with(bytes_ops::is_title)
            }
            /// Decode the bytes using the codec registered for encoding.
            #[method("(encoding='utf-8', errors='strict')")]
            fn decode(this: P<$t>, encoding: Option<Value>, errors: Option<Value>) -> SharedResult<Own<Str>> {
                generic::decode(this, encoding, errors)
            }
            /// Create a string of hexadecimal numbers, with an optional separator.
            #[method("(sep=<unrepresentable>, bytes_per_sep=1)")]
            fn hex(this: P<$t>, sep: Option<Value>, bytes_per_sep: i32) -> SharedResult<Ref> {
                let sep = generic::hex_separator(sep)?;
                Ok(this.with(|b| generic::hex(b, sep, bytes_per_sep)))
            }
        }
    };
}

pub(crate) use byte_methods;
