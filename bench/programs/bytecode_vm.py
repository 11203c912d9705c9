"""A bytecode interpreter in Python: an assembler, a stack machine and three programs.

The machine's loop dispatches by an if-chain, and a second machine by a dict of bound
methods; measures big loops with many branches, lists used as stacks and dispatch.
"""
# test-size: 300
import sys

DEFAULT = 40000

(PUSH, LOAD, STORE, ADD, SUB, MUL, MOD, LESS, JUMP, JUMP_IF_NOT, CALL, RETURN, DUP, POP,
 OUT, HALT) = range(16)
NAMES = {name: value for name, value in list(globals().items())
         if name.isupper() and isinstance(value, int) and name != "DEFAULT"}
NO_ARGUMENT = {ADD, SUB, MUL, MOD, LESS, RETURN, DUP, POP, OUT, HALT}


class AssemblyError(Exception):
    def __init__(self, line, message):
        super().__init__(f"line {line}: {message}")
        self.line = line


def assemble(source):
    """Two passes: collect labels, then emit (opcode, argument) pairs."""
    labels = {}
    lines = []
    for number, raw in enumerate(source.splitlines(), 1):
        line = raw.split("#")[0].strip()
        if not line:
            continue
        if line.endswith(":"):
            label = line[:-1]
            if label in labels:
                raise AssemblyError(number, f"label {label!r} defined twice")
            labels[label] = len(lines)
            continue
        lines.append((number, line.split()))
    code = []
    for number, words in lines:
        op = NAMES.get(words[0].upper())
        if op is None:
            raise AssemblyError(number, f"unknown instruction {words[0]!r}")
        if op in NO_ARGUMENT:
            code.append((op, 0))
        elif words[1] in labels:
            code.append((op, labels[words[1]]))
        else:
            code.append((op, int(words[1])))
    return code


SUM_OF_SQUARES = """
    push 0
    store 1            # total
    push 0
    store 0            # i
loop:
    load 0
    load 9
    less
    jump_if_not done
    load 1
    load 0
    load 0
    mul
    add
    push 1000003
    mod
    store 1
    load 0
    push 1
    add
    store 0
    jump loop
done:
    load 1
    out
    halt
"""

GCDS = """
    push 0
    store 3
    push 1
    store 2
outer:
    load 2
    load 9
    less
    jump_if_not end
    load 2
    store 0
    push 360360
    store 1
inner:
    push 0
    load 0
    less
    jump_if_not next
    load 1
    load 0
    mod
    load 0
    store 1
    store 0
    jump inner
next:
    load 3
    load 1
    add
    store 3
    load 2
    push 1
    add
    store 2
    jump outer
end:
    load 3
    out
    halt
"""

FIB = """
    load 9
    call fib
    out
    halt
fib:                   # n -- fib(n)
    dup
    push 2
    less
    jump_if_not recurse
    return
recurse:
    dup
    push 1
    sub
    call fib
    store 0
    push 2
    sub
    load 0
    store 1
    load 1
    call keep
    return
keep:                  # n a -- fib(n) + a
    store 2
    dup
    store 3
    load 2
    call swap
    call fib
    add
    return
swap:
    store 4
    store 5
    load 4
    load 5
    return
"""


def run(code, size):
    """The machine as one loop with an if-chain."""
    stack = []
    calls = []
    memory = [0] * 10
    memory[9] = size
    out = []
    pc = 0
    steps = 0
    while True:
        op, arg = code[pc]
        pc += 1
        steps += 1
        if op == LOAD:
            stack.append(memory[arg])
        elif op == PUSH:
            stack.append(arg)
        elif op == STORE:
            memory[arg] = stack.pop()
        elif op == ADD:
            b = stack.pop()
            stack[-1] += b
        elif op == LESS:
            b = stack.pop()
            stack[-1] = stack[-1] < b
        elif op == JUMP_IF_NOT:
            if not stack.pop():
                pc = arg
        elif op == JUMP:
            pc = arg
        elif op == MUL:
            b = stack.pop()
            stack[-1] *= b
        elif op == MOD:
            b = stack.pop()
            stack[-1] %= b
        elif op == SUB:
            b = stack.pop()
            stack[-1] -= b
        elif op == DUP:
            stack.append(stack[-1])
        elif op == POP:
            stack.pop()
        elif op == CALL:
            calls.append(pc)
            pc = arg
        elif op == RETURN:
            pc = calls.pop()
        elif op == OUT:
            out.append(stack.pop())
        elif op == HALT:
            return out, steps


class Machine:
    """The machine as an object whose instructions are methods."""

    def __init__(self, code, size):
        self.code = code
        self.stack = []
        self.calls = []
        self.memory = [0] * 10
        self.memory[9] = size
        self.out = []
        self.pc = 0
        self.running = True
        self.table = {value: getattr(self, "op_" + name.lower()) for name, value in NAMES.items()}

    def op_push(self, arg):
        self.stack.append(arg)

    def op_load(self, arg):
        self.stack.append(self.memory[arg])

    def op_store(self, arg):
        self.memory[arg] = self.stack.pop()

    def op_add(self, arg):
        b = self.stack.pop()
        self.stack.append(self.stack.pop() + b)

    def op_sub(self, arg):
        b = self.stack.pop()
        self.stack.append(self.stack.pop() - b)

    def op_mul(self, arg):
        b = self.stack.pop()
        self.stack.append(self.stack.pop() * b)

    def op_mod(self, arg):
        b = self.stack.pop()
        self.stack.append(self.stack.pop() % b)

    def op_less(self, arg):
        b = self.stack.pop()
        self.stack.append(self.stack.pop() < b)

    def op_jump(self, arg):
        self.pc = arg

    def op_jump_if_not(self, arg):
        if not self.stack.pop():
            self.pc = arg

    def op_call(self, arg):
        self.calls.append(self.pc)
        self.pc = arg

    def op_return(self, arg):
        self.pc = self.calls.pop()

    def op_dup(self, arg):
        self.stack.append(self.stack[-1])

    def op_pop(self, arg):
        self.stack.pop()

    def op_out(self, arg):
        self.out.append(self.stack.pop())

    def op_halt(self, arg):
        self.running = False

    def run(self):
        steps = 0
        code, table = self.code, self.table
        while self.running:
            op, arg = code[self.pc]
            self.pc += 1
            steps += 1
            table[op](arg)
        return self.out, steps


def main(n):
    small = n.bit_length()
    for name, source, size in (("squares", SUM_OF_SQUARES, 4 * n), ("gcds", GCDS, n),
                               ("fib", FIB, small)):
        code = assemble(source)
        first = run(code, size)
        second = Machine(code, size).run()
        print(name, len(code), *first, first == second)
    try:
        assemble("push 1\nfrob 2\n")
    except AssemblyError as error:
        print(error, error.line)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
