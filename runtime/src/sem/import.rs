//! `import`.

use crate::error::{Exc, PyResult};
use crate::exec::insn::{Insn, Op};
use crate::helpers;
use crate::machine::{Exit, Machine, Step};
use crate::object::{P, Ref};
use crate::protocol::{attr, call, iter, mapping};
use crate::raise;
use crate::sem::arith::finish;
use crate::sem::special::{Flow, Slots, namespace_set};
use crate::slots::Args;
use crate::types::exception;
use crate::types::function::Function;
use crate::types::str::{Str, interned};
use crate::value::{NONE, Value};
use taipan_bytecode::CodeFlags;

/// `c = __import__(name d, globals, None, fromlist b, level a)`
#[inline(always)]
pub fn import_name<M: Machine>(m: &mut M, i: Insn) -> Step {
    if !m.code().code.flags.contains(CodeFlags::OPTIMIZED) {
        return m.special(i);
    }
    let (level, names) = (m.get(i.a), m.get(i.b));
    let (f, name) = (m.function(), m.literal(m.code().names[i.d as usize].value()));
    let Ok(v) = m.call(&helpers::IMPORT_NAME, [f, name, names, level]) else { return Err(Exit::Raised) };
    finish(m, i, v)
}

/// `c =` what the module `a` has by name `d`
#[inline(always)]
pub fn import_from<M: Machine>(m: &mut M, i: Insn) -> Step {
    let module = m.get(i.a);
    let name = m.literal(m.code().names[i.d as usize].value());
    let Ok(v) = m.call(&helpers::IMPORT_FROM, [module, name]) else { return Err(Exit::Raised) };
    m.put(i, v);
    Ok(())
}

/// What machines leave to the interpreter: frames with a locals mapping.
pub(super) fn execute(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    if i.op == Op::ImportName {
        let (names, level) = (s.get(i.b), s.get(i.a));
        let v = import(s.frame.function, s.name(), s.frame.namespace(), names, level)?;
        return s.finish(v);
    }
    import_star(s)?;
    s.drop_operands();
    Ok(Flow::Next)
}

/// Call `__import__` for a function's frame.
pub(crate) fn import(
    f: P<Function>,
    name: P<Str>,
    locals: Option<Value>,
    names: Value,
    level: Value,
) -> PyResult {
    let Some(import) = f.builtins.get_text("__import__") else {
        return raise!(ImportError, "__import__ not found");
    };
    let import = import.own();
    let args = [name.value(), f.globals.value(), locals.unwrap_or(NONE), names, level];
    call::call(*import, Args::positional(&args))
}

/// `from module import name`
pub(crate) fn name_in(module: Value, name: P<Str>) -> PyResult {
    if let Some(v) = attr::getattr_opt(module, name)? {
        return Ok(v);
    }
    let module_name = attr::getattr_opt(module, interned("__name__"))?;
    let Some(text) = module_name.as_ref().and_then(|n| n.as_str()) else {
        return raise!(ImportError, "cannot import name '{}'", name.to_lossy());
    };
    let full = crate::types::str::new(&format!("{}.{}", text.to_lossy(), name.to_lossy()));
    if let Some(v) = crate::runtime::runtime().modules().get_str(full.p())? {
        return Ok(v.own());
    }
    let file = attr::getattr_opt(module, interned("__file__"))?;
    let path = file.as_ref().and_then(|f| f.as_str()).map(|f| f.to_lossy());
    let location = path.clone().unwrap_or_else(|| "unknown location".to_owned());
    let message = format!("cannot import name '{}' from '{}' ({location})", name.to_lossy(), text.to_lossy());
    let e = exception::new_exception(Exc::ImportError, &message)?;
    attr::setattr(*e, interned("name"), text.value())?;
    attr::setattr(*e, interned("name_from"), name.value())?;
    if let Some(f) = file {
        attr::setattr(*e, interned("path"), *f)?;
    }
    crate::error::raise_exception(e)
}

fn import_star(s: &mut Slots<'_>) -> PyResult<()> {
    let module = s.get(s.i.a);
    let Some(ns) = s.frame.namespace() else {
        return raise!(SystemError, "no locals found during 'import *'");
    };
    let all = attr::getattr_opt(module, interned("__all__"))?;
    let skip_underscore = all.is_none();
    let names: Vec<Ref> = match all {
        Some(all) => iter::collect(*all)?,
        None => {
            let Some(dict) = attr::getattr_opt(module, interned("__dict__"))? else {
                return raise!(ImportError, "from-import-* object has no __dict__ and no __all__");
            };
            mapping::keys(*dict)?
        }
    };
    for name in names {
        let Some(key) = name.as_str() else {
            return raise!(TypeError, "Item in module.__all__ must be str, not {}", name.class().name());
        };
        if skip_underscore && key.chars().iter().next() == Some(u32::from('_')) {
            continue;
        }
        let key = crate::protocol::repr::intern_name(key);
        let v = attr::getattr(module, key)?;
        namespace_set(ns, key, *v)?;
    }
    Ok(())
}
