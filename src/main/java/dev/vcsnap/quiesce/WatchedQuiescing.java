package dev.vcsnap.quiesce;

import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.chain.WriteWatch;
import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts what arrives at a machine's disks while its guest is frozen, from the end of the freeze to
 * the word that it may thaw: a guest that keeps its word writes nothing.
 */
final class WatchedQuiescing implements Quiescing {

  private final Quiescing guest;
  private final List<RunningDisk> disks;
  private final Counter counter;
  private final List<WriteWatch> watches = new ArrayList<>();

  WatchedQuiescing(Quiescing guest, List<RunningDisk> disks, Counter counter) {
    this.guest = guest;
    this.disks = disks;
    this.counter = counter;
  }

  @Override
  public boolean isWanted() {
    return guest.isWanted();
  }

  @Override
  public void freeze() {
    guest.freeze();
    disks.forEach(disk -> watches.add(disk.watchWrites()));
  }

  @Override
  public void thaw() {
    watches.forEach(WriteWatch::close);
    guest.thaw();
  }

  @Override
  public QuiesceResult finish() {
    return guest.finish().withFrozenWrites(writes());
  }

  private long writes() {
    return watches.stream().mapToLong(WriteWatch::writes).sum();
  }

  @Override
  public void close() {
    watches.forEach(WriteWatch::close);
    counter.increment((double) writes());
    guest.close();
  }
}
