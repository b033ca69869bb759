"""Databases on a snapshot's disk: the work that recovery finds tells crash, file system and application consistent apart."""

import contextlib
import glob
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from runner import check, run
from server import PROGRAM, ROOT, Server
from vsphere import Machine, disk_of, log_in, path_of

SCRIPTS = ROOT / "docs" / "freeze-scripts"
KINDS = ("crash", "file system", "application")
WARM_UP_SECONDS = 3


def tool(*arguments, user=None, check=True, env=None):
    command = [str(argument) for argument in arguments]
    if user:
        command = ["runuser", "-u", user, "--", *command]
    done = subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=120, cwd="/", env={**os.environ, **(env or {})}
    )
    assert done.returncode == 0 or not check, f"{' '.join(command)}: {done.stderr}{done.stdout}"
    return done.stdout + done.stderr


@contextlib.contextmanager
def device_of(uri, home):
    """A block device on an export: nbdfuse makes a file of it, and a loop device of that."""
    folder = Path(home) / "fuse"
    folder.mkdir(parents=True)
    file = folder / "disk"
    file.touch()
    fuse = subprocess.Popen(["nbdfuse", str(file), uri])
    loop = None
    try:
        end = time.monotonic() + 30
        while not os.path.ismount(file):
            assert fuse.poll() is None and time.monotonic() < end, "nbdfuse did not come up"
            time.sleep(0.02)
        loop = tool("losetup", "--find", "--show", file).strip()
        yield loop
    finally:
        if loop:
            tool("losetup", "-d", loop)
        tool("fusermount", "-u", file, check=False)
        fuse.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def mounted(device, place, *options):
    Path(place).mkdir(parents=True, exist_ok=True)
    tool("mount", *options, device, place)
    try:
        yield Path(place)
    finally:
        tool("umount", place)


def freeze_file_system(place, thaw=False):
    tool("fsfreeze", "--unfreeze" if thaw else "--freeze", place)


class Databases:
    def __init__(self, server):
        self.server = server
        self.home = server.home

    def machine(self):
        return Machine(self.server, log_in(self.server))

    def tidy(self):
        self.machine().remove_all()

    @contextlib.contextmanager
    def file_system(self):
        """An empty ext4 on the machine's running disk."""
        with device_of(self.machine().running, self.home) as device:
            tool("mkfs.ext4", "-q", "-F", device)
            with mounted(device, self.home / "running") as place:
                os.chmod(self.home, 0o755)
                yield place

    def snapshot(self, kind, place, script, env):
        """One snapshot of that kind; whatever happens, file system and application go on."""
        began = time.monotonic()
        try:
            if kind == "application":
                tool(script, "freeze", env=env)
            try:
                if kind != "crash":
                    freeze_file_system(place)
                return self.machine().snapshot(kind), time.monotonic() - began
            finally:
                if kind != "crash":
                    freeze_file_system(place, thaw=True)
        finally:
            if kind == "application":
                tool(script, "thaw", env=env)

    def verified(self, snapshot):
        """What `vcsnap verify` says of the snapshot's file; ext4 knows nothing of applications."""
        machine = self.machine()
        descriptor = path_of(machine.vm, disk_of(snapshot.config).backing.fileName)
        return json.loads(tool(PROGRAM, "verify", "--json", descriptor))["kind"]

    @contextlib.contextmanager
    def copy(self, snapshot):
        """The snapshot's file system, of a copy of its disk that may be written to."""
        raw = self.home / "copy.raw"
        tool("nbdcopy", self.machine().frozen(snapshot), raw)
        try:
            with mounted(raw, self.home / "copy", "-o", "loop") as place:
                yield place
        finally:
            raw.unlink()


