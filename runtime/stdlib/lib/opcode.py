"""
opcode module - the opcodes of this interpreter, shared between dis and other
modules which operate on bytecodes.
"""

__all__ = ["cmp_op", "stack_effect", "hascompare", "opname", "opmap",
           "HAVE_ARGUMENT", "EXTENDED_ARG", "hasarg", "hasconst", "hasname",
           "hasjump", "hasjrel", "hasjabs", "hasfree", "haslocal", "hasexc"]

import builtins
import _opcode
from _opcode import stack_effect
from _opcode_metadata import _specializations, _specialized_opmap, opmap, HAVE_ARGUMENT

EXTENDED_ARG = opmap['EXTENDED_ARG']

opname = ['<%r>' % (op,) for op in range(256)]
for _name, _op in opmap.items():
    opname[_op] = _name
del _name, _op

cmp_op = ('<', '<=', '==', '!=', '>', '>=')


def _select(test):
    return [op for op in opmap.values() if test(op)]


# These lists are documented as part of the dis module's API
hasarg = _select(_opcode.has_arg)
hasconst = _select(_opcode.has_const)
hasname = _select(_opcode.has_name)
hasjump = _select(_opcode.has_jump)
hasjrel = hasjump  # for backward compatibility
hasjabs = []
hasfree = _select(_opcode.has_free)
haslocal = _select(_opcode.has_local)
hasexc = _select(_opcode.has_exc)
hascompare = [opmap["COMPARE_OP"]]

_intrinsic_1_descs = _opcode.get_intrinsic1_descs()
_intrinsic_2_descs = _opcode.get_intrinsic2_descs()
_special_method_names = _opcode.get_special_method_names()
_common_constants = [builtins.AssertionError, builtins.NotImplementedError,
                     builtins.tuple, builtins.all, builtins.any]
_nb_ops = _opcode.get_nb_ops()

# There are no inline caches in the code.
_cache_format = {}
_inline_cache_entries = {}
