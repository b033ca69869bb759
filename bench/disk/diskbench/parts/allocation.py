"""Bytes of garbage for each request of 4 KiB through the engine, by JMH with -prof gc: steady state allocates nothing.

A first write makes the tables grow, whose memory stays; it has no goal.
"""
import glob
import json
import os
import shutil
import subprocess

from ..settings import HERE, ROOT

PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
KINDS = {"sesparse": "SE_SPARSE", "vmfssparse": "VMFS_SPARSE"}
NOTHING = 1.0  # a byte a request: the measurement's own


def measure(settings, product):
    class_path = product.compile_jmh(jmh(settings))
    folder = settings.place("allocation")
    answer = os.path.join(folder, "jmh.json")
    subprocess.run(product.java(
        "org.openjdk.jmh.Main", "RequestAllocation", "-f", 1, "-wi", 2, "-w", 1, "-i", 2 if settings.quick else 5, "-r", 1,
        "-prof", "gc", "-tu", "us", "-bm", "avgt", "-rf", "json", "-rff", answer,
        "-p", "kind=" + ",".join(KINDS[kind] for kind in settings.kinds),
        "-jvmArgs", f"--enable-native-access=ALL-UNNAMED -XX:+UseSerialGC -Dbench.folder={folder}",
        class_path=class_path), check=True, stdout=subprocess.DEVNULL, timeout=600)
    with open(answer) as file:
        found = json.load(file)
    rows = [row(result) for result in found]
    shutil.rmtree(folder)
    return sorted(rows, key=lambda entry: entry["name"])


def row(result):
    request = result["benchmark"].rsplit(".", 1)[1]
    kind = next(ours for ours, theirs in KINDS.items() if theirs == result["params"]["kind"])
    allocated = next(value for name, value in result["secondaryMetrics"].items() if name.endswith("gc.alloc.rate.norm"))
    first = request == "firstWrite"
    return {"name": f"{kind}: {'first write' if first else request}", "unit": "B", "ours": allocated["score"],
            "goal": None if first else NOTHING, "at_most": True, "note": f"{result['primaryMetric']['score']:.2f} us"}


def jmh(settings):
    """The folder with JMH's jars, fetched once."""
    folder = settings.place("jmh-jars")
    if not glob.glob(f"{folder}/jmh-core-*.jar"):
        settings.say("fetching JMH")
        subprocess.run([f"{ROOT}/mvnw", "-B", "-q", "-ntp", "-f", f"{HERE}/pom.xml", PLUGIN, f"-DoutputDirectory={folder}"], check=True)
    return folder
