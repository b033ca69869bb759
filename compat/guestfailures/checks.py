"""What fails around a freeze, at each step of the handshake, with real VMware Tools in the guest.

Whatever it is, the guest goes on where it lives, nothing half made is left, and the next snapshot succeeds.
"""

import contextlib
import functools
import os
import re
import signal
import sys
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import runner
from debian import fetch
from host import GuestMachine
from mounts import room, run
from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl
from runner import check
from server import Server
from tap import Tap
from vmtools import PACKAGES, shim
from vsphere import Machine, folder_of, log_in

WORK = Path(__file__).resolve().parents[2] / "target/compat/guest"
# Short, that nobody waits long; a healthy handshake takes about four seconds.
LIMIT_SECONDS, SILENCE_SECONDS = 8, 4
START, ABORT, RESET, COMMIT = "vmbackup.startWithOpts", "vmbackup.abort", "reset", "prov.snapshotCommit"
THAW, MANIFEST, DONE = "vmbackup.snapshotDone", "req.genericManifest", "req.done"
FILE_SYSTEM_MEGABYTES = 40
# Of a snapshot, and of a file that is being replaced.
HALF_MADE = re.compile(r"-\d{6}|Snapshot|manifest|^\.vcsnap-(?!uuid)")


def attempt(guest):
    """Takes a quiesced snapshot that must fail; returns how long that took, and the fault."""
    guest.wire.seen.clear()
    began = time.monotonic()
    try:
        guest.machine.snapshot("fails", quiesce=True)
    except vmodl.MethodFault as fault:
        return time.monotonic() - began, fault
    raise AssertionError(f"the snapshot succeeded; the wire said {guest.wire.seen}")


def nothing_is_left(machine):
    vm = machine.vm
    assert vm.snapshot is None, "a snapshot was left"
    assert not vm.runtime.consolidationNeeded, "a merge is due"
    folder = Path(folder_of(vm))
    left = [name for name in os.listdir(folder) if HALF_MADE.search(name)]
    assert not left, f"files were left: {left}"
    listed = (folder / f"{machine.name}.vmsd").read_text() if (folder / f"{machine.name}.vmsd").exists() else ""
    assert "snapshot0." not in listed, listed


def works_again(guest):
    """The next snapshot succeeds, and is whole."""
    guest.wire.acts.clear()
    snapshot = guest.machine.snapshot("works", quiesce=True)
    (node,) = guest.machine.tree()
    assert node.quiesced and node.backupManifest, node
    guest.machine.remove(snapshot)
    nothing_is_left(guest.machine)
    assert guest.is_writable(), "the guest stays frozen"


def row(*cells):
    print("      " + "  ".join(f"{cell:<{width}}" for cell, width in zip(cells, (28, 24, 7, 26, 0))), flush=True)


def told(fault):
    return type(fault).__name__.rpartition(".")[2]


class Series:
    """Steps that are done one after the other on a thread of their own; each check waits for its step."""

    def __init__(self, pool, steps):
        self.results = {name: Future() for name in steps}
        self.thread = pool.submit(self._run, steps)

    def _run(self, steps):
        for name, act in steps.items():
            try:
                self.results[name].set_result(act())
            except BaseException as problem:
                self.results[name].set_exception(problem)

    def wait(self, name):
        return self.results[name].result()


