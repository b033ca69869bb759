"""A guest that boots from a disk of vcsnap: snapshots of the three kinds, what is left of each after a revert and another boot,
and what becomes of guests and snapshots when something fails on the way.
"""

import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

import runner
from disk import opened
from image import Image
from machine import Found, Hardware, until
from pyVim.task import WaitForTask
from pyVmomi import vim
from relay import Relay
from runner import check
from server import PROGRAM, Server
from vsphere import Machine, folder_of, log_in

WORK = Path(__file__).resolve().parents[2] / "target/compat/boot"
ROUNDS = int(os.environ.get("VCSNAP_GUEST_ROUNDS", "3"))
KINDS = "crash", "fileSystem", "application"
# What a snapshot is waited for whose guest hangs, a guest that says nothing, and an agent that does not answer.
LIMIT_SECONDS, SILENCE_SECONDS, PATIENCE_SECONDS = 6, 6, 8
NEEDS_RECOVERY = 0x4
CHANCES_MAX = 30


class Subject:
    """A machine of the server, and the hardware that its guest runs on."""

    def __init__(self, home, server, image):
        self.home, self.server, self.image = home, server, image
        self.hardware = self.relay = None
        self.kept, self.boots = {}, []
        self.log_in()
        self.configure({"vcsnap.guest.provider": "qga"})
        subprocess.run(["nbdcopy", image.disk, self.machine.running], check=True)

    def log_in(self):
        self.machine = Machine(self.server, log_in(self.server))
        self.vm = self.machine.vm

    def configure(self, settings):
        spec = vim.vm.ConfigSpec(extraConfig=[vim.option.OptionValue(key=k, value=v) for k, v in settings.items()])
        WaitForTask(self.vm.ReconfigVM_Task(spec))

    @property
    def agent(self):
        """Where vcsnap lets the guest's agent connect."""
        return self.server.data / ".server/guest" / self.vm._moId / "qga"

    def boot(self, relayed=False):
        """Turns the machine on; returns what its application found. With a relay its agent can be disturbed."""
        self.machine.power_on()
        until(self.agent.exists, "the server listens for the guest")
        agent = self.agent
        if relayed:
            agent = self.home / "relay"
            self.relay = Relay(agent, self.agent)
        self.hardware = Hardware(self.image, self.home / "hardware", self.machine.running, agent)
        found = self.hardware.up()
        self.boots.append(time.monotonic() - self.hardware.began)
        until(self.tools_run, "the agent is there")
        return found

    def tools_run(self):
        return self.vm.guest.toolsRunningStatus == "guestToolsRunning"

    def power(self):
        return str(self.vm.runtime.powerState)

    def cut(self):
        if self.hardware:
            self.hardware.cut()
        if self.relay:
            self.relay.close()
        self.hardware = self.relay = None

    def snapshot(self, kind):
        if kind != "crash":
            self.configure({"vcsnap.quiesce.level": kind})
        task = self.vm.CreateSnapshot_Task(name=kind, description="", memory=False, quiesce=kind != "crash")
        WaitForTask(task)
        return task.info.result

    def told(self, snapshot, what):
        """What the server's own record says of a snapshot."""
        session = self.machine.connection._stub.cookie.split(";")[0]
        path = f"/_vcsnap/vms/{self.vm._moId}/snapshots/{snapshot._moId}/{what}"
        return json.load(self.server.get(path, {"Cookie": session}))

    def row(self, kind):
        """Takes a snapshot of a kind, and asks all witnesses but the guest itself."""
        began = time.monotonic()
        snapshot = self.snapshot(kind)
        row = {"kind": kind, "seconds": time.monotonic() - began, "snapshot": snapshot}
        (node,) = [node for node in self.machine.tree() if node.snapshot == snapshot]
        row["quiesced"] = node.quiesced
        told = self.told(snapshot, "consistency")
        row.update(recorded=told["recorded"], bytes=told["bytes"], agreement=told["agreement"])
        if row["quiesced"]:
            row["frozen writes"] = told["frozenWrites"]
            (frozen,) = [p for p in self.told(snapshot, "quiesce")["handshake"]["phases"] if p["name"] == "frozen"]
            row["frozen"] = frozen["milliseconds"]
        row["needs recovery"] = needs_recovery(self.machine.frozen(snapshot))
        row["e2fsck"], row["ledger"] = self.replayed(snapshot)
        return row

    def replayed(self, snapshot):
        """How e2fsck ends on a copy of the disk, and what the ledger in it is like then."""
        copy = self.home / "copy"
        try:
            subprocess.run(["nbdcopy", self.machine.frozen(snapshot), copy], check=True)
            status = subprocess.run(["e2fsck", "-fy", copy], capture_output=True).returncode
            return status, Found(*(number_in(copy, f"/ledger/{name}") for name in ("intent", "a.db", "b.db")), 0)
        finally:
            copy.unlink(missing_ok=True)

    def nothing_is_left(self):
        """No snapshot, no link and no unfinished file after one that failed."""
        assert self.vm.snapshot is None, "a snapshot was left"
        files = sorted(path.name for path in Path(folder_of(self.vm)).iterdir())
        left = [name for name in files if "-0000" in name or name.endswith(".vmsn")]
        assert not left, f"files were left: {left}"

    def works_again(self):
        """The guest goes on, and so do snapshots once the agent is done with what it was at."""
        self.hardware.goes_on()
        until(self.tools_run, "the agent is there", 60)
        until(self.takes_application_snapshot, "snapshots are consistent again", LIMIT_SECONDS + 2 * PATIENCE_SECONDS)
        self.hardware.goes_on()

    def takes_application_snapshot(self):
        """Takes one, and removes it; false while the agent is still at something else, or connects again."""
        try:
            row = self.row("application")
        except vim.fault.ApplicationQuiesceFault as fault:
            assert "already in progress" in str(fault), fault
            return False
        self.machine.remove(row["snapshot"])
        # A guest that is frozen while nobody knows it gives better bytes than are claimed, never worse ones.
        assert row["recorded"] == ("application" if row["quiesced"] else "crash"), row
        assert not (row["quiesced"] and row["needs recovery"]), row
        return row["quiesced"]

    def tidy(self):
        self.cut()
        self.log_in()
        self.machine.remove_all()
        self.boot(relayed=True)


