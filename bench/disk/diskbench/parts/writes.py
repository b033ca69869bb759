"""Writes at depth 31 against qemu-nbd on qcow2: first writes, which allocate and copy, overwrites, and writes with a flush.

Each round starts from a fresh copy of the top link on both sides, and warms the servers up with writes to the disk's end.
"""
import os
import subprocess

from ..chains import Chains, copy_of_ours, copy_of_qcow2
from ..load import MIB, Load, Measuring, compare
from ..servers import Qemu, Vcsnap
from ..settings import DEPTH

WARM_UP = 0.94  # where the part of the disk starts that only the warm-up writes to


def write(name, depth, share, requests, **more):
    return Load(name, "randwrite", 4096, depth, share=share, requests=requests, **more)


LOADS = [
    (write("first 4 KiB write, queue depth 1", 1, (0, 0.24), 6000, first=True), 4),
    (write("first 4 KiB write, queue depth 32", 32, (0.24, 0.78), 20000, first=True), 6),
    (write("4 KiB overwrite, queue depth 32", 32, (0.24, 0.78), 20000), 3),
    (Load("sequential first write of 1 MiB, queue depth 4", "write", MIB, 4, share=(0.78, WARM_UP), first=True,
          one_by_one=False), 1.5),
    (write("4 KiB write + flush, queue depth 1", 1, (0.24, 0.78), 3000, flush_each=True), 1.0),
]


def measure(settings, product):
    chains = Chains(settings, product)
    measuring = Measuring(settings)
    rows = []
    for kind in settings.kinds:
        pairs = {load: [] for load, _ in LOADS}
        for number in range(settings.rounds):
            leaf = copy_of_ours(chains.ours(kind), "run")
            image = copy_of_qcow2(chains.qcow2(), "run")
            with Vcsnap(settings, product, leaf) as ours, Qemu(settings, image, "qcow2") as peer:
                for server in (ours, peer):
                    warm(settings, measuring, server)
                for load, _ in LOADS:
                    pairs[load].append(measuring.pair(load, ours, peer, settings.size, number))
        os.remove(image)
        rows += [compare(f"{kind} : qemu-nbd qcow2, depth {DEPTH}: {load.name}", load, pairs[load], goal)
                 for load, goal in LOADS]
    return rows


def warm(settings, measuring, server):
    first = str(int(settings.size * WARM_UP) // MIB * MIB)
    for arguments in (["-w", "randwrite", "-t", str(settings.warm_seconds / 2), "-1"],
                      ["-w", "randwrite", "-t", str(settings.warm_seconds / 4), "-q", "1"],
                      ["-w", "randwrite", "-q", "1", "-f", "1", "-n", "1500"],
                      ["-w", "write", "-b", str(MIB), "-q", "4", "-n", "200"],
                      ["-w", "randread", "-t", "1"]):
        subprocess.run([measuring.client, "-u", server.uri, "-o", first] + arguments,
                       stdout=subprocess.DEVNULL, check=True)
