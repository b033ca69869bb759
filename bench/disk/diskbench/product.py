"""The product as the bench uses it: the program, and small Java programs of the bench that use the engine directly."""
import glob
import os
import shutil
import subprocess

from .settings import HERE, ROOT


class Product:
    """The built program; VCSNAP_BENCH_CLASSPATH measures other classes than those of the start script."""

    def __init__(self, settings):
        self.settings = settings
        self.java_home = self.find_java()
        self.class_path = os.environ.get("VCSNAP_BENCH_CLASSPATH") or self._built()
        self.classes = settings.place("classes")
        self._compile(glob.glob(f"{HERE}/java/**/*.java", recursive=True), self.classes, self.class_path)

    @staticmethod
    def find_java():
        """The folder of the JDK that runs the product here."""
        for home in [os.environ.get("JAVA_HOME", "")] + sorted(glob.glob("/usr/lib/jvm/*25*")) + ["/opt/java"]:
            release = os.path.join(home, "release")
            if home and os.path.exists(f"{home}/bin/javac") and 'JAVA_VERSION="2' in open(release).read():
                return home
        raise SystemExit("the bench needs a JDK 25: set JAVA_HOME to its folder")

    @staticmethod
    def _built():
        """What the start script runs; it builds and unpacks it where that is missing."""
        subprocess.run([f"{ROOT}/vcsnap", "--version"], check=True, stdout=subprocess.DEVNULL)
        app = f"{ROOT}/target/app"
        return f"{app}/vcsnap.jar:{app}/lib/*"

    def _compile(self, sources, target, class_path, *more):
        newest = max(os.path.getmtime(path) for path in sources)
        stamp = os.path.join(target, ".stamp")
        key = f"{newest} {class_path} {more}"
        if os.path.exists(stamp) and open(stamp).read() == key:
            return
        shutil.rmtree(target, ignore_errors=True)
        os.makedirs(target)
        subprocess.run([f"{self.java_home}/bin/javac", "-nowarn", "-d", target, "-cp", class_path, *more, *sources], check=True)
        with open(stamp, "w") as file:
            file.write(key)

    def compile_jmh(self, jars):
        """Compiles the JMH benchmarks, whose generated parts need its processor; returns the class path."""
        target = self.settings.place("jmh-classes")
        path = f"{self.class_path}:{jars}/*"
        self._compile(glob.glob(f"{HERE}/jmh/**/*.java", recursive=True), target, path,
                      "-processorpath", ":".join(glob.glob(f"{jars}/*.jar")), "-proc:full")
        return f"{target}:{path}"

    def java(self, main, *arguments, options=(), class_path=None):
        """The command line of one of the bench's Java programs."""
        path = class_path or f"{self.classes}:{self.class_path}"
        return [f"{self.java_home}/bin/java", "--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", *options,
                "-cp", path, main, *map(str, arguments)]

    def nbd(self, descriptor, socket, *options):
        """The command line that serves a chain, with the start script's own options of the virtual machine."""
        if "VCSNAP_BENCH_CLASSPATH" in os.environ:
            command = self.java("dev.vcsnap.VcsnapApplication")
        else:
            command = [f"{ROOT}/vcsnap"]
        return command + ["nbd", descriptor, "--socket", socket, *options]
