"""Writes numbered blocks until it is cut off, flushes after each one and notes in a journal what was acknowledged.

Usage: numbered.py URI ROUND JOURNAL
       numbered.py --look URI ROUND LAST     looks whether the blocks up to LAST are there
"""

import hashlib
import os
import random
import sys

import nbd

BLOCK = 4096
BLOCKS = 20_000


def places(round):
    """Every block goes to a place of its own, all over the disk and out of order."""
    return random.Random(round).sample(range(BLOCKS), BLOCKS)


def content(round, number):
    return hashlib.sha512(b"%d/%d" % (round, number)).digest() * (BLOCK // 64)


def offset(place, size):
    return place * (size // BLOCKS // BLOCK) * BLOCK + place % 7 * 512  # often across two grains


def write(disk, round, journal):
    size = disk.get_size()
    with open(journal, "a", buffering=1) as acknowledged:
        for number, place in enumerate(places(round)):
            disk.pwrite(content(round, number), offset(place, size))
            disk.flush()
            acknowledged.write(f"{number}\n")


def look(disk, round, last):
    size = disk.get_size()
    for number, place in enumerate(places(round)[: last + 1]):
        if disk.pread(BLOCK, offset(place, size)) != content(round, number):
            sys.exit(f"block {number} of {last} at {offset(place, size)} was flushed and is lost")


looking = sys.argv[1] == "--look"
uri, round, end = sys.argv[1 + looking :]
disk = nbd.NBD()
disk.connect_uri(uri)
if looking:
    look(disk, int(round), int(end))
else:
    write(disk, int(round), end)
    os._exit(3)  # ran out of blocks before it was cut off
