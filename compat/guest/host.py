"""vcsnap as the host of a guest that stands on one of its disks."""

import contextlib
import subprocess
import sys
import time
from pathlib import Path

from mounts import loop, make, mounted, patiently
from pyVim.task import WaitForTask
from pyVmomi import vim
from vmtools import Guest
from vsphere import Machine, log_in

HERE = Path(__file__).resolve().parent

# The application's part: it stands still from freeze to thaw.
SCRIPT = """
case "$1" in
  freeze)
    touch /app/pause
    i=0
    until [ -e /app/pause.done ]; do
      i=$((i + 1))
      [ $i -lt 80 ] || exit 1
      sleep 0.1
    done
    ;;
  *) rm -f /app/pause ;;
esac
"""


@contextlib.contextmanager
def disk(uri, folder):
    """A disk of the server as a block device of this machine."""
    folder.mkdir()
    file = folder / "nbd"
    fuse = subprocess.Popen(["nbdfuse", file, uri], stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            if file.exists():
                break
            time.sleep(0.05)
        with loop(file) as device:
            yield device
    finally:
        patiently("umount", folder)
        fuse.wait(20)
        folder.rmdir()


class Workload:
    """The ledger, which goes on until it is stopped."""

    def __init__(self, folder, pause, between):
        self.command = [sys.executable, HERE / "ledger.py", folder, pause, str(between)]

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_):
        try:
            self.transactions = int(self.process.communicate(timeout=30)[0] or 0)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class GuestMachine:
    """A machine of the server, and its guest: a file system on its disk, Tools, and the ledger.

    What is between Tools and their host may be a tap, which is made for the folder with the server's sockets. A guest that is
    new makes its file system first, of so many megabytes. Between two transactions of the ledger it rests for some seconds.
    """

    def __init__(self, server, room, name, kind, packages, shim, *, tap=None, new=True, megabytes=None, rests=0):
        self.tap, self.new, self.megabytes, self.rests = tap, new, megabytes, rests
        self.server, self.room, self.kind = server, room, kind
        self.machine = Machine(server, log_in(server), name)
        self.vm = self.machine.vm
        self.volume, self.image = room / "volume", room / "image"
        self.guest = Guest(room / "root", packages, shim)
        self.app = room / "root" / "app"
        self.app.mkdir()
        self.stack = contextlib.ExitStack()

    def __enter__(self):
        with contextlib.ExitStack() as stack:
            self.configure({"vcsnap.guest.provider": "guestrpc"})
            device = stack.enter_context(disk(self.machine.running, self.room / "fuse"))
            if self.new:
                make(self.kind, device, self.megabytes)
            stack.enter_context(mounted(device, self.volume))
            self.guest.script("50-ledger", SCRIPT)
            sockets = self.server.data / ".server/guest" / self.vm._moId
            self.until(lambda: (sockets / "975").exists(), "the server listens for the guest")
            if self.tap:
                self.wire = stack.enter_context(self.tap(self.room / "tap", sockets))
                sockets = self.wire.folder
            self.connect = lambda: self.guest.start([self.volume, sockets], f"/{sockets.name}")
            self.connect()
            stack.callback(self.guest.stop)
            self.until_running()
            stack.enter_context(Workload(self.volume, self.app / "pause", self.rests))
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *problem):
        (self.app / "pause").unlink(missing_ok=True)
        subprocess.run(["fsfreeze", "--unfreeze", self.volume], capture_output=True)
        return self.stack.__exit__(*problem)

    @staticmethod
    def until(true, what, seconds=30):
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds} s: {what}"
            time.sleep(0.05)

    def until_running(self):
        self.until(lambda: self.vm.guest.toolsRunningStatus == "guestToolsRunning", "Tools run")

    def configure(self, settings):
        spec = vim.vm.ConfigSpec(extraConfig=[vim.option.OptionValue(key=k, value=v) for k, v in settings.items()])
        WaitForTask(self.vm.ReconfigVM_Task(spec))

    def snapshot(self, kind):
        """Takes a snapshot of a kind: crash, fileSystem or application."""
        if kind != "crash":
            self.configure({"vcsnap.quiesce.level": kind})
        task = self.vm.CreateSnapshot_Task(name=kind, description="", memory=False, quiesce=kind != "crash")
        WaitForTask(task)
        return task.info.result

    def copy(self, snapshot, image):
        """Copies the disk of a snapshot into a file."""
        subprocess.run(["nbdcopy", self.machine.frozen(snapshot), image], check=True, capture_output=True)

    def restart(self, settings=""):
        """Tools are started anew, with these of tools.conf, and what their scripts held back goes on."""
        self.guest.settings = settings
        self.guest.stop()
        self.until(lambda: self.vm.guest.toolsRunningStatus != "guestToolsRunning", "the server sees that Tools are gone")
        (self.app / "pause").unlink(missing_ok=True)
        self.connect()
        self.until_running()

    def is_writable(self, seconds=5):
        """Whether a write comes to its end, so nothing is frozen. One that does not goes on at the thaw."""
        probe = subprocess.Popen(["touch", self.volume / "probe"])
        try:
            return probe.wait(seconds) == 0
        except subprocess.TimeoutExpired:
            return False

    def goes_on(self, seconds=5):
        """Whether a write comes to an end, well or not: that of a guest whose disk is gone fails, and hangs when frozen."""
        probe = subprocess.Popen(["touch", self.volume / "probe"], stderr=subprocess.DEVNULL)
        try:
            probe.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def is_frozen(self):
        return not self.is_writable(0.3)
