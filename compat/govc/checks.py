"""What govc sees and does. Each check runs twice: over SOAP and over VI/JSON."""

import hashlib
import itertools
import json
import os
import re
import subprocess
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree

from runner import again, check, run
from disk import Guest, checksum_of, checksum_of_file
from server import PASSWORD, USER, Server

VM = "DC0_H0_VM0"
DISK = f"{VM}/scsi0:0"


seeds = itertools.count(10)


class Govc:
    def __init__(self, server, label):
        self.server = server
        self.environment = os.environ | {
            "GOVC_URL": f"{server.url}/sdk",
            "GOVC_USERNAME": USER,
            "GOVC_PASSWORD": PASSWORD,
            "GOVC_INSECURE": "1",
            "GOVC_DATACENTER": "DC0",
            "GOVC_DATASTORE": "LocalDS_0",
            "GOVMOMI_HOME": tempfile.mkdtemp(dir=server.home),
            "GOVC_VI_JSON": "1" if label else "",
        }

    def try_(self, *arguments, **environment):
        return subprocess.run(
            ["govc", *arguments], env=self.environment | environment, text=True, capture_output=True, timeout=300
        )

    def __call__(self, *arguments):
        done = self.try_(*arguments)
        assert done.returncode == 0, f"govc {' '.join(arguments)}: {done.stderr}{done.stdout}"
        return done.stdout

    def json(self, *arguments):
        command, *rest = arguments
        return json.loads(self(command, "-json", *rest))

    def property(self, path, vm=VM):
        return self("object.collect", "-s", f"/DC0/vm/{vm}", path).strip()

    def tree(self):
        """The snapshots by name, each with its reference; the current one also under '.'."""
        lines = self("snapshot.tree", "-vm", VM, "-i").splitlines()
        return {name: moid for moid, name in (re.match(r"\s*\[(\S+)]\s+(.*)", line).groups() for line in lines)}

    def snapshot(self, name, *options):
        self("snapshot.create", "-vm", VM, "-m=false", *options, name)
        return self.tree()[name]

    def tidy(self):
        self.try_("vm.power", "-on", VM)

    def frozen(self, snapshot):
        return checksum_of(self.server.nbd(f"{DISK}@{snapshot}"))

    def running(self):
        return checksum_of(self.server.nbd(DISK))

    def export(self, *options):
        """Exports the machine; gives the folder with its files, whose manifest was compared."""
        folder = tempfile.mkdtemp(dir=self.server.home)
        self("export.ovf", "-vm", VM, "-sha", "256", *options, folder)
        folder = Path(folder) / VM
        for line in (folder / f"{VM}.mf").read_text().splitlines():
            name, hex = re.fullmatch(r"SHA256\((.*)\)= ([0-9a-f]{64})", line).groups()
            assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == hex, line
        return folder

    def guest(self):
        return Guest(self.server.nbd(DISK), next(seeds))


@check
def about_names_a_vcenter(govc):
    about = govc.json("about")["about"]
    assert about["apiType"] == "VirtualCenter" and about["productLineId"] == "vpx", about
    assert re.fullmatch(r"\d+\.\d+\.\d+", about["version"]), about


@check
def a_wrong_password_is_refused(govc):
    done = govc.try_("ls", GOVC_PASSWORD="wrong", GOVMOMI_HOME=tempfile.mkdtemp(dir=govc.server.home))
    assert done.returncode != 0 and "incorrect user name or password" in done.stderr, done


@check
def vm_info_knows_the_default_inventory(govc):
    names = {vm["name"] for vm in govc.json("vm.info", "*")["virtualMachines"]}
    assert names == {"DC0_H0_VM0", "DC0_H0_VM1", "DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1"}, names
    text = govc("vm.info", VM)
    assert "Host:         DC0_H0" in text and "poweredOn" in text, text


@check
def vm_power_goes_off_and_on(govc):
    govc("vm.power", "-off", VM)
    assert govc.property("runtime.powerState") == "poweredOff"
    govc("vm.power", "-on", VM)
    assert govc.property("runtime.powerState") == "poweredOn"


@check
def powering_on_what_is_on_is_a_clear_fault(govc):
    done = govc.try_("vm.power", "-on", VM)
    assert done.returncode != 0 and "current state" in done.stderr, done


@check
def vm_change_turns_change_tracking_on(govc):
    govc("vm.change", "-vm", VM, "-e", "ctkEnabled=TRUE", "-e", "scsi0:0.ctkEnabled=TRUE")
    assert govc.property("config.changeTrackingEnabled") == "true"
    govc.snapshot("starts tracking")
    govc("snapshot.remove", "-vm", VM, "starts tracking")
    (disk,) = [d for d in govc.json("device.info", "-vm", VM, "disk-*")["devices"] if d["type"] == "VirtualDisk"]
    assert re.fullmatch(r"[0-9a-f -]+/\d+", disk["backing"].get("changeId", "")), disk["backing"]