class PostgreSql:
    def __init__(self, place, home):
        self.programs = Path(sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1])
        self.data, self.home = Path(place) / "pg", home / "pg"
        self.home.mkdir(exist_ok=True)
        shutil.chown(self.home, "postgres")

    def run(self, program, *arguments, **more):
        return tool(self.programs / program, *arguments, user="postgres", **more)

    def create(self):
        self.data.mkdir()
        shutil.chown(self.data, "postgres")
        self.run("initdb", "-D", self.data, "--data-checksums", "-A", "trust")
        self.start()
        self.run("pgbench", "-h", self.home, "-i", "-s", "3", "-q", "postgres")

    def start(self):
        # Checkpoints only when asked for, so that the work after one can be counted.
        options = f"-c listen_addresses= -c unix_socket_directories={self.home} -c checkpoint_timeout=1h -c max_wal_size=4GB"
        self.run("pg_ctl", "-D", self.data, "-w", "-l", self.home / "log", "-o", options, "start")

    def stop(self):
        self.run("pg_ctl", "-D", self.data, "-w", "-m", "fast", "stop")

    def load(self):
        return subprocess.Popen(
            ["runuser", "-u", "postgres", "--", str(self.programs / "pgbench"), "-h", str(self.home), "-c", "4", "-T", "300", "postgres"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
        )

    def env(self):
        return {
            "PSQL": f"runuser -u postgres -- {self.programs}/psql -h {self.home}",
            "STATE": f"{self.home}/frozen",
        }

    def records_after_redo(self):
        """How many records of the log a recovery of this copy would have to read."""
        told = self.run("pg_controldata", self.data)
        redo = re.search(r"REDO location:\s+(\S+)", told).group(1)
        dump = self.run("pg_waldump", "-p", self.data / "pg_wal", "-s", redo, check=False)
        return sum(line.startswith("rmgr:") for line in dump.splitlines())

    def query(self, text):
        return self.run("psql", "-h", self.home, "-qXAt", "-c", text, "postgres").strip()


@check
def postgresql_has_next_to_nothing_to_recover_where_it_was_frozen(databases):
    taken = []
    with databases.file_system() as place:
        running = PostgreSql(place, databases.home)
        running.create()
        load = running.load()
        try:
            for kind in KINDS:
                time.sleep(WARM_UP_SECONDS)
                taken.append((kind, *databases.snapshot(kind, place, SCRIPTS / "postgresql", running.env())))
            before = running.query("SELECT count(*) FROM pgbench_history")
            time.sleep(1)
            assert running.query("SELECT count(*) FROM pgbench_history") > before, "it does not go on after the thaw"
        finally:
            load.kill()
            load.wait()
            running.stop()
    records = {}
    for kind, snapshot, seconds in taken:
        verdict = databases.verified(snapshot)
        with databases.copy(snapshot) as place:
            copy = PostgreSql(place, databases.home)
            records[kind] = copy.records_after_redo()
            (copy.data / "postmaster.pid").unlink(missing_ok=True)
            copy.start()
            sums = copy.query(
                "SELECT (SELECT sum(abalance) FROM pgbench_accounts) = (SELECT sum(bbalance) FROM pgbench_branches)"
            )
            copy.stop()
        print(f"      {kind}: verify says {verdict}, {records[kind]} records to recover, sums equal: {sums}, {seconds:.1f} s")
        assert verdict == ("crash" if kind == "crash" else "fileSystem"), verdict
        assert sums == "t", f"the sums of the {kind} consistent copy differ"
    assert records["application"] < 20, records
    assert records["crash"] > 500 and records["file system"] > 500, records


@check
def a_failed_postgresql_freeze_fails_the_script_and_holds_nothing(databases):
    with databases.file_system() as place:
        running = PostgreSql(place, databases.home)
        running.create()
        holder = subprocess.Popen(
            [*running.env()["PSQL"].split(), "-qX", "postgres"], stdin=subprocess.PIPE, text=True, cwd="/"
        )
        try:
            holder.stdin.write("BEGIN; LOCK TABLE pgbench_tellers IN ROW EXCLUSIVE MODE;\n\\echo\n")
            holder.stdin.flush()
            while running.query("SELECT count(*) FROM pg_locks WHERE mode = 'RowExclusiveLock'") == "0":
                time.sleep(0.05)
            env = {**os.environ, **running.env(), "WAIT_MAX": "1"}
            done = subprocess.run([SCRIPTS / "postgresql", "freeze"], env=env, capture_output=True, text=True, timeout=60)
            assert done.returncode != 0 and "lock timeout" in done.stderr, done
            assert running.query("SELECT count(*) FROM pg_locks WHERE mode = 'ShareLock' AND granted") == "0"
        finally:
            holder.communicate()
            running.stop()


class MariaDb:
    def __init__(self, place, home):
        self.data, self.home = Path(place) / "mariadb", home / "mariadb"
        self.home.mkdir(exist_ok=True)
        shutil.chown(self.home, "mysql")
        self.process = None

    def create(self):
        self.data.mkdir()
        shutil.chown(self.data, "mysql")
        tool("mariadb-install-db", "--no-defaults", "--user=mysql", f"--datadir={self.data}", "--skip-test-db")
        self.start()
        self.query("CREATE DATABASE d; CREATE TABLE d.m (n INT PRIMARY KEY, t CHAR(200)) ENGINE=MyISAM;")

    def start(self):
        self.process = subprocess.Popen(
            ["mariadbd", "--no-defaults", "--user=mysql", f"--datadir={self.data}", f"--socket={self.home}/socket"]
            + ["--skip-networking", f"--pid-file={self.home}/pid", "--innodb-buffer-pool-size=32M", "--key-buffer-size=64M"],
            stdout=subprocess.DEVNULL,
            stderr=(self.home / "log").open("ab"),
        )
        end = time.monotonic() + 60
        while not tool(*self.client(), "-e", "SELECT 'is up'", check=False).startswith("is up"):
            assert self.process.poll() is None and time.monotonic() < end, "MariaDB did not come up"
            time.sleep(0.1)

    def query(self, text):
        return tool(*self.client(), "-e", text).strip()

    def client(self):
        return ["mariadb", "--no-defaults", f"--socket={self.home}/socket", "-N"]

    def stop(self):
        self.process.terminate()
        self.process.wait(60)

    def load(self):
        """Inserts one row after the other."""
        load = subprocess.Popen(
            [*self.client(), "--force", "d"],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        load.stdin.write("SET @n = 0;\n")
        load.stdin.write(
            "DELIMITER $$\nBEGIN NOT ATOMIC WHILE TRUE DO SET @n = @n + 1;"
            " INSERT INTO m VALUES (@n, REPEAT('x', 200)); DO SLEEP(0.0005); END WHILE; END $$\n"
        )
        load.stdin.flush()
        return load

    def env(self):
        return {"MARIADB": f"mariadb --no-defaults --socket={self.home}/socket", "STATE": f"{self.home}/frozen"}

    def table_verdict(self):
        """What MariaDB's own checker says of the table in this copy."""
        said = tool("myisamchk", "--silent", self.data / "d" / "m.MYI", check=False)
        if not said.strip():
            return "clean"
        return "not closed" if "hasn't closed the table properly" in said and "error" not in said else "broken"


@check
def mariadb_has_closed_its_tables_where_it_was_frozen(databases):
    taken = []
    with databases.file_system() as place:
        running = MariaDb(place, databases.home)
        running.create()
        load = running.load()
        try:
            for kind in KINDS:
                time.sleep(WARM_UP_SECONDS)
                taken.append((kind, *databases.snapshot(kind, place, SCRIPTS / "mariadb", running.env())))
            before = int(running.query("SELECT count(*) FROM d.m"))
            time.sleep(1)
            assert int(running.query("SELECT count(*) FROM d.m")) > before, "it does not go on after the thaw"
        finally:
            load.kill()
            load.wait()
            running.stop()
    verdicts = {}
    for kind, snapshot, seconds in taken:
        verdict = databases.verified(snapshot)
        with databases.copy(snapshot) as place:
            verdicts[kind] = MariaDb(place, databases.home).table_verdict()
        print(f"      {kind}: verify says {verdict}, myisamchk says {verdicts[kind]}, {seconds:.1f} s")
        assert verdict == ("crash" if kind == "crash" else "fileSystem"), verdict
    assert verdicts["application"] == "clean", verdicts
    assert verdicts["file system"] == "not closed", verdicts
    assert verdicts["crash"] != "clean", verdicts


def prepare():
    server = Server().start()
    subject = Databases(server)
    return lambda label: subject, server


run(prepare)
