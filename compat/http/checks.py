"""Programs that know nothing of vSphere read disks and files over HTTP, and write them."""

import hashlib
import json
import os
import random
import subprocess
import time
from pathlib import Path
from urllib.parse import quote

from pyVim.task import WaitForTask
from pyVmomi import vim

import disk
from runner import check, run
from server import PASSWORD, USER, Server
from vsphere import log_in, make_machine

NAME, MEGABYTES, PLACE = "web", 64, "?dcPath=DC0&dsName=LocalDS_0"
PATIENCE_SECONDS = 20


class Http:
    """A machine with two snapshots, whose disk has a base and two deltas."""

    def __init__(self, server):
        self.server, self.home = server, server.home
        self.machine = make_machine(server, log_in(server), NAME, [MEGABYTES])
        self.random = random.Random(7)
        self.scribble(12 << 20)
        self.snapshots = []
        for name in ("first", "second"):
            self.snapshots.append(self.machine.snapshot(name))
            self.scribble(3 << 20)

    def scribble(self, count):
        """Writes so many bytes to places that no grain begins at."""
        with disk.opened(self.machine.running) as export:
            for _ in range(count >> 16):
                at = self.random.randrange(0, export.get_size() - (1 << 16), 512)
                export.pwrite(self.random.randbytes(1 << 16), at)
            export.flush()

    def url(self, path):
        return f"{self.server.url}/folder/{path}{PLACE}"

    def content(self, snapshot=""):
        return f"{self.server.url}/_vcsnap/vms/{NAME}/disks/scsi0:0/content{snapshot and '?snapshot=' + snapshot}"

    def sums(self):
        """By the name of a link without a suffix: the checksum of what it shows, as NBD has it."""
        frozen = [self.machine.frozen(snapshot) for snapshot in self.snapshots]
        links = (NAME, f"{NAME}-000001", f"{NAME}-000002")
        return {link: disk.checksum_of(uri, whole=True) for link, uri in zip(links, [*frozen, self.machine.running])}

    def curl(self, *arguments, fails=False):
        command = ["curl", "-ksS", "-u", f"{USER}:{PASSWORD}", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, timeout=120)
        assert fails or done.returncode == 0, f"{' '.join(command)}: {done.stderr.decode()}"
        return done.stdout

    def status(self, *arguments):
        return int(self.curl("-o", self.home / "answer", "-w", "%{http_code}", *arguments))

    def cookie(self):
        """What stands before the first semicolon of the cookie that a password gives."""
        head = self.curl("-I", self.url(f"{NAME}/{NAME}.vmx")).decode()
        (line,) = [line for line in head.splitlines() if line.lower().startswith("set-cookie:")]
        return line.split(":", 1)[1].split(";")[0].strip()

    def sum_by_qemu_img(self, url):
        """Read by qemu's own HTTP client, one request at a time: with several, 7.2 may miss an answer and waits forever."""
        file = {"driver": "https", "url": url, "sslverify": "off", "cookie": self.cookie(), "readahead": 1 << 20}
        source = "json:" + json.dumps({"driver": "raw", "file": file})
        return self.sum_of_copy("qemu-img", "convert", "-m", "1", "-O", "raw", source, "OUT")

    def sum_of_copy(self, *command, **environment):
        """The checksum of a file that a command makes, whose name is in the command's text as OUT."""
        out = self.home / "out.raw"
        command = [str(part).replace("OUT", str(out)) for part in command]
        done = subprocess.run(command, env=dict(os.environ, **environment), capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}{done.stdout}"
        try:
            return disk.checksum_of_file(out)
        finally:
            out.unlink()


@check
def nbdkit_reads_the_base_and_every_delta_as_a_flat_disk(http):
    for link, expected in http.sums().items():
        seen = http.sum_of_copy(
            "nbdkit", "-U", "-", "curl", f"url={http.url(f'{NAME}/{link}-flat.vmdk')}", "sslverify=false",
            f"user={USER}", f"password={PASSWORD}", "--run", 'nbdcopy "$uri" OUT',
        )  # fmt: skip
        assert seen == expected, link


