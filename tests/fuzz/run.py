#!/usr/bin/env python3
"""Differential fuzzing: generated programs under CPython and under Taipan must print the same.

usage: run.py TAIPAN [--seeds FROM:TO] [--modes on,off,stress] [--python PYTHON] [--jobs N] [--keep DIR] [--reduce]

A mode is on, off or stress, with the JIT's parameters after `+`: stress+jit-fail=1.
A seed that differs is named with the first differing line; its program is kept in DIR.
--reduce then deletes lines for as long as the difference stays.
"""
import argparse
import concurrent.futures
import pathlib
import shutil
import subprocess
import sys
import tempfile

import generate

PEER = pathlib.Path.home() / ".cache/python-peers/bin/python3.14"


def outcome(command, program, timeout):
    try:
        done = subprocess.run([*command, program], capture_output=True, timeout=timeout)
    except subprocess.TimeoutExpired:
        return ["TIMEOUT"]
    lines = done.stdout.decode("utf-8", "backslashreplace").splitlines()
    errors = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines()
    if done.returncode:
        lines.append(f"exit {done.returncode}: {errors[-1] if errors else ''}")
    return lines


def difference(options, mode, program):
    """None if all is equal, else a description; also None when CPython itself fails."""
    expected = outcome([options.python], program, options.timeout)
    if expected[-1:] and expected[-1].startswith(("TIMEOUT", "exit")):
        return None
    parameters = [part for option in f"jit={mode}".split("+") for part in ("-X", option)]
    got = outcome([options.taipan, *parameters], program, options.timeout)
    if got == expected:
        return None
    for number, (a, b) in enumerate(zip(expected, got), 1):
        if a != b:
            return f"line {number}: expected {a[:300]}\n    got {b[:300]}"
    return f"expected {len(expected)} lines, got {len(got)}: {got[-1:]}"


def check(options, seed, folder):
    program = folder / f"fuzz{seed}.py"
    program.write_text(generate.Generator(seed).program())
    found = [(mode, text) for mode in options.modes.split(",") if (text := difference(options, mode, program))]
    if found and options.keep:
        shutil.copy(program, options.keep)
    return seed, found


def reduce(options, seed, mode, folder):
    """Delete ever smaller chunks of lines while the outputs still differ."""
    program = folder / "reduced.py"
    lines = generate.Generator(seed).program().splitlines()

    def differs(candidate):
        text = "\n".join(candidate) + "\n"
        try:
            compile(text, "reduced", "exec")
        except SyntaxError:
            return False
        program.write_text(text)
        return difference(options, mode, program) is not None

    size = len(lines) // 2
    while size:
        start = 0
        while start < len(lines):
            candidate = lines[:start] + lines[start + size:]
            if candidate and differs(candidate):
                lines = candidate
            else:
                start += size
        size //= 2
    target = pathlib.Path(options.keep or ".") / f"reduced{seed}.py"
    target.write_text("\n".join(lines) + "\n")
    return target


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("taipan")
    parser.add_argument("--seeds", default="0:100")
    parser.add_argument("--modes", default="on,off,stress")
    parser.add_argument("--python", default=shutil.which("python3.14") or str(PEER))
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--timeout", type=float, default=30)
    parser.add_argument("--keep", help="a folder for the programs that differ")
    parser.add_argument("--reduce", action="store_true")
    options = parser.parse_args()
    if options.keep:
        pathlib.Path(options.keep).mkdir(parents=True, exist_ok=True)
    first, last = map(int, options.seeds.split(":"))
    bad = 0
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for seed, found in pool.map(lambda seed: check(options, seed, folder), range(first, last)):
                for mode, text in found:
                    print(f"seed {seed} {mode}: {text}", flush=True)
                if found:
                    bad += 1
                    if options.reduce:
                        print("    reduced:", reduce(options, seed, found[0][0], folder), flush=True)
    print(f"{bad} of {last - first} programs differ")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
