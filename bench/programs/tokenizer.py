"""A tokenizer and recursive-descent evaluator over a generated program text.

Scans character by character with an index; measures string indexing, slicing, `in`
tests on strings, string predicates and dicts of handlers.
"""
# test-size: 200
import sys
from dataclasses import dataclass

DEFAULT = 26000
KEYWORDS = {"let", "print", "if", "else", "while", "end"}


@dataclass
class Token:
    kind: str
    text: str
    line: int


class Lexer:
    def __init__(self, text):
        self.text = text
        self.position = 0
        self.line = 1

    def skip(self):
        text = self.text
        size = len(text)
        while self.position < size:
            c = text[self.position]
            if c == "\n":
                self.line += 1
            elif c == "#":
                while self.position < size and text[self.position] != "\n":
                    self.position += 1
                continue
            elif c not in " \t":
                return
            self.position += 1

    def tokens(self):
        text = self.text
        size = len(text)
        while True:
            self.skip()
            start = self.position
            if start >= size:
                yield Token("end of file", "", self.line)
                return
            c = text[start]
            i = start + 1
            if c.isalpha() or c == "_":
                while i < size and (text[i].isalnum() or text[i] == "_"):
                    i += 1
                word = text[start:i]
                kind = "keyword" if word in KEYWORDS else "name"
            elif c.isdigit():
                while i < size and (text[i].isdigit() or text[i] == "."):
                    i += 1
                word = text[start:i]
                kind = "number"
            elif c == '"':
                while text[i] != '"':
                    i += 2 if text[i] == "\\" else 1
                i += 1
                word = text[start:i]
                kind = "string"
            else:
                if text[start:start + 2] in ("==", "<=", ">=", "!="):
                    i += 1
                word = text[start:i]
                kind = "operator"
            self.position = i
            yield Token(kind, word, self.line)


class Parser:
    PRECEDENCE = {"==": 1, "!=": 1, "<": 1, "<=": 1, ">": 1, "+": 2, "-": 2, "*": 3, "%": 3}

    def __init__(self, tokens):
        self.tokens = tokens
        self.current = next(tokens)
        self.variables = {}
        self.out = []

    def advance(self):
        token = self.current
        self.current = next(self.tokens, token)
        return token

    def expect(self, text):
        token = self.advance()
        if token.text != text:
            raise SyntaxError(f"line {token.line}: expected {text!r}, got {token.text!r}")

    def expression(self, level=1):
        left = self.atom()
        while True:
            op = self.current.text
            precedence = self.PRECEDENCE.get(op, 0)
            if precedence < level or self.current.kind != "operator":
                return left
            self.advance()
            right = self.expression(precedence + 1)
            left = self.apply(op, left, right)

    def apply(self, op, a, b):
        match op:
            case "+":
                return a + b
            case "-":
                return a - b
            case "*":
                return a * b % 1000003
            case "%":
                return a % b
            case "<":
                return a < b
            case "==":
                return a == b
            case _:
                raise SyntaxError(op)

    def atom(self):
        token = self.advance()
        if token.kind == "number":
            return float(token.text) if "." in token.text else int(token.text)
        if token.kind == "string":
            return len(token.text) - 2
        if token.kind == "name":
            return self.variables.get(token.text, 0)
        if token.text == "(":
            value = self.expression()
            self.expect(")")
            return value
        if token.text == "-":
            return -self.atom()
        raise SyntaxError(f"line {token.line}: unexpected {token.text!r}")

    def statements(self):
        while self.current.kind != "end of file":
            token = self.advance()
            if token.text == "let":
                name = self.advance().text
                self.expect("=")
                self.variables[name] = self.expression()
            elif token.text == "print":
                self.out.append(self.expression())
            else:
                raise SyntaxError(f"line {token.line}: unexpected {token.text!r}")


def program(n):
    lines = ["# generated", "let x = 1"]
    for i in range(n):
        lines.append(f"let v{i % 50} = (x + {i} * {i % 9 + 1}) % 997 - -{i % 13}  # step {i}")
        lines.append(f"let x = x * 31 + v{i % 50} * (2 + v{(i * 7) % 50}) + \"text {i}\"")
        if i % 10 == 0:
            lines.append(f"print x < v{i % 50} * 100 + 1.5")
            lines.append("\tprint (x == x) + x % 1000")
    return "\n".join(lines)


def main(n):
    source = program(n)
    kinds = {}
    length = 0
    for token in Lexer(source).tokens():
        kinds[token.kind] = kinds.get(token.kind, 0) + 1
        length += len(token.text)
    print(sorted(kinds.items()), length)
    parser = Parser(Lexer(source).tokens())
    parser.statements()
    print(len(parser.out), parser.out[:6], parser.variables["x"] % 1000000007)
    print(sum(parser.variables.values()) % 1000000007)
    for bad in ("let x 1", "print (1 + 2", "frob"):
        try:
            Parser(Lexer(bad).tokens()).statements()
        except SyntaxError as error:
            print(error)
    print(Token("name", "x", 3) == Token("name", "x", 3), Token("name", "x", 3))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
