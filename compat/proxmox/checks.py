"""What Proxmox's importer needs of an ESXi: its list of machines, and their files as it mounts them.

The importer itself is no package; these are its calls and its requests, told one by one.
"""

import base64
import http.client
import re
import urllib.parse

from pyVim.task import WaitForTask
from pyVmomi import vim

import disk
from runner import check, run
from server import PASSWORD, USER, Server, trusting
from vsphere import log_in

BLOCK = 1 << 20
DENSE = 32 << 20


class Host:
    def __init__(self, server):
        self.server = server
        self.connection = log_in(server)
        login = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        self.headers = {"Authorization": f"Basic {login}"}

    def listed(self):
        """As listvms.py makes it: the machines that are not vCLS, with their disks, by name."""
        content = self.connection.RetrieveContent()
        view = content.viewManager.CreateContainerView(content.rootFolder, [vim.VirtualMachine], True)
        try:
            return {vm.name: self.told_of(vm) for vm in view.view if not self.is_cluster_service(vm)}
        finally:
            view.Destroy()

    @staticmethod
    def is_cluster_service(vm):
        return any(option.key == "HDCS.agent" and option.value.lower() == "true" for option in vm.config.extraConfig)

    @staticmethod
    def told_of(vm):
        place = vm
        while not isinstance(place, vim.Datacenter):
            place = place.parent
        return {
            "vmx": vm.config.files.vmPathName,
            "checksum": bytes(vm.config.vmxConfigChecksum or b""),
            "power": str(vm.runtime.powerState),
            "datastores": {url.name: url.url for url in vm.config.datastoreUrl},
            "datacenter": place.name,
            "disks": [
                (device.backing.fileName, device.capacityInBytes)
                for device in vm.config.hardware.device
                if isinstance(device, vim.vm.device.VirtualDisk)
            ],
        }

    def ask(self, method, path, headers=None, datacenter="ha-datacenter", datastore="LocalDS_0"):
        """One request as the file system makes it, with the login in each: status, headers and body."""
        wire = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=30, context=trusting())
        query = urllib.parse.urlencode({"dcName": datacenter, "dsName": datastore})
        wire.request(method, f"/folder/{path}?{query}", headers={**self.headers, **(headers or {})})
        reply = wire.getresponse()
        try:
            return reply.status, reply.headers, reply.read()
        finally:
            wire.close()

    def read(self, path, start, end, size):
        """The bytes of a file from one place to another, as an exact range."""
        status, headers, body = self.ask("GET", path, {"Range": f"bytes={start}-{end - 1}"})
        assert status == 206 and len(body) == end - start, (status, len(body))
        assert headers["Content-Range"] == f"bytes {start}-{end - 1}/{size}", headers["Content-Range"]
        return body


def split(path):
    """The datastore and the path of `[datastore] path`."""
    return re.fullmatch(r"\[(.+?)\] (.+)", path).groups()


@check
def machines_are_listed_with_their_disks(host):
    listed = host.listed()
    assert sorted(listed) == ["ha-host_VM0", "ha-host_VM1"], listed
    for name, told in listed.items():
        assert told["vmx"] == f"[LocalDS_0] {name}/{name}.vmx" and told["power"] == "poweredOn", told
        assert told["datacenter"] == "ha-datacenter" and list(told["datastores"]) == ["LocalDS_0"], told
        assert told["disks"] == [(f"[LocalDS_0] {name}/{name}.vmdk", 1 << 30)], told


@check
def a_file_is_told_from_a_folder_by_its_type(host):
    status, headers, body = host.ask("HEAD", "ha-host_VM0/ha-host_VM0.vmx")
    assert (status, headers["Content-Type"], body) == (200, "application/octet-stream", b"")
    assert int(headers["Content-Length"]) > 0 and headers["Accept-Ranges"] == "bytes"
    status, headers, _ = host.ask("HEAD", "ha-host_VM0")
    assert status == 200 and headers["Content-Type"] != "application/octet-stream"


@check
def what_is_not_there_is_not_found(host):
    assert host.ask("HEAD", "ha-host_VM0/absent.vmdk")[0] == 404
    assert host.ask("GET", "ha-host_VM0/ha-host_VM0.vmx", datastore="absent")[0] == 404


@check
def a_login_is_wanted_with_each_request(host):
    status, headers, _ = host.ask("GET", "ha-host_VM0/ha-host_VM0.vmx", {"Authorization": "Basic eDp5"})
    assert status == 401 and headers["WWW-Authenticate"].startswith("Basic")


@check
def a_disk_is_read_by_its_descriptor_in_exact_ranges(host):
    ((name, capacity),) = host.listed()["ha-host_VM1"]["disks"]
    _, path = split(name)
    descriptor = host.ask("GET", path)[2].decode()
    assert descriptor.startswith("# Disk DescriptorFile")
    extent = re.search(r'^RW \d+ VMFS "(.+)"$', descriptor, re.MULTILINE)[1]
    flat = f"{path.rsplit('/', 1)[0]}/{extent}"
    machine = host.connection.content.searchIndex.FindByInventoryPath("ha-datacenter/vm/ha-host_VM1")
    WaitForTask(machine.PowerOffVM_Task())
    size = int(host.ask("HEAD", flat)[1]["Content-Length"])
    assert size == capacity
    with disk.opened(host.server.nbd("ha-host_VM1/scsi0:0")) as export:
        places = [(at, at + BLOCK) for at in range(0, DENSE, BLOCK)] + [(size - 1000, size), (4097, 4098)]
        for start, end in places:
            assert host.read(flat, start, end, size) == export.pread(end - start, start), f"from {start} to {end}"


def prepare():
    server = Server(options=["--personality", "esxi", "--machines", "2"]).start()
    host = Host(server)
    return lambda label: host, server


if __name__ == "__main__":
    run(prepare)
