"""What pyVmomi sees and does: it is the library beneath most backup and automation tools for vSphere."""

import contextlib
import functools
import hashlib
import http.server
import io
import os
import socket
import tarfile
import tempfile
import threading
import time
import urllib.parse
import urllib.request

from pyVim.task import WaitForTask
from pyVmomi import vim, vmodl

import disk
from runner import check, run
from server import Server, trusting
from vsphere import Machine, all_machines, disk_of, log_in


class Backup:
    """What a backup program keeps of a disk between its runs: the bytes, and the change id that they belong to."""

    def __init__(self, machine):
        self.machine = machine
        self.file = tempfile.TemporaryFile(dir=machine.server.home)
        self.change_id = None

    def take(self, snapshot, areas):
        """Copies the areas from the snapshot; returns how many bytes that were."""
        copied = 0
        frozen = disk_of(snapshot.config)
        self.file.truncate(frozen.capacityInBytes)
        with disk.opened(self.machine.frozen(snapshot)) as export:
            assert export.is_read_only() and export.get_size() == frozen.capacityInBytes
            for start, length in areas:
                for offset in range(start, start + length, disk.CHUNK):
                    piece = min(disk.CHUNK, start + length - offset)
                    os.pwrite(self.file.fileno(), export.pread(piece, offset), offset)
                    copied += piece
        self.change_id = frozen.backing.changeId
        assert self.change_id and self.change_id.count("/") == 1, self.change_id
        return copied

    def full(self, snapshot):
        return self.take(snapshot, [(0, disk_of(snapshot.config).capacityInBytes)])

    def incremental(self, snapshot):
        before = self.change_id
        copied = self.take(snapshot, list(self.machine.changed_areas(snapshot, before)))
        assert before.split("/")[0] == self.change_id.split("/")[0], "the epoch changed for no reason"
        assert int(before.split("/")[1]) < int(self.change_id.split("/")[1]), (before, self.change_id)
        return copied

    def holds(self, snapshot):
        self.file.flush()
        return disk.checksum_of_file(f"/proc/self/fd/{self.file.fileno()}") == disk.checksum_of(
            self.machine.frozen(snapshot)
        )


