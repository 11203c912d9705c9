"""Functions as values: closures with cells, composition, memoising decorators, currying.

Measures calls of closures in hot loops, nonlocal counters, default and keyword
arguments, *args forwarding and combinator parsers.
"""
# test-size: 6000
import sys

DEFAULT = 1400000


def counter(step):
    total = 0

    def bump(times=1):
        nonlocal total
        total += step * times
        return total

    return bump


def compose(*functions):
    def composed(x):
        for function in functions:
            x = function(x)
        return x

    return composed


def adder(k):
    return lambda x: x + k


def memoize(function):
    table = {}
    hits = 0

    def wrapper(*args):
        nonlocal hits
        if args in table:
            hits += 1
            return table[args]
        result = table[args] = function(*args)
        return result

    wrapper.hits = lambda: hits
    return wrapper


@memoize
def paths(x, y):
    if x == 0 or y == 0:
        return 1
    return (paths(x - 1, y) + paths(x, y - 1)) % 1000000007


def traced(log):
    def decorate(function):
        def inner(*args, **kwargs):
            log[0] += 1
            return function(*args, **kwargs)

        return inner

    return decorate


def church(n):
    def numeral(f):
        def apply(x):
            for _ in range(n):
                x = f(x)
            return x

        return apply

    return numeral


# A combinator parser for sums and products of ints and parentheses.
def char(wanted):
    def parse(text, i):
        if i < len(text) and text[i] in wanted:
            return text[i], i + 1
        return None

    return parse


def many(parser):
    def parse(text, i):
        found = []
        while (result := parser(text, i)) is not None:
            value, i = result
            found.append(value)
        return found, i

    return parse


def seq(*parsers):
    def parse(text, i):
        values = []
        for parser in parsers:
            result = parser(text, i)
            if result is None:
                return None
            value, i = result
            values.append(value)
        return values, i

    return parse


def alt(*parsers):
    def parse(text, i):
        for parser in parsers:
            result = parser(text, i)
            if result is not None:
                return result
        return None

    return parse


def apply(parser, function):
    def parse(text, i):
        result = parser(text, i)
        if result is None:
            return None
        value, i = result
        return function(value), i

    return parse


def grammar():
    digit = char("0123456789")
    number = apply(seq(digit, many(digit)), lambda v: int(v[0] + "".join(v[1])))
    atom = alt(number, lambda text, i: group(text, i))
    product = apply(seq(atom, many(seq(char("*"), atom))), multiply)
    total = apply(seq(product, many(seq(char("+-"), product))), add)
    group = apply(seq(char("("), total, char(")")), lambda v: v[1])
    return total


def multiply(values):
    result, rest = values
    for _, factor in rest:
        result = result * factor % 1000003
    return result


def add(values):
    result, rest = values
    for sign, term in rest:
        result = result + term if sign == "+" else result - term
    return result


def main(n):
    one, three = counter(1), counter(3)
    for i in range(n):
        one()
        if i % 2:
            three(times=i & 3)
    print(one(0), three(0))
    pipeline = compose(adder(3), lambda x: x * 2, adder(-1), lambda x: x % 1009)
    value = 1
    for _ in range(n):
        value = pipeline(value)
    print(value)
    log = [0]

    @traced(log)
    def mix(a, b=2, *rest, scale=1, **extra):
        return (a + b * scale + len(rest) + extra.get("more", 0)) % 65521

    value = 0
    for i in range(n // 2):
        value = mix(value, i, scale=3) + mix(i, more=value) + mix(value, i, i, i)
    print(value, log)
    size = int(n ** 0.5)
    total = 0
    for x in range(size):
        for y in range(min(size, 60)):
            total += paths(x, y)
    print(total, paths.hits())
    print(church(n)(lambda x: x + 1)(0), church(3)(church(4))(lambda x: x + 1)(0))
    parser = grammar()
    text = "+".join(f"({i}*{i + 1}-{i % 7}*(2+{i}))" for i in range(n // 300 + 2))
    print(parser(text, 0), len(text))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
