"""Disks as their readers and guests see them: over NBD, through libnbd."""

import contextlib
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import nbd

CHUNK = 4 << 20
BLOCK = 64 << 10
ZEROES = bytes(BLOCK)


@contextlib.contextmanager
def opened(uri):
    handle = nbd.NBD()
    handle.add_meta_context(nbd.CONTEXT_BASE_ALLOCATION)
    handle.connect_uri(uri)
    try:
        yield handle
    finally:
        handle.shutdown()


def size_of(uri):
    with opened(uri) as disk:
        return disk.get_size()


class Checksum:
    """SHA-256 over the blocks that are not zero, each with its place: equal for equal bytes, whatever is a hole."""

    def __init__(self):
        self.digest = hashlib.sha256()

    def add(self, data, offset):
        for start in range(0, len(data), BLOCK):
            block = data[start : start + BLOCK]
            if block != ZEROES[: len(block)]:
                self.digest.update((offset + start).to_bytes(8, "big") + block)

    def text(self):
        return self.digest.hexdigest()


def checksum_of(uri, whole=False):
    """Of an export. The parts that the server says are zero are not read, unless the whole is asked for."""
    sum = Checksum()
    with opened(uri) as disk:
        for offset, length in [(0, disk.get_size())] if whole else data_in(disk):
            for at in range(offset, offset + length, CHUNK):
                sum.add(disk.pread(min(CHUNK, offset + length - at), at), at)
    return sum.text()


def data_in(disk):
    """The areas of an export that are not said to be zero, in whole blocks."""
    size, offset, areas = disk.get_size(), 0, []

    def extents(context, at, entries, error):
        nonlocal offset
        for length, flags in zip(entries[::2], entries[1::2]):
            if not flags & nbd.STATE_ZERO:
                areas.append((at // BLOCK * BLOCK, min(size, -(-(at + length) // BLOCK) * BLOCK)))
            at += length
        offset = at

    while offset < size:
        disk.block_status(min(1 << 30, size - offset), offset, extents)
    end = 0
    for start, stop in areas:
        start = max(start, end)
        if start < stop:
            yield start, stop - start
            end = stop


def checksum_of_file(path):
    sum = Checksum()
    with open(path, "rb", buffering=0) as file:
        size, offset = os.fstat(file.fileno()).st_size, 0
        while offset < size:
            try:
                offset = os.lseek(file.fileno(), offset, os.SEEK_DATA) // BLOCK * BLOCK
            except OSError:  # no more data
                break
            data = os.pread(file.fileno(), CHUNK, offset)
            sum.add(data, offset)
            offset += len(data)
    return sum.text()


def write(uri, offset, data):
    with opened(uri) as disk:
        disk.pwrite(data, offset)
        disk.flush()


class Guest:
    """A program that goes on writing to a disk in its own process until it is stopped, in a context.

    Two guests of one disk need two seeds: with the same one they write the same bytes to the same places.
    """

    def __init__(self, uri, seed, megabytes=256):
        self.command = [sys.executable, str(Path(__file__).with_name("guest.py")), uri, str(seed), str(megabytes)]
        self.process = None
        self.writes = 0

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline().strip() == "writing", "the guest could not open its disk"
        return self

    def stop(self):
        """Ends with a flush; returns how many writes were acknowledged."""
        out, _ = self.process.communicate()
        assert self.process.returncode == 0, f"the guest failed with status {self.process.returncode}"
        self.writes = int(out)
        return self.writes

    def __exit__(self, kind, *_):
        if self.process.poll() is None:
            if kind is None:
                self.stop()
            else:
                self.process.kill()
                self.process.wait()
