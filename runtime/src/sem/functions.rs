//! Making functions, calls with spread arguments, intrinsics.

use crate::error::{Exc, PyResult, Raised, take_if};
use crate::exec::insn::Op;
use crate::object::Ref;
use crate::protocol::{call, iter, mapping, sequence};
use crate::raise;
use crate::sem::special::{Flow, Slots};
use crate::slots::Args;
use crate::types::code::Code;
use crate::types::dict::Dict;
use crate::types::function::Function;
use crate::types::list::List;
use crate::types::tuple::Tuple;
use crate::types::{self, typing};
use crate::value::{NONE, Value};
use smallvec::SmallVec;
use taipan_bytecode::opcode::make_function;
use taipan_bytecode::{Intrinsic1, Intrinsic2};

pub(super) fn execute(s: &mut Slots<'_>) -> PyResult<Flow> {
    let i = s.i;
    match i.op {
        Op::Intrinsic1 => {
            let v = intrinsic1(i.d, s.get(i.a), s)?;
            s.finish(v)
        }
        _ => {
            let v = intrinsic2(i.d, s.get(i.a), s.get(i.b))?;
            s.finish(v)
        }
    }
}

/// How a callable is named in messages: `f()`.
pub(crate) fn callable_name(f: Value) -> String {
    match crate::protocol::attr::getattr_text(f, "__qualname__") {
        Ok(name) => match name.as_str() {
            Some(n) => {
                let module = crate::protocol::attr::getattr_text(f, "__module__").ok();
                let module = module.and_then(|m| m.as_str().map(|m| m.to_lossy()));
                match module {
                    Some(m) if m != "builtins" => format!("{m}.{}()", n.to_lossy()),
                    _ => format!("{}()", n.to_lossy()),
                }
            }
            None => crate::protocol::repr::repr_text(f).unwrap_or_default(),
        },
        Err(Raised) => {
            drop(crate::error::take());
            crate::protocol::repr::repr_text(f).unwrap_or_default()
        }
    }
}

/// See the helper's row.
pub(crate) fn call_spread(address: i64, n: i64) -> PyResult {
    let operands = super::cold::span(address, n);
    let (f, args) = (operands[0], operands[1]);
    let no_keywords = operands.get(2).is_none_or(|d| d.exact::<Dict>().is_some_and(|d| d.is_empty()));
    if let Some(t) = args.exact::<Tuple>().filter(|_| no_keywords) {
        return call::call(f, Args::positional(t.items()));
    }
    let tuple = args.exact::<Tuple>();
    let held = if tuple.is_some() {
        Vec::new()
    } else if args.downcast::<Tuple>().is_some() || sequence::is_iterable(args) {
        iter::collect(args)?
    } else {
        return raise!(
            TypeError,
            "{} argument after * must be an iterable, not {}",
            callable_name(f),
            args.class().name()
        );
    };
    // The compiler has made the dict for this call: its contents stay where they are meanwhile.
    let keywords = operands.get(2).and_then(|v| v.downcast::<Dict>());
    let mut words: SmallVec<[Value; 16]> = SmallVec::new();
    match tuple {
        Some(t) => words.extend_from_slice(t.items()),
        None => words.extend(held.iter().map(Ref::value)),
    }
    let mut names: SmallVec<[Value; 8]> = SmallVec::new();
    if let Some(keywords) = keywords {
        for (k, v) in keywords.iter() {
            if k.as_str().is_none() {
                return raise!(TypeError, "keywords must be strings");
            }
            names.push(k);
            words.push(v);
        }
    }
    call::call(f, Args { values: &words, names: &names })
}

/// Bits of [`make_function`] in the helper's immediate.
const MAKE_BITS: u32 = 8;

/// The helper's immediate: what `MAKE_FUNCTION` says, and the current function.
pub(super) fn make_immediate(bits: i32, current: Value) -> i64 {
    (current.bits() << MAKE_BITS) as i64 | i64::from(bits)
}

/// See the helper's row.
pub(crate) fn make_function(address: i64, n: i64, immediate: i64) -> PyResult {
    let mut words = super::cold::span(address, n).iter();
    let bits = immediate as u32 & ((1 << MAKE_BITS) - 1);
    let current = Value::from_bits((immediate as u64) >> MAKE_BITS).and_then(|v| v.exact::<Function>());
    let code = words.next_back().and_then(|v| v.exact::<Code>());
    let (Some(current), Some(code)) = (current, code) else {
        return raise!(SystemError, "MAKE_FUNCTION without a code object");
    };
    let f = types::function::new(code.own_typed(), current.globals, current.builtins);
    drop(Ref::from_raw(code.value()));
    let fields = [
        (make_function::DEFAULTS, &f.defaults),
        (make_function::KWDEFAULTS, &f.kwdefaults),
        (make_function::ANNOTATIONS, &f.annotations),
        (make_function::ANNOTATE, &f.annotate),
        (make_function::CLOSURE, &f.closure),
    ];
    for (bit, field) in fields {
        if bits & bit != 0
            && let Some(v) = words.next()
        {
            drop(Ref::from_raw(field.replace(*v)));
        }
    }
    Ok(f.erase())
}