class Cut:
    """A server of its own that is killed at the steps of a handshake, and the same disk through all of it; afterwards its
    datastore is small, and is filled at these steps."""

    def __init__(self, subject):
        self.subject, self.name, self.boots = subject, "DC0_H0_VM0", 0
        self.home = subject.rooms.enter_context(room(1024))
        self.server = Server(self.home / "data").start()
        self.stack = contextlib.ExitStack()
        subject.rooms.callback(self.end)

    def boot(self):
        """The guest begins, from what is on its disk."""
        self.boots += 1
        place = self.home / f"boot-{self.boots}"
        place.mkdir()
        self.guest = self.stack.enter_context(
            self.subject.guest(self.server, place, self.name, new=self.boots == 1)
        )
        self.guest.until((self.guest.volume / "file-5").exists, "the ledger is written")

    def end(self):
        self.stack.close()
        if self.server.process is not None:
            self.server.stop()

    def reboot(self):
        self.stack.close()
        self.boot()

    def stopped(self):
        """The server is asked to end while a script of the guest hangs: it tells the guest to give up first."""
        self.boot()
        guest = self.guest
        guest.guest.script("60-hangs", '[ "$1" != freeze ] || { touch /app/hangs; exec sleep 600; }\n')

        def stop():
            guest.until((guest.app / "hangs").exists, "the script hangs")
            self.server.stop()

        stopping = threading.Thread(target=stop)
        began = time.monotonic()
        stopping.start()
        with contextlib.suppress(Exception):
            guest.machine.snapshot("is given up", quiesce=True)
        stopping.join(60)
        assert self.server.process is None, f"it did not end: {guest.wire.seen}"
        assert ABORT in guest.wire.seen and DONE in guest.wire.seen, guest.wire.seen
        guest.until(lambda: not (guest.app / "pause").exists(), "the application goes on")
        row("the server is stopped", "a script hangs", f"{time.monotonic() - began:.1f} s", "told to give up")
        self.starts_again()

    def starts_again(self):
        """With its machine the guest is gone, as after a power cut."""
        self.stack.close()
        self.server.start()
        nothing_is_left(Machine(self.server, log_in(self.server), self.name))
        self.boot()
        works_again(self.guest)

    def killed_at(self, step):
        guest, dead = self.guest, threading.Event()

        def kill():
            guest.was_frozen = guest.is_frozen()
            self.server.kill()
            dead.set()

        guest.wire.at(step, kill)
        began = time.monotonic()
        with contextlib.suppress(Exception):
            guest.machine.snapshot("is cut", quiesce=True)
        assert dead.wait(20), f"the step never came: {guest.wire.seen}"
        assert not guest.wire.problems, guest.wire.problems
        guest.until(guest.goes_on, "the guest goes on", LIMIT_SECONDS + 10)
        thawed = time.monotonic() - began
        self.stack.close()
        if step == KILLED_AT[-1]:
            self.make_small()
        self.starts_again()
        row("the server is killed", f"at {step}", f"{thawed:.1f} s", "frozen then" if guest.was_frozen else "not frozen then")

    def make_small(self):
        """The datastore moves to a volume of its own, on which the guest's file system has its room already."""
        store, aside = self.server.data / "LocalDS_0", self.server.data.parent / "aside"
        store.rename(aside)
        store.mkdir()
        run("mount", "-t", "tmpfs", "-o", "size=128m", "datastore", store)
        self.subject.rooms.callback(run, "umount", store)
        self.subject.rooms.callback(self.end)
        run("cp", "-a", "--sparse=always", f"{aside}/.", store)
        flat = store / self.name / f"{self.name}-flat.vmdk"
        run("fallocate", "--keep-size", "--length", f"{FILE_SYSTEM_MEGABYTES + 8}MiB", flat)
        self.ballast = store / "ballast"

    def fill(self):
        with self.ballast.open("wb") as file:
            for size in 1 << 20, 4096:
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(file.fileno(), file.tell(), size)
                        file.seek(size, os.SEEK_CUR)

    def full_at(self, step):
        guest = self.guest
        if step:
            guest.wire.at(step, self.fill)
        else:
            self.fill()
        took, fault = attempt(guest)
        assert guest.goes_on(), "the guest stays frozen"
        assert guest.vm.snapshot is None, "a snapshot was left"
        self.ballast.unlink()
        assert not guest.wire.problems, guest.wire.problems
        assert isinstance(fault, vim.fault.NoDiskSpace), fault
        if not step:
            assert START not in guest.wire.seen, "the guest was asked, though there is no room"
        if step in (THAW, MANIFEST):
            # The disks had switched: the new link is merged when there is room again, and a guest that could not write to
            # it starts anew.
            WaitForTask(guest.vm.ConsolidateVMDisks_Task())
            self.reboot()
        nothing_is_left(self.guest.machine)
        works_again(self.guest)
        row("the datastore is full", f"from {step or 'before'}", f"{took:.1f} s", told(fault))


