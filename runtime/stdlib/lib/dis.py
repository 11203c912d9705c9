"""Disassembler of Python byte code into mnemonics."""

import collections
import io
import sys
import types

import _opcode
from opcode import *
from opcode import (
    __all__ as _opcodes_all,
    _intrinsic_1_descs,
    _intrinsic_2_descs,
    _special_method_names,
)

__all__ = ["code_info", "dis", "disassemble", "distb", "disco",
           "findlinestarts", "findlabels", "show_code",
           "get_instructions", "Instruction", "Bytecode"] + _opcodes_all
del _opcodes_all

_have_code = (types.MethodType, types.FunctionType, types.CodeType,
              classmethod, staticmethod, type)

# The inspect module interrogates this dictionary to build its
# list of CO_* constants. It is also used by pretty_flags to
# turn the co_flags field into a human readable list.
COMPILER_FLAG_NAMES = {
            1: "OPTIMIZED",
            2: "NEWLOCALS",
            4: "VARARGS",
            8: "VARKEYWORDS",
           16: "NESTED",
           32: "GENERATOR",
           64: "NOFREE",
          128: "COROUTINE",
          256: "ITERABLE_COROUTINE",
          512: "ASYNC_GENERATOR",
    0x4000000: "HAS_DOCSTRING",
    0x8000000: "METHOD",
}

_FUNCTION_PARTS = ('defaults', 'kwdefaults', 'annotations', 'closure', 'annotate')
_CONVERSIONS = ('', 'str', 'repr', 'ascii')
_NAME_WIDTH = 20
_ARG_WIDTH = 5


def pretty_flags(flags):
    """Return pretty representation of code flags."""
    names = []
    for bit in range(32):
        flag = 1 << bit
        if flags & flag:
            names.append(COMPILER_FLAG_NAMES.get(flag, hex(flag)))
    rest = flags >> 32 << 32
    if rest or not names:
        names.append(hex(rest))
    return ", ".join(names)


class _Unknown:
    def __repr__(self):
        return "<unknown>"


# Sentinel to represent values that cannot be calculated
UNKNOWN = _Unknown()


def _code_of(x):
    """The code object that x has, or x itself."""
    x = getattr(x, '__func__', x)
    for attribute in ('__code__', 'gi_code', 'ag_code', 'cr_code'):
        if hasattr(x, attribute):
            return getattr(x, attribute)
    return x


def _try_compile(source, name):
    """Compile an expression, or else statements."""
    try:
        return compile(source, name, 'eval')
    except SyntaxError:
        pass
    return compile(source, name, 'exec')


def _get_code_object(x):
    """Helper to handle methods, compiled or raw code objects, and strings."""
    x = _code_of(x)
    if isinstance(x, str):
        x = _try_compile(x, "<disassembly>")
    if hasattr(x, 'co_code'):
        return x
    raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def dis(x=None, *, file=None, depth=None, show_caches=False, adaptive=False,
        show_offsets=False, show_positions=False):
    """Disassemble classes, methods, functions, and other compiled objects.

    With no argument, disassemble the last traceback.

    Compiled objects currently include generator objects, async generator
    objects, and coroutine objects, all of which store their code object
    in a special attribute.
    """
    if x is None:
        distb(file=file)
        return
    x = _code_of(x)
    if hasattr(x, '__dict__'):  # Class or module
        for name, member in sorted(x.__dict__.items()):
            if isinstance(member, _have_code):
                print("Disassembly of %s:" % name, file=file)
                try:
                    dis(member, file=file, depth=depth)
                except TypeError as msg:
                    print("Sorry:", msg, file=file)
                print(file=file)
    elif hasattr(x, 'co_code'):
        _disassemble_recursive(x, file, depth)
    elif isinstance(x, (bytes, bytearray)):
        _print_instructions(_instructions(bytes(x), None), -1, file)
    elif isinstance(x, str):
        _disassemble_recursive(_try_compile(x, '<dis>'), file, depth)
    else:
        raise TypeError("don't know how to disassemble %s objects" % type(x).__name__)


