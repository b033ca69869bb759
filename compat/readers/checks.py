"""Foreign readers see the same bytes everywhere, and no flushed byte is ever lost."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import disk
from runner import check, run
from server import Server
from vsphere import Machine, disk_of, folder_of, log_in, path_of

CYCLES = 100
KILLS = 2


class Readers:
    """Takes a new session whenever the server was restarted."""

    def __init__(self, server):
        self.server = server

    def machine(self, name="DC0_H0_VM0"):
        return Machine(self.server, log_in(self.server), name)


def tool(*arguments):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{' '.join(map(str, arguments))}: {done.stderr}{done.stdout}"
    return done.stdout


def converted(readers, source, *options):
    """The checksum of what qemu-img makes of a source; -U because the server holds its own locks."""
    raw = readers.server.home / "converted.raw"
    tool("qemu-img", "convert", "-U", *options, "-O", "raw", source, raw)
    try:
        return disk.checksum_of_file(raw)
    finally:
        raw.unlink()


def copied(readers, uri):
    raw = readers.server.home / "copied.raw"
    tool("nbdcopy", uri, raw)
    try:
        return disk.checksum_of_file(raw)
    finally:
        raw.unlink()


@check
def qemu_img_and_nbdcopy_agree_on_every_snapshot_of_a_chain(readers):
    machine = readers.machine()
    snapshots = []
    with disk.Guest(machine.running, seed=41):
        for depth in range(1, 5):
            time.sleep(0.5)
            snapshots.append(machine.snapshot(f"depth {depth}"))
        sums = [disk.checksum_of(machine.frozen(snapshot), whole=True) for snapshot in snapshots]
        assert len(set(sums)) == len(sums), "the guest wrote nothing between two snapshots"
        for snapshot, checksum in zip(snapshots, sums):
            descriptor = path_of(machine.vm, disk_of(snapshot.config).backing.fileName)
            assert converted(readers, descriptor, "-f", "vmdk") == checksum, f"qemu-img, {descriptor}"
            assert converted(readers, machine.frozen(snapshot), "-f", "raw") == checksum, "qemu-img over NBD"
            assert copied(readers, machine.frozen(snapshot)) == checksum, "nbdcopy"


@check
def the_backings_name_the_chain_that_is_on_disk(readers):
    machine = readers.machine()
    running = disk_of(machine.vm.config)
    names, backing = [], running.backing
    while backing is not None:
        names.append(path_of(machine.vm, backing.fileName))
        backing = backing.parent
    information = json.loads(tool("qemu-img", "info", "-U", "--backing-chain", "--output=json", names[0]))
    assert [os.path.realpath(link["filename"]) for link in information] == [os.path.realpath(name) for name in names]
    assert {link["virtual-size"] for link in information} == {running.capacityInBytes}
    assert os.path.basename(names[-1]) == "DC0_H0_VM0.vmdk" and names[0].endswith("-000004.vmdk"), names


@check
def nbdinfo_sees_what_is_allocated(readers):
    machine = readers.machine()
    extents = json.loads(tool("nbdinfo", "--map", "--json", machine.running))
    assert sum(extent["length"] for extent in extents) == disk.size_of(machine.running)
    assert any(extent["type"] == 0 for extent in extents) and any(extent["type"] & 1 for extent in extents), extents
    listed = tool("nbdinfo", "--list", f"nbd://127.0.0.1:{readers.server.nbd_port}")
    assert machine.export in listed and f"{machine.export}@{machine.tree()[0].snapshot._moId}" in listed, listed


@check
def nbdcopy_restores_a_disk_into_the_server(readers):
    machine = readers.machine()
    target = readers.server.nbd("DC0_H0_VM1/scsi0:0")
    tool("nbdcopy", "--flush", machine.frozen(machine.tree()[0].snapshot), target)
    assert disk.checksum_of(target) == disk.checksum_of(machine.frozen(machine.tree()[0].snapshot))


@check
def a_snapshot_cannot_be_written_through_its_export(readers):
    machine = readers.machine()
    with disk.opened(machine.frozen(machine.tree()[0].snapshot)) as export:
        assert export.is_read_only()


@check
def a_stopped_server_leaves_files_that_anyone_can_read(readers):
    machine = readers.machine()
    running = disk.checksum_of(machine.running)
    leaf = path_of(machine.vm, disk_of(machine.vm.config).backing.fileName)
    readers.server.stop()
    assert converted(readers, leaf, "-f", "vmdk") == running
    readers.server.start()
    machine = readers.machine()
    assert disk.checksum_of(machine.running) == running
    machine.remove_all()
    assert disk.checksum_of(machine.running) == running


def one_flat_disk_is_left(machine):
    assert machine.vm.snapshot is None and not machine.vm.runtime.consolidationNeeded
    always = {f"{machine.name}{end}" for end in (".vmdk", "-flat.vmdk", ".vmx", ".vmsd", ".nvram")}
    found = set(os.listdir(folder_of(machine.vm)))
    tracking = {f"{machine.name}-ctk.vmdk"}
    assert always <= found <= always | tracking, f"stray or missing: {sorted(found ^ always)}"


def killed_in_the_middle_of_writes(readers, machine):
    """Kills the server under a program that flushes after each block, and looks for all that was acknowledged."""
    writer = Path(__file__).with_name("numbered.py")
    journal = readers.server.home / "acknowledged"
    for round in range(KILLS):
        journal.write_text("")
        process = subprocess.Popen(
            [sys.executable, writer, machine.running, str(round), journal], stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 60
        while journal.read_text().count("\n") < 200:
            assert process.poll() is None and time.monotonic() < end, "the writer does not get on"
            time.sleep(0.02)
        readers.server.kill()
        process.wait(60)
        acknowledged = [int(number) for number in journal.read_text().split()]
        readers.server.start()
        machine = readers.machine()
        tool(sys.executable, writer, "--look", machine.running, round, acknowledged[-1])
    return machine


@check
def kill_9_loses_no_flushed_byte_of_a_base_disk(readers):
    machine = readers.machine()
    assert machine.vm.snapshot is None
    killed_in_the_middle_of_writes(readers, machine)


@check
def kill_9_loses_no_flushed_byte_of_a_delta_disk(readers):
    machine = readers.machine()
    snapshot = machine.snapshot("before the crash")
    frozen = disk.checksum_of(machine.frozen(snapshot))
    machine = killed_in_the_middle_of_writes(readers, machine)
    (node,) = machine.tree()
    assert node.name == "before the crash" and disk.checksum_of(machine.frozen(node.snapshot)) == frozen
    now = disk.checksum_of(machine.running)
    machine.remove_all()
    assert disk.checksum_of(machine.running) == now


@check
def kill_9_during_snapshot_work_leaves_a_disk_that_is_whole(readers):
    machine = readers.machine()
    for round in range(3):
        disk.write(machine.running, 900 << 20, b"%08d" % round * 64)
        before = disk.checksum_of(machine.running)
        task = machine.vm.CreateSnapshot_Task(name="interrupted", description="", memory=False, quiesce=False)
        if round:
            while task.info.state in ("queued", "running"):
                time.sleep(0.005)
            machine.vm.RemoveAllSnapshots_Task()
        readers.server.kill()
        readers.server.start()
        machine = readers.machine()
        assert disk.checksum_of(machine.running) == before
    machine.remove_all()
    assert disk.checksum_of(machine.running) == before
    one_flat_disk_is_left(machine)


@check
def a_hundred_snapshots_under_a_writer_leave_one_flat_disk(readers):
    machine = readers.machine()
    begin = time.monotonic()
    with disk.Guest(machine.running, seed=42) as guest:
        for _ in range(CYCLES):
            machine.remove(machine.snapshot("cycle"))
    seconds = time.monotonic() - begin
    print(f"      {CYCLES} cycles under {guest.writes} writes in {seconds:.1f} s")
    one_flat_disk_is_left(machine)
    name, folder = machine.name, folder_of(machine.vm)
    now = disk.checksum_of(machine.running)
    descriptor = path_of(machine.vm, disk_of(machine.vm.config).backing.fileName)
    assert os.path.basename(descriptor) == f"{name}.vmdk"
    readers.server.stop()
    assert converted(readers, descriptor, "-f", "vmdk") == now
    assert disk.checksum_of_file(os.path.join(folder, f"{name}-flat.vmdk")) == now
    readers.server.start()
    assert disk.checksum_of(readers.machine().running) == now


def prepare():
    readers = Readers(Server().start())
    return lambda label: readers, readers.server


if __name__ == "__main__":
    run(prepare)
