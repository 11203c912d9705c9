"""An incremental constraint solver: variables, constraints of several classes, strengths.

One-way constraints with a walkabout planner in the manner of a hierarchical solver:
chains of equalities, scale-and-offset and limits; measures virtual calls, instance
attributes, small lists and class attributes.
"""
# test-size: 400
import sys

DEFAULT = 65000
REQUIRED, STRONG, MEDIUM, WEAK, WEAKEST = range(5)


class Variable:
    def __init__(self, name, value=0):
        self.name = name
        self.value = value
        self.constraints = []
        self.determined_by = None
        self.strength = WEAKEST
        self.stay = True
        self.mark = 0

    def add(self, constraint):
        self.constraints.append(constraint)

    def remove(self, constraint):
        self.constraints.remove(constraint)
        if self.determined_by is constraint:
            self.determined_by = None


class Constraint:
    strength = REQUIRED

    def __init__(self, strength):
        self.strength = strength
        self.satisfied = False

    @property
    def variables(self):
        raise NotImplementedError

    def choose(self, mark):
        raise NotImplementedError

    def is_input(self):
        return False

    def attach(self, planner):
        for variable in self.variables:
            variable.add(self)
        self.satisfied = False
        planner.add(self)

    def detach(self, planner):
        if self.satisfied:
            planner.remove(self)
        else:
            for variable in self.variables:
                variable.remove(self)

    def satisfy(self, planner, mark):
        """Try to enforce this constraint; returns the constraint it overrides."""
        self.choose(mark)
        if not self.satisfied:
            if self.strength == REQUIRED:
                raise ValueError("could not satisfy a required constraint")
            return None
        for variable in self.inputs():
            variable.mark = mark
        out = self.output()
        overridden = out.determined_by
        if overridden is not None:
            overridden.satisfied = False
        out.determined_by = self
        planner.propagate(self, mark)
        out.mark = mark
        return overridden


class Unary(Constraint):
    def __init__(self, planner, variable, strength):
        super().__init__(strength)
        self.target = variable
        self.attach(planner)

    @property
    def variables(self):
        return (self.target,)

    def inputs(self):
        return ()

    def output(self):
        return self.target

    def choose(self, mark):
        self.satisfied = self.target.mark != mark and self.strength < self.target.strength

    def recalculate(self):
        self.target.strength = self.strength
        self.target.stay = not self.is_input()
        if self.target.stay:
            self.execute()

    def known(self, mark):
        return True

    def execute(self):
        pass


class Stay(Unary):
    pass


class Edit(Unary):
    def is_input(self):
        return True


class Binary(Constraint):
    def __init__(self, planner, first, second, strength):
        super().__init__(strength)
        self.first = first
        self.second = second
        self.forward = True
        self.attach(planner)

    @property
    def variables(self):
        return (self.first, self.second)

    def inputs(self):
        return (self.first,) if self.forward else (self.second,)

    def output(self):
        return self.second if self.forward else self.first

    def choose(self, mark):
        if self.first.mark == mark:
            self.forward = True
            self.satisfied = self.second.mark != mark and self.strength < self.second.strength
        elif self.second.mark == mark:
            self.forward = False
            self.satisfied = self.strength < self.first.strength
        elif self.first.strength > self.second.strength:
            self.forward = False
            self.satisfied = self.strength < self.first.strength
        else:
            self.forward = True
            self.satisfied = self.strength < self.second.strength

    def known(self, mark):
        source = self.inputs()[0]
        return source.mark == mark or source.stay or source.determined_by is None

    def recalculate(self):
        source, out = self.inputs()[0], self.output()
        out.strength = max(self.strength, source.strength)
        out.stay = source.stay
        if out.stay:
            self.execute()


class Equal(Binary):
    def execute(self):
        self.output().value = self.inputs()[0].value


class Scale(Binary):
    def __init__(self, planner, source, scale, offset, target, strength):
        self.scale = scale
        self.offset = offset
        super().__init__(planner, source, target, strength)

    @property
    def variables(self):
        return (self.first, self.second, self.scale, self.offset)

    def execute(self):
        if self.forward:
            self.second.value = self.first.value * self.scale.value + self.offset.value
        else:
            self.first.value = (self.second.value - self.offset.value) // self.scale.value


class Planner:
    def __init__(self):
        self.mark = 0
        self.steps = 0

    def new_mark(self):
        self.mark += 1
        return self.mark

    def add(self, constraint):
        mark = self.new_mark()
        overridden = constraint.satisfy(self, mark)
        while overridden is not None:
            overridden = overridden.satisfy(self, mark)

    def remove(self, constraint):
        out = constraint.output()
        constraint.satisfied = False
        for variable in constraint.variables:
            variable.remove(constraint)
        out.strength = WEAKEST
        out.stay = True
        unsatisfied = []
        todo = [out]
        while todo:
            variable = todo.pop()
            for other in variable.constraints:
                if not other.satisfied:
                    unsatisfied.append(other)
                elif other is not variable.determined_by and other.output() is not variable:
                    other.recalculate()
                    todo.append(other.output())
        unsatisfied.sort(key=lambda c: c.strength)
        for other in unsatisfied:
            if not other.satisfied:
                self.add(other)

    def propagate(self, constraint, mark):
        todo = [constraint]
        while todo:
            current = todo.pop()
            self.steps += 1
            out = current.output()
            if out.mark == mark and current is not constraint:
                raise ValueError("cycle")
            current.recalculate()
            for other in out.constraints:
                if other.satisfied and other is not out.determined_by and other.output() is not out:
                    todo.append(other)

    def plan(self, sources):
        """The constraints to execute, in order, when the sources change."""
        mark = self.new_mark()
        result = []
        todo = [source for source in sources if source.is_input() and source.satisfied]
        while todo:
            constraint = todo.pop()
            out = constraint.output()
            if out.mark != mark and constraint.known(mark):
                result.append(constraint)
                out.mark = mark
                for other in out.constraints:
                    if other.satisfied and other is not out.determined_by and other.output() is not out:
                        todo.append(other)
        return result


def chain(n):
    planner = Planner()
    variables = [Variable(f"v{i}") for i in range(n + 1)]
    for a, b in zip(variables, variables[1:]):
        Equal(planner, a, b, REQUIRED)
    Stay(planner, variables[-1], MEDIUM)
    edit = Edit(planner, variables[0], STRONG)
    plan = planner.plan([edit])
    total = 0
    for value in range(40):
        variables[0].value = value
        for constraint in plan:
            constraint.execute()
        total += variables[-1].value + variables[n // 2].value
    edit.detach(planner)
    return total, len(plan), planner.steps


def change(planner, variable, value):
    edit = Edit(planner, variable, MEDIUM)
    plan = planner.plan([edit])
    for _ in range(5):
        variable.value = value
        for constraint in plan:
            constraint.execute()
    edit.detach(planner)


def projection(n):
    planner = Planner()
    scale = Variable("scale", 10)
    offset = Variable("offset", 1000)
    targets = []
    source = target = None
    for i in range(n):
        source = Variable("source", i)
        target = Variable("target", i)
        Stay(planner, source, WEAK)
        Scale(planner, source, scale, offset, target, REQUIRED)
        targets.append((source, target))
    change(planner, source, 17)
    first = target.value
    change(planner, target, 1050)
    check = 0
    for a, b in targets:
        check = (check * 31 + a.value * 7 + b.value) % 1000000007
    return first, source.value, check, planner.steps


def main(n):
    for size in (n // 4, n):
        print(*chain(size))
    for size in (n // 4, n):
        print(*projection(size))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