def distb(tb=None, *, file=None, show_caches=False, adaptive=False,
          show_offsets=False, show_positions=False):
    """Disassemble a traceback (default: last traceback)."""
    if tb is None:
        try:
            if hasattr(sys, 'last_exc'):
                tb = sys.last_exc.__traceback__
            else:
                tb = sys.last_traceback
        except AttributeError:
            raise RuntimeError("no last traceback to disassemble") from None
        while tb.tb_next:
            tb = tb.tb_next
    disassemble(tb.tb_frame.f_code, tb.tb_lasti, file=file)


def code_info(x):
    """Formatted details of methods, functions, or code."""
    return _format_code_info(_get_code_object(x))


def _format_code_info(co):
    lines = [
        "Name:              %s" % co.co_name,
        "Filename:          %s" % co.co_filename,
        "Argument count:    %s" % co.co_argcount,
        "Positional-only arguments: %s" % co.co_posonlyargcount,
        "Kw-only arguments: %s" % co.co_kwonlyargcount,
        "Number of locals:  %s" % co.co_nlocals,
        "Stack size:        %s" % co.co_stacksize,
        "Flags:             %s" % pretty_flags(co.co_flags),
    ]
    sections = (("Constants", co.co_consts, repr), ("Names", co.co_names, str),
                ("Variable names", co.co_varnames, str), ("Free variables", co.co_freevars, str),
                ("Cell variables", co.co_cellvars, str))
    for title, items, text in sections:
        if items:
            lines.append(title + ":")
            lines.extend("%4d: %s" % (i, text(item)) for i, item in enumerate(items))
    return "\n".join(lines)


def show_code(co, *, file=None):
    """Print details of methods, functions, or code to *file*.

    If *file* is not provided, the output is printed on stdout.
    """
    print(code_info(co), file=file)


Positions = collections.namedtuple(
    'Positions', ['lineno', 'end_lineno', 'col_offset', 'end_col_offset'], defaults=[None] * 4)

_Instruction = collections.namedtuple(
    "_Instruction",
    ['opname', 'opcode', 'arg', 'argval', 'argrepr', 'offset', 'start_offset', 'starts_line',
     'line_number', 'label', 'positions', 'cache_info'],
    defaults=[None, None, None])

_Instruction.opname.__doc__ = "Human readable name for operation"
_Instruction.opcode.__doc__ = "Numeric code for operation"
_Instruction.arg.__doc__ = "Numeric argument to operation (if any), otherwise None"
_Instruction.argval.__doc__ = "Resolved arg value (if known), otherwise same as arg"
_Instruction.argrepr.__doc__ = "Human readable description of operation argument"
_Instruction.offset.__doc__ = "Start index of operation within bytecode sequence"
_Instruction.start_offset.__doc__ = (
    "Start index of operation within bytecode sequence, including extended args if present; "
    "otherwise equal to Instruction.offset")
_Instruction.starts_line.__doc__ = "True if this opcode starts a source line, otherwise False"
_Instruction.line_number.__doc__ = "source line number associated with this opcode (if any), otherwise None"
_Instruction.label.__doc__ = "A label (int > 0) if this instruction is a jump target, otherwise None"
_Instruction.positions.__doc__ = "dis.Positions object holding the span of source code covered by this instruction"
_Instruction.cache_info.__doc__ = "None: there are no inline caches in the code"


