"""The disks that are measured: the same bytes as our chains and as qemu's, made once and kept.

The base has 64 KiB pieces, each half random and half repeating. Delta k has PERCENT of the disk's pieces written anew, at
places and with bytes that depend on k alone.
"""
import os
import random
import shutil
import struct
import subprocess

from .nbd import Writer
from .servers import Qemu
from .settings import DEPTH

PIECE = 65536
PERCENT = 3
SEED = 1000


def pieces(delta, size, percent=PERCENT):
    """The (offset, bytes) that delta 1, 2, ... writes."""
    chance = random.Random(SEED + delta)
    count = size // PIECE
    for piece in chance.sample(range(count), count * percent // 100):
        yield piece * PIECE, chance.randbytes(PIECE // 2) + chance.randbytes(16) * (PIECE // 32)


class Chains:
    """A disk of one size; each method makes what is missing and returns the path to open."""

    def __init__(self, settings, product):
        self.settings = settings
        self.product = product
        self.size = settings.size
        self.directory = settings.place(f"chains-{self.size >> 20}m")

    def path(self, *names):
        return os.path.join(self.directory, *names)

    def raw(self):
        path = self.path("base.raw")
        if not os.path.exists(path):
            self.settings.say(f"making the base, {self.size >> 20} MiB")
            chance = random.Random(SEED)
            with open(path + ".new", "wb") as file:
                for _ in range(self.size // PIECE):
                    file.write(chance.randbytes(PIECE // 2) + chance.randbytes(16) * (PIECE // 32))
            os.rename(path + ".new", path)
        return path

    def qcow2(self, delta=DEPTH):
        """qemu's chain; returns the image of one delta, or of the base for 0."""
        base = self.path("base.qcow2")
        if not os.path.exists(base):
            self.settings.say("making the qcow2 base")
            run("qemu-img", "convert", "-f", "raw", "-O", "qcow2", self.raw(), base + ".new")
            os.rename(base + ".new", base)
        parent = base
        for k in range(1, delta + 1):
            child = self.path(f"l{k}.qcow2")
            if not os.path.exists(child):
                self.settings.say(f"making {os.path.basename(child)}")
                self.qcow2_delta(child, parent, pieces(k, self.size))
            parent = child
        return parent

    def qcow2_delta(self, child, parent, writes):
        run("qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", parent, child + ".new")
        with Qemu(self.settings, child + ".new", "qcow2") as server:
            with Writer(server.socket) as writer:
                for offset, data in writes:
                    writer.write(offset, data)
        os.rename(child + ".new", child)

    def ours(self, kind, delta=DEPTH):
        """Our chain; returns the descriptor of one delta. The base's bytes are shared with the raw file."""
        folder = self.path(kind)
        done = os.path.join(folder, ".complete")
        if not os.path.exists(done):
            self.settings.say(f"making the {kind} chain")
            shutil.rmtree(folder, ignore_errors=True)
            os.makedirs(folder)
            self.our_base(folder, os.link)
            self.our_deltas(folder, kind, [pieces(k, self.size) for k in range(1, DEPTH + 1)])
            open(done, "w").close()
        return os.path.join(folder, f"l{delta}.vmdk")

    def our_base(self, folder, put):
        """A flat base disk in a folder, whose extent is linked or copied from the raw file."""
        run(*self.product.java("dev.vcsnap.bench.MakeBase", os.path.join(folder, "base.vmdk"), self.size))
        extent = os.path.join(folder, "base-flat.vmdk")
        os.remove(extent)
        put(self.raw(), extent)

    def our_deltas(self, folder, kind, deltas):
        """Puts deltas l1, l2, ... on the base of a folder."""
        maker = subprocess.Popen(self.product.java("dev.vcsnap.bench.MakeDeltas", os.path.join(folder, "base.vmdk"), kind),
                                 stdin=subprocess.PIPE)
        for writes in deltas:
            for offset, data in writes:
                maker.stdin.write(struct.pack(">qi", offset, len(data)) + data)
            maker.stdin.write(struct.pack(">qi", 0, 0))
        maker.stdin.close()
        if maker.wait():
            raise SystemExit(f"the {kind} chain could not be made")


def copy_of_ours(descriptor, name):
    """Copies a link beside itself, so that it can be written and thrown away; returns the new descriptor."""
    folder, old = os.path.split(descriptor)
    old = old.removesuffix(".vmdk")
    for file in os.listdir(folder):
        if file.startswith(f"{name}.") or file.startswith(f"{name}-"):
            os.remove(os.path.join(folder, file))
    for file in os.listdir(folder):
        if file.startswith(f"{old}-"):
            shutil.copyfile(os.path.join(folder, file), os.path.join(folder, name + file.removeprefix(old)))
    copy = os.path.join(folder, f"{name}.vmdk")
    with open(descriptor) as source, open(copy, "w") as target:
        target.write(source.read().replace(f'"{old}-', f'"{name}-'))
    return copy


def copy_of_qcow2(image, name):
    copy = os.path.join(os.path.dirname(image), f"{name}.qcow2")
    shutil.copyfile(image, copy)
    return copy


def run(*command):
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
