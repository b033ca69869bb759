# shellcheck shell=bash
# For the `run` scripts to source that give a machine of vcsnap a guest: brings what that takes. Without what cannot be
# brought a suite is left out, and says so.
source "$(dirname "${BASH_SOURCE[0]}")/../lib/tools.sh"

skip() {
  echo "skipped: $*"
  echo "0 passed, 0 failed"
  exit 0
}

[ "$(id -u)" = 0 ] || skip "it takes root to mount file systems"
[ -e /dev/fuse ] || skip "there is no /dev/fuse"
[ -e /dev/loop-control ] && losetup --find >/dev/null 2>&1 || skip "there are no loop devices"
grep -qw xfs /proc/filesystems || modprobe xfs 2>/dev/null || skip "the kernel has no xfs"
unshare --mount --pid --fork true 2>/dev/null || skip "no mount namespace can be made"
type -P apt-get >/dev/null || skip "VMware Tools come from Debian's packages, and there is no apt-get"

need gcc gcc
need nbdfuse libnbd-bin
need fusermount3 fuse3
need mkfs.ext4 e2fsprogs
need mkfs.xfs xfsprogs
need_python_package pyvmomi==9.1.1.0 pyVmomi