@check
def nbdkit_reads_with_the_cookie_of_a_password_as_virt_v2v_does(http):
    for link, expected in http.sums().items():
        path = quote(f"{NAME}/{link}-flat.vmdk", safe="").replace("_", "%5f")
        seen = http.sum_of_copy(
            "nbdkit", "-U", "-", "--filter=cow", "--filter=cacheextents", "--filter=retry", "curl",
            f"url={http.url(path)}", "sslverify=false", f"cookie={http.cookie()}", "timeout=2000",
            "--run", 'qemu-img convert -f raw -O raw "$uri" OUT',
        )  # fmt: skip
        assert seen == expected, link


@check
def qemu_img_reads_the_base_and_every_delta_as_a_flat_disk(http):
    for link, expected in http.sums().items():
        assert http.sum_by_qemu_img(http.url(f"{NAME}/{link}-flat.vmdk")) == expected, link


@check
def qemu_img_reads_the_disks_of_the_testers_own_door(http):
    for snapshot, expected in zip(("first", "second", ""), http.sums().values()):
        assert http.sum_by_qemu_img(http.content(snapshot)) == expected, snapshot


def qemu_img_reads_a_whole_chain_whose_files_are_mounted_over_http(http):
    mounted = http.home / "mounted"
    mounted.mkdir(exist_ok=True)
    expected = http.sums()
    listed = http.curl(http.url(NAME)).decode()
    extents = [name for name in names_in(listed) if name.endswith(("-flat.vmdk", "-sesparse.vmdk", "-delta.vmdk"))]
    assert len(extents) == len(expected), extents
    mounts = []
    try:
        for name in extents:
            (mounted / name).touch()
            nbdkit = ["nbdkit", "-s", "--exit-with-parent", "curl", f"url={http.url(f'{NAME}/{name}')}"]
            nbdkit += ["sslverify=false", f"cookie={http.cookie()}"]
            mounts.append(subprocess.Popen(["nbdfuse", "-r", mounted / name, "--command", *nbdkit]))
        end = time.monotonic() + PATIENCE_SECONDS
        while not all(os.path.ismount(mounted / name) for name in extents):
            assert time.monotonic() < end, "nbdfuse mounted nothing"
            time.sleep(0.1)
        for link, checksum in expected.items():
            http.curl("-o", mounted / f"{link}.vmdk", http.url(f"{NAME}/{link}.vmdk"))
            top = mounted / f"{link}.vmdk"
            assert http.sum_of_copy("qemu-img", "convert", "-U", "-f", "vmdk", "-O", "raw", top, "OUT") == checksum, link
    finally:
        for name in extents:
            subprocess.run(["fusermount3", "-u", mounted / name], capture_output=True)
        for mount in mounts:
            mount.wait(PATIENCE_SECONDS)


if os.path.exists("/dev/fuse"):
    check(qemu_img_reads_a_whole_chain_whose_files_are_mounted_over_http)


def names_in(page):
    """The names of a listing, cut out as CloudStack does."""
    return [part.rsplit(">", 1)[1] for part in page.split("</a></td><td ")[:-1]]


