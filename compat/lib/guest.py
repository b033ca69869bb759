"""A guest: writes, zeroes and discards at random on a disk over NBD until its standard input ends, then
flushes.

Usage: guest.py URI SEED MEGABYTES. It stays in the first MEGABYTES of the disk, in multiples of a sector, and
ends with the number of writes that the server acknowledged.
"""

import random
import select
import sys

import nbd

SECTOR = 512
WRITES_MIN = 50

uri, seed, span = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]) << 20
print(f"guest seed {seed}", file=sys.stderr)
dice = random.Random(seed)
disk = nbd.NBD()
disk.connect_uri(uri)
span = min(span, disk.get_size())
print("writing", flush=True)
writes = 0
while writes < WRITES_MIN or not select.select([sys.stdin], [], [], 0.001)[0]:
    length = dice.choice([1, 3, 8, 64, 127, 512]) * SECTOR
    offset = dice.randrange((span - length) // SECTOR) * SECTOR
    kind = dice.random()
    if kind < 0.90:
        disk.pwrite(dice.randbytes(length), offset)
    elif kind < 0.95:
        disk.zero(length, offset)
    else:
        disk.trim(length, offset)
    writes += 1
    if dice.random() < 0.02:
        disk.flush()
disk.flush()
disk.shutdown()
print(writes)