def needs_recovery(uri):
    """The flag by which ext4 says that its journal is to be replayed."""
    with opened(uri) as disk:
        superblock = disk.pread(1024, 1024)
    assert superblock[0x38:0x3A] == b"\x53\xef", "no ext4"
    return bool(int.from_bytes(superblock[0x60:0x64], "little") & NEEDS_RECOVERY)


def number_in(image, path):
    text = subprocess.run(["debugfs", "-R", f"cat {path}", image], capture_output=True, text=True).stdout
    return int(text) if text.isdigit() else -1


def verify(subject, kind):
    """What the command says of a snapshot's files: its word, and how it ended."""
    vmx = next(Path(folder_of(subject.vm)).glob("*.vmx"))
    done = subprocess.run([PROGRAM, "verify", "--snapshot", kind, vmx], capture_output=True, text=True)
    return done.stdout.split("\n")[0], done.returncode


@check
def a_guest_boots_from_its_disk_and_its_agent_is_seen(subject):
    subject.boot()
    info = subject.vm.guest
    assert info.hostName == "vcsnap-guest", info.hostName
    assert [disk.filesystemType for disk in info.disk] == ["ext4"], info.disk
    subject.hardware.goes_on()
    until(lambda: subject.hardware.transactions() > 5, "the ledger is written")


@check
def snapshots_of_three_kinds_are_what_they_are_said_to_be(subject):
    subject.rows = []
    for turn in range(ROUNDS):
        for kind in KINDS:
            row = subject.row(kind)
            subject.rows.append(row)
            if turn < ROUNDS - 1:
                subject.machine.remove(row["snapshot"])
            else:
                subject.kept[kind] = row
    subject.hardware.goes_on()
    for row in subject.rows:
        crash = row["kind"] == "crash"
        assert row["recorded"] == row["kind"] and row["quiesced"] is not crash, row
        assert row["needs recovery"] is crash and row["e2fsck"] == (1 if crash else 0), row
        assert row["bytes"] == ("crash" if crash else "fileSystem"), row
        assert row["agreement"] == ("possible" if row["kind"] == "application" else "confirmed"), row
        assert row["kind"] != "application" or row["ledger"].holds, row
        assert crash or row["frozen writes"] == 0, row


@check
def the_ledger_breaks_where_the_application_was_not_asked(subject):
    holds = [row["ledger"].holds for row in subject.rows if row["kind"] != "application"]
    # Each may hold by chance; about one in five does.
    while all(holds):
        assert len(holds) < CHANCES_MAX, "every ledger holds: it proves nothing"
        row = subject.row("crash")
        holds.append(row["ledger"].holds)
        subject.machine.remove(row["snapshot"])


