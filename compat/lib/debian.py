"""Programs of Debian's packages, which are fetched and unpacked beside a test: nothing is installed."""

import os
import re
import subprocess


def fetch(folder, packages):
    """Unpacks Debian packages into a folder, once."""
    root = folder / "root"
    if not root.exists():
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(["apt-get", "-q", "download", *packages], cwd=folder, check=True, capture_output=True)
        unpacked = folder / "unpacked"
        for package in folder.glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", package, unpacked], check=True)
        unpacked.rename(root)
    return root


def libraries(files, search):
    """The shared libraries that programs need, from the unpacked packages or the machine's own."""
    path = ":".join(str(search / place) for place in ("usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"))
    told = subprocess.run(["ldd", *files], env={**os.environ, "LD_LIBRARY_PATH": path}, capture_output=True, text=True)
    assert "not found" not in told.stdout, told.stdout
    return set(re.findall(r"(/\S+\.so\S*) \(0x", told.stdout))
