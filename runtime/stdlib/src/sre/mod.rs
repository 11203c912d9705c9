//! `_sre`: the engine under `re`.

mod chars;
mod engine;
mod leads;
mod matched;
mod ops;
mod pattern;
mod program;
mod scanner;
mod search;
mod seek;
mod subject;
mod template;
mod text;
mod translate;

pub use module::MODULE;

#[taipan_runtime::pymodule(name = "_sre")]
mod module {
    use super::chars::{ascii_cased, ascii_lower, unicode_cased, unicode_lower};
    use super::matched::Match;
    use super::ops;
    use super::pattern::Pattern;
    use super::scanner::Scanner;
    use super::template::Template;
    use super::translate::translate;
    use taipan_runtime::error::PyResult;
    use taipan_runtime::native::{native_class, new_class};
    use taipan_runtime::object::{Header, P, alloc_in};
    use taipan_runtime::raise;
    use taipan_runtime::runtime::types;
    use taipan_runtime::types::dict::Dict;
    use taipan_runtime::types::list::List;
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::str;
    use taipan_runtime::types::tuple::Tuple;
    use taipan_runtime::types::type_object::flags::{HAS_WEAKREF, NO_NEW, TRAILING};
    use taipan_runtime::value::Value;

    #[init]
    fn classes(m: P<Module>) -> PyResult<()> {
        let object = types().object;
        let pattern =
            new_class::<Pattern>("re", "Pattern", object, NO_NEW | HAS_WEAKREF | TRAILING, Pattern::install);
        let matched = new_class::<Match>("re", "Match", object, NO_NEW, Match::install);
        crate::construct::set_doc(pattern, "Compiled regular expression object.");
        crate::construct::set_doc(
            matched,
            "The result of re.match() and re.search().\nMatch objects always have a boolean value of True.",
        );
        new_class::<Scanner>("_sre", "SRE_Scanner", object, NO_NEW, Scanner::install);
        new_class::<Template>("_sre", "SRE_Template", object, NO_NEW, Template::install);
        m.set("copyright", str::new(" SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB "));
        Ok(())
    }
    #[pyattr(name = "MAGIC")]
    fn magic() -> u32 {
        ops::MAGIC
    }
    #[pyattr(name = "CODESIZE")]
    fn codesize() -> u32 {
        4
    }
    #[pyattr(name = "MAXREPEAT")]
    fn maxrepeat() -> u32 {
        ops::MAXREPEAT
    }
    #[pyattr(name = "MAXGROUPS")]
    fn maxgroups() -> u32 {
        ops::MAXGROUPS
    }

    #[pyfunction("()")]
    fn getcodesize() -> u32 {
        4
    }
    #[pyfunction("(character, /)")]
    fn ascii_iscased(character: i32) -> bool {
        u32::try_from(character).is_ok_and(ascii_cased)
    }
    #[pyfunction("(character, /)")]
    fn unicode_iscased(character: i32) -> bool {
        u32::try_from(character).is_ok_and(unicode_cased)
    }
    #[pyfunction("(character, /)")]
    fn ascii_tolower(character: i32) -> i32 {
        u32::try_from(character).map_or(character, |c| ascii_lower(c) as i32)
    }
    #[pyfunction("(character, /)")]
    fn unicode_tolower(character: i32) -> i32 {
        u32::try_from(character).map_or(character, |c| unicode_lower(c) as i32)
    }

    #[pyfunction("(pattern, flags, code, groups, groupindex, indexgroup)")]
    fn compile(
        pattern: Value,
        flags: i32,
        code: P<List>,
        groups: isize,
        groupindex: P<Dict>,
        indexgroup: P<Tuple>,
    ) -> PyResult {
        let mut words = Vec::with_capacity(code.items.len());
        for v in code.items.to_refs() {
            match v.as_i64().and_then(|i| u32::try_from(i).ok()) {
                Some(w) => words.push(w),
                None => return raise!(OverflowError, "regular expression code size limit exceeded"),
            }
        }
        let Some(groups) = usize::try_from(groups).ok().filter(|&g| g <= words.len()) else {
            return raise!(RuntimeError, "invalid SRE code");
        };
        if words.last() != Some(&ops::op::SUCCESS) {
            return raise!(RuntimeError, "invalid SRE code");
        }
        let Ok(program) = translate(words) else { return raise!(RuntimeError, "invalid SRE code") };
        let (Some(class), Some(match_class)) = (native_class::<Pattern>(), native_class::<Match>()) else {
            return raise!(SystemError, "_sre is not initialised");
        };
        let p = Pattern {
            head: Header::new(class),
            source: pattern.own(),
            flags: flags as u32,
            groups,
            groupindex: groupindex.own_typed(),
            indexgroup: indexgroup.own_typed(),
            match_class,
            program: Box::new(program),
        };
        Ok(alloc_in(class, p).erase())
    }

    /// template(pattern, template)
    /// where template is a list containing interleaved literal strings (str or bytes)
    /// and group indices (int), as returned by re._parser.parse_template():
    ///     literal [group, literal]...
    #[pyfunction("(pattern, template, /)")]
    fn template(pattern: Value, template: P<List>) -> PyResult {
        let Some(p) = pattern.downcast::<Pattern>() else {
            return raise!(
                TypeError,
                "template() argument 1 must be _sre.SRE_Pattern, not {}",
                pattern.class().name()
            );
        };
        Template::make(p.groups, template)
    }
}
