"""What dissect.target reads of a guest from nothing but the files of its machine."""

import subprocess
import sys
from pathlib import Path

from runner import again, check, run
from sites import VMFS_SPARSE, Sites
from vsphere import folder_of, log_in, make_machine

NAME = "linux"
MEGABYTES = 32
FOLDERS = ("etc", "var", "opt", "root", "usr", "lib")


class Case:
    """A machine with an ext4 that has one file more in each link of its chain."""

    def __init__(self, server):
        self.server = server
        self.machine = make_machine(server, log_in(server), NAME, [MEGABYTES])
        self.image = server.home / "guest.raw"

    def guest_has(self, files):
        """Gives the guest's file system these files, by name."""
        root = self.server.home / "root"
        for folder in FOLDERS:
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (root / name).write_text(text)
        subprocess.run(
            ["mke2fs", "-q", "-F", "-t", "ext4", "-d", root, self.image, f"{MEGABYTES}M"],
            check=True,
            capture_output=True,
        )
        subprocess.run(["nbdcopy", "--flush", self.image, self.machine.running], check=True)

    def read(self, name):
        """A file of the guest as the machine's .vmx leads to it."""
        vmx = Path(folder_of(self.machine.vm)) / f"{NAME}.vmx"
        program = Path(sys.executable).with_name("target-fs")
        done = subprocess.run([program, "-q", vmx, "cat", name], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0 and done.stdout, f"{name}: {done.stdout}{done.stderr}"
        return done.stdout


@check
def a_file_of_the_guest_is_read_from_a_flat_disk(case):
    case.guest_has({"etc/hostname": "first\n"})
    case.machine.power_off()
    assert case.read("/etc/hostname") == "first\n"


@check
def a_file_of_the_guest_is_read_through_a_chain(case):
    for count in range(1, 4):
        case.machine.snapshot(f"snapshot {count}")
        case.guest_has({"etc/hostname": f"after {count}\n", f"root/file-{count}": "x" * 9000 + f"{count}\n"})
        assert case.read("/etc/hostname") == f"after {count}\n"
    for count in range(1, 4):
        assert case.read(f"/root/file-{count}").endswith(f"x{count}\n")


@check
def a_revert_and_a_merge_are_seen_by_their_files(case):
    first = case.machine.tree()[1].snapshot
    case.machine.revert(first)
    assert case.read("/etc/hostname") == "after 1\n"
    case.machine.remove_all()
    assert case.read("/etc/hostname") == "after 1\n"


again(VMFS_SPARSE)


def prepare():
    sites = Sites(Case)
    return sites, sites


if __name__ == "__main__":
    run(prepare)
