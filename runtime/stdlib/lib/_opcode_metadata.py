"""What opcode.py and its users read about the opcode table."""

import _opcode

opmap = _opcode.get_opmap()

# Instructions are specialized outside of the code object: no opcode stands for another one.
_specializations = {}
_specialized_opmap = {}

# Every instruction has an argument byte; has_arg() says which ones use it.
HAVE_ARGUMENT = -1
MIN_INSTRUMENTED_OPCODE = 256
