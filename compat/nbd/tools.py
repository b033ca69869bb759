"""The clients, each as a function of an export."""

import json
import os
import ssl
import subprocess
from urllib.parse import urlparse

from ovirt_imageio._internal import nbd as imageio

DIRTY = "qemu:dirty-bitmap:"


def tool(*arguments, fails=False):
    done = subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, timeout=300)
    said = f"{' '.join(map(str, arguments))}: {done.stderr}{done.stdout}"
    assert (done.returncode != 0) == fails, said
    return said if fails else done.stdout


def certificates(server):
    """A folder with the server's certificate, as libnbd and qemu want it."""
    folder = server.home / "tls"
    folder.mkdir(exist_ok=True)
    (folder / "ca-cert.pem").write_text(ssl.get_server_certificate(("127.0.0.1", server.port)))
    return folder


def secure(server, export):
    return f"nbds://localhost:{server.nbd_port}/{export}?tls-certificates={certificates(server)}"


def qemu(server, export, tls=False, **more):
    """The options of qemu's programs that name an export."""
    options = {"driver": "nbd", "host": "localhost" if tls else "127.0.0.1", "port": server.nbd_port, "export": export, **more}
    before = []
    if tls:
        before = ["--object", f"tls-creds-x509,id=tls0,dir={certificates(server)},endpoint=client"]
        options["tls-creds"] = "tls0"
    return [*before, "--image-opts", ",".join(f"{name}={value}" for name, value in options.items())]


def nbdinfo_map(uri, context="base:allocation"):
    return json.loads(tool("nbdinfo", f"--map={context}", "--json", uri))


def dirty_by_nbdinfo(server, export, moment):
    extents = nbdinfo_map(server.nbd(export), DIRTY + moment)
    return joined((extent["offset"], extent["length"]) for extent in extents if extent["type"] == 1)


def dirty_by_qemu(server, export, moment):
    """Changed areas are those that qemu takes for holes."""
    options = qemu(server, export, **{"x-dirty-bitmap": DIRTY + moment})
    extents = json.loads(tool("qemu-img", "map", "--output=json", *options))
    return joined((extent["start"], extent["length"]) for extent in extents if not extent["data"])


def dirty_by_imageio(server, export, moment):
    """This client takes the one bitmap that it is told of."""
    with imageio.open(urlparse(server.nbd(f"{export};since={moment}")), dirty=True) as client:
        assert client.dirty_bitmap == DIRTY + moment, client.dirty_bitmap
        areas, offset = [], 0
        while offset < client.export_size:
            for extent in client.extents(offset, min(1 << 30, client.export_size - offset))[client.dirty_bitmap]:
                if extent.dirty:
                    areas.append((offset, extent.length))
                offset += extent.length
        return joined(areas)


def joined(areas):
    result = []
    for start, length in areas:
        if result and result[-1][0] + result[-1][1] == start:
            result[-1] = (result[-1][0], result[-1][1] + length)
        else:
            result.append((start, length))
    return result


def sparse_copy(path, target):
    tool("cp", "--sparse=always", path, target)
    return target


def apply(areas, uri, path, opened):
    """Copies the areas of an export into a file."""
    file = os.open(path, os.O_WRONLY)
    try:
        with opened(uri) as source:
            for start, length in areas:
                for at in range(start, start + length, 1 << 20):
                    os.pwrite(file, source.pread(min(1 << 20, start + length - at), at), at)
    finally:
        os.close(file)
