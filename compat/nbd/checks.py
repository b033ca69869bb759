"""What each client reads and writes over NBD is what the others do, and what the API says has changed."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlparse

import disk
import nbd
import tools
from pyVim.task import WaitForTask
from pyVmomi import vim
from runner import check, run
from server import Server
from tools import imageio, qemu, tool
from vsphere import Machine, disk_of, log_in

MIB = 1 << 20


class Clients:
    """Two snapshots of a machine whose changes are tracked, and what was written between them."""

    def __init__(self, server):
        self.server = server
        self.machine = Machine(server, log_in(server))
        self.machine.track_changes()
        self.uri = self.machine.running
        with disk.opened(self.uri) as running:
            for at in range(0, 64, 2):
                running.pwrite(bytes([at + 1]) * MIB, at * MIB)
            running.flush()
        self.first = self.machine.snapshot("first")
        with disk.Guest(self.uri, seed=7, megabytes=48):
            time.sleep(1)
        with disk.opened(self.uri) as running:
            running.zero(3 * MIB, 50 * MIB)
            running.trim(MIB, 60 * MIB)
            running.pwrite(b"far" * 1000, running.get_size() - 3000)
            running.flush()
        self.second = self.machine.snapshot("second")
        with disk.Guest(self.uri, seed=8, megabytes=48):
            pass
        self.moment = disk_of(self.first.config).backing.changeId

    def export(self, snapshot):
        return f"{self.machine.export}@{snapshot._moId}"

    def frozen(self, snapshot):
        return self.machine.frozen(snapshot)

    @property
    def plain_moment(self):
        epoch, sequence = self.moment.split("/")
        digits = epoch.replace(" ", "").replace("-", "")
        return "-".join(digits[a:b] for a, b in ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32))) + "/" + sequence

    def file(self, name):
        path = self.server.home / name
        path.unlink(missing_ok=True)
        return path

    def sum_of(self, snapshot):
        return disk.checksum_of(self.frozen(snapshot), whole=True)


@check
def nbdinfo_lists_running_disks_and_snapshots(clients):
    listed = tool("nbdinfo", "--list", f"nbd://127.0.0.1:{clients.server.nbd_port}")
    for name in (clients.machine.export, clients.export(clients.first), clients.export(clients.second), "DC0_C0_RP0_VM1/scsi0:0"):
        assert f'export="{name}"' in listed, f"{name} is not in\n{listed}"
    assert "qemu:allocation-depth" in listed and "can_multi_conn: true" in listed, listed


@check
def nbdinfo_maps_allocation_and_depth(clients):
    size = disk.size_of(clients.uri)
    for snapshot, deepest in ((clients.first, 1), (clients.second, 2)):
        depths = tools.nbdinfo_map(clients.frozen(snapshot), "qemu:allocation-depth")
        allocation = tools.nbdinfo_map(clients.frozen(snapshot))
        for extents in (depths, allocation):
            assert sum(extent["length"] for extent in extents) == size
        assert {extent["type"] for extent in depths} == set(range(deepest + 1)), depths
        absent = sum(extent["length"] for extent in depths if extent["type"] == 0)
        holes = sum(extent["length"] for extent in allocation if extent["type"] == 3)
        assert 0 < absent <= holes, (absent, holes)


@check
def every_client_sees_the_changes_that_the_api_tells(clients):
    areas = tools.joined(clients.machine.changed_areas(clients.second, clients.moment))
    assert len(areas) > 10, areas
    export = clients.export(clients.second)
    for moment in (clients.plain_moment, clients.moment, clients.first._moId):
        assert tools.dirty_by_nbdinfo(clients.server, export, moment) == areas, f"nbdinfo, {moment}"
        assert tools.dirty_by_qemu(clients.server, export, moment) == areas, f"qemu-img, {moment}"
        assert tools.dirty_by_imageio(clients.server, export, moment) == areas, f"ovirt-imageio, {moment}"


@check
def a_moment_of_another_epoch_is_no_export_and_no_context(clients):
    other = "00000000-0000-4000-8000-000000000000/1"
    export = clients.export(clients.second)
    assert "cannot be told" in tool("qemu-img", "info", *qemu(clients.server, f"{export};since={other}"), fails=True)
    handle = nbd.NBD()
    handle.add_meta_context(tools.DIRTY + other)
    handle.connect_uri(clients.frozen(clients.second))
    assert not handle.can_meta_context(tools.DIRTY + other)
    handle.shutdown()


@check
def nbdcopy_copies_with_and_without_tls_over_one_connection_and_four(clients):
    expected = clients.sum_of(clients.second)
    for uri in (clients.frozen(clients.second), tools.secure(clients.server, clients.export(clients.second))):
        for connections in (1, 4):
            raw = clients.file("copy.raw")
            tool("nbdcopy", f"--connections={connections}", uri, raw)
            assert disk.checksum_of_file(raw) == expected, f"{uri}, {connections} connections"


@check
def qemu_img_converts_and_compares_with_and_without_tls(clients):
    expected = clients.sum_of(clients.second)
    for tls in (False, True):
        raw = clients.file("converted.raw")
        source = qemu(clients.server, clients.export(clients.second), tls)
        tool("qemu-img", "convert", *source, "-O", "raw", raw)
        assert disk.checksum_of_file(raw) == expected
    url = clients.frozen(clients.second)
    assert "identical" in tool("qemu-img", "compare", "-f", "raw", "-F", "raw", url, raw)
    assert "mismatch" in tool("qemu-img", "compare", "-f", "raw", "-F", "raw", clients.frozen(clients.first), raw, fails=True)


@check
def nbdkit_passes_an_export_on(clients):
    raw = clients.file("passed.raw")
    server, export = clients.server, clients.export(clients.second)
    private = ["hostname=localhost", f"port={server.nbd_port}", f"export={export}", "tls=require"]
    private.append(f"tls-certificates={tools.certificates(server)}")
    for source in ([f"uri={clients.frozen(clients.second)}"], private):
        tool("nbdkit", "-U", "-", "nbd", *source, "--run", f'nbdcopy "$uri" {raw}')
        assert disk.checksum_of_file(raw) == clients.sum_of(clients.second)
        raw.unlink()


@check
def a_full_copy_and_the_changes_of_each_client_restore_the_second_snapshot(clients):
    full = clients.file("full.raw")
    tool("nbdcopy", clients.frozen(clients.first), full)
    assert disk.checksum_of_file(full) == clients.sum_of(clients.first)
    expected, export = clients.sum_of(clients.second), clients.export(clients.second)
    for find in (tools.dirty_by_nbdinfo, tools.dirty_by_qemu, tools.dirty_by_imageio):
        restored = tools.sparse_copy(full, clients.file("restored.raw"))
        areas = find(clients.server, export, clients.plain_moment)
        tools.apply(areas, clients.frozen(clients.second), restored, disk.opened)
        assert disk.checksum_of_file(restored) == expected, find.__name__


@check
def ovirt_imageio_reads_and_writes(clients):
    target = clients.server.nbd("DC0_H0_VM1/scsi0:0")
    with imageio.open(urlparse(clients.frozen(clients.second))) as source, imageio.open(urlparse(target)) as sink:
        offset, buffer = 0, bytearray(4 * MIB)
        while offset < 64 * MIB:
            for extent in source.extents(offset, 64 * MIB - offset)["base:allocation"]:
                for at in range(offset, offset + extent.length, len(buffer)):
                    part = memoryview(buffer)[: min(len(buffer), offset + extent.length - at)]
                    if extent.zero:
                        sink.zero(at, len(part), punch_hole=True)
                    else:
                        source.readinto(at, part)
                        sink.write(at, part)
                offset += extent.length
        sink.flush()
    with disk.opened(target) as written, disk.opened(clients.frozen(clients.second)) as read:
        for at in range(0, 64 * MIB, 4 * MIB):
            assert written.pread(4 * MIB, at) == read.pread(4 * MIB, at), f"at {at}"


@check
def what_qemu_io_writes_is_read_by_others(clients):
    target = "DC0_C0_RP0_VM0/scsi0:0"
    script = ["write -P 0xa5 1M 3M", "write -f -P 0x5a 2M 64k", "write -z 3M 64k", "write -z -u 3200k 64k", "discard 1M 64k", "flush"]
    for tls in (False, True):
        options = qemu(clients.server, target, tls)
        said = tool("qemu-io", *options, *[part for line in script for part in ("-c", line)])
        assert "failed" not in said and "rror" not in said, said
        with disk.opened(clients.server.nbd(target)) as written:
            expected = bytearray(b"\xa5" * 3 * MIB)
            expected[MIB : MIB + 65536] = b"\x5a" * 65536
            for start in (2 * MIB, 2 * MIB + (128 << 10), 0):
                expected[start : start + 65536] = bytes(65536)
            assert written.pread(3 * MIB, MIB) == expected
            written.zero(8 * MIB, 0)


@check
def libnbd_uses_all_that_is_offered(clients):
    handles = []
    for number in range(4):
        handle = nbd.NBD()
        for context in ("base:allocation", "qemu:allocation-depth"):
            handle.add_meta_context(context)
        handle.connect_uri(clients.server.nbd("DC0_H0_VM1/scsi0:0;rw"))
        handles.append(handle)
    one, *others = handles
    for can in ("flush", "fua", "trim", "zero", "fast_zero", "cache", "df", "multi_conn"):
        assert getattr(one, f"can_{can}")(), can
    assert one.get_block_size(nbd.SIZE_MAXIMUM) == 32 * MIB
    one.pwrite(b"seen by all", 100 * MIB, nbd.CMD_FLAG_FUA)
    one.cache(MIB, 100 * MIB)
    one.zero(MIB, 101 * MIB, nbd.CMD_FLAG_NO_HOLE)
    one.zero(MIB, 102 * MIB, nbd.CMD_FLAG_FAST_ZERO)
    for other in others:
        assert other.pread(11, 100 * MIB) == b"seen by all"
    seen = {}
    one.block_status(4 * MIB, 100 * MIB, lambda context, offset, entries, error: seen.__setitem__(context, entries) or 0)
    assert seen["base:allocation"][1] == 0 and seen["qemu:allocation-depth"][1] == 1, seen
    for handle in handles:
        handle.shutdown()


@check
def a_name_says_whether_a_running_disk_is_written(clients):
    reader = clients.server.nbd(clients.machine.export + ";ro")
    with disk.opened(reader) as handle:
        assert handle.is_read_only()
    refused = qemu(clients.server, clients.export(clients.first) + ";rw")
    assert "cannot be written" in tool("qemu-img", "info", *refused, fails=True)


@check
def a_client_that_is_killed_loses_nothing_it_flushed_and_holds_nothing(clients):
    machine = Machine(clients.server, clients.machine.connection, "DC0_H0_VM1")
    writer = Path(__file__).with_name("writer.py")
    for round in range(3):
        process = subprocess.Popen([sys.executable, writer, machine.running], stdout=subprocess.PIPE, text=True)
        told = [int(process.stdout.readline()) for _ in range(100 + 50 * round)][-1]
        process.send_signal(signal.SIGKILL)
        told = max([told, *(int(line) for line in process.stdout.read().split("\n")[:-1])])
        process.wait()
        with disk.opened(machine.running) as handle:
            for number in range(told + 1):
                assert handle.pread(4096, number * 4096) == b"%08d" % number * 512, f"block {number} of {told}"
        machine.remove(machine.snapshot("after a client was killed"))
    read = "import nbd, sys; h = nbd.NBD(); h.connect_uri(sys.argv[1]); print(len(h.pread(512, 0)), flush=True); sys.stdin.read()"
    frozen = machine.frozen(machine.snapshot("read"))
    reader = subprocess.Popen([sys.executable, "-c", read, frozen], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert reader.stdout.readline() == b"512\n"
    try:
        machine.remove_all()
        raise AssertionError("a snapshot was merged under its reader")
    except vim.fault.FileLocked:
        pass
    reader.send_signal(signal.SIGKILL)
    reader.wait()
    end = time.monotonic() + 10
    while True:
        try:
            machine.remove_all()
            break
        except vim.fault.FileLocked:
            assert time.monotonic() < end, "a dead reader holds the disk"
            time.sleep(0.05)


@check
def nobody_writes_to_a_machine_while_it_is_exported(clients):
    machine = Machine(clients.server, clients.machine.connection, "DC0_H0_VM1")
    WaitForTask(machine.vm.PowerOffVM_Task())
    with disk.opened(machine.running) as client:
        client.pwrite(b"before", 0)
        lease = machine.vm.ExportVm()
        while lease.state == vim.HttpNfcLease.State.initializing:
            time.sleep(0.05)
        try:
            client.pwrite(b"during", 0)
            raise AssertionError("an exported machine was written")
        except nbd.Error as refusal:
            assert refusal.errno == "EPERM", refusal
        with disk.opened(machine.running) as reader:
            assert reader.is_read_only() and reader.pread(6, 0) == b"before"
        refused = qemu(clients.server, machine.export + ";rw")
        assert "is exported" in tool("qemu-img", "info", *refused, fails=True)
        lease.HttpNfcLeaseAbort()
        client.pwrite(b"behind", 0)
    machine.power_on()


@check
def where_tls_is_required_nothing_is_told_without_it(clients):
    os.environ["VCSNAP_NBD_TLS"] = "required"
    try:
        server = Server().start()
    finally:
        del os.environ["VCSNAP_NBD_TLS"]
    try:
        export = "DC0_H0_VM0/scsi0:0"
        tool("nbdinfo", server.nbd(export), fails=True)
        tool("nbdinfo", "--list", f"nbd://127.0.0.1:{server.nbd_port}", fails=True)
        tool("qemu-img", "info", *qemu(server, export), fails=True)
        assert "protocol: newstyle-fixed with TLS" in tool("nbdinfo", tools.secure(server, export))
        tool("qemu-img", "info", *qemu(server, export, tls=True))
    finally:
        server.stop()


def prepare():
    server = Server().start()
    clients = Clients(server)
    return lambda label: clients, server


if __name__ == "__main__":
    run(prepare)
