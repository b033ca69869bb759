"""What the bytes of a snapshot say of how it was taken."""

import contextlib
import hashlib
import subprocess

from mounts import loop, mounted

NEEDS_RECOVERY = 0x4


def needs_recovery(image):
    """The flag by which ext4 says that its journal is to be replayed."""
    with open(image, "rb") as file:
        superblock = file.read(2048)[1024:]
    assert superblock[0x38:0x3A] == b"\x53\xef", "no ext4"
    return bool(int.from_bytes(superblock[0x60:0x64], "little") & NEEDS_RECOVERY)


def fsck(image):
    """How e2fsck ends on a copy of it: 0 is in order, 1 had something to do."""
    copy = image.with_name("copy")
    subprocess.run(["cp", "--sparse=always", image, copy], check=True)
    try:
        return subprocess.run(["e2fsck", "-fy", copy], capture_output=True).returncode
    finally:
        copy.unlink()


@contextlib.contextmanager
def seen(image, folder, options):
    with loop(image) as device, mounted(device, folder, options):
        yield folder


def tree(folder):
    """A checksum of all names, sizes and contents; what cannot be read is part of it."""
    sum = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        sum.update(str(path.relative_to(folder)).encode())
        try:
            sum.update(path.read_bytes() if path.is_file() else b"/")
        except OSError as problem:
            sum.update(str(problem.errno).encode())
    return sum.hexdigest()


def ledger_holds(folder):
    def number(name):
        text = (folder / name).read_bytes() if (folder / name).exists() else b""
        return int(text) if text.isdigit() else -1

    return number("intent") == 0 and number("a.db") == number("b.db") > 0


def damaged_files(folder):
    """Files that are short or zero where they should hold one pattern."""
    bad = 0
    for path in folder.glob("file-*"):
        data = path.read_bytes()
        bad += len(data) != 64 << 10 or data.count(0xA5) != len(data)
    return bad


def same_without_replay(image, folder, kind):
    """Whether the tree is the same with the log replayed as without; true when nothing was under way."""
    unreplayed = {"ext4": "ro,noload", "xfs": "ro,norecovery,nouuid"}[kind]
    with seen(image, folder, unreplayed):
        before = tree(folder)
    with seen(image, folder, {"ext4": "rw", "xfs": "rw,nouuid"}[kind]):
        return tree(folder) == before