def expect(fault, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except fault as seen:
        return seen
    raise AssertionError(f"no {fault.__name__}")


@check
def it_connects_and_finds_the_default_inventory(machine):
    about = machine.connection.content.about
    assert about.apiType == "VirtualCenter" and about.name == "VMware vCenter Server", about
    names = sorted(vm.name for vm in all_machines(machine.connection))
    assert names == ["DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1", "DC0_H0_VM0", "DC0_H0_VM1"], names
    sessions = machine.connection.content.sessionManager
    assert sessions.SessionIsActive(sessions.currentSession.key, sessions.currentSession.userName)


@check
def a_wrong_password_is_invalid_login(machine):
    fault = expect(vim.fault.InvalidLogin, log_in, machine.server, password="wrong")
    assert "incorrect user name or password" in fault.msg, fault.msg


@check
def a_vm_without_snapshots_has_none(machine):
    assert machine.vm.snapshot is None
    assert list(machine.vm.rootSnapshot) == []


@check
def every_property_of_a_vm_can_be_read(machine):
    assert machine.vm.runtime.powerState == "poweredOn"
    assert machine.vm.summary.config.name == machine.name
    assert machine.vm.summary.runtime.consolidationNeeded is False
    for info in vim.VirtualMachine._GetPropertyList():
        getattr(machine.vm, info.name)
    assert machine.vm.capability.changeTrackingSupported and machine.vm.capability.snapshotOperationsSupported


@check
def three_incrementals_in_a_row_restore_byte_for_byte(machine):
    machine.track_changes()
    backup = Backup(machine)
    with disk.Guest(machine.running, seed=31):
        previous = machine.snapshot("full")
        capacity = backup.full(previous)
        assert backup.holds(previous), "the full copy differs from its snapshot"
        for number in (1, 2, 3):
            if number == 2:
                # Across a removed snapshot: the change id outlives the snapshot that gave it.
                machine.remove(previous)
                previous = None
            snapshot = machine.snapshot(f"incremental {number}")
            copied = backup.incremental(snapshot)
            assert 0 < copied < capacity, f"incremental {number} copied {copied} of {capacity} bytes"
            assert backup.holds(snapshot), f"incremental {number} does not restore its snapshot"
            print(f"      incremental {number}: {copied >> 10} KiB")
            if previous is not None:
                machine.remove(previous)
            previous = snapshot
    machine.remove_all()
    assert machine.vm.snapshot is None


@check
def the_allocated_areas_alone_restore_a_disk(machine):
    snapshot = machine.snapshot("allocated")
    backup = Backup(machine)
    copied = backup.take(snapshot, list(machine.changed_areas(snapshot, "*")))
    assert copied < disk_of(snapshot.config).capacityInBytes, "a thin disk that is wholly allocated"
    assert backup.holds(snapshot)
    machine.remove(snapshot)


@check
def without_a_write_nothing_has_changed(machine):
    first = machine.snapshot("first")
    change_id = disk_of(first.config).backing.changeId
    second = machine.snapshot("second")
    assert list(machine.changed_areas(second, change_id)) == []
    machine.remove_all()


@check
def one_write_is_one_area(machine):
    first = machine.snapshot("first")
    change_id = disk_of(first.config).backing.changeId
    disk.write(machine.running, 777 << 20, bytes(range(256)) * 2)
    second = machine.snapshot("second")
    ((start, length),) = machine.changed_areas(second, change_id)
    assert start <= 777 << 20 < start + length <= (777 << 20) + (64 << 10), (start, length)
    machine.remove_all()


@check
def a_change_id_of_another_epoch_is_a_file_fault(machine):
    snapshot = machine.snapshot("now")
    stale = "52 de c0 d9 b9 43 9d 10-61 d5 4c 1b e9 7b 65 63/1"
    key = disk_of(snapshot.config).key
    fault = expect(vim.fault.FileFault, machine.vm.QueryChangedDiskAreas, snapshot, key, 0, stale)
    assert fault.file and fault.file.endswith(".vmdk") and list(fault.faultMessage), fault
    machine.remove(snapshot)


@check
def a_revert_makes_older_change_ids_stale(machine):
    before = machine.snapshot("before")
    disk.write(machine.running, 5 << 20, b"x" * 512)
    branch = machine.snapshot("branch")
    change_id = disk_of(branch.config).backing.changeId
    machine.revert(before)
    machine.power_on()
    after = machine.snapshot("after")
    key = disk_of(after.config).key
    expect(vim.fault.FileFault, machine.vm.QueryChangedDiskAreas, after, key, 0, change_id)
    machine.remove_all()


@check
def questions_that_make_no_sense_are_invalid_arguments(machine):
    snapshot = machine.snapshot("asked")
    frozen = disk_of(snapshot.config)
    ask, change_id, invalid = machine.vm.QueryChangedDiskAreas, frozen.backing.changeId, vmodl.fault.InvalidArgument
    for offset in (frozen.capacityInBytes, frozen.capacityInBytes + 512, -512):
        fault = expect(invalid, ask, snapshot, frozen.key, offset, change_id)
        assert fault.invalidProperty == "startOffset", fault
    assert expect(invalid, ask, snapshot, 4711, 0, change_id).invalidProperty == "deviceKey"
    assert expect(invalid, ask, snapshot, frozen.key, 0, "not a change id").invalidProperty == "changeId"
    machine.remove(snapshot)


@check
def a_removed_snapshot_is_not_found(machine):
    snapshot = machine.snapshot("gone")
    machine.remove(snapshot)
    gone = expect(vmodl.fault.ManagedObjectNotFound, getattr, snapshot, "config")
    assert gone.obj._moId == snapshot._moId
    expect(vmodl.fault.ManagedObjectNotFound, snapshot.RemoveSnapshot_Task, False)


@check
def the_tree_follows_create_revert_rename_and_remove(machine):
    root = machine.snapshot("root", description='a <root> & "more"\nin two lines')
    left = machine.snapshot("left")
    machine.revert(root)
    right = machine.snapshot("right")
    assert [node.name for node in machine.tree()] == ["root", "left", "right"]
    assert machine.tree()[0].description == 'a <root> & "more"\nin two lines'
    assert [node.id for node in machine.tree()] == sorted(node.id for node in machine.tree())
    assert machine.vm.snapshot.currentSnapshot == right
    assert all(node.vm == machine.vm and not node.quiesced for node in machine.tree())
    left.RenameSnapshot(name="links ä€😀", description="renamed")
    assert [node.name for node in machine.tree()] == ["root", "links ä€😀", "right"]
    machine.remove(root)
    assert [node.name for node in machine.vm.snapshot.rootSnapshotList] == ["links ä€😀", "right"]
    machine.remove_all()
    machine.power_on()


@check
def a_revert_brings_the_bytes_and_the_configuration_back(machine):
    then = disk.checksum_of(machine.running)
    memory = machine.vm.config.hardware.memoryMB
    snapshot = machine.snapshot("then")
    with disk.Guest(machine.running, seed=32) as guest:
        pass
    assert guest.writes and disk.checksum_of(machine.running) != then
    WaitForTask(machine.vm.PowerOffVM_Task())
    WaitForTask(machine.vm.ReconfigVM_Task(vim.vm.ConfigSpec(memoryMB=memory * 2)))
    assert machine.vm.config.hardware.memoryMB == memory * 2
    machine.revert(snapshot)
    assert disk.checksum_of(machine.running) == then
    assert machine.vm.config.hardware.memoryMB == memory
    machine.remove(snapshot)
    assert disk.checksum_of(machine.running) == then
    machine.power_on()


@check
def two_snapshots_may_have_the_same_name(machine):
    first, second = machine.snapshot("twin"), machine.snapshot("twin")
    assert first != second
    assert [(node.name, node.snapshot) for node in machine.tree()] == [("twin", first), ("twin", second)]
    machine.remove(first)
    assert [node.snapshot for node in machine.tree()] == [second]
    machine.remove(second)


@check
def a_snapshot_kept_without_consolidation_leaves_its_files(machine):
    snapshot = machine.snapshot("unmerged")
    machine.remove(snapshot, consolidate=False)
    assert machine.vm.snapshot is None and machine.vm.runtime.consolidationNeeded
    now = disk.checksum_of(machine.running)
    WaitForTask(machine.vm.ConsolidateVMDisks_Task())
    assert not machine.vm.runtime.consolidationNeeded
    assert disk.checksum_of(machine.running) == now


def ready(lease):
    while lease.state == vim.HttpNfcLease.State.initializing:
        time.sleep(0.05)
    assert lease.state == vim.HttpNfcLease.State.ready, lease.error
    return lease


def request(machine, url, method, body=None, **headers):
    """With the session's cookie, as the samples of pyVmomi's community do it."""
    headers["Cookie"] = machine.connection._stub.cookie.split(";")[0]
    call = urllib.request.Request(url, data=body, method=method, headers=headers)
    return urllib.request.urlopen(call, context=trusting(), timeout=300)


@check
def what_is_exported_can_be_deployed(machine):
    """The calls of the export and deploy samples of pyVmomi's community, one after the other."""
    WaitForTask(machine.vm.PowerOffVM_Task())
    content = machine.connection.content
    then = disk.checksum_of(machine.running)
    lease = ready(machine.vm.ExportVm())
    files, bodies = [], {}
    for url in lease.info.deviceUrl:
        with request(machine, url.url, "GET", Accept="application/x-vnd.vmware-streamVmdk") as reply:
            bodies[url.targetId] = reply.read()
        files.append(
            vim.OvfManager.OvfFile(deviceId=url.key, path=url.targetId, size=len(bodies[url.targetId]))
        )
        lease.Progress(50)
    for entry in lease.GetManifest():
        (name,) = [url.targetId for url in lease.info.deviceUrl if url.key == entry.key]
        assert hashlib.sha1(bodies[name]).hexdigest() == entry.sha1, entry
    lease.Complete()
    described = content.ovfManager.CreateDescriptor(
        machine.vm, vim.OvfManager.CreateDescriptorParams(name="deployed", ovfFiles=files)
    )
    assert not described.error, described.error

    pool = machine.vm.resourcePool
    result = content.ovfManager.CreateImportSpec(
        described.ovfDescriptor, pool, machine.vm.datastore[0], vim.OvfManager.CreateImportSpecParams(entityName="deployed")
    )
    assert not result.error, result.error
    lease = ready(pool.ImportVApp(result.importSpec, machine.vm.parent))
    for item in result.fileItem:
        (url,) = [url.url for url in lease.info.deviceUrl if url.importKey == item.deviceId]
        body = bodies[item.path]
        with request(machine, url, "POST", body, **{"Content-length": len(body)}) as reply:
            assert reply.status in (200, 201), reply.status
    entity = lease.info.entity
    lease.Complete()
    assert lease.state == vim.HttpNfcLease.State.done
    assert disk.checksum_of(machine.server.nbd("deployed/scsi0:0")) == then
    WaitForTask(entity.Destroy_Task())


def power_off(machine):
    if machine.vm.runtime.powerState != vim.VirtualMachinePowerState.poweredOff:
        WaitForTask(machine.vm.PowerOffVM_Task())


class Files(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_):
        pass


@contextlib.contextmanager
def offered(folder):
    """A web server over a folder; gives its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Files, directory=folder)) as web:
        threading.Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_address[1]}"
        web.shutdown()


@check
def what_is_exported_is_fetched_by_the_server_itself(machine):
    """As an appliance's installer does it: the disk comes out of an OVA that a web server has, and nobody calls meanwhile."""
    power_off(machine)
    content, pool = machine.connection.content, machine.vm.resourcePool
    then = disk.checksum_of(machine.running)
    lease = ready(machine.vm.ExportVm())
    (url,) = [url for url in lease.info.deviceUrl if url.disk]
    with request(machine, url.url, "GET") as reply:
        body = reply.read()
    lease.Complete()
    file = vim.OvfManager.OvfFile(deviceId=url.key, path=url.targetId, size=len(body))
    descriptor = content.ovfManager.CreateDescriptor(
        machine.vm, vim.OvfManager.CreateDescriptorParams(name="fetched", ovfFiles=[file])
    ).ovfDescriptor
    valid = content.ovfManager.ValidateHost(descriptor, machine.vm.runtime.host, vim.OvfManager.ValidateHostParams())
    assert not valid.error and valid.downloadSize == len(body), valid
    folder = tempfile.mkdtemp(dir=machine.server.home)
    with tarfile.open(f"{folder}/vm.ova", "w") as ova:
        for name, bytes_ in (("vm.ovf", descriptor.encode()), (url.targetId, body)):
            member = tarfile.TarInfo(name)
            member.size = len(bytes_)
            ova.addfile(member, io.BytesIO(bytes_))
    result = content.ovfManager.CreateImportSpec(
        descriptor, pool, machine.vm.datastore[0], vim.OvfManager.CreateImportSpecParams(entityName="fetched")
    )
    lease = ready(pool.ImportVApp(result.importSpec, machine.vm.parent))
    assert lease.capabilities.pullModeSupported
    with offered(folder) as web:
        sources = [
            vim.HttpNfcLease.SourceFile(
                url=f"{web}/vm.ova", targetDeviceId=item.deviceId, create=item.create, size=item.size, memberName=item.path
            )
            for item in result.fileItem
        ]
        assert [probe.serverAccessible for probe in lease.ProbeUrls(sources, 10)] == [True]
        WaitForTask(lease.PullFromUrls(sources))
        missing = vim.HttpNfcLease.SourceFile(
            url=f"{web}/no.ova", targetDeviceId=sources[0].targetDeviceId, create=False
        )
        refused = expect(vim.fault.HttpFault, WaitForTask, lease.PullFromUrls([missing]))
        assert refused.statusCode == 404, refused
    entity = lease.info.entity
    lease.Complete()
    assert disk.checksum_of(machine.server.nbd("fetched/scsi0:0")) == then
    WaitForTask(entity.Destroy_Task())


@check
def one_body_fills_the_disks_of_two_controllers(machine):
    power_off(machine)
    lease = ready(machine.vm.ExportVm())
    (url,) = [url for url in lease.info.deviceUrl if url.disk]
    with request(machine, url.url, "GET") as reply:
        body = reply.read()
    lease.Complete()
    then = disk.checksum_of(machine.running)
    capacity = disk_of(machine.vm.config).capacityInKB
    changes = [
        vim.vm.device.VirtualDeviceSpec(
            operation="add",
            device=vim.vm.device.ParaVirtualSCSIController(key=-1, busNumber=0, sharedBus="noSharing"),
        )
    ]
    for unit in range(2):
        backing = vim.vm.device.VirtualDisk.FlatVer2BackingInfo(fileName="", diskMode="persistent", thinProvisioned=True)
        device = vim.vm.device.VirtualDisk(
            key=-2 - unit, controllerKey=-1, unitNumber=unit, capacityInKB=capacity, backing=backing
        )
        changes.append(vim.vm.device.VirtualDeviceSpec(operation="add", fileOperation="create", device=device))
    spec = vim.vm.VmImportSpec(
        configSpec=vim.vm.ConfigSpec(
            name="twins",
            guestId="otherGuest64",
            numCPUs=1,
            memoryMB=64,
            files=vim.vm.FileInfo(vmPathName="[LocalDS_0]"),
            deviceChange=changes,
        )
    )
    lease = ready(machine.vm.resourcePool.ImportVApp(spec, machine.vm.parent))
    (host,) = lease.info.hostMap[0].hosts
    targets = ",".join(url.targetId for url in lease.info.deviceUrl)
    with request(machine, f"{host.url}multi?targets={targets}", "POST", body) as reply:
        assert reply.status in (200, 201), reply.status
    entity = lease.info.entity
    lease.Complete()
    for unit in range(2):
        assert disk.checksum_of(machine.server.nbd(f"twins/scsi0:{unit}")) == then
    WaitForTask(entity.Destroy_Task())


@check
def a_client_that_goes_away_leaves_nothing(machine):
    """A download and an upload that are broken off in the middle: no lock, no file, and the machine is free."""
    power_off(machine)
    lease = ready(machine.vm.ExportVm())
    (url,) = [url for url in lease.info.deviceUrl if url.disk]
    reply = request(machine, url.url, "GET")
    body = reply.read(1 << 16)
    reply.close()
    lease.Abort()
    WaitForTask(machine.vm.PowerOnVM_Task())
    content, pool = machine.connection.content, machine.vm.resourcePool
    descriptor = content.ovfManager.CreateDescriptor(
        machine.vm,
        vim.OvfManager.CreateDescriptorParams(
            name="half", ovfFiles=[vim.OvfManager.OvfFile(deviceId=url.key, path="d.vmdk", size=1 << 20)]
        ),
    ).ovfDescriptor
    result = content.ovfManager.CreateImportSpec(
        descriptor, pool, machine.vm.datastore[0], vim.OvfManager.CreateImportSpecParams(entityName="half")
    )
    lease = ready(pool.ImportVApp(result.importSpec, machine.vm.parent))
    where = urllib.parse.urlsplit(lease.info.deviceUrl[0].url)
    with socket.create_connection((where.hostname, where.port)) as plain:
        with trusting().wrap_socket(plain) as secure:
            head = f"POST {where.path} HTTP/1.1\r\nHost: vc\r\nContent-Length: {1 << 20}\r\n\r\n"
            secure.sendall(head.encode() + body)
    lease.Abort()
    assert not any(vm.name == "half" for vm in all_machines(machine.connection))
    end = time.monotonic() + 30
    while left := [found for found in machine.server.data.rglob("*") if "half" in found.parts or "staging" in found.name and any(found.iterdir())]:
        assert time.monotonic() < end, left
        time.sleep(0.1)


@check
def after_a_restart_everything_is_found_again(machine):
    snapshot = machine.snapshot("kept", description="over a restart")
    moid, bytes_then = snapshot._moId, disk.checksum_of(machine.frozen(snapshot))
    now = disk.checksum_of(machine.running)
    machine.server.stop()
    machine.server.start()
    again = Machine(machine.server, log_in(machine.server))
    (node,) = again.tree()
    assert (node.name, node.description, node.snapshot._moId) == ("kept", "over a restart", moid)
    assert disk.checksum_of(again.frozen(node.snapshot)) == bytes_then
    assert disk.checksum_of(again.running) == now
    again.remove(node.snapshot)
    assert disk.checksum_of(again.running) == now


def prepare():
    os.environ["VCSNAP_LEASEPULLFROM"] = "127.0.0.1"
    server = Server().start()
    machine = Machine(server, log_in(server))
    return lambda label: machine, server


if __name__ == "__main__":
    run(prepare)
