"""What Ansible's community.vmware modules see and do, called as tasks of a playbook call them."""

import json
import os
import re
import subprocess
import sys

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import Machine, log_in

DATACENTER = "DC0"


class Playbook:
    def __init__(self, server):
        self.server = server
        self.machine = Machine(server, log_in(server))
        self.environment = dict(
            os.environ,
            ANSIBLE_LOCALHOST_WARNING="false",
            ANSIBLE_DEPRECATION_WARNINGS="false",
            ANSIBLE_NOCOLOR="true",
            ANSIBLE_HOME=str(server.home / "ansible"),
            VMWARE_HOST="127.0.0.1",
            VMWARE_PORT=str(server.port),
            VMWARE_USER=USER,
            VMWARE_PASSWORD=PASSWORD,
            VMWARE_VALIDATE_CERTS="false",
        )

    def task(self, module, **arguments):
        """Runs one module; what it returns, with `failed`, and `msg` when that is true."""
        command = ["ansible", "localhost", "-e", f"ansible_python_interpreter={sys.executable}"]
        command += ["-m", f"community.vmware.{module}"]
        command += ["-a", json.dumps(arguments)] if arguments else []
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=120)
        told = re.search(r"(FAILED!)? => (\{.*\})\s*$", done.stdout, re.DOTALL)
        assert told, f"{module} said nothing to read:\n{done.stdout}\n{done.stderr}"
        return json.loads(told.group(2)) | {"failed": told.group(1) is not None}

    def does(self, module, **arguments):
        answer = self.task(module, **arguments)
        assert not answer["failed"], f"{module}: {answer.get('msg')}"
        return answer

    def of_machine(self, module, **arguments):
        return self.does(module, datacenter=DATACENTER, folder=f"/{DATACENTER}/vm/", name=self.machine.name, **arguments)

    def snapshots(self):
        return self.of_machine("vmware_guest_snapshot_info")["guest_snapshots"]

    def tidy(self):
        self.machine.tidy()


@check
def it_says_which_vcenter_this_is(playbook):
    about = playbook.does("vmware_about_info")["about_info"]
    assert about["api_type"] == "VirtualCenter" and about["product_line_id"] == "vpx", about


@check
def it_finds_the_machines_and_their_folder(playbook):
    names = sorted(vm["guest_name"] for vm in playbook.does("vmware_vm_info")["virtual_machines"])
    assert names == ["DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1", "DC0_H0_VM0", "DC0_H0_VM1"], names
    assert playbook.does("vmware_guest_find", name="DC0_H0_VM0")["folders"] == ["/DC0/vm"]


@check
def a_machine_is_described(playbook):
    about = playbook.of_machine("vmware_guest_info")["instance"]
    assert about["hw_power_status"] == "poweredOn" and about["hw_name"] == "DC0_H0_VM0", about
    assert about["snapshots"] == [] and about["current_snapshot"] is None, about


@check
def its_disk_is_described(playbook):
    (only,) = playbook.of_machine("vmware_guest_disk_info")["guest_disk_info"].values()
    assert only["capacity_in_bytes"] == 1 << 30, only
    assert only["backing_filename"].endswith("DC0_H0_VM0/DC0_H0_VM0.vmdk"), only


@check
def datastores_are_listed_with_what_is_free(playbook):
    (store,) = playbook.does("vmware_datastore_info", datacenter=DATACENTER)["datastores"]
    assert store["name"] == "LocalDS_0" and store["accessible"] and 0 < store["freeSpace"] <= store["capacity"], store


