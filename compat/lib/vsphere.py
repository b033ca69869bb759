"""A pyVmomi session, and one virtual machine of it with its only disk."""

import os

from pyVim.connect import SmartConnect
from pyVim.task import WaitForTask
from pyVmomi import vim

from server import PASSWORD, USER


def log_in(server, user=USER, password=PASSWORD):
    return SmartConnect(
        protocol="http" if server.plain_http else "https",
        host="127.0.0.1",
        port=server.port,
        user=user,
        pwd=password,
        disableSslCertValidation=True,
    )


def all_machines(connection):
    view = connection.content.viewManager.CreateContainerView(
        connection.content.rootFolder, [vim.VirtualMachine], recursive=True
    )
    try:
        return list(view.view)
    finally:
        view.Destroy()


class Machine:
    def __init__(self, server, connection, name="DC0_H0_VM0", node="scsi0:0"):
        self.server, self.connection, self.name, self.export = server, connection, name, f"{name}/{node}"
        (self.vm,) = [vm for vm in all_machines(connection) if vm.name == name]

    @property
    def running(self):
        return self.server.nbd(self.export)

    def frozen(self, snapshot):
        return self.server.nbd(f"{self.export}@{snapshot._moId}")

    def snapshot(self, name, description="", memory=False, quiesce=False):
        task = self.vm.CreateSnapshot_Task(name=name, description=description, memory=memory, quiesce=quiesce)
        WaitForTask(task)
        return task.info.result

    def remove(self, snapshot, children=False, consolidate=True):
        WaitForTask(snapshot.RemoveSnapshot_Task(removeChildren=children, consolidate=consolidate))

    def remove_all(self):
        WaitForTask(self.vm.RemoveAllSnapshots_Task())

    def revert(self, snapshot):
        WaitForTask(snapshot.RevertToSnapshot_Task())

    def power_on(self):
        if self.vm.runtime.powerState != vim.VirtualMachinePowerState.poweredOn:
            WaitForTask(self.vm.PowerOnVM_Task())

    def power_off(self):
        WaitForTask(self.vm.PowerOffVM_Task())

    def track_changes(self, on=True):
        """Switches tracking, and takes and removes one snapshot: the moment at which it starts."""
        WaitForTask(self.vm.ReconfigVM_Task(vim.vm.ConfigSpec(changeTrackingEnabled=on)))
        self.remove(self.snapshot("switches change tracking"))

    def tidy(self):
        self.remove_all()
        self.power_on()

    def tree(self):
        """All nodes of the snapshot tree, parents first."""
        nodes = list(self.vm.snapshot.rootSnapshotList) if self.vm.snapshot else []
        for node in nodes:
            nodes.extend(node.childSnapshotList)
        return nodes

    def changed_areas(self, snapshot, change_id):
        """Asks page by page and holds each answer against the rules that backup programs rely on."""
        disk = disk_of(snapshot.config)
        offset, end = 0, 0
        while offset < disk.capacityInBytes:
            page = self.vm.QueryChangedDiskAreas(snapshot, disk.key, offset, change_id)
            assert page.startOffset == offset, f"asked from {offset}, answered from {page.startOffset}"
            assert page.length > 0, f"an answer of length {page.length} at {offset}"
            last = offset + page.length == disk.capacityInBytes
            assert page.changedArea or last, f"an empty page at {offset} before the end: clients stop there"
            for area in page.changedArea:
                assert area.start >= max(offset, end) and area.length > 0, f"area {area.start} after {end}"
                assert area.start % 512 == 0 and area.length % 512 == 0, f"area {area.start}+{area.length}"
                end = area.start + area.length
                assert end <= offset + page.length, f"area {area.start}+{area.length} ends behind its page"
                yield area.start, area.length
            offset += page.length
        assert offset == disk.capacityInBytes, f"the pages cover {offset} of {disk.capacityInBytes} bytes"


def make_machine(server, connection, name, megabytes, host="DC0_H0", datastore="LocalDS_0"):
    """Makes a machine with a disk of each size at scsi0:0, scsi0:1 and so on, turns it on, and gives it."""
    content = connection.content
    place = content.searchIndex.FindByInventoryPath(f"DC0/host/{host}")
    controller = vim.vm.device.ParaVirtualSCSIController(key=-1, busNumber=0, sharedBus="noSharing")
    disks = [
        vim.vm.device.VirtualDisk(
            key=-10 - unit,
            controllerKey=controller.key,
            unitNumber=unit,
            capacityInKB=size << 10,
            backing=vim.vm.device.VirtualDisk.FlatVer2BackingInfo(
                fileName=f"[{datastore}]", diskMode="persistent", thinProvisioned=True
            ),
        )
        for unit, size in enumerate(megabytes)
    ]
    changes = [vim.vm.device.VirtualDeviceSpec(operation="add", device=controller)]
    changes += [vim.vm.device.VirtualDeviceSpec(operation="add", fileOperation="create", device=one) for one in disks]
    spec = vim.vm.ConfigSpec(
        name=name,
        guestId="debian12_64Guest",
        numCPUs=2,
        memoryMB=64,
        files=vim.vm.FileInfo(vmPathName=f"[{datastore}]"),
        deviceChange=changes,
    )
    WaitForTask(content.searchIndex.FindByInventoryPath("DC0/vm").CreateVM_Task(spec, place.resourcePool))
    machine = Machine(server, connection, name)
    machine.power_on()
    return machine


def disk_of(config):
    (disk,) = [device for device in config.hardware.device if isinstance(device, vim.vm.device.VirtualDisk)]
    return disk


def folder_of(vm):
    """The machine's own folder; the address of a datastore is a local folder."""
    datastore, path = vm.config.files.vmPathName.removeprefix("[").split("] ", 1)
    (store,) = [store for store in vm.datastore if store.name == datastore]
    return os.path.join(store.summary.url, os.path.dirname(path))


def path_of(vm, file_name):
    """The local path of a file that a backing names as `[datastore] folder/file`."""
    return os.path.join(folder_of(vm), os.path.basename(file_name))