KILLED_AT = RESET, COMMIT, THAW, MANIFEST
FULL_FROM = "", COMMIT, THAW, MANIFEST
TOOLS_KILLED_AT = RESET, COMMIT, THAW, MANIFEST


class Subject:
    def __init__(self, rooms, packages, shim):
        self.rooms, self.packages, self.shim = rooms, packages, shim
        self.home = rooms.enter_context(room(1024))
        self.server = Server(self.home / "data").start()
        self.pool = ThreadPoolExecutor(2)

    def guest(self, server, place, name, new=True):
        how = {"tap": Tap, "new": new, "megabytes": FILE_SYSTEM_MEGABYTES, "rests": 0.05}
        return GuestMachine(server, place, name, "ext4", self.packages, self.shim, **how)

    @functools.cached_property
    def cut(self):
        cut = Cut(self)
        steps = {"stopped": cut.stopped}
        steps |= {f"killed {step}": functools.partial(cut.killed_at, step) for step in KILLED_AT}
        steps |= {f"full {step}": functools.partial(cut.full_at, step) for step in FULL_FROM}
        return Series(self.pool, steps)

    @functools.cached_property
    def tools(self):
        """Another guest, whose Tools are killed."""
        guest = self._guest("DC0_C0_RP0_VM0")
        return Series(self.pool, {step: functools.partial(self.tools_killed_at, guest, step) for step in TOOLS_KILLED_AT})

    @functools.cached_property
    def one(self):
        """The guest to which the rest happens."""
        return self._guest("DC0_H0_VM1")

    def _guest(self, name):
        place = self.home / name
        place.mkdir()
        return self.rooms.enter_context(self.guest(self.server, place, name))

    def tools_killed_at(self, guest, step):
        guest.wire.at(step, lambda: guest.guest.signal(signal.SIGKILL))
        fails(guest, "Tools are killed", f"at {step}", seconds=LIMIT_SECONDS)
        # The freeze is the kernel's and outlives who asked for it: only the guest itself can thaw then.
        if guest.is_frozen():
            run("fsfreeze", "--unfreeze", guest.volume)
        guest.restart()
        works_again(guest)

    def tidy(self):
        self.one.wire.acts.clear()


def fails(guest, what, where, fault=vim.fault.ApplicationQuiesceFault, seconds=LIMIT_SECONDS + 10):
    """A snapshot that must fail, after which nothing is left."""
    took, found = attempt(guest)
    assert isinstance(found, fault), found
    assert took < seconds, f"it took {took:.0f} s"
    assert not guest.wire.problems, guest.wire.problems
    nothing_is_left(guest.machine)
    row(what, where, f"{took:.1f} s", told(found))
    return found


def named(name):
    """A check under a name that is made."""

    def of(function):
        function.__name__ = name
        return check(function)

    return of


def killed(step):
    @named(f"a server that is killed at {step} leaves no snapshot, and its guest thaws")
    def holds(subject):
        subject.cut.wait(f"killed {step}")


@check
def a_server_that_is_stopped_tells_its_guest_to_give_up(subject):
    subject.cut.wait("stopped")


def full(step):
    @named(f"a datastore that is full from {step or 'before'} leaves no snapshot, and its guest goes on")
    def holds(subject):
        subject.cut.wait(f"full {step}")


@check
def what_lies_in_the_way_of_the_new_link_is_told_before_the_guest_is_asked(subject):
    guest = subject.one
    folder = Path(folder_of(guest.vm))
    for name in "-000001-ctk.vmdk", "-000001-sesparse.vmdk", "-000001-delta.vmdk":
        stale = folder / f"{guest.machine.name}{name}"
        stale.write_text("of an earlier snapshot")
        took, fault = attempt(guest)
        assert START not in guest.wire.seen, "the guest was frozen for nothing"
        assert stale.read_text() == "of an earlier snapshot", "it was touched"
        stale.unlink()
        nothing_is_left(guest.machine)
        row(f"{name} is there", "before", f"{took:.1f} s", told(fault))
    works_again(guest)


