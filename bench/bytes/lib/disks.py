"""Disks with something on them."""

import random
import subprocess

GRAIN = 64 << 10
VM, NODE = "DC0_H0_VM0", "scsi0:0"


def content(size, rnd):
    """Grains of which four in five are text, which packs to a third, and one is noise."""
    words = ["".join(rnd.choices("abcdefghijklmnopqrstuvwxyz", k=rnd.randint(3, 9))) for _ in range(4000)]
    texts = [" ".join(rnd.choices(words, k=20_000)).encode()[:GRAIN] for _ in range(32)]
    grains = texts + [rnd.randbytes(GRAIN) for _ in range(8)]
    for _ in range(size // GRAIN):
        yield rnd.choice(grains)


def fill(server, size, seed, export=f"{VM}/{NODE}"):
    """Writes the first bytes of a running disk as a guest would."""
    raw = server.home / "content.raw"
    with raw.open("wb") as file:
        file.writelines(content(size, random.Random(seed)))
    uri = server.nbd(export)
    subprocess.run(["qemu-img", "convert", "-n", "-f", "raw", "-O", "raw", "--target-is-zero", raw, uri], check=True)
    raw.unlink()
