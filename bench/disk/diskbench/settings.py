"""What a run was asked for: sizes, lengths, places."""
import os
import sys
import time

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
GIB = 1 << 30
DEPTH = 31


class Settings:
    """VCSNAP_BENCH_DIR is where chains and results are kept between runs (default: target/bench)."""

    def __init__(self, chosen):
        self.quick = chosen.quick
        self.kinds = ["sesparse", "vmfssparse"] if chosen.kind == "both" else [chosen.kind]
        self.rounds = chosen.rounds or (3 if self.quick else 5)
        self.size = (1 if self.quick else 4) * GIB
        self.read_seconds = 0.7 if self.quick else 1.5
        self.warm_seconds = 2 if self.quick else 4
        self.directory = os.environ.get("VCSNAP_BENCH_DIR", os.path.join(ROOT, "target", "bench"))
        self.started = time.time()

    def place(self, *names):
        """A folder below the bench's own, made if it is missing."""
        path = os.path.join(self.directory, *names)
        os.makedirs(path, exist_ok=True)
        return path

    def say(self, sentence):
        print(f"[{time.time() - self.started:5.0f} s] {sentence}", file=sys.stderr, flush=True)