@check
def curl_uploads_lists_reads_and_deletes_a_file(http):
    content = http.random.randbytes(5 << 20)
    local, back = http.home / "local", http.home / "back"
    local.write_bytes(content)
    url = http.url("uploads/deep/some%20file.bin")
    assert http.status("-T", local, url) == 201
    assert http.status("-T", local, url) == 200
    assert names_in(http.curl(http.url("uploads")).decode()) == ["deep/"]
    assert names_in(http.curl(http.url("uploads/deep/")).decode()) == ["some file.bin"]
    http.curl("-o", back, url)
    assert back.read_bytes() == content
    assert http.curl("-r", "1000-1999", url) == content[1000:2000]
    assert http.curl("-r", f"{len(content) - 10}-{len(content) + 100}", url) == content[-10:]
    back.write_bytes(content[:1_000_000])
    http.curl("-C", "-", "-o", back, url)
    assert back.read_bytes() == content, "a download that is taken up again"
    assert http.status("-r", f"{len(content)}-", url) == 416
    assert http.status("--data-binary", "@" + str(local), "-X", "PUT", url) == 200
    assert hashlib.sha256(http.curl(url)).digest() == hashlib.sha256(content).digest()
    assert http.status("-X", "DELETE", url) == 200
    assert http.status(url) == 404
    assert http.status("-X", "DELETE", http.url("uploads")) == 200
    assert http.status(http.url("uploads")) == 404


@check
def curl_cannot_replace_or_delete_what_a_machine_uses(http):
    local = http.home / "local"
    local.write_bytes(b"x")
    for name in (f"{NAME}.vmx", f"{NAME}.vmdk", f"{NAME}-flat.vmdk", f"{NAME}-000002-sesparse.vmdk"):
        assert http.status("-T", local, http.url(f"{NAME}/{name}")) == 423, name
        assert http.status("-X", "DELETE", http.url(f"{NAME}/{name}")) == 423, name


@check
def a_reader_that_goes_away_leaves_nothing_open(http):
    for link in (NAME, f"{NAME}-000001"):
        for _ in range(20):
            http.curl("--limit-rate", "100k", "-m", "0.1", "-o", os.devnull, http.url(f"{NAME}/{link}-flat.vmdk"), fails=True)
    end = time.monotonic() + PATIENCE_SECONDS
    while (count := sum(path.endswith(f"/{NAME}-flat.vmdk") for path in descriptors(http))) > 1:
        assert time.monotonic() < end, f"{count} descriptors of the flat disk are open"
        time.sleep(0.2)
    task = http.snapshots[1].RemoveSnapshot_Task(removeChildren=False, consolidate=True)
    while True:
        try:
            return WaitForTask(task)
        except vim.fault.FileLocked as held:  # by a reader whose end the server has not noticed yet
            assert time.monotonic() < end, held.msg
            time.sleep(0.2)
            task = http.machine.vm.ConsolidateVMDisks_Task()


def descriptors(http):
    folder = Path(f"/proc/{http.server.process.pid}/fd")
    for each in folder.iterdir():
        try:
            yield os.readlink(each)
        except FileNotFoundError:  # closed meanwhile
            pass


@check
def curl_drives_the_whole_story(http):
    def write(text):
        span = f"Content-Range: bytes 4096-{4096 + len(text) - 1}/*"
        assert http.status("-X", "PUT", "--data-binary", text, "-H", span, http.content()) == 204

    def read(snapshot=""):
        return http.curl("-r", "4096-4101", http.content(snapshot)).decode()

    write("before")
    http.machine.snapshot("story")
    write("after!")
    assert (read(), read("story")) == ("after!", "before")
    http.machine.revert(http.machine.vm.snapshot.currentSnapshot)
    assert read() == "before"
    with disk.opened(http.machine.running) as export:
        assert export.pread(6, 4096) == b"before", "over NBD"


@check
def after_all_snapshots_are_gone_the_flat_disk_has_everything(http):
    expected = disk.checksum_of(http.machine.running, whole=True)
    http.machine.remove_all()
    assert http.status(http.url(f"{NAME}/{NAME}-000001-flat.vmdk")) == 404
    source = http.home / "flat.raw"
    http.curl("-o", source, http.url(f"{NAME}/{NAME}-flat.vmdk"))
    assert disk.checksum_of_file(source) == expected


def prepare():
    server = Server().start()
    http = Http(server)
    return lambda label: http, server


if __name__ == "__main__":
    run(prepare)
