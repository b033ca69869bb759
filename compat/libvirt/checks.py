"""What virsh sees and does through libvirt's driver for vCenter."""

import os
import random
import subprocess
import time
from xml.etree import ElementTree

from pyVim.task import WaitForTask
from pyVmomi import vim

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import Machine, log_in, make_machine


class Virsh:
    def __init__(self, server):
        self.server = server
        self.connection = log_in(server)
        self.machine = Machine(server, self.connection)
        accounts = server.home / "auth.conf"
        accounts.write_text(
            f"[credentials-vcenter]\nusername={USER}\npassword={PASSWORD}\n\n"
            "[auth-esx-127.0.0.1]\ncredentials=vcenter\n"
        )
        self.environment = dict(os.environ, LIBVIRT_AUTH_FILE=str(accounts), LIBVIRT_LOG_OUTPUTS="4:file:/dev/null")

    def run(self, *arguments, host="DC0_H0"):
        user = USER.replace("@", "%40")
        uri = f"vpx://{user}@127.0.0.1:{self.server.port}/DC0/{host}?no_verify=1"
        return subprocess.run(
            ["virsh", "-q", "-c", uri, *arguments], env=self.environment, capture_output=True, text=True, timeout=60
        )

    def does(self, *arguments, **where):
        done = self.run(*arguments, **where)
        assert done.returncode == 0, f"virsh {' '.join(arguments)}: {done.stderr}"
        return done.stdout.strip()

    def refuses(self, *arguments, **where):
        done = self.run(*arguments, **where)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def on_machine(self, command, *arguments):
        return self.does(command, self.machine.name, *arguments)

    def on_volume(self, command, *arguments):
        return self.does(command, "--pool", "LocalDS_0", *arguments)

    def volumes(self):
        return {line.split()[0] for line in self.does("vol-list", "LocalDS_0").splitlines() if line.strip()}

    def until_off(self, name, seconds=30):
        end = time.monotonic() + seconds
        while self.does("domstate", name) != "shut off":
            assert time.monotonic() < end, f"'{name}' is not off within {seconds} s"
            time.sleep(0.2)

    def snapshots(self):
        return self.on_machine("snapshot-list", "--name").split()

    def tidy(self):
        self.machine.tidy()


@check
def it_connects_to_a_host_of_the_vcenter(virsh):
    assert "ESX 8.0.3" in virsh.does("version")
    assert virsh.does("hostname") == "dc0-h0.localdomain"
    assert "CPU socket(s):       2" in virsh.does("nodeinfo")


@check
def it_lists_the_machines_of_its_host(virsh):
    rows = sorted(line.split()[1:] for line in virsh.does("list", "--all").splitlines())
    assert rows == [["DC0_H0_VM0", "running"], ["DC0_H0_VM1", "running"]], rows


@check
def a_machine_is_described(virsh):
    assert virsh.on_machine("domuuid") == virsh.machine.vm.config.uuid
    assert virsh.on_machine("domstate") == "running"


@check
def its_configuration_file_is_understood(virsh):
    domain = ElementTree.fromstring(virsh.on_machine("dumpxml"))
    assert domain.findtext("name") == virsh.machine.name
    source = domain.find("devices/disk[@device='disk']/source")
    assert source.get("file") == "[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmdk", ElementTree.tostring(domain)


@check
def power_is_switched(virsh):
    virsh.on_machine("destroy")
    assert virsh.on_machine("domstate") == "shut off"
    virsh.on_machine("start")
    assert virsh.on_machine("domstate") == "running"


@check
def snapshots_are_made_listed_and_deleted(virsh):
    virsh.on_machine("snapshot-create-as", "one", "the first")
    virsh.on_machine("snapshot-create-as", "two", "the second")
    assert virsh.snapshots() == ["one", "two"]
    assert virsh.on_machine("snapshot-current", "--name") == "two"
    assert virsh.on_machine("snapshot-parent", "two") == "one"
    described = ElementTree.fromstring(virsh.on_machine("snapshot-dumpxml", "one"))
    assert described.findtext("description") == "the first"
    virsh.on_machine("snapshot-delete", "one")
    assert virsh.snapshots() == ["two"]
    virsh.on_machine("snapshot-delete", "two", "--children")
    assert virsh.snapshots() == []


@check
def a_machine_is_suspended_resumed_and_shut_down_by_its_guest(virsh):
    virsh.on_machine("suspend")
    assert virsh.on_machine("domstate") == "paused"
    virsh.on_machine("resume")
    virsh.on_machine("reboot")
    virsh.on_machine("shutdown")
    virsh.until_off(virsh.machine.name)
    virsh.on_machine("start")


@check
def its_processors_and_shares_are_changed_while_it_is_off(virsh):
    virsh.on_machine("destroy")
    virsh.on_machine("setvcpus", "2")
    assert ElementTree.fromstring(virsh.on_machine("dumpxml")).findtext("vcpu") == "2"
    virsh.on_machine("schedinfo", "--set", "shares=-3")
    assert "shares         : -3" in virsh.on_machine("schedinfo")
    virsh.on_machine("setvcpus", "1")
    virsh.on_machine("start")


