"""What Xen Orchestra's importer sees, and the bytes that its own readers make of a chain over HTTP."""

import contextlib
import json
import os
import subprocess

import disk
from runner import again, check, run
from server import PASSWORD, USER
from sites import VMFS_SPARSE, Sites
from vsphere import log_in, make_machine

NAME = "to-import"
NODES = {"scsi0:0": 96, "scsi0:1": 64}
AREA = 2 << 20


class Importer:
    """The importer in a process of its own, with one session for all that it is asked."""

    def __init__(self, server):
        self.server = server
        self.machine = make_machine(server, log_in(server), NAME, NODES.values())
        self.id = self.machine.vm._moId
        self.told = server.home / "importer.log"
        self.process = subprocess.Popen(
            ["node", os.environ["IMPORTER"], f"127.0.0.1:{server.port}", USER, PASSWORD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.told.open("w"),
            text=True,
        )

    def ask(self, method, *arguments):
        self.process.stdin.write(json.dumps({"method": method, "arguments": arguments}) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the importer ended: " + self.told.read_text()[-2000:]
        return json.loads(line)

    def does(self, method, *arguments):
        answer = self.ask(method, *arguments)
        assert "error" not in answer, f"{method}{arguments}: {answer['error']}"
        return answer.get("result")

    def refuses(self, method, *arguments):
        return self.ask(method, *arguments)["error"]

    def metadata(self):
        return self.does("getTransferableVmMetadata", self.id)

    def links(self, node):
        """The links of a disk as the importer finds them in the machine's files, the base first."""
        told = self.metadata()
        snapshots = told["snapshots"]["snapshots"] if told.get("snapshots") else []
        return [one for place in [*snapshots, told] for one in place["disks"] if one["node"] == node]

    @contextlib.contextmanager
    def copied(self, links):
        """A file of what the links show together, as the importer's readers read it."""
        copy = self.server.home / f"imported-{len(links)}.raw"
        chain = [{"datastore": link["datastore"], "path": f"{link['path']}/{link['fileName']}"} for link in links]
        assert self.does("read", chain, str(copy)) == copy.stat().st_size // AREA
        try:
            yield copy
        finally:
            copy.unlink()

    def checksum(self, links):
        with self.copied(links) as copy:
            return disk.checksum_of_file(copy)

    def changed(self, links):
        """Where the top link shows other bytes than those below it, in areas of 2 MiB."""
        with self.copied(links[:-1]) as below, self.copied(links) as top:
            with below.open("rb") as old, top.open("rb") as new:
                return {at for at in range(0, top.stat().st_size, AREA) if old.read(AREA) != new.read(AREA)}

    def export(self, node, snapshot=None):
        return self.server.nbd(f"{NAME}/{node}" + (f"@{snapshot._moId}" if snapshot else ""))

    @contextlib.contextmanager
    def guest_writes(self, seed):
        """On both disks, for as long as the context is open; to different places for each seed."""
        with contextlib.ExitStack() as guests:
            for at, node in enumerate(NODES):
                guests.enter_context(disk.Guest(self.export(node), seed + at, 40))
            yield

    def snapshot(self, name):
        self.does("snapshot", self.id, name, "made by the importer")
        return self.machine.vm.snapshot.currentSnapshot

    def reads_what_was_frozen(self, snapshot):
        for node in NODES:
            frozen = disk.checksum_of(self.export(node, snapshot), whole=True)
            assert self.checksum(self.links(node)[:-1]) == frozen, f"{node} of {snapshot._moId}"

    def close(self):
        self.process.stdin.close()
        self.process.wait(30)


@check
def it_lists_the_machines_and_their_disks_can_be_read_directly(importer):
    listed = {machine["nameLabel"]: machine for machine in importer.does("getAllVmMetadata")}
    assert set(listed) == {NAME, "DC0_H0_VM0", "DC0_H0_VM1", "DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1"}, listed
    told = listed[NAME]
    assert told["id"] == importer.id and told["powerState"] == "poweredOn" and told["firmware"] == "bios", told
    assert told["hasAllExtentsListed"] and (told["memory"], told["nCpus"]) == (64 << 20, 2), told


@check
def the_files_of_a_machine_without_snapshots_are_understood(importer):
    told = importer.metadata()
    assert (told["name_label"], told["memory"], told["nCpus"]) == (NAME, 64 << 20, 2), told
    assert {one["node"]: one["capacity"] for one in told["disks"]} == {n: mb << 20 for n, mb in NODES.items()}, told
    assert all(one["isFull"] and one["vmdkFormat"] == "VMFS" for one in told["disks"]), told["disks"]
    assert told.get("snapshots") is None, told


@check
def a_warm_import_of_snapshots_that_it_takes_is_equal_by_bytes(importer):
    """As an import goes on: the base is copied beside the running guest, then one delta after the other."""
    with importer.guest_writes(seed=100):
        importer.reads_what_was_frozen(importer.snapshot("base"))
    for count in range(1, 3):
        with importer.guest_writes(seed=100 + 10 * count):
            snapshot = importer.snapshot(f"delta {count}")
        importer.reads_what_was_frozen(snapshot)


@check
def every_link_names_its_parent(importer):
    for node in NODES:
        links = importer.links(node)
        assert [one["isFull"] for one in links] == [True, False, False, False], links
        for parent, child in zip(links, links[1:]):
            assert child["parentFileName"] == os.path.basename(parent["diskPath"]), links
            assert child["parentId"] == parent["uid"], links


@check
def a_reset_machine_keeps_its_links(importer):
    before = [importer.links(node) for node in NODES]
    importer.does("reset", importer.id)
    assert [importer.links(node) for node in NODES] == before


@check
def the_last_delta_of_a_machine_that_it_powers_off_is_equal_by_bytes(importer):
    with importer.guest_writes(seed=1000):
        pass
    importer.does("powerOff", importer.id)
    assert importer.metadata()["powerState"] == "poweredOff"
    for node in NODES:
        assert importer.checksum(importer.links(node)) == disk.checksum_of(importer.export(node), whole=True), node


@check
def the_areas_of_a_delta_are_read_from_its_directory(importer):
    """What the importer falls back to without VDDK: it knows vmfsSparse and says so of anything else."""
    for node in NODES:
        links = importer.links(node)
        for link in links[1:]:
            asked = ("getDataMap", importer.id, link["datastore"], link["diskPath"])
            if link["vmdkFormat"] == "SESPARSE":
                assert "COWD" in importer.refuses(*asked)
                continue
            areas = {area["offset"] for area in importer.does(*asked)}
            changed = importer.changed(links[: links.index(link) + 1])
            assert changed and changed <= areas, f"{node}: not told of {sorted(changed - areas)}"


@check
def all_snapshots_are_removed_and_the_bytes_stay(importer):
    before = {node: disk.checksum_of(importer.export(node)) for node in NODES}
    importer.does("removeAllSnapshots", importer.id)
    assert importer.machine.vm.snapshot is None
    for node in NODES:
        links = importer.links(node)
        assert [one["isFull"] for one in links] == [True], links
        assert importer.checksum(links) == before[node] == disk.checksum_of(importer.export(node)), node


again(VMFS_SPARSE)


def prepare():
    sites = Sites(Importer)
    return sites, sites


if __name__ == "__main__":
    run(prepare)
