#!/usr/bin/env bash
# Write the committed expected outputs again, with a real CPython 3.14.
#
#   bench/regenerate.sh [FILTER]
#
# bench/programs/NAME.py runs at its declared test size into NAME.expected; every
# tests/language/NAME.py likewise, and where it ends with an uncaught error (a non-zero exit
# code) its stderr goes into NAME.expected_err and the code into NAME.expected_code.
# tests/command_line/expected.txt holds what the cases of cases.txt beside it did.
# FILTER keeps the files whose path contains it. The interpreter is $PYTHON, else python3.14 on
# PATH, else the one of .ci/peers.sh.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
peers=${PEERS:-$HOME/.cache/python-peers}/bin/python3.14
python=${PYTHON:-$(command -v python3.14 || echo "$peers")}
version=$("$python" -c 'import sys; print(sys.implementation.name, *sys.version_info[:2])')
[[ $version == "cpython 3 14" ]] || { echo "$python is $version, not CPython 3.14" >&2; exit 1; }
export PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 NO_COLOR=1 LC_ALL=C.UTF-8
cd "$root"
for file in bench/programs/*.py tests/language/*.py; do
  [[ $file == *"${1:-}"* ]] || continue
  base=${file%.py}
  size=$(sed -n 's/^# test-size: //p' "$file")
  rm -f "$base.expected_err" "$base.expected_code"
  code=0
  "$python" "$file" ${size:+"$size"} >"$base.expected" 2>"$base.expected_err" || code=$?
  # Tracebacks name the file by its absolute path; what is committed is relative to the root.
  sed -i "s|$root/||g" "$base.expected" "$base.expected_err"
  if [[ $code -eq 0 ]]; then
    [[ -s $base.expected_err ]] && { echo "$file wrote to stderr:" >&2; cat "$base.expected_err" >&2; }
    rm "$base.expected_err"
  else
    case $file in
      tests/language/uncaught_*) echo "$code" >"$base.expected_code" ;;
      *) echo "$file failed ($code):" >&2; tail -n 5 "$base.expected_err" >&2; rm "$base.expected_err" ;;
    esac
  fi
done
if [[ command_line == *"${1:-}"* ]]; then
  "$python" tests/command_line/generate.py >tests/command_line/expected.txt
fi
