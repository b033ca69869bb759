"""What virsh sees and does through libvirt's driver for vCenter."""

import os
import subprocess
from xml.etree import ElementTree

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import Machine, log_in


class Virsh:
    def __init__(self, server):
        self.server = server
        self.machine = Machine(server, log_in(server))
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
def a_host_that_is_not_there_is_said_so(virsh):
    assert "nobody" in virsh.refuses("list", host="nobody")


def prepare():
    server = Server().start()
    virsh = Virsh(server)
    return lambda label: virsh, server


run(prepare)
