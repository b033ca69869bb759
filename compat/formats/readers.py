"""Programs that are not ours and read VMDK files: each gives the checksum of a disk, or says why it cannot."""

import contextlib
import json
import subprocess
import tempfile
from pathlib import Path

import pyvmdk
from dissect.hypervisor.disk.vmdk import VMDK

import disk

SMALL = 64 << 20


def form_of(path):
    """flat, vmfsSparse, seSparse or stream."""
    with open(path, "rb") as file:
        start = file.read(10240)
    if start.startswith(b"KDMV"):
        return "stream"
    for line in start.split(b"\0")[0].decode().splitlines():
        if line.startswith("createType="):
            form = line.partition("=")[2].strip('"')
            return "flat" if form == "vmfs" else form
    raise AssertionError(f"{path} has no createType")


def parent_of(path):
    """The descriptor of the parent, or None for a base."""
    for line in path.read_text().splitlines():
        if line.startswith("parentFileNameHint="):
            return path.with_name(line.partition("=")[2].strip('"'))
    return None


def checksum_by(read, wanted):
    """Through `read(offset, length)`: all of a disk, or of a huge one where anything was ever written and beside it."""
    sum = disk.Checksum()
    for at, length in pieces_of(wanted):
        data = read(at, length)
        assert len(data) == length, f"{len(data)} of {length} bytes at {at}"
        sum.add(data, at)
    return sum.text()


def pieces_of(wanted):
    if wanted["size"] <= SMALL:
        blocks = range(0, wanted["size"], disk.BLOCK)
    else:
        near = {block + aside for block in wanted["blocks"] for aside in (-disk.BLOCK, 0, disk.BLOCK)}
        blocks = sorted(block for block in near if 0 <= block < wanted["size"])
    pieces = []
    for at in blocks:
        length = min(disk.BLOCK, wanted["size"] - at)
        if pieces and sum(pieces[-1]) == at and pieces[-1][1] < disk.CHUNK:
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + length)
        else:
            pieces.append((at, length))
    return pieces


class Qemu:
    name = "qemu-img"

    def refuses(self, form, wanted):
        return None

    def checksum(self, path, wanted):
        if wanted["size"] > SMALL:
            # It asks for the status of each grain, which takes hours for a whole disk of this size.
            return checksum_by(lambda offset, length: self.window(path, offset, length), wanted)
        with self.converted("-f", "vmdk", path) as raw:
            assert raw.stat().st_size == wanted["size"], f"{raw.stat().st_size} bytes"
            return disk.checksum_of_file(raw)

    def window(self, path, offset, length):
        source = {"driver": "vmdk", "file": {"driver": "file", "filename": str(path)}}
        window = {"driver": "raw", "offset": offset, "size": length, "file": source}
        with self.converted("json:" + json.dumps(window)) as raw:
            return raw.read_bytes()

    @contextlib.contextmanager
    def converted(self, *source):
        """-U as the engine, which may have the disk open, holds locks of its own."""
        with tempfile.TemporaryDirectory() as folder:
            raw = Path(folder) / "raw"
            command = ["qemu-img", "convert", "-U", *source, "-O", "raw", raw]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60)
            assert done.returncode == 0, done.stderr
            yield raw


class Libvmdk:
    name = "libvmdk"

    def refuses(self, form, wanted):
        return "it does not know SEsparse extents" if form == "seSparse" else None

    def checksum(self, path, wanted):
        chain, link = [], path
        while link is not None:
            handle = pyvmdk.handle()
            handle.open(str(link))
            handle.open_extent_data_files()
            if chain:
                chain[-1].set_parent(handle)
            chain.append(handle)
            link = parent_of(link) if form_of(link) != "stream" else None
        top = chain[0]
        try:
            assert top.get_media_size() == wanted["size"], f"{top.get_media_size()} bytes"
            return checksum_by(lambda offset, length: top.read_buffer_at_offset(length, offset), wanted)
        finally:
            for handle in chain:
                handle.close()


class Dissect:
    name = "dissect"

    def refuses(self, form, wanted):
        return None

    def checksum(self, path, wanted):
        chain = VMDK(path)
        assert chain.size == wanted["size"], f"{chain.size} bytes"

        def read(offset, length):
            # Not through its file face, which reads in 8 KiB and fails at the end of a disk that is no multiple of it.
            return chain.read_sectors(offset // 512, length // 512)

        try:
            return checksum_by(read, wanted)
        finally:
            while chain is not None:
                for extent in chain.disks:
                    extent.fh.close()
                chain = chain.parent


class SevenZip:
    name = "7-Zip"

    def refuses(self, form, wanted):
        if form in ("vmfsSparse", "seSparse"):
            return "it does not know deltas"
        return "it reads a disk only as a whole" if wanted["size"] > SMALL else None

    def checksum(self, path, wanted):
        done = subprocess.run(["7z", "x", "-so", path], capture_output=True, timeout=300)
        assert done.returncode == 0, done.stderr.decode()
        assert len(done.stdout) == wanted["size"], f"{len(done.stdout)} bytes"
        return checksum_by(lambda offset, length: done.stdout[offset : offset + length], wanted)


READERS = [Qemu(), Libvmdk(), Dissect(), SevenZip()]