@check
def its_flags_decide_what_a_snapshot_has(virsh):
    """libvirt asks for memory unless it is told that disks are enough; to quiesce is another matter."""
    for name, flags in (("whole", []), ("disks", ["--disk-only"]), ("quiesced", ["--disk-only", "--quiesce"])):
        virsh.on_machine("snapshot-create-as", name, *flags)
    told = {node.name: (node.state, node.quiesced) for node in virsh.machine.tree()}
    assert told == {
        "whole": ("poweredOn", False),
        "disks": ("poweredOff", False),
        "quiesced": ("poweredOff", True),
    }, told
    assert virsh.on_machine("domblklist").split()[-1] == "DC0_H0_VM0/DC0_H0_VM0-000003.vmdk"
    assert "already exists" in virsh.refuses("snapshot-create-as", virsh.machine.name, "disks")
    virsh.on_machine("snapshot-delete", "whole", "--children")
    assert virsh.on_machine("domblklist").split()[-1] == "DC0_H0_VM0/DC0_H0_VM0.vmdk"


@check
def a_revert_brings_the_bytes_back(virsh):
    with disk.opened(virsh.machine.running) as guest:
        guest.pwrite(b"\1" * 65536, 1 << 20)
        guest.flush()
    before = disk.checksum_of(virsh.machine.running)
    virsh.on_machine("snapshot-create-as", "before")
    with disk.opened(virsh.machine.running) as guest:
        guest.pwrite(b"\2" * 65536, (1 << 20) + 4096)
        guest.flush()
    assert disk.checksum_of(virsh.machine.running) != before
    virsh.on_machine("snapshot-revert", "before")
    assert disk.checksum_of(virsh.machine.running) == before
    virsh.on_machine("snapshot-delete", "before")
    assert disk.checksum_of(virsh.machine.running) == before


@check
def the_datastore_is_a_pool_whose_disks_are_its_volumes(virsh):
    assert virsh.does("pool-list").split()[:2] == ["LocalDS_0", "active"]
    assert "DC0_H0_VM0/DC0_H0_VM0.vmdk" in virsh.does("vol-list", "LocalDS_0")


@check
def a_pool_and_its_volumes_are_described(virsh):
    pool = ElementTree.fromstring(virsh.does("pool-dumpxml", "LocalDS_0"))
    assert pool.find("source/format").get("type") == "vmfs"
    capacity, allocation, available = (int(pool.findtext(one)) for one in ("capacity", "allocation", "available"))
    assert capacity == allocation + available and available > 0
    told = ElementTree.fromstring(virsh.on_volume("vol-dumpxml", "DC0_H0_VM0/DC0_H0_VM0.vmdk"))
    assert (told.findtext("key"), told.findtext("capacity")) == ("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmdk", str(1 << 30))
    assert told.find("target/format").get("type") == "vmdk"


@check
def volumes_are_made_copied_wiped_and_deleted(virsh):
    virsh.does("vol-create-as", "LocalDS_0", "volumes/one.vmdk", "16M", "--format", "vmdk")
    assert "Capacity:       16.00 MiB" in virsh.on_volume("vol-info", "volumes/one.vmdk")
    folder = virsh.server.data / "LocalDS_0/volumes"
    (folder / "one-flat.vmdk").write_bytes(random.Random(1).randbytes(16 << 20))
    virsh.on_volume("vol-clone", "volumes/one.vmdk", "volumes/copy.vmdk")
    one, copy = (disk.checksum_of_file(folder / f"{name}-flat.vmdk") for name in ("one", "copy"))
    assert copy == one
    virsh.on_volume("vol-wipe", "volumes/copy.vmdk")
    assert disk.checksum_of_file(folder / "copy-flat.vmdk") == disk.Checksum().text()
    virsh.on_volume("vol-delete", "volumes/copy.vmdk")
    assert "volumes/one.vmdk" in virsh.volumes() and "volumes/copy.vmdk" not in virsh.volumes()


@check
def a_machine_is_defined_around_a_volume_and_undefined(virsh):
    virsh.does("vol-create-as", "LocalDS_0", "defined/disk.vmdk", "16M", "--format", "vmdk")
    domain = ElementTree.fromstring(virsh.on_machine("dumpxml"))
    domain.remove(domain.find("uuid"))
    domain.find("name").text = "defined"
    domain.find("devices/disk/source").set("file", "[LocalDS_0] defined/disk.vmdk")
    card = domain.find("devices/interface")
    card.remove(card.find("mac"))
    description = virsh.server.home / "defined.xml"
    ElementTree.ElementTree(domain).write(description)
    virsh.does("define", str(description))
    virsh.does("start", "defined")
    disk.write(virsh.server.nbd("defined/scsi0:0"), 4096, b"x" * 512)
    virsh.does("snapshot-create-as", "defined", "one", "--disk-only")
    assert virsh.does("domblklist", "defined").split()[-1] == "defined/disk-000001.vmdk"
    virsh.does("snapshot-delete", "defined", "one")
    virsh.does("destroy", "defined")
    virsh.does("undefine", "defined")
    assert "defined" not in virsh.does("list", "--all", "--name").split()
    assert "defined/disk.vmdk" in virsh.volumes()


