"""Real VMware Tools, with this repository's recordings and with vcsnap as their host."""

import contextlib
import functools
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import evidence
import runner
import traces
from debian import fetch
from host import GuestMachine
from mounts import room, run
from pyVmomi import vim
from runner import check
from server import Server
from vmtools import PACKAGES, Guest, shim
from vsphere import folder_of

WORK = Path(__file__).resolve().parents[2] / "target/compat/guest"
# Each has a loop device or two, of which machines have eight.
SIDE_BY_SIDE = 4
ROUNDS = int(os.environ.get("VCSNAP_GUEST_ROUNDS", "8"))
KINDS = "crash", "fileSystem", "application"
# Writes the recordings anew.
RECORD = "--record" in sys.argv
if RECORD:
    sys.argv.remove("--record")


class Subject:
    """The recordings beside what Tools say now, and machines of a server with guests."""

    def __init__(self, home, server, packages, shim):
        self.home, self.server, self.packages, self.shim = home, server, packages, shim
        self.pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    @functools.cached_property
    def now(self):
        return {name: self.pool.submit(self._record, name) for name in traces.SITUATIONS}

    def _record(self, name):
        with room() as folder:
            return traces.trace(name, folder, self.packages, self.shim)

    def hold(self, name):
        recorded = traces.RECORDED / f"{name}.txt"
        now = self.now[name].result()
        if RECORD:
            recorded.write_text(now)
        assert now == recorded.read_text(), f"{recorded}:\n{recorded.read_text()}\nnow:\n{now}"

    def guest(self, name, kind):
        """A machine with a guest, in a room of its own below the one that the server has."""
        folder = self.home / name
        folder.mkdir()
        return GuestMachine(self.server, folder, name, kind, self.packages, self.shim)

    @functools.cached_property
    def tables(self):
        machines = {"ext4": "DC0_H0_VM0", "xfs": "DC0_H0_VM1"}
        return {kind: self.pool.submit(self._table, name, kind) for kind, name in machines.items()}

    def begin(self):
        return self.tables, self.now

    def _table(self, name, kind):
        """Snapshots of the three kinds in turn while the ledger is written, and what their bytes say."""
        rows = []
        with self.guest(name, kind) as guest:
            guest.until((guest.volume / "file-5").exists, "the ledger is written")
            for turn in range(ROUNDS * len(KINDS)):
                snapshot = guest.snapshot(KINDS[turn % len(KINDS)])
                image = guest.room / "image"
                guest.copy(snapshot, image)
                rows.append(self._row(guest, snapshot, image, KINDS[turn % len(KINDS)]))
                image.unlink()
                guest.machine.remove(snapshot)
            assert guest.is_writable(), "the guest is frozen at the end"
        return rows

    def _row(self, guest, snapshot, image, asked):
        row = {"asked": asked, "recorded": recorded_kind(guest, snapshot)}
        seen = guest.room / "seen"
        if guest.kind == "ext4":
            row["needs recovery"] = evidence.needs_recovery(image)
            row["e2fsck"] = evidence.fsck(image)
        row["same without replay"] = evidence.same_without_replay(image, seen, guest.kind)
        with evidence.seen(image, seen, "ro" if guest.kind == "ext4" else "ro,nouuid") as folder:
            row["ledger holds"] = evidence.ledger_holds(folder)
            row["damaged files"] = evidence.damaged_files(folder)
        return row


def recorded_kind(guest, snapshot):
    """What the server's own record says of a snapshot."""
    path = f"/_vcsnap/vms/{guest.vm._moId}/snapshots/{snapshot._moId}/consistency"
    session = guest.machine.connection._stub.cookie.split(";")[0]
    return json.load(guest.server.get(path, {"Cookie": session}))["recorded"]


def show(kind, rows):
    """Prints the table of a file system."""
    print(f"      {kind}, {ROUNDS} snapshots of each kind:")
    for asked in KINDS:
        of = [row for row in rows if row["asked"] == asked]
        parts = []
        for name in of[0]:
            values = [row[name] for row in of]
            if isinstance(values[0], bool):
                parts.append(f"{name} {sum(values)}/{len(values)}")
            elif name not in ("asked", "recorded"):
                parts.append(f"{name} {min(values)}..{max(values)}")
        print(f"        {asked:12} {', '.join(parts)}", flush=True)


