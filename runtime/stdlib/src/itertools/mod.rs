//! `itertools`

mod combinatoric;
mod group;
mod infinite;
mod select;
mod tee;
mod zipping;

pub use module::MODULE;

/// Functional tools for creating and using iterators.
///
/// Infinite iterators:
/// count(start=0, step=1) --> start, start+step, start+2*step, ...
/// cycle(p) --> p0, p1, ... plast, p0, p1, ...
/// repeat(elem [,n]) --> elem, elem, elem, ... endlessly or up to n times
///
/// Iterators terminating on the shortest input sequence:
/// accumulate(p[, func]) --> p0, p0+p1, p0+p1+p2
/// batched(p, n) --> [p0, p1, ..., p_n-1], [p_n, p_n+1, ..., p_2n-1], ...
/// chain(p, q, ...) --> p0, p1, ... plast, q0, q1, ...
/// chain.from_iterable([p, q, ...]) --> p0, p1, ... plast, q0, q1, ...
/// compress(data, selectors) --> (d[0] if s[0]), (d[1] if s[1]), ...
/// dropwhile(predicate, seq) --> seq[n], seq[n+1], starting when predicate fails
/// groupby(iterable[, keyfunc]) --> sub-iterators grouped by value of keyfunc(v)
/// filterfalse(predicate, seq) --> elements of seq where predicate(elem) is False
/// islice(seq, [start,] stop [, step]) --> elements from
///        seq[start:stop:step]
/// pairwise(s) --> (s[0],s[1]), (s[1],s[2]), (s[2], s[3]), ...
/// starmap(fun, seq) --> fun(*seq[0]), fun(*seq[1]), ...
/// tee(it, n=2) --> (it1, it2 , ... itn) splits one iterator into n
/// takewhile(predicate, seq) --> seq[0], seq[1], until predicate fails
/// zip_longest(p, q, ...) --> (p[0], q[0]), (p[1], q[1]), ...
///
/// Combinatoric generators:
/// product(p, q, ... [repeat=1]) --> cartesian product
/// permutations(p[, r])
/// combinations(p, r)
/// combinations_with_replacement(p, r)
#[taipan_runtime::pymodule(name = "itertools")]
mod module {
    use super::*;
    use crate::construct::add_class;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::P;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::type_object::flags::{BASETYPE, NO_NEW};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        macro_rules! add {
            ($($path:ident::$t:ident $name:literal $flags:expr;)*) => {
                $(add_class::<$path::$t>(m, $name, types().object, $flags, $path::$t::install);)*
            };
        }
        add! {
            infinite::Count "count" BASETYPE;
            infinite::Cycle "cycle" BASETYPE;
            infinite::Repeat "repeat" BASETYPE;
            select::Accumulate "accumulate" BASETYPE;
            select::Compress "compress" BASETYPE;
            select::DropWhile "dropwhile" BASETYPE;
            select::TakeWhile "takewhile" BASETYPE;
            select::FilterFalse "filterfalse" BASETYPE;
            select::ISlice "islice" BASETYPE;
            select::StarMap "starmap" BASETYPE;
            zipping::Batched "batched" BASETYPE;
            zipping::Chain "chain" BASETYPE;
            zipping::Pairwise "pairwise" BASETYPE;
            zipping::ZipLongest "zip_longest" BASETYPE;
            group::GroupBy "groupby" BASETYPE;
            group::Grouper "_grouper" NO_NEW;
            tee::Tee "_tee" 0;
            tee::TeeData "_tee_dataobject" NO_NEW;
            combinatoric::Product "product" BASETYPE;
            combinatoric::Permutations "permutations" BASETYPE;
            combinatoric::Combinations "combinations" BASETYPE;
            combinatoric::CombinationsWithReplacement "combinations_with_replacement" BASETYPE;
        }
        Ok(())
    }

    /// Returns a tuple of n independent iterators.
    #[pyfunction("(iterable, n=2, /)")]
    fn tee(iterable: Value, n: isize) -> PyResult {
        super::tee::split(iterable, n)
    }
}
