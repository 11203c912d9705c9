//! `_opcode`: the opcode table as Python sees it. `lib/opcode.py` and `lib/dis.py` are written on top of it.

pub use module::MODULE;

use taipan_bytecode::opcode::{Opcode, OperandKind};

/// The opcode with this number, if there is one.
fn opcode(number: i64) -> Option<Opcode> {
    u8::try_from(number).ok().and_then(Opcode::from_u8)
}

fn operand(number: i64) -> Option<OperandKind> {
    opcode(number).map(Opcode::operand)
}

/// Opcode support module.
#[taipan_runtime::pymodule(name = "_opcode")]
mod module {
    use super::*;
    use taipan_bytecode::opcode::{Intrinsic1, Intrinsic2, OPCODES, SpecialMethod};
    use taipan_runtime::error::PyResult;
    use taipan_runtime::object::{Own, P, Ref};
    use taipan_runtime::protocol::index::index;
    use taipan_runtime::runtime::runtime;
    use taipan_runtime::types::dict::{self, Dict};
    use taipan_runtime::types::list::{self, List};
    use taipan_runtime::types::module::Module;
    use taipan_runtime::types::tuple::{self, Tuple};
    use taipan_runtime::value::{FALSE, TRUE, Value};
    use taipan_runtime::{raise, types::int};

    #[init]
    fn contents(m: P<Module>) -> PyResult<()> {
        // Instructions are rewritten in a form of their own, which `dis` does not show.
        m.set("ENABLE_SPECIALIZATION", FALSE);
        m.set("ENABLE_SPECIALIZATION_FT", FALSE);
        Ok(())
    }

    /// The numbers of the opcodes by their names.
    #[pyfunction("()")]
    fn get_opmap() -> Own<Dict> {
        let map = dict::new();
        for op in OPCODES {
            map.insert_text(op.name(), int::new(*op as i64));
        }
        map
    }

    /// What the argument of the opcode means: the name of the operand's kind, or None if there is no such opcode.
    #[pyfunction("(opcode, /)")]
    fn operand_kind(opcode: i64) -> Option<String> {
        operand(opcode).map(|kind| format!("{kind:?}"))
    }

    /// Compute the stack effect of the opcode.
    #[pyfunction("(opcode, oparg=None, /, *, jump=None)")]
    fn stack_effect(opcode: i64, oparg: Option<Value>, jump: Option<Value>) -> PyResult<i64> {
        let arg = match oparg.filter(|v| !v.is_none()) {
            None => 0,
            Some(v) => index(v)?.as_i64().and_then(|i| u32::try_from(i).ok()).unwrap_or(u32::MAX >> 1),
        };
        let jumps: &[bool] = match jump {
            None => &[false, true],
            Some(v) if v.is_none() => &[false, true],
            Some(v) if v == TRUE => &[true],
            Some(v) if v == FALSE => &[false],
            Some(_) => return raise!(ValueError, "stack_effect: jump must be False, True or None"),
        };
        let Some(op) = super::opcode(opcode) else {
            return raise!(ValueError, "invalid opcode or oparg");
        };
        let effect = |jump: &bool| {
            let (pops, pushes) = op.stack_effect(arg, *jump);
            i64::from(pushes) - i64::from(pops)
        };
        Ok(jumps.iter().map(effect).max().unwrap_or(0))
    }

    /// Return True if opcode is valid, False otherwise.
    #[pyfunction("(opcode)")]
    fn is_valid(opcode: i64) -> bool {
        super::opcode(opcode).is_some()
    }
    /// Return True if the opcode uses its oparg, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_arg(opcode: i64) -> bool {
        super::opcode(opcode).is_some_and(Opcode::has_arg)
    }
    /// Return True if the opcode accesses a constant, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_const(opcode: i64) -> bool {
        operand(opcode) == Some(OperandKind::Const)
    }
    /// Return True if the opcode accesses an attribute by name, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_name(opcode: i64) -> bool {
        operand(opcode) == Some(OperandKind::Name)
    }
    /// Return True if the opcode has a jump target, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_jump(opcode: i64) -> bool {
        super::opcode(opcode).is_some_and(Opcode::is_jump)
    }
    /// Return True if the opcode accesses a free variable, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_free(opcode: i64) -> bool {
        use Opcode::{
            DELETE_DEREF, LOAD_CLOSURE, LOAD_DEREF, LOAD_FROM_DICT_OR_DEREF, MAKE_CELL, STORE_DEREF,
        };
        let free = [MAKE_CELL, LOAD_CLOSURE, LOAD_DEREF, STORE_DEREF, DELETE_DEREF, LOAD_FROM_DICT_OR_DEREF];
        super::opcode(opcode).is_some_and(|op| free.contains(&op))
    }
    /// Return True if the opcode accesses a local variable, False otherwise.
    #[pyfunction("(opcode)")]
    fn has_local(opcode: i64) -> bool {
        operand(opcode) == Some(OperandKind::Local) && !has_free(opcode)
    }
    /// Return True if the opcode sets an exception handler, False otherwise.
    ///
    /// Exception handlers are in a table beside the code: no opcode does.
    #[pyfunction("(opcode)")]
    fn has_exc(opcode: i64) -> bool {
        let _ = opcode;
        false
    }

    fn names<T: Copy>(all: &[T], name: impl Fn(T) -> &'static str) -> Own<List> {
        list::new(all.iter().map(|&item| Ref::from(name(item))).collect())
    }

    /// Return a list of names of the unary intrinsics.
    #[pyfunction("()")]
    fn get_intrinsic1_descs() -> Own<List> {
        names(Intrinsic1::ALL, Intrinsic1::name)
    }
    /// Return a list of names of the binary intrinsics.
    #[pyfunction("()")]
    fn get_intrinsic2_descs() -> Own<List> {
        names(Intrinsic2::ALL, Intrinsic2::name)
    }
    /// Return a list of special method names.
    #[pyfunction("()")]
    fn get_special_method_names() -> Own<List> {
        names(SpecialMethod::ALL, SpecialMethod::name)
    }
    /// Return a tuple of the constants of LOAD_COMMON_CONSTANT.
    #[pyfunction("()")]
    fn common_constants() -> Own<Tuple> {
        tuple::from_values(runtime().common_constants())
    }
    /// Return array of symbols of binary ops: none, each operator has an opcode of its own.
    #[pyfunction("()")]
    fn get_nb_ops() -> Own<List> {
        list::new(Vec::new())
    }
    /// Return the specialization stats: None, they are not collected.
    #[pyfunction("()")]
    fn get_specialization_stats() {}
    /// Return the executor object at offset in code if exists, None otherwise.
    #[pyfunction("(*, code, offset)")]
    fn get_executor(code: Value, offset: i64) -> PyResult<()> {
        let _ = (code, offset);
        raise!(RuntimeError, "Executors are not available in this build")
    }
}
