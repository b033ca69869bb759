"""Reads of disks that are not in the page cache.

Before each run the chain's files are dropped from the cache, by name (posix_fadvise) so that nobody else on the machine
loses his; what the storage below keeps in its own memory stays there, for both sides.
"""
import os

from ..chains import Chains
from ..load import Load, Measuring, compare
from ..servers import Qemu, Vcsnap
from ..settings import DEPTH

LOADS = [
    (Load("random 4 KiB read, queue depth 1", "randread", 4096, 1), None),
    (Load("random 4 KiB read, queue depth 32", "randread", 4096, 32), 1.3),
    (Load("random 4 KiB read, queue depth 32 in batches", "randread", 4096, 32, one_by_one=False), None),
]


def measure(settings, product):
    chains = Chains(settings, product)
    measuring = Measuring(settings)
    rows = []
    for kind in settings.kinds:
        with Vcsnap(settings, product, chains.ours(kind), "--read-only") as ours, \
                Qemu(settings, chains.qcow2(), "qcow2", "-r") as peer:
            for server in (ours, peer):
                measuring.warm(server, settings.size)
            for load, goal in LOADS:
                pairs = [measuring.pair(load, ours, peer, settings.size, number, lambda: forget(chains.directory))
                         for number in range(settings.rounds)]
                rows.append(compare(f"{kind} : qemu-nbd qcow2, depth {DEPTH}, cold: {load.name}", load, pairs, goal))
    return rows


def forget(directory):
    """Drops all files below a directory from the page cache; written pages first go to the disk."""
    for folder, _, names in os.walk(directory):
        for name in names:
            fd = os.open(os.path.join(folder, name), os.O_RDONLY)
            try:
                os.fdatasync(fd)
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(fd)
