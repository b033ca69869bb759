"""An application that keeps a ledger in two files: whoever copies them between two of its transactions finds both equal,
whoever copies them at any other moment may not.

Usage: ledger.py FOLDER PAUSE SECONDS, the last between two transactions. Each of them writes what it intends, both books,
and that nothing is intended any more, each with an fdatasync, and makes, renames and removes files of 64 KiB. While PAUSE
exists it stands between two transactions, and says so with PAUSE.done. It ends when its standard input or its disk does,
with how many transactions there were.
"""

import os
import select
import sys
import time
from pathlib import Path

folder, pause, between = Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3])
done = pause.with_name(pause.name + ".done")
LARGE = b"\xa5" * (64 << 10)


def put(name, number):
    file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    os.pwrite(file, b"%020d" % number, 0)
    os.fdatasync(file)
    os.close(file)


def transact(count):
    put("intent", count)
    put("a.db", count)
    name = folder / f"file-{count % 20}"
    name.with_suffix(".new").write_bytes(LARGE)
    name.with_suffix(".new").rename(name)
    if count % 20 > 10:
        (folder / f"file-{(count + 7) % 20}").unlink(missing_ok=True)
    put("b.db", count)
    put("intent", 0)


count = 0
while not select.select([sys.stdin], [], [], 0)[0]:
    if pause.exists():
        done.touch()
        while pause.exists():
            time.sleep(0.01)
        done.unlink(missing_ok=True)
    try:
        transact(count + 1)
    except OSError:
        break
    count += 1
    time.sleep(between)
print(count)
