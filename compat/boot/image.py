"""A small Debian guest: its kernel, an initrd that only finds the disk, and a disk whose root holds busybox, QEMU's guest agent
and an application. All comes from Debian's packages of the day; no version is named anywhere.
"""

import lzma
import os
import re
import shutil
import subprocess
from pathlib import Path

from debian import fetch, libraries

HERE = Path(__file__).resolve().parent
PACKAGES = "qemu-guest-agent", "busybox-static"
MODULES = "virtio_pci", "virtio_blk", "virtio_console"
DISK_BYTES = 96 << 20
FOLDERS = "app bin dev disk etc/qemu/fsfreeze-hook.d ledger lib lib64 modules proc run sbin sys usr/sbin var/log var/run".split()


def kernel_package():
    """The package of today's kernel for virtual machines."""
    told = subprocess.run(["apt-cache", "depends", "linux-image-cloud-amd64"], capture_output=True, text=True).stdout
    found = re.search(r"Depends: (linux-image-\S+)", told)
    assert found, "there is no linux-image-cloud-amd64"
    return found[1]


class Image:
    """What a machine boots: `kernel`, `initrd` and the bytes of its disk."""

    def __init__(self, folder):
        package = kernel_package()
        packages = fetch(folder / package, [package, *PACKAGES])
        self.kernel = next(packages.glob("boot/vmlinuz-*"))
        self.initrd, self.disk = folder / "initrd", folder / "disk.img"
        self._make_initrd(packages, folder / "initrd.tree")
        self._make_disk(packages, folder / "disk.tree")

    def _make_initrd(self, packages, tree):
        self._folders(tree, "bin dev disk modules proc sys".split())
        self._install(packages / "bin/busybox", tree / "bin")
        shutil.copy(HERE / "initrd-init", tree / "init")
        for number, module in enumerate(modules(packages / "lib/modules", MODULES)):
            (tree / f"modules/{number:02}-{module.name.removesuffix('.xz')}").write_bytes(plain(module))
        names = "\n".join(str(path.relative_to(tree)) for path in sorted(tree.rglob("*"))).encode()
        with self.initrd.open("wb") as out:
            subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], input=names, stdout=out, cwd=tree, check=True)

    def _make_disk(self, packages, tree):
        self._folders(tree, FOLDERS)
        agent = packages / "usr/sbin/qemu-ga"
        self._install(packages / "bin/busybox", tree / "bin")
        shutil.copy(agent, tree / "usr/sbin")
        for library in libraries([agent], packages):
            shutil.copy(library, tree / ("lib64" if "/ld-linux" in library else "lib"))
        shutil.copy(packages / "etc/qemu/fsfreeze-hook", tree / "etc/qemu")
        shutil.copy("/etc/os-release", tree / "etc")
        for program, place in {
            "init": "sbin/init",
            "shutdown": "sbin/shutdown",
            "shell": "app/shell",
            "ledger": "app/ledger",
            "hook": "etc/qemu/fsfreeze-hook.d/50-ledger",
        }.items():
            shutil.copy(HERE / program, tree / place)
        (tree / "app/pattern").write_bytes(b"\xa5" * (64 << 10))
        self.disk.unlink(missing_ok=True)
        with self.disk.open("wb") as disk:
            disk.truncate(DISK_BYTES)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-d", tree, self.disk], check=True)

    @staticmethod
    def _install(busybox, folder):
        shutil.copy(busybox, folder)
        for applet in subprocess.run([busybox, "--list"], capture_output=True, text=True, check=True).stdout.split():
            if applet != "busybox":
                os.symlink("busybox", folder / applet)

    @staticmethod
    def _folders(tree, names):
        shutil.rmtree(tree, ignore_errors=True)
        for name in names:
            (tree / name).mkdir(parents=True)


def modules(folder, names):
    """The files of modules, each behind those that it needs; what is built into the kernel has no file."""
    files = {re.sub(r"\.ko(\.xz)?$", "", file.name).replace("-", "_"): file for file in folder.rglob("*.ko*")}
    order = []

    def add(name):
        if name in files and files[name] not in order:
            needs = re.search(rb"\0depends=([^\0]*)", plain(files[name]))[1].decode()
            for need in filter(None, needs.split(",")):
                add(need.replace("-", "_"))
            order.append(files[name])

    for name in names:
        add(name)
    return order


def plain(module):
    data = module.read_bytes()
    return lzma.decompress(data) if module.suffix == ".xz" else data
