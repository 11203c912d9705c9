//! The loop, generic over the machine: `run::<Interp>` is the interpreter, `run::<Recorder>` records a trace.

use crate::error::PyResult;
use crate::exec::insn::{A_TEMP, B_TEMP, C_TEMP, Insn, Op};
use crate::helper::Helper;
use crate::helpers;
use crate::machine::{Exit, Machine, Owned, Step};
use crate::sem::{arith, attr, call, closure, compare, exceptions, import, iter, matching, subscr, sums};
use crate::slots::CmpOp;
use crate::types::generator::Generator;
use crate::types::type_object::flags;
use crate::value::{UNBOUND, Value};

macro_rules! binary {
    ($m:ident, $i:ident, $op:ident) => {{
        let (x, y) = ($m.get($i.a), $m.get($i.b));
        arith::binary($m, $i, Op::$op, x, y)
    }};
    ($m:ident, $i:ident, $op:ident, right) => {{
        let (x, y) = ($m.get($i.a), $m.constant($i.b));
        arith::binary($m, $i, Op::$op, x, y)
    }};
    ($m:ident, $i:ident, $op:ident, left) => {{
        let (x, y) = ($m.constant($i.a), $m.get($i.b));
        arith::binary($m, $i, Op::$op, x, y)
    }};
}

macro_rules! jump_compare {
    ($m:ident, $i:ident, $op:ident) => {{
        let (x, y) = ($m.get($i.a), $m.get($i.b));
        compare::jump_compare($m, $i, CmpOp::$op, x, y)
    }};
    ($m:ident, $i:ident, $op:ident, right) => {{
        let (x, y) = ($m.get($i.a), $m.constant($i.b));
        compare::jump_compare($m, $i, CmpOp::$op, x, y)
    }};
}

macro_rules! dispatch {
    ($m:ident, $i:ident; [$($op:ident $opk:ident $kop:ident;)*] [$($j:ident $jk:ident $cmp:ident;)*] $($pat:pat => $body:expr,)*) => {
        match $i.op {
            $(Op::$op => arm!($m, $i, binary!($m, $i, $op)),
              Op::$opk => arm!($m, $i, binary!($m, $i, $op, right)),
              Op::$kop => arm!($m, $i, binary!($m, $i, $op, left)),)*
            $(Op::$j => arm!($m, $i, jump_compare!($m, $i, $cmp)),
              Op::$jk => arm!($m, $i, jump_compare!($m, $i, $cmp, right)),)*
            $($pat => arm!($m, $i, $body),)*
        }
    };
}

/// An arm: its operands, what it does, and then back to the dispatch, or out. Each arm does it for itself: one test of the result for all of
/// them would be one indirect jump for all of them.
macro_rules! arm {
    ($m:ident, $i:ident, $step:expr) => {{
        let $i = $m.operands($i);
        let step: Step = $step;
        match step {
            Ok(()) => continue,
            Err(exit) => return exit,
        }
    }};
}

/// Add `b` to the container `a`, which stays.
#[inline(always)]
fn add<M: Machine>(m: &mut M, i: Insn, h: &'static Helper) -> Step {
    let (container, v) = (m.get(i.a), m.get(i.b));
    let result = m.call(h, [container, v]);
    added(m, i, result)
}

/// `b` has been added, unless that raised.
#[inline(always)]
fn added<M: Machine>(m: &mut M, i: Insn, result: PyResult<Owned<M::V>>) -> Step {
    let Ok(none) = result else { return Err(Exit::Raised) };
    m.release(none);
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
    Ok(())
}

/// `a[b] = c` for a dict display, which stays.
#[inline(always)]
fn map_add<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (dict, key, v) = (m.get(i.a), m.get(i.b), m.get(i.c));
    let Ok(none) = m.call(&helpers::MAP_ADD, [dict, key, v]) else { return Err(Exit::Raised) };
    m.release(none);
    for (flag, slot) in [(B_TEMP, i.b), (C_TEMP, i.c)] {
        if i.has(flag) {
            m.drop_temp(slot);
        }
    }
    Ok(())
}

/// Merge keyword arguments `b` into the dict `a`, for a call of `c`; both stay.
#[inline(always)]
fn dict_merge<M: Machine>(m: &mut M, i: Insn) -> Step {
    let (dict, from, callable) = (m.get(i.a), m.get(i.b), m.get(i.c));
    let Ok(none) = m.call(&helpers::DICT_MERGE, [dict, from, callable]) else { return Err(Exit::Raised) };
    m.release(none);
    if i.has(B_TEMP) {
        m.drop_temp(i.b);
    }
    Ok(())
}

