"""Reads of cached disks: depth 31 against our depth 1, against qemu-nbd on qcow2, and on the very same VMDK chain.

The goals are those of the issue. At queue depth 32 the client sends each request by itself, or its queue in one system call.
"""
from ..chains import Chains
from ..load import MIB, Load, Measuring, compare, require_same
from ..servers import Qemu, Vcsnap
from ..settings import DEPTH

LOADS = [
    Load("random 4 KiB read, queue depth 1", "randread", 4096, 1),
    Load("random 4 KiB read, queue depth 32", "randread", 4096, 32),
    Load("random 4 KiB read, queue depth 32 in batches", "randread", 4096, 32, one_by_one=False),
    Load("sequential 1 MiB read, queue depth 4", "read", MIB, 4, one_by_one=False),
]
OWN_DEPTH = [0.9, 0.9, 0.9, 0.9]
QCOW2 = [2, 5, 7, 3]
SAME_VMDK = [10, 10, 10, 10]


def measure(settings, product):
    chains = Chains(settings, product)
    rows = []
    for kind in settings.kinds:
        with Vcsnap(settings, product, chains.ours(kind), "--read-only") as ours:
            with Vcsnap(settings, product, chains.ours(kind, 1), "--read-only") as shallow:
                rows += side_by_side(settings, f"{kind}, depth {DEPTH} : our depth 1", ours, shallow, OWN_DEPTH)
            with Qemu(settings, chains.qcow2(), "qcow2", "-r") as peer:
                require_same(ours, peer, settings.size)
                rows += side_by_side(settings, f"{kind} : qemu-nbd qcow2, depth {DEPTH}", ours, peer, QCOW2)
            if kind == "vmfssparse":
                with Qemu(settings, chains.ours(kind), "vmdk", "-r") as peer:
                    require_same(ours, peer, settings.size)
                    rows += side_by_side(settings, f"{kind} : qemu-nbd on the same files", ours, peer, SAME_VMDK, same=True)
    return rows


def side_by_side(settings, title, ours, peer, goals, same=False):
    """same: both read the same files, which are in the page cache after the first has read them."""
    measuring = Measuring(settings)
    measuring.warm(ours, settings.size)
    measuring.warm(peer, settings.size, cached=same)
    pairs = {load: [] for load in LOADS}
    for number in range(settings.rounds):
        for load in LOADS:
            pairs[load].append(measuring.pair(load, ours, peer, settings.size, number))
    return [compare(f"{title}: {load.name}", load, pairs[load], goal) for load, goal in zip(LOADS, goals)]