@check
def vm_change_keeps_other_settings(govc):
    govc("vm.change", "-vm", VM, "-e", "guestinfo.note=kept")
    govc("vm.change", "-vm", VM, "-annotation", "changed")
    assert govc.property("config.annotation") == "changed"
    assert "kept" in govc("vm.info", "-e", VM)


@check
def snapshot_tree_is_empty_without_snapshots(govc):
    govc("snapshot.remove", "-vm", VM, "*")
    done = govc.try_("snapshot.tree", "-vm", VM)
    assert done.returncode == 0 and not done.stdout.strip(), done


@check
def a_snapshot_keeps_its_moment_while_the_guest_writes(govc):
    with govc.guest():
        first = govc.snapshot("first", "-d", "with a description")
        then = govc.frozen(first)
        second = govc.snapshot("second")
        between = govc.frozen(second)
        assert govc.frozen(first) == then and govc.frozen(second) == between
    assert then != between, "the guest wrote nothing between the two snapshots"
    assert govc.frozen(first) == then and govc.frozen(second) == between


@check
def snapshot_tree_shows_descent_and_the_current_one(govc):
    (root,) = govc.json("snapshot.tree", "-vm", VM)
    assert root["name"] == "first" and not root["current"], root
    (child,) = root["childSnapshotList"]
    assert child["name"] == "second" and child["current"], child
    tree = govc.tree()
    assert tree["."] == tree["second"], tree
    assert "with a description" in govc("snapshot.tree", "-vm", VM, "-d")


@check
def after_a_revert_the_disk_has_the_bytes_of_the_snapshot(govc):
    for name in ("first", "second", "first"):
        then = govc.frozen(govc.tree()[name])
        assert govc.property("runtime.powerState") == "poweredOff" or govc.running() != then
        govc("snapshot.revert", "-vm", VM, name)
        assert govc.running() == then, f"the disk differs from {name} after the revert"
        assert govc.tree()["."] == govc.tree()[name]
        if govc.property("runtime.powerState") != "poweredOn":
            govc("vm.power", "-on", VM)
        assert govc.running() == then, "powering on changed the disk"
        with govc.guest():
            govc("about")
        assert govc.running() != then, "the guest's writes after the revert are lost"


@check
def removing_snapshots_keeps_what_the_guest_writes_meanwhile(govc):
    kept = govc.snapshot("kept")
    then = govc.frozen(kept)
    with govc.guest():
        govc("snapshot.remove", "-vm", VM, "second")
        govc("snapshot.remove", "-vm", VM, "first")
        assert govc.frozen(kept) == then, "a merge changed a snapshot that stays"
    now = govc.running()
    assert govc.frozen(kept) == then
    govc("snapshot.remove", "-vm", VM, "kept")
    assert govc.running() == now, "a merge changed the running disk"


@check
def an_unknown_snapshot_is_named_in_the_error(govc):
    govc.snapshot("there")
    done = govc.try_("snapshot.remove", "-vm", VM, "not there")
    assert done.returncode != 0 and "not there" in done.stderr, done
    govc("snapshot.remove", "-vm", VM, "*")


def unpacked(folder):
    """The checksum of the one disk of an export, as qemu-img reads it."""
    (stream,) = folder.glob("*.vmdk")
    raw = folder / "disk.raw"
    subprocess.run(["qemu-img", "convert", "-O", "raw", stream, raw], check=True)
    return checksum_of_file(raw)


@check
def export_ovf_of_a_machine_that_is_off_has_its_disk(govc):
    done = govc.try_("export.ovf", "-vm", VM, tempfile.mkdtemp(dir=govc.server.home))
    assert done.returncode != 0 and "Powered on" in done.stderr, done
    govc("vm.power", "-off", VM)
    folder = govc.export()
    assert unpacked(folder) == govc.running()
    envelope = ElementTree.parse(folder / f"{VM}.ovf").getroot()
    ovf = "{http://schemas.dmtf.org/ovf/envelope/1}"
    (file,) = envelope.iter(f"{ovf}File")
    assert file.get(f"{ovf}href") == f"{VM}-disk-0.vmdk", file.attrib
    (disk,) = envelope.iter(f"{ovf}Disk")
    assert disk.get(f"{ovf}fileRef") == file.get(f"{ovf}id"), disk.attrib
    govc("vm.power", "-on", VM)


