#!/usr/bin/env bash
# Build and run the project for aarch64 on an x86-64 Debian machine: Debian's cross toolchain in a chroot,
# the programs under qemu-user with a private binfmt_misc. Needs root. Nothing outside DIR changes.
#
#   .ci/aarch64.sh setup              once, about a minute (Debian trixie + backports: rustc >= 1.95, qemu-user 11)
#   .ci/aarch64.sh run COMMAND...     in the project's root; the target folder is target/aarch64
#
# To run the golden tests with the aarch64 build:
#
#   .ci/aarch64.sh run cargo build --release --bin taipan
#   TAIPAN=.ci/taipan-aarch64 TAIPAN_TIMEOUT=120 cargo test -p tests --test golden
#
# DIR is ${AARCH64:-$HOME/.cache/aarch64}. Code runs 6 to 17 times slower than native, and qemu keeps one behaviour of
# x86-64: its loads and stores are ordered.
set -euo pipefail
dir=${AARCH64:-$HOME/.cache/aarch64}
root=$dir/root
case ${1:-} in
setup)
  [[ -e $root/.done ]] && exit 0
  mkdir -p "$dir"
  { apt-get update -q; DEBIAN_FRONTEND=noninteractive apt-get install -y -q debootstrap; } >"$dir/log" 2>&1
  mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | grep -v security | head -n 1)
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates trixie "$root" "$mirror" >>"$dir/log" 2>&1
  printf 'deb %s trixie main\ndeb %s trixie-backports main\n' "$mirror" "$mirror" >"$root/etc/apt/sources.list"
  chroot "$root" sh -ec 'export DEBIAN_FRONTEND=noninteractive
    dpkg --add-architecture arm64; apt-get update
    apt-get install -y --no-install-recommends -t trixie-backports rustc cargo libstd-rust-dev:arm64 qemu-user
    apt-get install -y --no-install-recommends gcc-aarch64-linux-gnu libc6-dev-arm64-cross; apt-get clean' >>"$dir/log" 2>&1
  cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
  mkdir -p "$root/target" "$root/cargo-home"
  touch "$root/.done"
  ;;
run)
  shift
  export R=$root PROJ=$PWD TGT=$PWD/target/aarch64 HOME_=$dir/cargo-home
  mkdir -p "$TGT" "$HOME_" "$R$PROJ"
  # A process under qemu cannot raise the limit itself.
  ulimit -s 65536
  exec unshare -U -r -m bash -ec '
    mount --rbind /proc $R/proc; mount --rbind /dev $R/dev; mount -t tmpfs none $R/tmp
    mount --bind "$PROJ" "$R$PROJ"; mount --bind "$TGT" $R/target; mount --bind "$HOME_" $R/cargo-home
    mount -t binfmt_misc none $R/mnt
    printf %s ":qa64:M::\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\xb7\x00:\xff\xff\xff\xff\xff\xff\xff\x00\xff\xff\xff\xff\xff\xff\xff\xff\xfe\xff\xff\xff:$R/usr/bin/qemu-aarch64:PF" >$R/mnt/register
    kept=()
    for name in ${!PYTHON*} NO_COLOR LC_ALL; do [[ -v $name ]] && kept+=("$name=${!name}"); done
    exec chroot $R /usr/bin/env -i "${kept[@]}" PROJ="$PROJ" HOME=/root PATH=/usr/bin:/bin:/usr/sbin:/sbin CARGO_HOME=/cargo-home \
      CARGO_TARGET_DIR=/target CARGO_BUILD_TARGET=aarch64-unknown-linux-gnu QEMU_CPU=neoverse-n1 \
      CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc sh -c "cd \"\$PROJ\" && exec \"\$@\"" sh "$@"' bash "$@"
  ;;
*)
  sed -n '2,15s/^# \{0,1\}//p' "$0"
  exit 2
  ;;
esac
