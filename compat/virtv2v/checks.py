"""What virt-v2v makes of machines: the guest converted, and the bytes of a disk that it has no reason to touch."""

import os
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import log_in, make_machine

GUEST = Path(os.environ["GUEST"])
DATA_MEGABYTES = 64
MINUTES = 30


class Conversion:
    def __init__(self, server):
        self.server = server

    def machine(self, name, megabytes):
        """A machine that is off; its disks are scsi0:0 and so on."""
        machine = make_machine(self.server, log_in(self.server), name, megabytes)
        machine.power_off()
        return machine

    def machine_with_guest(self, name):
        machine = self.machine(name, [GUEST.stat().st_size >> 20, DATA_MEGABYTES])
        subprocess.run(["nbdcopy", GUEST, self.export(name, 0)], check=True)
        self.guest_writes(name, 1)
        return machine

    def export(self, name, unit):
        return self.server.nbd(f"{name}/scsi0:{unit}")

    def guest_writes(self, name, seed):
        with disk.Guest(self.export(name, 1), seed, DATA_MEGABYTES):
            pass

    def convert(self, name):
        """Runs virt-v2v; its exit status, what it said, and the folder with what it made."""
        out = Path(tempfile.mkdtemp(prefix="out-", dir=self.server.home))
        secret = self.server.home / "password"
        secret.write_text(PASSWORD + "\n")
        user = USER.replace("@", "%40")
        source = f"vpx://{user}@127.0.0.1:{self.server.port}/DC0/DC0_H0?no_verify=1"
        done = subprocess.run(
            ["virt-v2v", "-ic", source, "-ip", secret, name, "-o", "local", "-os", out, "-of", "raw"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60 * MINUTES,
        )
        return done.returncode, done.stdout, out

    def converted(self, name):
        status, told, out = self.convert(name)
        assert status == 0, told
        domain = ElementTree.parse(out / f"{name}.xml")
        assert domain.findtext("name") == name
        targets = {one.find("target").get("bus") for one in domain.findall("devices/disk[@device='disk']")}
        assert targets == {"virtio"}, targets
        return out


@check
def a_disk_without_a_system_is_read_until_that_is_known(conversion):
    conversion.machine("empty", [DATA_MEGABYTES])
    status, told, _ = conversion.convert("empty")
    assert status == 1 and "inspection could not detect the source guest" in told, told


@check
def a_machine_is_converted_and_its_data_disk_is_equal_by_bytes(conversion):
    conversion.machine_with_guest("plain")
    out = conversion.converted("plain")
    assert disk.checksum_of_file(out / "plain-sdb") == disk.checksum_of(conversion.export("plain", 1), whole=True)


@check
def what_is_converted_of_a_machine_with_snapshots_is_the_top_of_its_chain(conversion):
    """virt-v2v asks for <disk>-00000N-flat.vmdk first, and takes the base where there is none."""
    machine = conversion.machine_with_guest("chained")
    base = disk.checksum_of(conversion.export("chained", 1))
    for count in range(2):
        machine.snapshot(f"snapshot {count}")
        conversion.guest_writes("chained", 10 + count)
    out = conversion.converted("chained")
    top = disk.checksum_of(conversion.export("chained", 1), whole=True)
    assert top != base
    assert disk.checksum_of_file(out / "chained-sdb") == top


def prepare():
    server = Server().start()
    conversion = Conversion(server)
    return lambda label: conversion, server


if __name__ == "__main__":
    run(prepare)