@check
def every_device_of_a_machine_is_understood(virsh):
    """libvirt parses the .vmx itself, and refuses all of it for one value that it does not know."""
    machine = make_machine(virsh.server, virsh.connection, "devices", [16])
    machine.power_off()
    (virsh.server.data / "LocalDS_0/images").mkdir()
    for name in ("install.iso", "boot.flp"):
        (virsh.server.data / "LocalDS_0/images" / name).write_bytes(bytes(2048))
    for added in devices_to_add(machine):
        changes = [vim.vm.device.VirtualDeviceSpec(operation="add", device=device) for device in added]
        for change in changes:
            if isinstance(change.device, vim.vm.device.VirtualDisk):
                change.fileOperation = "create"
        WaitForTask(machine.vm.ReconfigVM_Task(vim.vm.ConfigSpec(deviceChange=changes)))
        virsh.does("dumpxml", "devices")
    domain = ElementTree.fromstring(virsh.does("dumpxml", "devices"))
    files = [source.get("file") for source in domain.findall("devices/disk/source")]
    assert {"[LocalDS_0] images/install.iso", "[LocalDS_0] images/boot.flp"} <= set(files), files
    assert len(domain.findall("devices/interface")) == 4 and len(domain.findall("devices/serial")) == 2
    for settings in ({"firmware": "efi"}, {"firmware": "bios"}, {"annotation": "one | two\n\"three\""}):
        WaitForTask(machine.vm.ReconfigVM_Task(vim.vm.ConfigSpec(**settings)))
        virsh.does("dumpxml", "devices")


def devices_to_add(machine):
    kinds = vim.vm.device
    ide = [device.key for device in machine.vm.config.hardware.device if isinstance(device, kinds.VirtualIDEController)]
    networks = machine.vm.runtime.host.network
    portgroup = next(one for one in networks if isinstance(one, vim.dvs.DistributedVirtualPortgroup))
    port = vim.dvs.PortConnection(
        portgroupKey=portgroup.key, switchUuid=portgroup.config.distributedVirtualSwitch.uuid
    )
    image = kinds.VirtualCdrom.IsoBackingInfo(fileName="[LocalDS_0] images/install.iso")
    remote = kinds.VirtualCdrom.RemotePassthroughBackingInfo(deviceName="", exclusive=False)
    floppy = kinds.VirtualFloppy.ImageBackingInfo(fileName="[LocalDS_0] images/boot.flp")
    file = kinds.VirtualSerialPort.FileBackingInfo(fileName="[LocalDS_0] devices/console.log")
    address = kinds.VirtualSerialPort.URIBackingInfo(serviceURI="telnet://127.0.0.1:5000", direction="server")
    yield [kinds.VirtualCdrom(key=-1, controllerKey=ide[0], backing=image)]
    yield [kinds.VirtualCdrom(key=-1, controllerKey=ide[1], backing=remote)]
    yield [kinds.VirtualFloppy(key=-1, backing=floppy)]
    yield [kinds.VirtualSerialPort(key=-1, yieldOnPoll=True, backing=file)]
    yield [kinds.VirtualSerialPort(key=-1, yieldOnPoll=True, backing=address)]
    for kind in (kinds.VirtualE1000, kinds.VirtualE1000e, kinds.VirtualVmxnet3):
        standard = kinds.VirtualEthernetCard.NetworkBackingInfo(deviceName="VM Network")
        yield [kind(key=-1, backing=standard)]
    yield [kinds.VirtualVmxnet3(key=-1, backing=kinds.VirtualEthernetCard.DistributedVirtualPortBackingInfo(port=port))]
    yield [kinds.VirtualLsiLogicSASController(key=-1, busNumber=1, sharedBus="noSharing")]
    new = kinds.VirtualDisk.FlatVer2BackingInfo(fileName="[LocalDS_0]", diskMode="persistent", thinProvisioned=True)
    yield [
        kinds.VirtualAHCIController(key=-1, busNumber=0),
        kinds.VirtualDisk(key=-2, controllerKey=-1, unitNumber=0, capacityInKB=4096, backing=new),
    ]


@check
def a_host_that_is_not_there_is_said_so(virsh):
    assert "nobody" in virsh.refuses("list", host="nobody")


def prepare():
    server = Server().start()
    virsh = Virsh(server)
    return lambda label: virsh, server


run(prepare)
