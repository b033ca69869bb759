"""The last results of each part, kept so that a part can be measured again by itself."""
import json
import os
import time


def _path(settings, part):
    return os.path.join(settings.place("results-quick" if settings.quick else "results"), f"{part}.json")


def save(settings, part, rows):
    for row in rows:
        settings.say(sentence(row))
    with open(_path(settings, part), "w") as file:
        json.dump({"at": time.strftime("%Y-%m-%d %H:%M"), "rows": rows}, file, indent=1)


def load(settings, part):
    """The rows and the time of a part, or None when it was never measured."""
    path = _path(settings, part)
    if not os.path.exists(path):
        return None
    with open(path) as file:
        return json.load(file)


def figure(row):
    """What is compared with the goal: a ratio to the peer, or our figure itself."""
    return row["ratio"] if row.get("ratio") is not None else row["ours"]


def met(row):
    goal = row.get("goal")
    if goal is None or figure(row) is None:
        return True
    return figure(row) <= goal if row.get("at_most") else figure(row) >= goal


def all_met(settings):
    from .parts import PARTS

    kept = (load(settings, part) for part in PARTS)
    return all(met(row) for result in kept if result for row in result["rows"])


def sentence(row):
    spread = f" [{row['low']:.2f}..{row['high']:.2f}]" if row.get("low") is not None else ""
    ratio = f", ratio {row['ratio']:.2f}{spread}" if row.get("ratio") is not None else ""
    peer = f" against {row['peer']:.4g}" if row.get("peer") is not None else ""
    ours = "-" if row["ours"] is None else f"{row['ours']:.4g}"
    others = f", others {row['others']:.2f}" if row.get("others") is not None else ""
    missed = "" if met(row) else f"  MISSED, goal {row['goal']}"
    note = f" ({row['note']})" if row.get("note") else ""
    return f"{row['name']}: {ours}{peer} {row['unit']}{ratio}{others}{note}{missed}"
