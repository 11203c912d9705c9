"""Run every case of cases.txt with this interpreter and print what expected.txt shall hold."""
import os
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def cases():
    name, arguments, stdin = None, [], b""
    for line in (HERE / "cases.txt").read_text().splitlines() + ["[end]"]:
        if line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            if name is not None:
                yield name, arguments, stdin
            name, arguments, stdin = line[1:-1], [], b""
        elif line.startswith("< "):
            stdin += line[2:].encode("ascii").decode("unicode_escape").encode("latin-1") + b"\n"
        elif line:
            # \n and \\ are the only escapes of arguments.
            arguments.append(line.replace("\\\\", "\0").replace("\\n", "\n").replace("\0", "\\"))


def show(text):
    """One line a line, so that the file can be read and compared; bytes that are not UTF-8 escaped."""
    text = text.replace(sys.executable.encode(), b"PYTHON").replace(str(ROOT).encode() + b"/", b"")
    return "".join(f"| {line}\n" for line in text.decode("utf-8", "backslashreplace").split("\n"))


environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
environment.update(PYTHONDONTWRITEBYTECODE="1", PYTHONHASHSEED="0", NO_COLOR="1", LC_ALL="C.UTF-8")
for name, arguments, stdin in cases():
    done = subprocess.run([sys.executable, *arguments], input=stdin, capture_output=True, cwd=ROOT, env=environment)
    code = done.returncode if done.returncode >= 0 else 128 - done.returncode
    print(f"[{name}]\ncode {code}\nstdout\n{show(done.stdout)}stderr\n{show(done.stderr)}", end="")
