"""What Terraform's provider sees and does for a snapshot resource."""

import os
import subprocess

from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import Machine, log_in


class Provider:
    def __init__(self, server):
        self.server = server
        self.machine = Machine(server, log_in(server))
        self.uuid = self.machine.vm.config.uuid

    def run(self, *arguments, password=PASSWORD):
        user = USER.replace("@", "%40")
        url = f"https://{user}:{password}@127.0.0.1:{self.server.port}/sdk"
        return subprocess.run(
            [os.environ["PROVIDER"], url, *arguments], capture_output=True, text=True, timeout=60
        )

    def does(self, *arguments):
        done = self.run(*arguments)
        assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done.stdout.strip()

    def tidy(self):
        self.machine.tidy()


@check
def it_connects_to_all_three_interfaces(provider):
    assert provider.does("connect") == "VMware vCenter Server"


@check
def a_wrong_password_ends_it(provider):
    assert "incorrect user name or password" in provider.run("connect", password="wrong").stderr


@check
def a_snapshot_is_made_read_and_deleted(provider):
    snapshot = provider.does("create", provider.uuid, "planned", "by a configuration")
    assert provider.does("read", provider.uuid, snapshot) == "planned: by a configuration"
    provider.does("delete", provider.uuid, snapshot)
    assert provider.does("read", provider.uuid, snapshot) == "gone"


@check
def a_snapshot_that_went_meanwhile_is_gone(provider):
    snapshot = provider.does("create", provider.uuid, "planned", "")
    provider.machine.remove_all()
    assert provider.does("read", provider.uuid, snapshot) == "gone"


@check
def a_machine_that_is_not_there_is_said_so(provider):
    nobody = "00000000-0000-0000-0000-000000000000"
    assert "not found" in provider.run("create", nobody, "planned", "").stderr


@check
def a_tag_is_put_on_a_machine(provider):
    assert provider.does("tagged", provider.uuid, "owner", "backup") == "backup"


@check
def a_machine_is_made_with_all_that_the_provider_says_of_it_and_destroyed(provider):
    uuid = provider.does("machine", "planned machine")
    machine = Machine(provider.server, provider.machine.connection, "planned machine")
    assert machine.vm.config.uuid == uuid and machine.vm.runtime.powerState == "poweredOn"
    machine.remove(machine.snapshot("before the change"))
    provider.does("destroy", uuid)
    assert "not found" in provider.run("destroy", uuid).stderr


def prepare():
    server = Server().start()
    provider = Provider(server)
    return lambda label: provider, server


run(prepare)