@check
def snapshots_are_made_renamed_and_removed(playbook):
    made = playbook.of_machine(
        "vmware_guest_snapshot", state="present", snapshot_name="first", description="by a playbook"
    )
    assert made["changed"], made
    current = playbook.snapshots()["current_snapshot"]
    assert (current["name"], current["description"], current["state"]) == ("first", "by a playbook", "poweredOff"), current
    playbook.of_machine("vmware_guest_snapshot", state="present", snapshot_name="second")
    assert [one["name"] for one in playbook.snapshots()["snapshots"]] == ["first", "second"]
    playbook.of_machine(
        "vmware_guest_snapshot", state="present", snapshot_name="second", new_snapshot_name="third", new_description="other"
    )
    names = [(one["name"], one["description"]) for one in playbook.snapshots()["snapshots"]]
    assert names == [("first", "by a playbook"), ("third", "other")], names
    playbook.of_machine("vmware_guest_snapshot", state="absent", snapshot_name="first")
    assert [one["name"] for one in playbook.snapshots()["snapshots"]] == ["third"]
    playbook.of_machine("vmware_guest_snapshot", state="remove_all")
    assert playbook.snapshots() == {}, playbook.snapshots()


@check
def a_snapshot_that_is_there_already_changes_nothing(playbook):
    playbook.of_machine("vmware_guest_snapshot", state="present", snapshot_name="only")
    again = playbook.of_machine("vmware_guest_snapshot", state="present", snapshot_name="only")
    assert not again["changed"], again
    assert len(playbook.snapshots()["snapshots"]) == 1
    playbook.of_machine("vmware_guest_snapshot", state="remove_all")


@check
def a_revert_brings_the_bytes_back(playbook):
    with disk.opened(playbook.machine.running) as guest:
        guest.pwrite(b"\1" * 65536, 0)
        guest.flush()
    before = disk.checksum_of(playbook.machine.running)
    playbook.of_machine("vmware_guest_snapshot", state="present", snapshot_name="before")
    with disk.opened(playbook.machine.running) as guest:
        guest.pwrite(b"\2" * 65536, 4096)
        guest.flush()
    assert disk.checksum_of(playbook.machine.running) != before
    playbook.of_machine("vmware_guest_snapshot", state="revert", snapshot_name="before")
    assert disk.checksum_of(playbook.machine.running) == before
    playbook.of_machine("vmware_guest_snapshot", state="remove_all")
    assert disk.checksum_of(playbook.machine.running) == before


@check
def power_is_switched(playbook):
    playbook.of_machine("vmware_guest_powerstate", state="powered-off", force=True)
    assert playbook.machine.vm.runtime.powerState == "poweredOff"
    again = playbook.of_machine("vmware_guest_powerstate", state="powered-off", force=True)
    assert not again["changed"], again
    playbook.of_machine("vmware_guest_powerstate", state="powered-on")
    assert playbook.machine.vm.runtime.powerState == "poweredOn"


NEW = dict(datacenter=DATACENTER, folder=f"/{DATACENTER}/vm", name="made by a playbook")


@check
def a_machine_is_made_changed_and_deleted(playbook):
    wish = dict(
        cluster="DC0_C0",
        guest_id="debian12_64Guest",
        state="present",
        hardware=dict(
            memory_mb=512, num_cpus=2, num_cpu_cores_per_socket=1, scsi="paravirtual", version=19, boot_firmware="efi",
            secure_boot=True, hotadd_memory=True, hotadd_cpu=True, nested_virt=True, mem_limit=1024, mem_reservation=256,
            cpu_shares_level="high",
        ),
        disk=[
            dict(size_mb=64, type="thin", datastore="LocalDS_0", controller_type="paravirtual", controller_number=0, unit_number=0),
            dict(size_mb=32, type="eagerzeroedthick", datastore="LocalDS_0", controller_type="sata", controller_number=0, unit_number=1),
        ],
        networks=[dict(name="DC0_DVPG0", device_type="vmxnet3", type="dhcp")],
        cdrom=[dict(controller_type="ide", controller_number=0, unit_number=0, type="client", state="present")],
        advanced_settings=[dict(key="guestinfo.role", value="database")],
        annotation="made by a playbook",
    )
    made = playbook.does("vmware_guest", **NEW, **wish)
    assert made["changed"] and made["instance"]["hw_power_status"] == "poweredOff", made
    again = playbook.does("vmware_guest", **NEW, **wish)
    assert not again["changed"], again
    wish["hardware"]["memory_mb"] = 1024
    assert playbook.does("vmware_guest", **NEW, **wish)["changed"]
    about = playbook.does("vmware_guest_info", **NEW)["instance"]
    assert about["hw_memtotal_mb"] == 1024 and about["hw_processor_count"] == 2, about
    assert about["annotation"] == "made by a playbook" and about["advanced_settings"]["guestinfo.role"] == "database", about
    playbook.does("vmware_guest", **NEW, state="poweredon")
    refused = playbook.task("vmware_guest", **NEW, state="absent")
    assert refused["failed"], refused
    playbook.does("vmware_guest", **NEW, state="absent", force=True)
    assert playbook.does("vmware_guest", **NEW, state="absent")["changed"] is False


