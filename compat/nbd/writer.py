"""Writes numbered blocks to URI until it is killed: each is flushed, and only then told. Usage: writer.py URI"""

import itertools
import sys

import nbd

disk = nbd.NBD()
disk.connect_uri(sys.argv[1])
for number in itertools.count():
    block = b"%08d" % number * 512
    disk.pwrite(block, number % 4096 * 4096)
    disk.flush()
    # More than one unfinished request at the end: half a large write may be on its way.
    disk.aio_pwrite(nbd.Buffer.from_bytearray(bytearray(b"unflushed" * 100_000)), 64 << 20)
    print(number, flush=True)