class Instruction(_Instruction):
    """Details for a bytecode operation.

       Defined fields:
         opname - human readable name for operation
         opcode - numeric code for operation
         arg - numeric argument to operation (if any), otherwise None
         argval - resolved arg value (if known), otherwise same as arg
         argrepr - human readable description of operation argument
         offset - start index of operation within bytecode sequence
         start_offset - start index of operation within bytecode sequence including extended args if present;
                        otherwise equal to Instruction.offset
         starts_line - True if this opcode starts a source line, otherwise False
         line_number - source line number associated with this opcode (if any), otherwise None
         label - A label if this instruction is a jump target, otherwise None
         positions - Optional dis.Positions object holding the span of source code
                     covered by this instruction
         cache_info - None: there are no inline caches in the code
    """

    @staticmethod
    def make(opname, arg, argval, argrepr, offset, start_offset, starts_line,
             line_number, label=None, positions=None, cache_info=None):
        return Instruction(opname, opmap[opname], arg, argval, argrepr, offset, start_offset,
                           starts_line, line_number, label, positions, cache_info)

    @property
    def oparg(self):
        """Alias for Instruction.arg."""
        return self.arg

    @property
    def baseopcode(self):
        """Numeric code for the base operation if operation is specialized.

        Otherwise equal to Instruction.opcode.
        """
        return self.opcode

    @property
    def baseopname(self):
        """Human readable name for the base operation if operation is specialized.

        Otherwise equal to Instruction.opname.
        """
        return self.opname

    @property
    def cache_offset(self):
        """Start index of the cache entries following the operation."""
        return self.offset + 2

    @property
    def end_offset(self):
        """End index of the cache entries following the operation."""
        return self.offset + 2

    @property
    def jump_target(self):
        """Bytecode index of the jump target if this is a jump operation.

        Otherwise return None.
        """
        return _get_jump_target(self.opcode, self.arg, self.offset)

    @property
    def is_jump_target(self):
        """True if other code jumps to here, otherwise False"""
        return self.label is not None

    def __str__(self):
        return _format(self, 0, 4, False)


def _format(instr, lineno_width, offset_width, is_current, first_of_line=True):
    """A line of the listing."""
    fields = []
    if lineno_width:
        shown = instr.starts_line and first_of_line and instr.line_number is not None
        fields.append(str(instr.line_number if shown else '').rjust(lineno_width))
    fields.append('-->' if is_current else '   ')
    fields.append('>>' if instr.is_jump_target else '  ')
    fields.append(str(instr.offset).rjust(offset_width))
    fields.append(instr.opname.ljust(_NAME_WIDTH))
    if instr.arg is not None:
        fields.append(str(instr.arg).rjust(_ARG_WIDTH))
        if instr.argrepr:
            fields.append('(' + instr.argrepr + ')')
    return ' '.join(fields).rstrip()


def _print_instructions(instructions, lasti, file, entries=()):
    instructions = list(instructions)
    lines = [i.line_number for i in instructions if i.line_number is not None]
    lineno_width = max(3, len(str(max(lines)))) if lines else 0
    last = instructions[-1].offset if instructions else 0
    offset_width = max(4, len(str(last)))
    for number, instr in enumerate(instructions):
        if instr.starts_line and instr.line_number is not None and number:
            print(file=file)
        print(_format(instr, lineno_width, offset_width, instr.offset == lasti), file=file)
    if entries:
        print("ExceptionTable:", file=file)
        for entry in entries:
            lasti_text = " lasti" if entry.lasti else ""
            print(f"  {entry.start} to {entry.end - 2} -> {entry.target} [{entry.depth}]{lasti_text}", file=file)


_ExceptionTableEntry = collections.namedtuple("_ExceptionTableEntry", "start end target depth lasti")


def _parse_exception_table(code):
    iterator = iter(code.co_exceptiontable)

    def varint():
        byte = next(iterator)
        value = byte & 63
        while byte & 64:
            byte = next(iterator)
            value = value << 6 | byte & 63
        return value

    entries = []
    try:
        while True:
            start = varint() * 2
            end = start + varint() * 2
            target = varint() * 2
            depth_and_lasti = varint()
            entries.append(_ExceptionTableEntry(start, end, target, depth_and_lasti >> 1, bool(depth_and_lasti & 1)))
    except StopIteration:
        return entries


