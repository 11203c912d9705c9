#!/usr/bin/env python3
"""Run CPython's own tests under an interpreter and compare with the committed expectations.

    tests/conformance/run.py INTERPRETER [MODULE...] [--jobs N] [--timeout S] [--args "-X jit=off"]
                             [--reference | --bless] [--failures]

The test files come with the peers (.ci/peers.sh); modules.txt lists those that are looked at.
Each module runs in a process of its own, and each test reports when it ends, so that a crash or
a hang costs only the tests after it.

reference.json    how many tests CPython 3.14 passes in each module; --reference rewrites it
expected.json     how many Taipan passes; fewer is an error (exit code 1); --bless rewrites it
"""
import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
PEERS = pathlib.Path(os.environ.get("PEERS", pathlib.Path.home() / ".cache/python-peers"))

# Runs inside the interpreter under test. Reports go through a file descriptor of their own, one
# write a line, because tests capture, close and replace sys.stdout.
REPORTER = r'''
import os, sys, unittest
module, path = sys.argv[1:]
channel = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def tell(outcome, test):
    name = test.id() if hasattr(test, "id") else str(test)
    os.write(channel, f"{outcome} {name}\n".encode("utf-8", "backslashreplace"))

class Reporter(unittest.TestResult):
    broken = False
    def startTest(self, test):
        super().startTest(test)
        self.broken = False
    def addSubTest(self, test, subtest, error):
        self.broken = self.broken or error is not None
    def addSuccess(self, test):
        tell("failed" if self.broken else "passed", test)
    def addExpectedFailure(self, test, error):
        tell("passed", test)
    def addFailure(self, test, error):
        tell("failed", test)
    def addError(self, test, error):
        tell("failed", test)
    def addUnexpectedSuccess(self, test):
        tell("failed", test)
    def addSkip(self, test, reason):
        tell("skipped", test)

unittest.defaultTestLoader.loadTestsFromName("test." + module).run(Reporter())
tell("ended", module)
'''


def run_module(command, module, timeout):
    """Returns the passed tests, the failed ones, and why the run stopped early (or "")."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "lib").mkdir()
        (folder / "lib/test").symlink_to(PEERS / "root/usr/lib/python3.14/test")
        (folder / "work").mkdir()
        (folder / "reporter.py").write_text(REPORTER)
        report = folder / "report"
        environment = dict(os.environ, PYTHONPATH=str(folder / "lib"), PYTHONDONTWRITEBYTECODE="1",
                           LC_ALL="C.UTF-8", NO_COLOR="1")
        try:
            done = subprocess.run([*command, folder / "reporter.py", module, report], cwd=folder / "work",
                                  env=environment, timeout=timeout, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            last = done.stdout.decode(errors="replace").strip().splitlines()[-1:] or [""]
            stopped = f"exit code {done.returncode}: {last[0][:100]}"
        except subprocess.TimeoutExpired:
            stopped = f"still running after {timeout:g} s"
        lines = report.read_text(errors="replace").splitlines() if report.exists() else []
    outcomes = [line.partition(" ")[::2] for line in lines]
    passed = {name for outcome, name in outcomes if outcome == "passed"}
    failed = {name for outcome, name in outcomes if outcome == "failed"}
    if any(outcome == "ended" for outcome, _ in outcomes):
        stopped = ""
    return passed, failed, stopped


def load(name):
    path = HERE / name
    return json.loads(path.read_text()) if path.exists() else {}


def store(name, counts):
    (HERE / name).write_text(json.dumps({**load(name), **counts}, indent=0, sort_keys=True) + "\n")


def listed_modules():
    lines = (HERE / "modules.txt").read_text().splitlines()
    return [line.split("#")[0].strip() for line in lines if line.split("#")[0].strip()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("interpreter")
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--args", default="", help="options for the interpreter")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--reference", action="store_true", help="INTERPRETER is CPython: write reference.json")
    parser.add_argument("--bless", action="store_true", help="write expected.json")
    parser.add_argument("--failures", action="store_true", help="name the tests that fail")
    options = parser.parse_args()
    interpreter = options.interpreter
    if "/" in interpreter:
        interpreter = str(pathlib.Path(interpreter).resolve())
    command = [interpreter, *shlex.split(options.args)]
    modules = options.modules or listed_modules()
    reference, expected = load("reference.json"), load("expected.json")
    counts, fewer, whole = {}, [], 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        results = pool.map(lambda module: run_module(command, module, options.timeout), modules)
        for module, (passed, failed, stopped) in zip(modules, results):
            counts[module] = len(passed)
            of = len(passed) if options.reference else reference.get(module, 0)
            whole += not stopped and len(passed) >= of
            mark = ""
            if not options.reference and len(passed) < expected.get(module, 0):
                fewer.append(module)
                mark = f"  EXPECTED {expected[module]}"
            print(f"{module:32} {len(passed):5} / {of:<5}{mark} {stopped}", flush=True)
            if options.failures:
                for name in sorted(failed):
                    print("    ", name)
    if options.reference:
        store("reference.json", counts)
        return 0
    passed = sum(min(counts[module], reference.get(module, 0)) for module in modules)
    of = sum(reference.get(module, 0) for module in modules)
    print(f"{passed} of {of} tests ({100 * passed / max(of, 1):.1f} %), {whole} of {len(modules)} modules whole")
    if options.bless:
        store("expected.json", counts)
        return 0
    if fewer:
        print("fewer than expected:", *fewer)
    return 1 if fewer else 0


if __name__ == "__main__":
    sys.exit(main())
