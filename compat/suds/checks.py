"""What oslo.vmware sees and does, in the sequences of OpenStack's nova (machines, images) and cinder (volumes)."""

import logging
import warnings

from oslo_vmware import api, exceptions, vim_util

import disk
from runner import check, run
from server import PASSWORD, USER, Server

NAMES = ["DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1", "DC0_H0_VM0", "DC0_H0_VM1"]


class Cloud:
    def __init__(self, server):
        self.server = server
        self.session = self.log_in()
        self.vim = self.session.vim
        self.content = self.vim.service_content
        self.name = NAMES[2]

    def log_in(self, password=PASSWORD):
        return api.VMwareAPISession(
            "127.0.0.1", USER, password, api_retry_count=2, task_poll_interval=0.1, port=self.server.port
        )

    def make(self, type_name, **members):
        """A data object of the WSDL."""
        made = self.vim.client.factory.create(f"ns0:{type_name}")
        for name, value in members.items():
            setattr(made, name, value)
        return made

    def call(self, method, this, **arguments):
        return self.session.invoke_api(self.vim, method, this, **arguments)

    def task(self, method, this, **arguments):
        """Calls a task's method and waits; what the task resulted in, or None."""
        return getattr(self.session.wait_for_task(self.call(method, this, **arguments)), "result", None)

    def read(self, reference, path):
        return self.session.invoke_api(vim_util, "get_object_property", self.vim, reference, path)

    def all(self, type_name, *paths, page=100):
        """All objects of a type with properties, as the drivers page through them."""
        first = self.session.invoke_api(vim_util, "get_objects", self.vim, type_name, page, list(paths))
        with vim_util.WithRetrieval(self.vim, first) as objects:
            return [(one.obj, vim_util.propset_dict(one.propSet)) for one in objects]

    def find(self, type_name, name):
        (found,) = [reference for reference, told in self.all(type_name, "name") if told["name"] == name]
        return found

    @property
    def machine(self):
        return self.find("VirtualMachine", self.name)

    @property
    def running(self):
        return self.server.nbd(f"{self.name}/scsi0:0")

    def snapshot(self, name, machine=None):
        return self.task(
            "CreateSnapshot_Task", machine or self.machine, name=name, description="", memory=False, quiesce=True
        )

    def place(self):
        """The folder, pool and host that a new machine is put into."""
        (datacenter,) = [reference for reference, _ in self.all("Datacenter", "name")]
        return {"folder": self.read(datacenter, "vmFolder"), "pool": self.read(self.machine, "resourcePool")}

    def tidy(self):
        self.task("RemoveAllSnapshots_Task", self.machine)
        if self.read(self.machine, "runtime.powerState") != "poweredOn":
            self.task("PowerOnVM_Task", self.machine)


def moref(reference):
    return vim_util.get_moref_value(reference)