def tools_killed(step):
    @named(f"tools that are killed at {step} fail the snapshot at once")
    def holds(subject):
        subject.tools.wait(step)


@check
def a_script_that_fails_fails_the_snapshot(subject):
    guest = subject.one
    guest.guest.script("60-fails", "exit 3\n")
    fault = fails(guest, "a freeze script exits 3", "")
    assert "Custom quiesce script failed." in str(fault), fault
    assert guest.is_writable(), "the guest stays frozen"
    assert not (guest.app / "pause").exists(), "the application was not told"
    guest.guest.script("60-fails", "")
    works_again(guest)


@check
def a_script_that_hangs_ends_with_the_time_limit(subject):
    guest = subject.one
    guest.guest.script("60-hangs", '[ "$1" != freeze ] || exec sleep 600\n')
    fails(guest, "a freeze script hangs", "")
    assert guest.is_writable(), "the guest stays frozen"
    guest.guest.script("60-hangs", "")
    works_again(guest)


@check
def a_thaw_script_that_fails_takes_the_snapshot_back(subject):
    guest = subject.one
    guest.guest.script("60-fails", '[ "$1" != thaw ] || exit 3\n')
    fails(guest, "a thaw script exits 3", "")
    assert guest.is_writable(), "the guest stays frozen"
    guest.guest.script("60-fails", "")
    works_again(guest)


@check
def tools_that_fall_silent_are_given_up_and_thaw_by_themselves(subject):
    guest = subject.one
    guest.wire.at(RESET, lambda: guest.guest.signal(signal.SIGSTOP))
    fails(guest, "Tools fall silent", f"at {RESET}", seconds=SILENCE_SECONDS + 12)
    guest.guest.signal(signal.SIGCONT)
    guest.until(lambda: not (guest.app / "pause").exists(), "the application goes on")
    assert guest.is_writable(), "the guest stays frozen"
    guest.restart()
    works_again(guest)


@check
def a_guest_that_is_not_heard_while_it_is_frozen_is_told_to_thaw(subject):
    guest = subject.one
    guest.wire.at(COMMIT, lambda: time.sleep(SILENCE_SECONDS + 2))
    fails(guest, "the guest is not heard", f"at {COMMIT}")
    guest.until(guest.is_writable, "the guest goes on", 10)
    guest.until(lambda: DONE in guest.wire.seen, "Tools are ready")
    guest.until_running()
    works_again(guest)


@check
def a_guest_that_thawed_before_the_host_was_done_fails_the_snapshot(subject):
    guest = subject.one
    guest.wire.at(THAW, lambda: time.sleep(LIMIT_SECONDS + 1))
    fails(guest, "the host is late", f"at {THAW}", vim.fault.SnapshotFault, LIMIT_SECONDS + 30)
    assert guest.is_writable(), "the guest stays frozen"
    guest.until_running()
    works_again(guest)


for at in TOOLS_KILLED_AT:
    tools_killed(at)
for at in KILLED_AT:
    killed(at)
for at in FULL_FROM:
    full(at)


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    packages = fetch(WORK / "packages", PACKAGES)
    os.environ["VCSNAP_QUIESCE_TIMEOUT"] = f"{LIMIT_SECONDS}s"
    os.environ["VCSNAP_QUIESCE_SILENCE_LIMIT"] = f"{SILENCE_SECONDS}s"
    subject = Subject(rooms, packages, shim(WORK))
    if len(sys.argv) == 1:
        # What takes longest begins at once, beside all else.
        assert subject.cut and subject.tools
    return lambda label: subject, subject.server


if __name__ == "__main__":
    with contextlib.ExitStack() as rooms:
        runner.run(prepare)