def all_say(rows, asked, **expected):
    for row in rows:
        if row["asked"] == asked:
            for name, value in expected.items():
                found = row[name.replace("_", " ")]
                assert found == value, f"a snapshot of kind {asked}: {name} is {found}"


def recorded(name):
    """Makes the check of a situation."""

    def holds(subject):
        subject.hold(name)

    holds.__name__ = f"recorded: {name.replace('-', ' ')}"
    check(holds)


@check
def a_guest_that_would_see_a_disk_of_this_machine_does_not_start(subject):
    """It would be frozen, and the machine with it."""
    with room() as folder:
        guest = Guest(folder / "root", subject.packages, subject.shim)
        guest.start([WORK])
        try:
            assert guest.process.wait(20) == 97
        finally:
            guest.stop()
        told = guest.log.read_text()
        assert "must not be seen here" in told, told


for name in traces.SITUATIONS:
    recorded(name)


class Failing:
    """A guest on its own file system for one check of a failure, which must leave no snapshot and nothing frozen."""

    def __init__(self, subject):
        self.guest = subject.guest("DC0_C0_RP0_VM0", "ext4")

    def __enter__(self):
        return self.guest.__enter__()

    def __exit__(self, *problem):
        try:
            self.guest.__exit__(*problem)
        finally:
            self.guest.machine.remove_all()
            run("rm", "-rf", self.guest.room)


def fails(guest):
    """Takes a snapshot of file systems that must fail, and returns the fault."""
    try:
        guest.snapshot("fileSystem")
    except vim.fault.ApplicationQuiesceFault as fault:
        assert guest.vm.snapshot is None, "a snapshot was left"
        return fault
    raise AssertionError("the snapshot succeeded")


@check
def the_guest_is_told_about(subject):
    with Failing(subject) as guest:
        info = guest.vm.guest
        assert info.toolsStatus == "toolsOk" and info.toolsVersionStatus2 == "guestToolsUnmanaged", info
        assert info.toolsVersion == "12352", info.toolsVersion
        assert guest.vm.guestHeartbeatStatus == "green"
        guest.guest.stop()
        guest.until(lambda: guest.vm.guest.toolsRunningStatus == "guestToolsNotRunning", "Tools are seen to be gone")


def program(file, text):
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\n" + text)
    file.chmod(0o755)


@check
def tools_are_asked_to_shut_their_guest_down_and_its_machine_follows(subject):
    with Failing(subject) as guest:
        root = guest.guest.root
        program(root / "etc/vmware-tools/poweroff-vm-default", "")
        program(root / "etc/vmware-tools/suspend-vm-default", "")
        # The first process of this guest is Tools themselves.
        program(root / "sbin/shutdown", 'echo "$*" >/shutdown\n[ "$1" = -r ] || kill -TERM 1\n')
        asked = root / "shutdown"
        guest.vm.RebootGuest()
        guest.until(asked.exists, "the guest is told to start again")
        assert asked.read_text() == "-r now\n" and guest.vm.runtime.powerState == "poweredOn", asked.read_text()
        guest.vm.StandbyGuest()
        guest.until(lambda: guest.vm.runtime.powerState == "suspended", "the machine is suspended")
        guest.guest.stop()
        guest.machine.power_on()
        guest.until((guest.server.data / ".server/guest" / guest.vm._moId / "975").exists, "the server listens again")
        guest.connect()
        guest.until_running()
        guest.vm.ShutdownGuest()
        guest.until(lambda: guest.vm.runtime.powerState == "poweredOff", "the machine is off")
        assert asked.read_text() == "-h now\n", asked.read_text()
    guest.machine.power_on()


