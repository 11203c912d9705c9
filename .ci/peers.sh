#!/usr/bin/env bash
# Install the interpreters that Taipan is compared with: CPython 3.14 and its test suite, PyPy 3.
#
#   .ci/peers.sh [DIR]        DIR defaults to ${PEERS:-$HOME/.cache/python-peers}
#
# They are unpacked from Debian's `sid` into DIR/root, with copies in DIR/bin that use the
# libraries from there; nothing of the system changes but the two packages that do the work
# (debootstrap, patchelf). Needs root on a Debian-like system, a minute and 500 MB. A second run
# returns at once.
set -euo pipefail

dir=${1:-${PEERS:-$HOME/.cache/python-peers}}
root=$dir/root
wanted=(python3.14 pypy3)

installed() {
  local name
  for name in "${wanted[@]}"; do [[ -x $dir/bin/$name ]] || return 1; done
}

# The mirror that apt itself uses, so that a machine without the open network works, too.
mirror() {
  local site
  site=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
  echo "${site:-http://deb.debian.org/debian}"
}

# A binary of the foreign root that runs from outside: its own loader, its own libraries.
adopt() {
  local name=$1 source=$2 libraries loader real
  libraries=$(echo "$root"/usr/lib/*-linux-gnu)
  loader=$(ls "$libraries"/ld-linux-*.so.* | head -n 1)
  real=$root/usr/bin/$(basename "$(readlink "$root/usr/bin/$source" || echo "$source")")
  cp "$real" "$real.host"
  patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$real.host"
  ln -sfn "$real.host" "$dir/bin/$name"
}

if ! installed; then
  mkdir -p "$dir/bin"
  log=$dir/log
  {
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q debootstrap patchelf
    rm -rf "$root"
    debootstrap --variant=minbase \
      --include=python3.14,libpython3.14-testsuite,pypy3 sid "$root" "$(mirror)"
  } >"$log" 2>&1 || { tail -n 20 "$log" >&2; exit 1; }
  adopt python3.14 python3.14
  adopt pypy3 pypy3.11
fi
for name in "${wanted[@]}"; do
  "$dir/bin/$name" -c 'import sys; print(sys.implementation.name, sys.version.split()[0])' >&2
done
echo "$dir"
