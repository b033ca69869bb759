"""File systems for guests: on loop devices, with every step undone at the end, thawed first."""

import contextlib
import subprocess
import tempfile
import time
from pathlib import Path


def run(*command, **options):
    return subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True, **options).stdout


def patiently(*command):
    """Runs a command again until it succeeds: what holds a mount may end a moment later."""
    for attempt in range(50):
        try:
            return run(*command)
        except subprocess.CalledProcessError as problem:
            if attempt == 49:
                raise AssertionError(f"{command}: {problem.stderr}") from None
            time.sleep(0.1)


@contextlib.contextmanager
def room(megabytes=256):
    """A folder on a tmpfs of its own, so that nothing of the machine's disks is seen from within."""
    folder = Path(tempfile.mkdtemp(prefix="vcsnap-guest-"))
    run("mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=700", "guest", folder)
    try:
        yield folder
    finally:
        patiently("umount", folder)
        folder.rmdir()


@contextlib.contextmanager
def loop(file):
    """A block device on a file."""
    device = run("losetup", "--find", "--show", file).strip()
    try:
        yield device
    finally:
        patiently("losetup", "--detach", device)


@contextlib.contextmanager
def mounted(device, folder, options="rw"):
    """A mounted file system, which is thawed before it is unmounted, whoever froze it."""
    folder.mkdir(parents=True, exist_ok=True)
    run("mount", "-o", options, device, folder)
    try:
        yield folder
    finally:
        subprocess.run(["fsfreeze", "--unfreeze", folder], capture_output=True)
        patiently("umount", folder)


MAKE = {"ext4": ["mkfs.ext4", "-q", "-F"], "xfs": ["mkfs.xfs", "-q", "-f"]}


def make(kind, device, megabytes=None):
    run(*MAKE[kind], device, *([f"{megabytes}M"] if megabytes else []))
