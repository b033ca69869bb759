package dev.vcsnap.disk.check;

import dev.vcsnap.disk.check.ChainMap.Run;
import java.util.ArrayList;
import java.util.List;

/** Collects runs and joins neighbours of one kind, across the windows that they were asked in. */
final class RunJoiner {

  private final List<Run> runs = new ArrayList<>();

  void add(Run run) {
    Run last = runs.isEmpty() ? null : runs.getLast();
    if (last != null && last.kind() == run.kind() && last.end() == run.offset()) {
      runs.set(runs.size() - 1, new Run(last.offset(), last.length() + run.length(), last.kind()));
    } else {
      runs.add(run);
    }
  }

  List<Run> list() {
    return List.copyOf(runs);
  }
}
