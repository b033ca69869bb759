"""After every kind of operation on a disk, readers that are not ours see the bytes that were written."""

import atexit
import collections
import json
import os
import shutil
import subprocess
import tempfile
import zipfile
from pathlib import Path

import readers
from runner import again, check, run

HERE = Path(__file__).resolve().parent
JAR = HERE.parents[1] / "target" / "vcsnap.jar"


class Engine:
    """The built jar's disk engine, driven by the scenes beside this file."""

    def __init__(self, java_home, home):
        self.java_home = Path(java_home)
        self.home = home
        self.classes = home / "classes"
        with zipfile.ZipFile(JAR) as jar:
            wanted = ("BOOT-INF/classes/dev/vcsnap/disk/", "BOOT-INF/classes/dev/vcsnap/ground/")
            jar.extractall(home, [name for name in jar.namelist() if name.startswith(wanted)])
            annotations = [name for name in jar.namelist() if name.startswith("BOOT-INF/lib/jspecify-")]
            jar.extractall(home, annotations)
        path = [self.classes, home / "BOOT-INF/classes", *(home / name for name in annotations)]
        self.class_path = ":".join(map(str, path))
        sources = sorted(HERE.glob("*.java"))
        subprocess.run(
            [self.java_home / "bin/javac", "-d", self.classes, "-cp", self.class_path, *sources], check=True
        )

    def play(self, scene, kind):
        """The steps of a scene, one after the other; the engine goes on when the next one is asked for."""
        folder = Path(tempfile.mkdtemp(prefix=f"{scene}-", dir=self.home))
        command = [self.java_home / "bin/java", "--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1"]
        command += ["-cp", self.class_path, "Scenes", folder, scene, kind]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout:
                yield json.loads(line)
                process.stdin.write("\n")
                process.stdin.flush()
            assert process.wait(60) == 0, f"the scene '{scene}' ended with status {process.returncode}"
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
            process.stdin.close()
            process.stdout.close()
            shutil.rmtree(folder)


class Audience:
    """Lets every reader read every disk of every step of a scene."""

    def __init__(self, engine, kind):
        self.engine = engine
        self.kind = kind
        self.read = collections.Counter()
        self.skipped = collections.Counter()

    def watch(self, scene, also=lambda step: None):
        wrong = []
        for step in self.engine.play(scene, self.kind):
            for wanted in step["disks"]:
                self.look(step["step"], wanted, wrong)
            also(step)
        self.tell()
        assert not wrong, f"{len(wrong)} readings differ, the first ones:\n" + "\n".join(wrong[:10])
        assert self.read["qemu-img"] and self.read["dissect"]

    def look(self, step, wanted, wrong):
        path = Path(wanted["path"])
        form = readers.form_of(path)
        for reader in readers.READERS:
            if reason := reader.refuses(form, wanted):
                self.skipped[reader.name, form, reason] += 1
                continue
            try:
                found = reader.checksum(path, wanted)
            except Exception as problem:
                found = repr(problem)
            self.read[reader.name] += 1
            if found != wanted["sum"]:
                wrong.append(f"{step}: {path.name} by {reader.name}: {found}, not {wanted['sum']}")

    def tell(self):
        print("      read: " + ", ".join(f"{name} {count}" for name, count in self.read.items()))
        for (name, form, reason), count in self.skipped.items():
            print(f"      skipped: {name} {count} times {form}, {reason}")


@check
def a_chain_of_31_deltas_is_read_by_all(audience):
    audience.watch("depth")


@check
def every_kind_of_write_to_a_delta_is_read_by_all(audience):
    audience.watch("writes")


@check
def what_a_merge_leaves_is_read_by_all(audience):
    audience.watch("merges")


@check
def both_branches_of_a_revert_are_read_by_all(audience):
    audience.watch("branches")


@check
def deltas_of_odd_sizes_are_read_by_all(audience):
    audience.watch("sizes")


@check
def a_disk_that_has_grown_is_read_by_all(audience):
    audience.watch("growth")


@check
def a_chain_of_two_terabytes_is_read_by_all(audience):
    audience.watch("huge")


@check
def a_chain_as_flat_disk_and_as_stream_is_read_by_all(audience):
    def compare(step):
        """What was made of the running disk is the same disk to qemu-img."""
        paths = {Path(wanted["path"]).name: wanted for wanted in step["disks"]}
        for name, wanted in paths.items():
            source = paths.get(name.replace("-stream", "").replace("-thin", "").replace("-thick", ""))
            if source is not wanted:
                command = ["qemu-img", "compare", "-U", "-f", "vmdk", "-F", "vmdk", source["path"], wanted["path"]]
                done = subprocess.run(command, capture_output=True, text=True, timeout=300)
                assert done.returncode == 0, f"{step['step']}: {done.stdout}{done.stderr}"

    audience.watch("conversions", compare)


again("vmfsSparse")


@check
def flat_disks_of_all_sizes_are_read_by_all(audience):
    audience.watch("bases")


def prepare():
    home = Path(tempfile.mkdtemp(prefix="vcsnap-formats-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    engine = Engine(os.environ["JAVA_HOME"], home)
    return lambda label: Audience(engine, label or "seSparse"), None


if __name__ == "__main__":
    run(prepare)