@check
def the_manifest_that_tools_wrote_is_kept_with_the_snapshot(subject):
    with Failing(subject) as guest:
        snapshot = guest.snapshot("fileSystem")
        (node,) = guest.machine.tree()
        name = node.backupManifest.rpartition("/")[2]
        assert node.quiesced and node.backupManifest.endswith(f"{guest.machine.name}-quiesce_manifest1.xml"), node
        kept = (Path(folder_of(guest.vm)) / name).read_text()
        assert kept == (guest.guest.root / "etc/vmware-tools/quiesce_manifest.xml").read_text()
        assert "<providerName>fifreeze</providerName>" in kept, kept
        guest.machine.remove(snapshot)
        assert not (Path(folder_of(guest.vm)) / name).exists(), "it outlived its snapshot"


@check
def tools_whose_files_hang_lose_their_manifest_and_nothing_else(subject):
    with Failing(subject) as guest:
        hang = guest.guest.root / "hang"
        hang.touch()
        guest.snapshot("fileSystem")
        (node,) = guest.machine.tree()
        assert node.quiesced and not node.backupManifest, node
        assert guest.vm.guest.toolsRunningStatus == "guestToolsRunning", "Tools were lost"
        hang.unlink()
        guest.snapshot("fileSystem")
        _, node = guest.machine.tree()
        assert node.quiesced and node.backupManifest, node


@check
def a_volume_that_tools_conf_excludes_is_not_frozen_and_the_host_is_not_told(subject):
    with Failing(subject) as guest:
        guest.restart("excludedFileSystems=/vol*\nenableXmlManifest=false\n")
        snapshot = guest.snapshot("fileSystem")
        (node,) = guest.machine.tree()
        assert node.quiesced and not node.backupManifest, node
        image = guest.room / "image"
        guest.copy(snapshot, image)
        assert evidence.needs_recovery(image), "it was frozen"
        guest.machine.remove(snapshot)


@check
def tools_that_have_nothing_to_freeze_fail_the_snapshot(subject):
    with Failing(subject) as guest:
        guest.restart("excludedFileSystems=*\n")
        assert "Error when enabling the sync provider." in str(fails(guest))
        guest.restart("enableSyncDriver=false\n")
        assert "Error initializing quiesce operation." in str(fails(guest))


@check
def a_volume_that_somebody_else_has_frozen_fails_the_snapshot_and_stays_frozen(subject):
    with Failing(subject) as guest:
        run("fsfreeze", "--freeze", guest.volume)
        assert "Error when enabling the sync provider." in str(fails(guest))
        assert guest.is_frozen(), "Tools thawed what was not theirs"
        run("fsfreeze", "--unfreeze", guest.volume)
        assert guest.is_writable()


@check
def snapshots_of_three_kinds_on_ext4(subject):
    rows = subject.tables["ext4"].result()
    show("ext4", rows)
    all_say(rows, "crash", recorded="crash", needs_recovery=True, same_without_replay=False, e2fsck=1)
    all_say(rows, "fileSystem", recorded="fileSystem", needs_recovery=False, same_without_replay=True, e2fsck=0)
    all_say(rows, "application", recorded="application", needs_recovery=False, same_without_replay=True, e2fsck=0)
    all_say(rows, "application", ledger_holds=True, damaged_files=0)


@check
def snapshots_of_three_kinds_on_xfs(subject):
    rows = subject.tables["xfs"].result()
    show("xfs", rows)
    all_say(rows, "crash", recorded="crash", same_without_replay=False)
    all_say(rows, "fileSystem", recorded="fileSystem", same_without_replay=True)
    all_say(rows, "application", recorded="application", same_without_replay=True)
    all_say(rows, "application", ledger_holds=True, damaged_files=0)


@check
def ledgers_break_where_no_application_was_frozen(subject):
    rows = [row for table in subject.tables.values() for row in table.result() if row["asked"] != "application"]
    assert not all(row["ledger holds"] for row in rows), "every ledger holds: it proves nothing"


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    packages = fetch(WORK / "packages", PACKAGES)
    home = rooms.enter_context(room(2048))
    server = Server(home / "data").start()
    subject = Subject(home, server, packages, shim(WORK))
    if len(sys.argv) == 1:
        # What takes longest begins at once, beside all else.
        subject.begin()
    return lambda label: subject, server


if __name__ == "__main__":
    with contextlib.ExitStack() as rooms:
        runner.run(prepare)