def expect(fault, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except fault as seen:
        return seen
    raise AssertionError(f"no {fault.__name__}")


def volume_spec(cloud, name, kibibytes=64 << 10):
    """cinder keeps a volume as the only disk of a machine that never runs."""
    controller = cloud.make("VirtualLsiLogicController", key=-100, busNumber=0, sharedBus="noSharing")
    backing = cloud.make(
        "VirtualDiskFlatVer2BackingInfo", fileName="", diskMode="persistent", thinProvisioned=True
    )
    volume = cloud.make(
        "VirtualDisk", capacityInKB=kibibytes, key=-101, unitNumber=0, controllerKey=-100, backing=backing
    )
    changes = [cloud.make("VirtualDeviceConfigSpec", operation="add", device=controller)]
    changes.append(cloud.make("VirtualDeviceConfigSpec", operation="add", fileOperation="create", device=volume))
    extra = [cloud.make("OptionValue", key="cinder.volume.id", value=name)]
    return cloud.make(
        "VirtualMachineConfigSpec",
        name=name,
        guestId="otherGuest",
        numCPUs=1,
        memoryMB=128,
        files=cloud.make("VirtualMachineFileInfo", vmPathName="[LocalDS_0]"),
        version="vmx-08",
        deviceChange=changes,
        extraConfig=extra,
        instanceUuid="4f3e2d1c-0b0a-4988-8776-655443322110",
    )


def disks(devices):
    return [device for device in devices.VirtualDevice if type(device).__name__ == "VirtualDisk"]


@check
def it_reads_the_wsdl_and_logs_in(cloud):
    about = cloud.content.about
    assert about.apiType == "VirtualCenter" and about.name == "VMware vCenter Server", about
    assert vim_util.get_vc_version(cloud.session) == about.version
    assert cloud.session.is_current_session_active()


@check
def a_wrong_password_is_invalid_login(cloud):
    fault = expect(exceptions.VimFaultException, cloud.log_in, password="wrong")
    assert fault.fault_list == ["InvalidLogin"], fault.fault_list


@check
def machines_are_found_page_by_page(cloud):
    for page in (1, 3, 4, 100):
        assert sorted(told["name"] for _, told in cloud.all("VirtualMachine", "name", page=page)) == NAMES, page


@check
def a_retrieval_is_cancelled(cloud):
    first = cloud.session.invoke_api(vim_util, "get_objects", cloud.vim, "VirtualMachine", 1)
    assert first.token
    cloud.session.invoke_api(vim_util, "cancel_retrieval", cloud.vim, first)
    fault = expect(exceptions.VimFaultException, vim_util.continue_retrieval, cloud.vim, first)
    assert fault.fault_list == ["InvalidArgument"], fault.fault_list


@check
def a_machine_has_a_path_in_the_inventory(cloud):
    path = cloud.session.invoke_api(vim_util, "get_inventory_path", cloud.vim, cloud.machine)
    assert path == f"/DC0/vm/{cloud.name}", path
    again = cloud.call("FindByInventoryPath", cloud.content.searchIndex, inventoryPath=path)
    assert moref(again) == moref(cloud.machine)


@check
def properties_come_with_their_types(cloud):
    told = cloud.session.invoke_api(
        vim_util, "get_object_properties_dict", cloud.vim, cloud.machine,
        ["name", "config.hardware.device", "runtime.powerState", "summary.config.numCpu", "datastore"],
    )
    assert told["runtime.powerState"] == "poweredOn" and told["summary.config.numCpu"] == 1, told
    (only,) = disks(told["config.hardware.device"])
    assert type(only.backing).__name__ == "VirtualDiskFlatVer2BackingInfo", only.backing
    assert only.backing.fileName.endswith(f"{cloud.name}.vmdk") and only.capacityInBytes == 1 << 30, only
    (store,) = told["datastore"].ManagedObjectReference
    assert cloud.read(store, "summary").name == "LocalDS_0"


@check
def an_instance_is_found_by_what_is_in_its_configuration(cloud):
    uuid = cloud.read(cloud.machine, "config.instanceUuid")
    for found in (
        cloud.call("FindAllByUuid", cloud.content.searchIndex, uuid=uuid, vmSearch=True, instanceUuid=True)[0],
        cloud.call("FindByUuid", cloud.content.searchIndex, uuid=uuid, vmSearch=True, instanceUuid=True),
    ):
        assert moref(found) == moref(cloud.machine)
    none = cloud.call("FindAllByUuid", cloud.content.searchIndex, uuid="00" * 16, vmSearch=True, instanceUuid=True)
    assert not none, none


@check
def a_revert_brings_the_bytes_back(cloud):
    then = disk.checksum_of(cloud.running)
    snapshot = cloud.snapshot("then")
    with disk.Guest(cloud.running, seed=61):
        pass
    assert disk.checksum_of(cloud.running) != then
    cloud.task("RevertToSnapshot_Task", snapshot)
    assert disk.checksum_of(cloud.running) == then
    cloud.task("RemoveSnapshot_Task", snapshot, removeChildren=False, consolidate=True)
    assert disk.checksum_of(cloud.running) == then
    cloud.tidy()


@check
def the_tree_is_walked_by_name(cloud):
    """cinder looks for a snapshot by its name, below the roots."""

    def named(nodes, name):
        for node in nodes:
            if node.name == name:
                return node.snapshot
            below = named(getattr(node, "childSnapshotList", []), name)
            if below:
                return below
        return None

    assert cloud.read(cloud.machine, "snapshot") is None
    cloud.snapshot("one")
    two = cloud.snapshot("two")
    tree = cloud.read(cloud.machine, "snapshot")
    assert moref(named(tree.rootSnapshotList, "two")) == moref(two) == moref(tree.currentSnapshot)
    assert named(tree.rootSnapshotList, "three") is None
    cloud.task("RemoveAllSnapshots_Task", cloud.machine)
    assert cloud.read(cloud.machine, "snapshot") is None


@check
def an_image_is_taken_of_a_running_instance(cloud):
    """nova: a snapshot, a linked clone of it with its newest disk, and both gone again."""
    now = disk.checksum_of(cloud.running)
    snapshot = cloud.snapshot("image")
    place = cloud.place()
    relocation = cloud.make(
        "VirtualMachineRelocateSpec", pool=place["pool"], diskMoveType="createNewChildDiskBacking"
    )
    wish = cloud.make("VirtualMachineCloneSpec", location=relocation, powerOn=False, snapshot=snapshot, template=False)
    clone = cloud.task("CloneVM_Task", cloud.machine, folder=place["folder"], name="image", spec=wish)
    (only,) = disks(cloud.read(clone, "config.hardware.device"))
    assert only.backing.parent.fileName.endswith(f"{cloud.name}.vmdk"), only.backing
    assert disk.checksum_of(cloud.server.nbd("image/scsi0:0")) == now
    cloud.task("Destroy_Task", clone)
    cloud.task("RemoveSnapshot_Task", snapshot, removeChildren=False, consolidate=True)
    assert disk.checksum_of(cloud.running) == now


@check
def a_volume_is_a_machine_that_never_runs(cloud):
    """cinder: made, snapshotted, cloned fully and as a child, extended, deleted."""
    place = cloud.place()
    volume = cloud.task("CreateVM_Task", place["folder"], config=volume_spec(cloud, "volume-1"), pool=place["pool"])
    extra = {option.key: option.value for option in cloud.read(volume, "config.extraConfig").OptionValue}
    assert extra["cinder.volume.id"] == "volume-1", extra
    (only,) = disks(cloud.read(volume, "config.hardware.device"))
    snapshot = cloud.snapshot("snapshot-1", volume)
    full = cloud.make("VirtualMachineRelocateSpec", pool=place["pool"], diskMoveType="moveAllDiskBackingsAndDisallowSharing")
    linked = cloud.make("VirtualMachineRelocateSpec", pool=place["pool"], diskMoveType="createNewChildDiskBacking")
    clones = []
    for name, move in (("volume-2", full), ("volume-3", linked)):
        wish = cloud.make("VirtualMachineCloneSpec", location=move, powerOn=False, template=False, snapshot=snapshot)
        clones.append(cloud.task("CloneVM_Task", volume, folder=place["folder"], name=name, spec=wish))
    (copied,) = disks(cloud.read(clones[0], "config.hardware.device"))
    (datacenter,) = [reference for reference, _ in cloud.all("Datacenter", "name")]
    cloud.task(
        "ExtendVirtualDisk_Task", cloud.content.virtualDiskManager, name=copied.backing.fileName, datacenter=datacenter,
        newCapacityKb=128 << 10, eagerZero=False,
    )
    cloud.call("RefreshStorageInfo", clones[0])
    for machine in reversed(clones):
        cloud.task("Destroy_Task", machine)
    cloud.task("RemoveSnapshot_Task", snapshot, removeChildren=False)
    cloud.task("Rename_Task", volume, newName="volume-4")
    assert cloud.read(volume, "name") == "volume-4"
    cloud.task("Destroy_Task", volume)
    gone = expect(exceptions.ManagedObjectNotFoundException, cloud.read, volume, "name")
    assert gone.details["obj"] == moref(volume), gone.details
    assert only.capacityInKB == 64 << 10


@check
def disks_are_made_copied_and_deleted(cloud):
    """nova's image cache."""
    manager, files = cloud.content.virtualDiskManager, cloud.content.fileManager
    (datacenter,) = [reference for reference, _ in cloud.all("Datacenter", "name")]
    cloud.call("MakeDirectory", files, name="[LocalDS_0] cache/image", datacenter=datacenter, createParentDirectories=True)
    spec = cloud.make(
        "FileBackedVirtualDiskSpec", adapterType="lsiLogic", diskType="thin", capacityKb=32 << 10
    )
    made = "[LocalDS_0] cache/image/image.vmdk"
    cloud.task("CreateVirtualDisk_Task", manager, name=made, datacenter=datacenter, spec=spec)
    cloud.task(
        "CopyVirtualDisk_Task", manager, sourceName=made, sourceDatacenter=datacenter,
        destName="[LocalDS_0] cache/image/image.64.vmdk", destDatacenter=datacenter, force=False,
    )
    browser = cloud.read(cloud.find("Datastore", "LocalDS_0"), "browser")
    found = cloud.task(
        "SearchDatastore_Task", browser, datastorePath="[LocalDS_0] cache/image",
        searchSpec=cloud.make("HostDatastoreBrowserSearchSpec", matchPattern=["*e.vmdk", "*.64.vmdk"]),
    )
    assert sorted(one.path for one in found.file) == ["image.64.vmdk", "image.vmdk"], found
    cloud.task(
        "MoveVirtualDisk_Task", manager, sourceName=made, sourceDatacenter=datacenter,
        destName="[LocalDS_0] cache/image/moved.vmdk", destDatacenter=datacenter, force=False,
    )
    cloud.task("DeleteVirtualDisk_Task", manager, name="[LocalDS_0] cache/image/moved.vmdk", datacenter=datacenter)
    cloud.task("DeleteDatastoreFile_Task", files, name="[LocalDS_0] cache", datacenter=datacenter)


@check
def faults_have_the_classes_that_the_drivers_catch(cloud):
    files = cloud.content.fileManager
    place = cloud.place()
    (datacenter,) = [reference for reference, _ in cloud.all("Datacenter", "name")]
    expect(
        exceptions.FileNotFoundException, cloud.task, "DeleteDatastoreFile_Task", files,
        name="[LocalDS_0] nothing.vmdk", datacenter=datacenter,
    )
    folder = dict(name="[LocalDS_0] twice", datacenter=datacenter, createParentDirectories=False)
    cloud.call("MakeDirectory", files, **folder)
    expect(exceptions.FileAlreadyExistsException, cloud.call, "MakeDirectory", files, **folder)
    cloud.task("DeleteDatastoreFile_Task", files, name="[LocalDS_0] twice", datacenter=datacenter)
    expect(exceptions.InvalidPowerStateException, cloud.task, "PowerOnVM_Task", cloud.machine)
    expect(exceptions.DuplicateName, cloud.task, "CloneVM_Task", cloud.machine, folder=place["folder"], name=NAMES[3],
           spec=cloud.make("VirtualMachineCloneSpec", powerOn=False, template=False,
                           location=cloud.make("VirtualMachineRelocateSpec", pool=place["pool"])))
    expect(exceptions.InvalidPropertyException, cloud.read, cloud.machine, "nothing")
    inner = cloud.call("CreateFolder", place["folder"], name="Project (one)")
    taken = expect(exceptions.DuplicateName, cloud.call, "CreateFolder", place["folder"], name="Project (one)")
    assert taken.details["object"] == moref(inner), taken.details
    cloud.task("Destroy_Task", inner)
    for provider in ("none", "simulated"):
        option = cloud.make("OptionValue", key="vcsnap.guest.provider", value=provider)
        cloud.task("ReconfigVM_Task", cloud.machine, spec=cloud.make("VirtualMachineConfigSpec", extraConfig=[option]))
        if provider == "none":
            assert expect(exceptions.ToolsUnavailableException, cloud.call, "ShutdownGuest", cloud.machine)


@check
def a_removed_snapshot_is_not_found(cloud):
    snapshot = cloud.snapshot("gone")
    cloud.task("RemoveSnapshot_Task", snapshot, removeChildren=False)
    expect(exceptions.ManagedObjectNotFoundException, cloud.call, "RemoveSnapshot_Task", snapshot, removeChildren=False)


@check
def a_session_that_ended_is_made_anew(cloud):
    other = cloud.log_in()
    ended = cloud.session._session_id
    other.invoke_api(other.vim, "TerminateSession", other.vim.service_content.sessionManager, sessionId=[ended])
    assert not cloud.session.is_current_session_active()
    assert cloud.read(cloud.machine, "name") == cloud.name
    assert cloud.session._session_id != ended and cloud.session.is_current_session_active()
    other.logout()


@check
def an_extension_registers_itself(cloud):
    assert not cloud.session.invoke_api(vim_util, "find_extension", cloud.vim, "org.openstack.compute")
    cloud.session.invoke_api(vim_util, "register_extension", cloud.vim, "org.openstack.compute", "instance")
    found = cloud.session.invoke_api(vim_util, "find_extension", cloud.vim, "org.openstack.compute")
    assert found.key == "org.openstack.compute", found


def prepare():
    # Both tell of every fault that is expected here, and that the certificate is self-signed.
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    server = Server().start()
    cloud = Cloud(server)
    return lambda label: cloud, server


run(prepare)