@check
def after_a_revert_the_guest_says_by_itself_what_it_was_left_with(subject):
    for kind, row in subject.kept.items():
        subject.cut()
        subject.machine.revert(row["snapshot"])
        row["verify"], row["status"] = verify(subject, kind)
        row["boot"] = subject.boot()
        kernel = subject.hardware.said(r"^kernel: EXT4-fs \(vda\)[:.] *(.*?)\r?$")
        row["kernel"] = "recovery" if any("recovery complete" in line for line in kernel) else "clean"
        subject.hardware.goes_on()
    show(subject)
    for kind, row in subject.kept.items():
        assert row["verify"] == row["bytes"] and row["status"] == 0, row
        assert row["kernel"] == ("recovery" if kind == "crash" else "clean"), row
        found, expected = row["boot"], row["ledger"]
        assert (found.intent, found.a, found.b) == (expected.intent, expected.a, expected.b), f"{found}, not {expected}"
        assert found.holds or kind != "application", found


def show(subject):
    """Prints what was seen, a line a kind."""
    print(f"      {ROUNDS} snapshots of each kind; boots took {min(subject.boots):.1f} to {max(subject.boots):.1f} s:")
    for kind in KINDS:
        rows = [row for row in subject.rows if row["kind"] == kind]
        kept = subject.kept[kind]
        parts = [
            f"quiesced {sum(row['quiesced'] for row in rows)}/{ROUNDS}",
            f"needs_recovery {sum(row['needs recovery'] for row in rows)}/{ROUNDS}",
            f"e2fsck {min(row['e2fsck'] for row in rows)}..{max(row['e2fsck'] for row in rows)}",
            f"ledger holds {sum(row['ledger'].holds for row in rows)}/{ROUNDS}",
            f"kernel {kept['kernel']}",
            f"booted ledger {kept['boot']}",
            f"verify {kept['verify']}",
            f"{min(row['seconds'] for row in rows):.1f}..{max(row['seconds'] for row in rows):.1f} s",
        ]
        if kind != "crash":
            parts.append(f"frozen {min(row['frozen'] for row in rows)}..{max(row['frozen'] for row in rows)} ms")
            parts.append(f"{sum(row['frozen writes'] for row in rows)} writes meanwhile")
        print(f"        {kind:12} {', '.join(parts)}", flush=True)


@contextlib.contextmanager
def expected(fault):
    try:
        yield
    except fault:
        return
    raise AssertionError(f"no {fault.__name__}")


def fails(subject):
    """Takes a snapshot that must fail and leave nothing; returns how long that took."""
    began = time.monotonic()
    try:
        subject.snapshot("application")
    except vim.fault.SnapshotFault:
        subject.nothing_is_left()
        return time.monotonic() - began
    raise AssertionError("the snapshot succeeded")


@check
def a_hook_that_hangs_ends_with_the_time_limit_and_freezes_nobody(subject):
    subject.cut()
    subject.machine.remove_all()
    subject.boot(relayed=True)
    subject.hardware.run("touch /run/hang")
    took = fails(subject)
    assert took < LIMIT_SECONDS + SILENCE_SECONDS + 10, f"it took {took:.0f} s"
    subject.hardware.goes_on()
    # The agent freezes when its hook is done with, whoever still waits for it.
    subject.hardware.run("rm /run/hang")
    subject.works_again()


@check
def an_agent_that_is_killed_in_its_hook_fails_the_snapshot(subject):
    subject.hardware.run("rm -f /run/hanging; touch /run/hang")
    task = subject.vm.CreateSnapshot_Task(name="killed", description="", memory=False, quiesce=True)
    until(lambda: subject.hardware.run("[ -e /run/hanging ]")[1] == 0, "the hook runs")
    subject.hardware.run("killall -9 qemu-ga; rm /run/hang")
    with contextlib.suppress(vim.fault.SnapshotFault):
        WaitForTask(task)
        raise AssertionError("the snapshot succeeded")
    subject.nothing_is_left()
    subject.works_again()


@check
def an_agent_that_dies_while_frozen_and_comes_back_thaws_its_guest(subject):
    subject.relay.when_frozen = lambda: subject.hardware.run("killall -9 qemu-ga")
    # The freeze is the kernel's and lasts: the new agent thaws what the old one froze, so all is as it was said.
    row = subject.row("fileSystem")
    assert subject.relay.when_frozen is None, "the agent was not killed"
    assert row["quiesced"] and not row["needs recovery"] and row["frozen writes"] == 0, row
    subject.machine.remove(row["snapshot"])
    subject.nothing_is_left()
    subject.works_again()