@check
def export_ovf_of_a_snapshot_has_its_bytes_while_the_guest_writes(govc):
    moid = govc.snapshot("exported")
    then = govc.frozen(moid)
    with govc.guest():
        folder = govc.export("-snapshot", "exported")
    assert unpacked(folder) == then != govc.running()
    govc("snapshot.remove", "-vm", VM, "exported")


@check
def import_brings_back_what_was_exported(govc):
    govc("vm.power", "-off", VM)
    then = govc.running()
    folder = govc.export()
    govc("vm.power", "-on", VM)
    archive = folder / f"{VM}.ova"
    with tarfile.open(archive, "w") as ova:
        for name in (f"{VM}.ovf", f"{VM}.mf", f"{VM}-disk-0.vmdk"):
            ova.add(folder / name, name)
    for kind, source in (("ovf", folder / f"{VM}.ovf"), ("ova", archive)):
        name = f"from-{kind}"
        govc(f"import.{kind}", "-m", "-pool", "/DC0/host/DC0_H0/Resources", "-name", name, source)
        assert govc.property("runtime.powerState", name) == "poweredOff"
        assert checksum_of(govc.server.nbd(f"{name}/scsi0:0")) == then, f"the disk of {name} differs"
        govc("vm.power", "-on", name)
        govc("vm.destroy", name)


@check
def an_import_of_a_damaged_disk_leaves_nothing(govc):
    govc("vm.power", "-off", VM)
    folder = govc.export()
    govc("vm.power", "-on", VM)
    (disk,) = folder.glob("*.vmdk")
    os.truncate(disk, disk.stat().st_size // 2)
    done = govc.try_("import.ovf", "-pool", "/DC0/host/DC0_H0/Resources", "-name", "half", folder / f"{VM}.ovf")
    assert done.returncode != 0 and "400" in done.stderr, done
    assert not govc("find", "/", "-type", "m", "-name", "half").strip()
    assert "half" not in govc("datastore.ls").split()


@check
def import_vmdk_puts_a_disk_of_qemu_s_into_the_datastore(govc):
    raw, stream = Path(govc.server.home) / "sent.raw", Path(govc.server.home) / "sent.vmdk"
    raw.write_bytes(os.urandom(1 << 20) + bytes(30 << 20) + os.urandom(1 << 20))
    subprocess.run(
        ["qemu-img", "convert", "-O", "vmdk", "-o", "subformat=streamOptimized", raw, stream], check=True
    )
    govc("import.vmdk", "-pool", "/DC0/host/DC0_H0/Resources", str(stream), "disks/mine.vmdk")
    (flat,) = govc.server.data.rglob("disks/mine-flat.vmdk")
    assert checksum_of_file(flat) == checksum_of_file(raw)
    assert not govc("find", "/", "-type", "m", "-name", "mine").strip()
    govc("datastore.rm", "disks")
    raw.unlink()
    stream.unlink()


@check
def a_machine_whose_lease_is_held_is_blocked(govc):
    govc("vm.power", "-off", VM)
    lease = json.loads(govc("export.ovf", "-vm", VM, "-lease", "-json"))
    assert lease["state"] == "ready" and lease["info"]["leaseTimeout"] == 300, lease
    done = govc.try_("vm.power", "-on", VM)
    assert done.returncode != 0 and "in progress" in done.stderr, done
    (session,) = re.findall(r"session\[(.+?)]", lease["info"]["lease"]["value"])
    done = govc.try_("session.rm", session, GOVMOMI_HOME=tempfile.mkdtemp(dir=govc.server.home))
    assert done.returncode == 0, done
    govc("vm.power", "-on", VM)


@check
def tasks_shows_what_was_done(govc):
    shown = govc("tasks", "-n", "50")
    for name in ("CreateSnapshot", "RemoveSnapshot", "RevertToSnapshot", "PowerOnVM", "PowerOffVM", "ReconfigVM"):
        assert name in shown, f"{name} is missing in:\n{shown}"
    assert VM in shown and "success" in shown, shown


again("VI/JSON")


@check
def what_is_uploaded_to_a_datastore_is_downloaded_again(govc):
    """Over SOAP alone: with VI/JSON govc has no cookie to send to /folder."""
    sent, back = Path(govc.server.home) / "sent.iso", Path(govc.server.home) / "back.iso"
    sent.write_bytes(os.urandom((3 << 20) + 17))
    govc("datastore.mkdir", "iso")
    govc("datastore.upload", str(sent), "iso/sent.iso")
    govc("datastore.download", "iso/sent.iso", str(back))
    assert hashlib.sha256(back.read_bytes()).digest() == hashlib.sha256(sent.read_bytes()).digest()
    govc("datastore.rm", "iso")
    sent.unlink()
    back.unlink()


def prepare():
    server = Server().start()
    return lambda label: Govc(server, label), server


if __name__ == "__main__":
    run(prepare)