@check
def a_machine_is_made_of_another(playbook):
    playbook.does("vmware_guest", **NEW, cluster="DC0_C0", template=playbook.machine.name, state="poweredoff",
                  annotation="a copy")
    about = playbook.does("vmware_guest_info", **NEW)["instance"]
    assert about["annotation"] == "a copy", about
    playbook.of_machine("vmware_guest_snapshot", state="present", snapshot_name="base")
    playbook.does("vmware_guest", **NEW | dict(name="linked"), cluster="DC0_C0", template=playbook.machine.name,
                  linked_clone=True, snapshot_src="base", state="poweredoff")
    for name in (NEW["name"], "linked"):
        playbook.does("vmware_guest", **NEW | dict(name=name), state="absent")
    playbook.of_machine("vmware_guest_snapshot", state="remove_all")


@check
def disks_are_added_enlarged_and_removed(playbook):
    where = dict(datastore="LocalDS_0", state="present", scsi_controller=0, unit_number=1, scsi_type="paravirtual")
    added = playbook.of_machine("vmware_guest_disk", disk=[dict(size_mb=64, type="thin", disk_mode="persistent", **where)])
    assert added["changed"], added
    assert not playbook.of_machine("vmware_guest_disk", disk=[dict(size_mb=64, **where)])["changed"]
    assert playbook.of_machine("vmware_guest_disk", disk=[dict(size_mb=128, **where)])["changed"]
    sizes = [one["capacity_in_kb"] for one in playbook.of_machine("vmware_guest_disk_info")["guest_disk_info"].values()]
    assert sorted(sizes) == [128 << 10, 1 << 20], sizes
    gone = dict(where, state="absent", destroy=True)
    assert playbook.of_machine("vmware_guest_disk", disk=[gone])["changed"]
    assert len(playbook.of_machine("vmware_guest_disk_info")["guest_disk_info"]) == 1


@check
def a_custom_attribute_is_defined_and_set(playbook):
    playbook.of_machine("vmware_guest_custom_attributes", state="present", attributes=[dict(name="owner", value="backup")])
    assert [value.value for value in playbook.machine.vm.customValue] == ["backup"], playbook.machine.vm.customValue
    playbook.does("vmware_custom_attribute", custom_attribute="owner", object_type="VirtualMachine", state="absent")


@check
def a_wrong_password_fails_and_says_so(playbook):
    answer = playbook.task("vmware_about_info", password="wrong")
    assert answer["failed"] and "incorrect user name or password" in answer["msg"].lower(), answer


@check
def a_machine_that_is_not_there_fails_and_says_so(playbook):
    answer = playbook.task(
        "vmware_guest_snapshot", datacenter=DATACENTER, folder="/DC0/vm/", name="nobody", state="present", snapshot_name="x"
    )
    assert answer["failed"] and "nobody" in answer["msg"], answer


def prepare():
    server = Server().start()
    playbook = Playbook(server)
    return lambda label: playbook, server


run(prepare)