/// Execute until something wants the loop left.
///
/// Every arm is one instruction. The machine is a local of the caller that was split into registers by inlining
/// this function there; nothing here may take its address across a call that is not inlined.
#[inline(always)]
#[allow(clippy::too_many_lines, reason = "the dispatch table: one row an instruction")]
pub fn run<M: Machine>(m: &mut M) -> Exit {
    loop {
        if let Some(exit) = m.stop() {
            return exit;
        }
        let i = m.fetch();
        dispatch! { m, i;
            [Add AddK KAdd;
            Sub SubK KSub;
            Mul MulK KMul;
            TrueDiv TrueDivK KTrueDiv;
            FloorDiv FloorDivK KFloorDiv;
            Mod ModK KMod;
            Pow PowK KPow;
            MatMul MatMulK KMatMul;
            Lshift LshiftK KLshift;
            Rshift RshiftK KRshift;
            And AndK KAnd;
            Or OrK KOr;
            Xor XorK KXor;]
            [JumpLt JumpLtK Lt;
            JumpLe JumpLeK Le;
            JumpEq JumpEqK Eq;
            JumpNe JumpNeK Ne;
            JumpGt JumpGtK Gt;
            JumpGe JumpGeK Ge;]
            Op::LoadFast => {
                let v = m.get(i.a);
                let v = m.retain(v);
                m.put(i, v);
                Ok(())
            },
            Op::LoadCommonConstant => {
                let v = m.literal(super::special::common_constant(i.d as usize));
                let v = m.retain(v);
                m.put(i, v);
                Ok(())
            },
            Op::LoadConst => {
                let v = m.constant_wide(i.d as u32);
                let v = m.retain(v);
                m.put(i, v);
                Ok(())
            },
            Op::Move => {
                let v = m.take(i.a);
                m.put(i, v);
                Ok(())
            },
            Op::Pop => {
                m.drop_temp(i.a);
                Ok(())
            },
            Op::Swap => {
                let (x, y) = (m.take(i.a), m.take(i.b));
                m.put_temp(i.a, y);
                m.put_temp(i.b, x);
                Ok(())
            },
            Op::LoadFastAndClear => {
                let v = m.take_local(i.a);
                m.put_temp(i.c, v);
                Ok(())
            },
            Op::CheckBound => {
                let v = m.get(i.a);
                if m.is_word(v, UNBOUND) { m.special(i) } else { Ok(()) }
            },
            Op::LoadGlobal | Op::LoadGlobalCached => attr::load_global(m, i),
            Op::LoadName => attr::load_name(m, i),
            Op::StoreName => attr::store_name(m, i),
            Op::DeleteName => attr::delete_name(m, i),
            Op::DeleteGlobal => attr::delete_global(m, i),
            Op::LoadDeref => attr::load_deref(m, i),
            Op::StoreDeref => attr::store_deref(m, i),
            Op::LoadAttr | Op::LoadAttrSlot => attr::load_attr(m, i),
            Op::StoreAttr | Op::StoreAttrSlot => attr::store_attr(m, i),
            Op::LoadMethod | Op::LoadMethodShape => attr::load_method(m, i),
            Op::LoadSpecial => attr::load_special(m, i),
            Op::LoadSuperMethod => attr::load_super_method(m, i),
            Op::LoadSuperAttr => attr::load_super_attr(m, i),
            Op::Negative => arith::negative(m, i),
            Op::Positive | Op::Invert => arith::unary(m, i),
            Op::Not => compare::not(m, i),
            Op::Compare => {
                let (x, y) = (m.get(i.a), m.get(i.b));
                compare::compare(m, i, x, y)
            },
            Op::CompareK => {
                let (x, y) = (m.get(i.a), m.constant(i.b));
                compare::compare(m, i, x, y)
            },
            Op::Is => compare::is(m, i),
            Op::Contains => compare::contains(m, i),
            Op::Subscr => {
                let (x, k) = (m.get(i.a), m.get(i.b));
                subscr::subscr(m, i, x, k)
            },
            Op::SubscrK => {
                let (x, k) = (m.get(i.a), m.constant(i.b));
                subscr::subscr(m, i, x, k)
            },
            Op::StoreSubscr => subscr::store_subscr(m, i),
            Op::DeleteSubscr => subscr::delete_subscr(m, i),
            Op::BinarySlice => call::build(m, i, &helpers::SLICE, i.d as u32, false),
            Op::BuildSlice => call::build(m, i, &helpers::BUILD_SLICE, i.d as u32, false),
            Op::BuildTuple => call::build(m, i, &helpers::BUILD_TUPLE, i.d as u32, true),
            Op::BuildList => call::build(m, i, &helpers::BUILD_LIST, i.d as u32, true),
            Op::BuildSet => call::build(m, i, &helpers::BUILD_SET, i.d as u32, false),
            Op::BuildMap => call::build(m, i, &helpers::BUILD_MAP, 2 * i.d as u32, false),
            Op::BuildString => call::build(m, i, &helpers::BUILD_STRING, i.d as u32, false),
            Op::ListAppend => {
                let (list, v) = (m.get(i.a), m.get(i.b));
                let appended = m.append(list, v);
                added(m, i, appended)
            },
            Op::SetAdd => add(m, i, &helpers::SET_ADD),
            Op::SumAdd => sums::add(m, i),
            Op::SumEnd => sums::end(m, i),
            Op::ListExtend => add(m, i, &helpers::LIST_EXTEND),
            Op::SetUpdate => add(m, i, &helpers::SET_UPDATE),
            Op::DictUpdate => add(m, i, &helpers::DICT_UPDATE),
            Op::MapAdd => map_add(m, i),
            Op::DictMerge => dict_merge(m, i),
            Op::ListToTuple => {
                let list = m.get(i.a);
                let Ok(v) = m.call(&helpers::LIST_TO_TUPLE, [list]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::UnpackEx => subscr::unpack_ex(m, i),
            Op::StoreSlice => subscr::store_slice(m, i),
            Op::CopyFreeVars => closure::copy_free_vars(m, i),
            Op::MakeCell => closure::make_cell(m, i),
            Op::MakeFunction => closure::make_function(m, i),
            Op::CallEx => call::call_ex(m, i),
            Op::StoreGlobal => attr::store_global(m, i),
            Op::FormatSimple => {
                let x = m.get(i.a);
                let Ok(v) = m.call(&helpers::FORMAT, [x]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::FormatWithSpec => {
                let (x, spec) = (m.get(i.a), m.get(i.b));
                let Ok(v) = m.call(&helpers::FORMAT_SPEC, [x, spec]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::ConvertValue => {
                let x = m.get(i.a);
                let how = m.literal(Value::small_int(i.d.into()));
                let Ok(v) = m.call(&helpers::CONVERT, [x, how]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::UnpackSequence => subscr::unpack(m, i),
            Op::Call => call::call(m, i),
            Op::CallMethod => call::call_method(m, i),
            Op::Jump => {
                m.jump(i.d);
                Ok(())
            },
            Op::JumpBack => m.back_edge(i),
            Op::JumpIfFalse => compare::jump_if(m, i, false),
            Op::JumpIfTrue => compare::jump_if(m, i, true),
            Op::JumpIfNone => compare::jump_if_none(m, i, true),
            Op::JumpIfNotNone => compare::jump_if_none(m, i, false),
            Op::GetIter => iter::get_iter(m, i),
            Op::ForIter => iter::for_iter(m, i),
            Op::Raise => exceptions::raise(m, i),
            Op::Reraise => exceptions::reraise(m, i),
            Op::PushExcInfo => exceptions::push_exc_info(m, i),
            Op::CheckExcMatch => exceptions::check_exc_match(m, i),
            Op::WithExceptStart => exceptions::with_except_start(m, i),
            Op::PopExcept => exceptions::pop_except(m, i),
            Op::DeleteFast => exceptions::delete_fast(m, i),
            Op::YieldValue => match m.yield_value(i) {
                Some(step) => step,
                None => m.special(i),
            },
            Op::ReturnGenerator => match m.return_generator() {
                Some(step) => step,
                None => m.special(i),
            },
            Op::Send => {
                let receiver = m.get(i.a);
                match m.resume(receiver, Some(i.b)) {
                    Some(step) => step,
                    None => m.special(i),
                }
            },
            Op::EndSend => {
                m.drop_temp(i.a);
                let v = m.take(i.b);
                m.put(i, v);
                Ok(())
            },
            Op::GetYieldFromIter => {
                let x = m.get(i.a);
                if i.has(A_TEMP) && m.exact::<Generator>(x).is_some() {
                    let v = m.take(i.a);
                    m.put(i, v);
                    Ok(())
                } else {
                    m.special(i)
                }
            },
            Op::GetLen => matching::get_len(m, i),
            Op::MatchSequence => matching::collection(m, i, flags::SEQUENCE),
            Op::MatchMapping => matching::collection(m, i, flags::MAPPING),
            Op::MatchKeys => matching::match_keys(m, i),
            Op::MatchClass => matching::match_class(m, i),
            Op::ImportName => import::import_name(m, i),
            Op::ImportFrom => import::import_from(m, i),
            Op::GetAwaitable => {
                let x = m.get(i.a);
                let how = m.literal(Value::small_int(i.d.into()));
                let Ok(v) = m.call(&helpers::AWAITABLE, [x, how]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::GetAiter => {
                let x = m.get(i.a);
                let Ok(v) = m.call(&helpers::AITER, [x]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::GetAnext => {
                let x = m.get(i.a);
                let Ok(v) = m.call(&helpers::ANEXT, [x]) else { return Exit::Raised };
                m.put(i, v);
                Ok(())
            },
            Op::AsyncGenWrap => {
                let x = m.get(i.a);
                let Ok(v) = m.call(&helpers::WRAP_ASYNC, [x]) else { return Exit::Raised };
                arith::finish(m, i, v)
            },
            Op::Return => call::ret(m, i),
            Op::ReturnConst => call::ret_const(m, i),
            // Spelled out, so that the match has no default and the dispatch no range check. `Nop` is here because an
            // empty arm would make the dispatch a loop of one block, which LLVM does not duplicate.
            Op::Nop
            | Op::DeleteDeref | Op::LoadFromDictOrDeref | Op::LoadFromDictOrGlobals
            | Op::LoadLocals | Op::DeleteAttr
            | Op::LoadBuildClass | Op::Intrinsic1 | Op::Intrinsic2 | Op::ImportStar
            | Op::SetupAnnotations | Op::CleanupThrow | Op::EndAsyncFor
            | Op::CheckEgMatch | Op::BuildInterpolation
            | Op::BuildTemplate => m.special(i),
        }
    }
}
