"""What tools see and do that are made of yavijava."""

import os
import subprocess

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import Machine, log_in


class Tool:
    def __init__(self, server):
        self.server = server
        self.machine = Machine(server, log_in(server))

    def run(self, deed, *arguments, password=PASSWORD):
        command = [os.environ["JAVA"], "-cp", os.environ["YAVIJAVA_CLASSPATH"], "Client"]
        command += [f"{self.server.url}/sdk", USER, password, deed, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    def sees(self, deed, *arguments):
        done = self.run(deed, *arguments)
        assert done.returncode == 0, f"{deed} {arguments}: {done.stderr[-2000:]}"
        return done.stdout.strip()

    def does(self, deed, *arguments):
        assert self.sees(deed, self.machine.name, *arguments) == "success"

    def tree(self):
        return self.sees("tree", self.machine.name)

    def tidy(self):
        self.machine.tidy()


@check
def it_connects(tool):
    assert tool.sees("about") == "VirtualCenter 8.0.3"


@check
def a_wrong_password_is_refused(tool):
    done = tool.run("about", password="wrong")
    assert done.returncode != 0 and "InvalidLogin" in done.stderr, done.stderr


@check
def the_inventory_is_found_by_its_navigator(tool):
    assert sorted(tool.sees("machines").splitlines()) == [
        f"{name} poweredOn" for name in ("DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1", "DC0_H0_VM0", "DC0_H0_VM1")
    ]


@check
def a_machine_is_read_by_the_older_interface(tool):
    assert tool.sees("describe", tool.machine.name).split() == [tool.machine.vm.config.uuid, "true", "true", "true"]


@check
def snapshots_grow_into_a_tree_and_go(tool):
    tool.does("create", "one", "the first")
    tool.does("create", "two", "the second")
    assert tool.tree() == "one: the first\n  two: the second"
    tool.does("revert", "one")
    tool.does("create", "three", "")
    assert tool.tree() == "one: the first\n  two: the second\n  three:"
    tool.does("remove", "one")
    assert tool.tree() == "two: the second\nthree:"
    tool.does("removeAll")
    assert tool.tree() == ""


@check
def a_revert_brings_the_bytes_back(tool):
    disk.write(tool.machine.running, 1 << 20, b"\1" * 65536)
    before = disk.checksum_of(tool.machine.running)
    tool.does("create", "before", "")
    disk.write(tool.machine.running, (1 << 20) + 4096, b"\2" * 65536)
    assert disk.checksum_of(tool.machine.running) != before
    tool.does("revert", "before")
    assert disk.checksum_of(tool.machine.running) == before
    tool.does("removeAll")
    assert disk.checksum_of(tool.machine.running) == before


@check
def power_is_switched(tool):
    tool.machine.power_on()
    tool.does("powerOff")
    assert tool.machine.vm.runtime.powerState == "poweredOff"
    tool.does("powerOn")
    assert tool.machine.vm.runtime.powerState == "poweredOn"


def prepare():
    server = Server().start()
    tool = Tool(server)
    return lambda label: tool, server


run(prepare)
