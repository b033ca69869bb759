"""A guest without a machine: real VMware Tools in a mount namespace of their own, on file systems that are already mounted.

Nothing is installed: the packages are fetched from Debian and unpacked beside the test.
"""

import os
import shutil
import subprocess
from pathlib import Path

from debian import libraries
from mounts import run

HERE = Path(__file__).resolve().parent
PACKAGES = "open-vm-tools libmspack0 libxmlsec1 libxmlsec1-openssl libtirpc3 libdrm2 libpci3".split()
TOOLS = "usr/bin/vmtoolsd usr/bin/vmware-rpctool".split()
PLUGINS = "vmsvc/libguestInfo.so vmsvc/libvmbackup.so vmsvc/libpowerOps.so common/libhgfsServer.so".split()
HOST_PROGRAMS = "sh mount umount rmdir mkdir cat sleep sync touch rm kill basename".split()
SCRIPTS = "etc/vmware-tools/backupScripts.d"


def shim(folder):
    """What leads Tools to their host (see shim.c)."""
    library = folder / "shim.so"
    run("gcc", "-shared", "-fPIC", "-O2", "-Wall", "-o", library, HERE / "shim.c", "-ldl")
    return library


class Guest:
    """The tree of a guest, and Tools that run in it."""

    def __init__(self, root, packages, shim):
        self.root, self.process = root, None
        # Of the group [vmbackup] of tools.conf.
        self.settings = ""
        for folder in "bin lib lib64 dev tmp run host etc/vmware-tools var/log proc plugins/vmsvc plugins/common".split():
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / SCRIPTS).mkdir(parents=True)
        os.mknod(root / "dev/null", 0o666 | 0o20000, os.makedev(1, 3))
        os.mknod(root / "dev/urandom", 0o666 | 0o20000, os.makedev(1, 9))
        os.symlink("/proc/self/mounts", root / "etc/mtab")
        shutil.copy("/etc/os-release", root / "etc")
        (root / "etc/passwd").write_text("root:x:0:0:root:/:/bin/sh\n")
        plugins = packages / "usr/lib/x86_64-linux-gnu/open-vm-tools/plugins"
        files = [packages / name for name in TOOLS] + [Path(shutil.which(name)) for name in HOST_PROGRAMS]
        for file in files:
            shutil.copy(file, root / "bin")
        for name in PLUGINS:
            shutil.copy(plugins / name, root / "plugins" / name)
        shutil.copy(shim, root / "lib/shim.so")
        for library in libraries(files + [plugins / name for name in PLUGINS], packages):
            shutil.copy(library, root / "lib")
        shutil.copy("/lib64/ld-linux-x86-64.so.2", root / "lib64")

    def script(self, name, text):
        """Puts a script among those that run at freeze and thaw; an empty text takes it away."""
        file = self.root / SCRIPTS / name
        file.unlink(missing_ok=True)
        if text:
            file.write_text("#!/bin/sh\n" + text)
            file.chmod(0o755)

    def start(self, volumes=(), place="/host"):
        """Starts Tools, which see the volumes and nothing else, and connect to the host at a place (see shim.c)."""
        (self.root / "etc/vmware-tools/tools.conf").write_text(
            "[logging]\nlog = true\nvmtoolsd.level = debug\nvmtoolsd.handler = file\nvmtoolsd.data = /var/log/tools.log\n"
            "vmbackup.level = debug\nvmbackup.handler = file\nvmbackup.data = /var/log/vmbackup.log\n"
            "[guestinfo]\npoll-interval = 30\n[vmbackup]\n" + self.settings
        )
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--propagation", "private"]
        command += [HERE / "enter", self.root, *volumes, "--", "/bin/sh", "-c"]
        command += ["LD_PRELOAD=/lib/shim.so exec vmtoolsd -n vmsvc --common-path=/plugins/common --plugin-path=/plugins/vmsvc"]
        self.log = self.root / "var/log/out.log"
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env={"VCSNAP_GUEST": place, "PATH": os.environ["PATH"]},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def signal(self, number):
        """Sends a signal to Tools themselves, the first process of their namespace."""
        tasks = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        os.kill(int(tasks[0]), number)

    def stop(self):
        """Ends Tools and everything in their namespace."""
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait(20)
        self.process = None