def _unpack_opargs(code):
    """Yield (offset, offset of its first EXTENDED_ARG, opcode, argument) of each unit."""
    high = 0
    start = None
    for offset in range(0, len(code), 2):
        op = code[offset]
        if start is None:
            start = offset
        arg = code[offset + 1] | high if op in hasarg else None
        if op == EXTENDED_ARG:
            high = arg << 8
            yield offset, offset, op, arg
        else:
            yield offset, start, op, arg
            high, start = 0, None


def _get_jump_target(op, arg, offset):
    """The offset that the instruction jumps to, or None."""
    kind = _opcode.operand_kind(op)
    if kind == 'JumpForward':
        return offset + 2 + arg * 2
    if kind == 'JumpBackward':
        return offset + 2 - arg * 2
    return None


def findlabels(code):
    """Detect all offsets in a byte code which are jump targets.

    Return the list of offsets.

    """
    labels = []
    for offset, _, op, arg in _unpack_opargs(code):
        target = _get_jump_target(op, arg, offset)
        if target is not None and target not in labels:
            labels.append(target)
    return labels


def findlinestarts(code):
    """Find the offsets in a byte code which are start of lines in the source.

    Generate pairs (offset, lineno)
    lineno will be an integer or None the offset does not have a source line.
    """
    last = False  # None is a valid line number
    for start, _, line in code.co_lines():
        if line is not last:
            last = line
            yield start, line


def _at(table, index):
    return table[index] if 0 <= index < len(table) else UNKNOWN


def _resolve(co, op, arg, offset):
    """Value and description of an argument."""
    kind = _opcode.operand_kind(op)
    if kind in ('JumpForward', 'JumpBackward'):
        target = _get_jump_target(op, arg, offset)
        return target, f"to {target}"
    if kind == 'Compare':
        return _at(cmp_op, arg), _at(cmp_op, arg)
    if kind == 'Common':
        value = _at(_opcode.common_constants(), arg)
        return value, getattr(value, '__qualname__', repr(value))
    if kind == 'Intrinsic1':
        return _at(_intrinsic_1_descs, arg), _at(_intrinsic_1_descs, arg)
    if kind == 'Intrinsic2':
        return _at(_intrinsic_2_descs, arg), _at(_intrinsic_2_descs, arg)
    if kind == 'Special':
        return _at(_special_method_names, arg), _at(_special_method_names, arg)
    if kind == 'Conversion':
        return (None, str, repr, ascii)[arg], _CONVERSIONS[arg]
    if kind == 'MakeFunction':
        return arg, ', '.join(part for bit, part in enumerate(_FUNCTION_PARTS) if arg >> bit & 1)
    if co is None:
        return arg, ''
    if kind == 'Const':
        value = _at(co.co_consts, arg)
        return value, repr(value)
    if kind == 'Name':
        return _at(co.co_names, arg), _at(co.co_names, arg)
    if kind == 'Local':
        name = co._varname_from_oparg(arg)
        return name, name
    return arg, ''


def _instructions(code, co, line_offset=0):
    """Yield the Instruction objects of byte code, described by a code object where there is one."""
    labels = set(findlabels(code))
    positions = iter(())
    if co is not None:
        labels.update(entry.target for entry in _parse_exception_table(co))
        positions = co.co_positions()
    numbers = {offset: number + 1 for number, offset in enumerate(sorted(labels))}
    previous = False
    for offset, start, op, arg in _unpack_opargs(code):
        position = Positions(*next(positions, ()))
        line = position.lineno
        starts_line = co is not None and line != previous and line is not None
        if line is not None:
            previous = line
        value, text = (None, '') if arg is None else _resolve(co, op, arg, offset)
        yield Instruction(opname[op], op, arg, value, text, offset, start, starts_line,
                          None if line is None else line + line_offset, numbers.get(offset), position)