@check
def an_agent_that_dies_while_frozen_and_stays_away_fails_the_snapshot(subject):
    subject.relay.when_frozen = lambda: subject.hardware.run("touch /run/no-agent; killall -9 qemu-ga")
    took = fails(subject)
    assert took < LIMIT_SECONDS + PATIENCE_SECONDS + 10, f"it took {took:.0f} s"
    assert subject.hardware.is_frozen(), "the guest was not frozen"
    before = subject.hardware.transactions()
    subject.hardware.run("rm /run/no-agent")
    until(lambda: subject.hardware.transactions() > before, "the guest is thawed once its agent is back", 30)
    subject.works_again()


@check
def a_server_that_is_killed_while_its_guest_is_frozen_thaws_it_when_it_is_back(subject):
    subject.relay.when_frozen = subject.server.kill
    with contextlib.suppress(Exception):
        subject.snapshot("application")
    until(lambda: subject.server.process is None, "the server is killed")
    assert subject.hardware.is_frozen(), "the guest was not frozen"
    before = subject.hardware.transactions()
    subject.server.start()
    subject.log_in()
    subject.nothing_is_left()
    until(lambda: subject.hardware.transactions() > before, "the guest is thawed", 30)
    subject.works_again()


@check
def a_guest_that_is_asked_to_start_again_does_and_its_machine_stays_on(subject):
    boots = len(subject.hardware.said("^ledger:"))
    subject.vm.RebootGuest()
    until(lambda: len(subject.hardware.said("^ledger:")) > boots, "the guest boots again", 60)
    assert subject.power() == "poweredOn", subject.power()
    assert subject.hardware.said("^guest: reboot"), "it did not go by itself"
    subject.works_again()


@check
def a_guest_that_is_asked_to_shut_down_does_and_then_its_machine_is_off(subject):
    subject.vm.ShutdownGuest()
    assert subject.power() == "poweredOn", "the machine was off before its guest"
    until(subject.hardware.ended, "the guest is off", 30)
    until(lambda: subject.power() == "poweredOff", "the machine is off", 10)
    assert subject.hardware.said("^guest: poweroff"), "it did not go by itself"
    assert not needs_recovery(subject.machine.running), "the guest left its disk in disorder"
    with expected(vim.fault.InvalidPowerState):
        subject.vm.ShutdownGuest()
    subject.cut()
    found = subject.boot(relayed=True)
    assert found.holds and not subject.hardware.said("recovery complete"), found


@check
def a_guest_that_is_asked_to_sleep_does_and_then_its_machine_is_suspended(subject):
    subject.vm.StandbyGuest()
    until(lambda: subject.power() == "suspended", "the machine is suspended", LIMIT_SECONDS + PATIENCE_SECONDS)
    assert "suspended" in subject.hardware.monitor("info status"), "it does not sleep"
    subject.machine.power_on()
    subject.hardware.monitor("system_wakeup")
    until(subject.tools_run, "the agent is there again", 60)
    subject.works_again()


@check
def a_guest_without_an_agent_cannot_be_asked(subject):
    subject.hardware.run("touch /run/no-agent; killall -9 qemu-ga")
    until(lambda: not subject.tools_run(), "the agent is missed", 3 * PATIENCE_SECONDS)
    for ask in subject.vm.ShutdownGuest, subject.vm.RebootGuest, subject.vm.StandbyGuest:
        with expected(vim.fault.ToolsUnavailable):
            ask()
    assert subject.power() == "poweredOn" and not subject.hardware.ended()


def prepare():
    WORK.mkdir(parents=True, exist_ok=True)
    os.environ["VCSNAP_QUIESCE_TIMEOUT"] = f"{LIMIT_SECONDS}s"
    os.environ["VCSNAP_QUIESCE_SILENCE_LIMIT"] = f"{SILENCE_SECONDS}s"
    os.environ["VCSNAP_GUEST_QGA_PATIENCE"] = f"{PATIENCE_SECONDS}s"
    image = Image(WORK)
    server = Server(keep_ports=True).start()
    subject = Subject(server.home, server, image)
    ends.callback(subject.cut)
    return lambda label: subject, server


if __name__ == "__main__":
    with contextlib.ExitStack() as ends:
        runner.run(prepare)