/// `list.extend` for `[*x]` and `f(*x)`.
pub(crate) fn list_extend(list: Value, items: Value) -> PyResult<()> {
    let Some(list) = list.downcast::<List>() else { return raise!(SystemError, "LIST_EXTEND of no list") };
    if !sequence::is_iterable(items) {
        return raise!(TypeError, "Value after * must be an iterable, not {}", items.class().name());
    }
    iter::collect(items)?.into_iter().for_each(|v| list.items.push(v));
    Ok(())
}

/// `{**x}`
pub(crate) fn dict_update(dict: Value, from: Value) -> PyResult<()> {
    let Some(dict) = dict.downcast::<Dict>() else { return raise!(SystemError, "DICT_UPDATE of no dict") };
    if let Some(d) = from.exact::<Dict>().filter(|_| dict.is_empty()) {
        dict.fill(&d);
        return Ok(());
    }
    if let Some(d) = from.downcast::<Dict>() {
        let pairs: Vec<(Ref, Ref)> = d.iter().map(|(k, v)| (k.own(), v.own())).collect();
        return pairs.into_iter().try_for_each(|(k, v)| dict.insert(*k, v));
    }
    match mapping::keys(from) {
        Ok(keys) => keys.into_iter().try_for_each(|k| dict.insert(*k, mapping::getitem(from, *k)?)),
        Err(Raised) => match take_if(Exc::AttributeError) {
            Some(_) => raise!(TypeError, "'{}' object is not a mapping", from.class().name()),
            None => Err(Raised),
        },
    }
}

/// `f(**x)`: keys must be new strings.
pub(crate) fn dict_merge(dict: Value, from: Value, callable: Value) -> PyResult<()> {
    let Some(dict) = dict.downcast::<Dict>() else { return raise!(SystemError, "DICT_MERGE of no dict") };
    if from.downcast::<Dict>().is_none() && !mapping::is_mapping(from) {
        return raise!(
            TypeError,
            "{} argument after ** must be a mapping, not {}",
            callable_name(callable),
            from.class().name()
        );
    }
    let plain = |d: &crate::object::P<Dict>| dict.is_empty() && d.iter().all(|(k, _)| k.as_str().is_some());
    if let Some(d) = from.exact::<Dict>().filter(plain) {
        dict.fill(&d);
        return Ok(());
    }
    for k in mapping::keys(from)? {
        let Some(name) = k.as_str() else { return raise!(TypeError, "keywords must be strings") };
        if dict.get(*k)?.is_some() {
            return raise!(
                TypeError,
                "{} got multiple values for keyword argument '{}'",
                callable_name(callable),
                name.to_lossy()
            );
        }
        dict.insert(*k, mapping::getitem(from, *k)?)?;
    }
    Ok(())
}

fn intrinsic1(number: i32, x: Value, s: &Slots<'_>) -> PyResult {
    const ALL: &[Intrinsic1] = Intrinsic1::ALL;
    match ALL[number as usize] {
        Intrinsic1::Print => {
            let hook = crate::runtime::runtime().sys_dict().get_text("displayhook");
            match hook {
                Some(hook) => {
                    let hook = hook.own();
                    call::call1(*hook, x)
                }
                None => raise!(RuntimeError, "lost sys.displayhook"),
            }
        }
        Intrinsic1::StopIterationError => crate::sem::generator::stop_iteration_error(x, s.frame),
        Intrinsic1::TypeAlias => typing::TypeAliasType::of_statement(x),
        Intrinsic1::TypeVar => Ok(typing::TypeVar::of_parameter(x, None, None)),
        Intrinsic1::ParamSpec => Ok(typing::ParamSpec::of_parameter(x)),
        Intrinsic1::TypeVarTuple => Ok(typing::TypeVarTuple::of_parameter(x)),
        Intrinsic1::SubscriptGeneric => typing::subscript_generic(x),
    }
}

fn intrinsic2(number: i32, x: Value, y: Value) -> PyResult {
    const ALL: &[Intrinsic2] = Intrinsic2::ALL;
    match ALL[number as usize] {
        Intrinsic2::PrepReraiseStar => {
            let raised = y.downcast::<List>().map(|l| l.items.to_refs()).unwrap_or_default();
            let raised: Vec<Value> = raised.iter().map(Ref::value).collect();
            Ok(types::exception::prep_reraise_star(x, &raised)?.unwrap_or_else(|| Ref::from_raw(NONE)))
        }
        Intrinsic2::TypeVarWithBound => Ok(typing::TypeVar::of_parameter(x, Some(y), None)),
        Intrinsic2::TypeVarWithConstraints => Ok(typing::TypeVar::of_parameter(x, None, Some(y))),
        Intrinsic2::SetTypeparamDefault => typing::set_default(x, y).map(|()| x.own()),
        Intrinsic2::SetFunctionTypeParams => {
            if let Some(f) = x.downcast::<types::function::Function>() {
                drop(Ref::from_raw(f.type_params.replace(y.own().into_raw())));
            }
            Ok(x.own())
        }
    }
}
