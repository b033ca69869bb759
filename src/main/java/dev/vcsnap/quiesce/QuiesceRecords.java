package dev.vcsnap.quiesce;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Remembers the last handshakes, also those of snapshots that are not there. */
public final class QuiesceRecords {

  private static final int RECORDS_MAX = 200;

  private final Deque<Entry> newestFirst = new ArrayDeque<>();

  private record Entry(String machine, Trace trace) {}

  synchronized void add(String machine, Trace trace) {
    if (newestFirst.size() == RECORDS_MAX) {
      newestFirst.removeLast();
    }
    newestFirst.addFirst(new Entry(machine, trace));
  }

  /** The handshakes with a machine's guest, newest first. */
  public synchronized List<Trace> of(String machine) {
    List<Trace> traces = new ArrayList<>();
    for (Entry entry : newestFirst) {
      if (entry.machine.equals(machine)) {
        traces.add(entry.trace);
      }
    }
    return traces;
  }
}