def get_instructions(x, *, first_line=None, show_caches=None, adaptive=False):
    """Iterator for the opcodes in methods, functions or code

    Generates a series of Instruction named tuples giving the details of
    each operations in the supplied code.

    If *first_line* is not None, it indicates the line number that should
    be reported for the first source line in the disassembled code.
    Otherwise, the source line information (if any) is taken directly from
    the disassembled code object.
    """
    co = _get_code_object(x)
    return _instructions(co.co_code, co, 0 if first_line is None else first_line - co.co_firstlineno)


def disassemble(co, lasti=-1, *, file=None, show_caches=False, adaptive=False,
                show_offsets=False, show_positions=False):
    """Disassemble a code object."""
    _print_instructions(_instructions(co.co_code, co), lasti, file, _parse_exception_table(co))


disco = disassemble                     # For backwards compatibility


def _disassemble_recursive(co, file, depth):
    disassemble(co, file=file)
    if depth is None or depth > 0:
        if depth is not None:
            depth -= 1
        for constant in co.co_consts:
            if hasattr(constant, 'co_code'):
                print(file=file)
                print("Disassembly of %r:" % (constant,), file=file)
                _disassemble_recursive(constant, file, depth)


def _find_imports(co):
    """Find import statements in the code

    Generate triplets (name, level, fromlist) where
    name is the imported module and level, fromlist are
    the corresponding args to __import__.
    """
    previous = []
    for _, _, op, arg in _unpack_opargs(co.co_code):
        if op == EXTENDED_ARG:
            continue
        if op == opmap['IMPORT_NAME'] and len(previous) == 2:
            if all(before in hasconst for before, _ in previous):
                level, fromlist = (co.co_consts[index] for _, index in previous)
                yield co.co_names[arg], level, fromlist
        previous = [*previous[-1:], (op, arg)]


def _find_store_names(co):
    """Find names of variables which are written in the code

    Generate sequence of strings
    """
    stores = (opmap['STORE_NAME'], opmap['STORE_GLOBAL'])
    for _, _, op, arg in _unpack_opargs(co.co_code):
        if op in stores:
            yield co.co_names[arg]


class Bytecode:
    """The bytecode operations of a piece of code

    Instantiate this with a function, method, other compiled object, string of
    code, or a code object (as returned by compile()).

    Iterating over this yields the bytecode operations as Instruction instances.
    """

    def __init__(self, x, *, first_line=None, current_offset=None, show_caches=False,
                 adaptive=False, show_offsets=False, show_positions=False):
        self.codeobj = co = _get_code_object(x)
        self.first_line = co.co_firstlineno if first_line is None else first_line
        self._line_offset = self.first_line - co.co_firstlineno
        self._original_object = x
        self.current_offset = current_offset
        self.exception_entries = _parse_exception_table(co)

    def __iter__(self):
        return _instructions(self.codeobj.co_code, self.codeobj, self._line_offset)

    def __repr__(self):
        return "{}({!r})".format(self.__class__.__name__, self._original_object)

    @classmethod
    def from_traceback(cls, tb, *, show_caches=False, adaptive=False):
        """ Construct a Bytecode from the given traceback """
        while tb.tb_next:
            tb = tb.tb_next
        return cls(tb.tb_frame.f_code, current_offset=tb.tb_lasti)

    def info(self):
        """Return formatted information about the code object."""
        return _format_code_info(self.codeobj)

    def dis(self):
        """Return a formatted view of the bytecode operations."""
        lasti = -1 if self.current_offset is None else self.current_offset
        with io.StringIO() as output:
            _print_instructions(self, lasti, output, self.exception_entries)
            return output.getvalue()


def main(args=None):
    import argparse

    parser = argparse.ArgumentParser(color=True)
    parser.add_argument('infile', nargs='?', default='-')
    args = parser.parse_args(args=args)
    if args.infile == '-':
        name = '<stdin>'
        source = sys.stdin.buffer.read()
    else:
        name = args.infile
        with open(args.infile, 'rb') as infile:
            source = infile.read()
    dis(compile(source, name, "exec"))


if __name__ == "__main__":
    main()
