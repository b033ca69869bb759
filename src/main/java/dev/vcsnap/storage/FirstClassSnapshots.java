package dev.vcsnap.storage;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DiskNames;
import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.datastore.FcdSnapshot;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.PreparedFork;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.DiskChangeInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The snapshots of first class disks, each a frozen link of a chain.
 *
 * <p>The record names the links; it is replaced at the moment at which a chain has changed, so that
 * after a crash it names links that are there and read as they should. A disk that somebody has
 * open is refused with {@code FileLocked}.
 */
public final class FirstClassSnapshots {

  private final DiskFactory factory;
  private final FirstClassDisks disks;
  private final ChangeService changes;
  private final Ids ids;
  private final Clock clock;

  FirstClassSnapshots(
      DiskFactory factory, FirstClassDisks disks, ChangeService changes, Ids ids, Clock clock) {
    this.factory = factory;
    this.disks = disks;
    this.changes = changes;
    this.ids = ids;
    this.clock = clock;
  }

  /** Freezes what the disk holds now. */
  public FcdSnapshot create(Datastore datastore, String id, String description) {
    return disks.alone(
        id,
        () -> {
          FcdRecord record = disks.find(datastore, id);
          Path leaf = fileOf(datastore, record.path());
          try (RunningDisk disk = factory.open(leaf, OpenMode.READ_WRITE)) {
            var snapshot =
                new FcdSnapshot(ids.uuid().toString(), description, clock.now(), record.path());
            PreparedFork fork =
                disk.prepareFork(nextDelta(leaf), deltaKind(datastore, disk.sizeBytes()));
            boolean done = false;
            try {
              fork.closeGate();
              List<FcdSnapshot> snapshots = new ArrayList<>(record.snapshots());
              snapshots.add(snapshot);
              save(datastore, record.with(nameOf(datastore, fork.leaf()), snapshots));
              fork.commit();
              fork.openGate();
              done = true;
            } finally {
              if (!done && !fork.isCommitted()) {
                fork.abandon();
                save(datastore, record);
              }
            }
            return snapshot;
          }
        });
  }

  /** Forgets a snapshot, and merges the link that follows into the one that it froze. */
  public void delete(
      Datastore datastore, String id, String snapshotId, TaskBody.Progress progress) {
    disks.alone(
        id,
        () -> {
          FcdRecord record = disks.find(datastore, id);
          FcdSnapshot snapshot = require(record, snapshotId);
          Path frozen = fileOf(datastore, snapshot.path());
          Map<Path, List<Path>> children = children(datastore, record);
          List<Path> next = children.getOrDefault(frozen, List.of());
          List<FcdSnapshot> left =
              record.snapshots().stream().filter(other -> !other.equals(snapshot)).toList();
          FcdRecord without = record.with(record.path(), left);
          if (next.size() == 1) {
            Path child = next.getFirst();
            merge(
                datastore,
                without,
                frozen,
                child,
                children.getOrDefault(child, List.of()),
                progress);
          } else {
            // Nothing hangs on it, or several do: then it stays where they need it.
            save(datastore, without);
            if (next.isEmpty()) {
              factory.delete(frozen);
            }
          }
          return without;
        });
  }

  private void merge(
      Datastore datastore,
      FcdRecord record,
      Path survivor,
      Path child,
      List<Path> grandchildren,
      TaskBody.Progress progress) {
    Path leaf = fileOf(datastore, record.path());
    FcdRecord merged = renamed(datastore, record, child, survivor);
    var watched =
        new MergeProgress() {
          @Override
          public void merged(long grainsDone, long grainsTotal) {
            progress.percent(grainsTotal == 0 ? 100 : (int) (grainsDone * 100 / grainsTotal));
          }

          @Override
          public boolean cancelled() {
            return progress.cancelled();
          }

          @Override
          public void survives(Path kept) {
            save(datastore, merged);
          }
        };
    List<Path> running = factory.linksOf(leaf);
    if (running.contains(child)) {
      try (RunningDisk disk = factory.open(leaf, OpenMode.READ_WRITE)) {
        disk.commit(
            child,
            grandchildren.stream().filter(link -> !running.contains(link)).toList(),
            watched);
      }
    } else {
      factory.commitClosed(child, grandchildren, watched);
    }
  }

  /** The survivor of a merge stands for the link that was merged. */
  private static FcdRecord renamed(
      Datastore datastore, FcdRecord record, Path gone, Path survivor) {
    String before = nameOf(datastore, gone);
    String after = nameOf(datastore, survivor);
    return record.with(
        record.path().equals(before) ? after : record.path(),
        record.snapshots().stream()
            .map(snapshot ->
                snapshot.path().equals(before)
                    ? new FcdSnapshot(
                        snapshot.id(), snapshot.description(), snapshot.created(), after)
                    : snapshot)
            .toList());
  }

  /** Goes back to a snapshot; the others stay, what was written since is lost. */
  public void revert(Datastore datastore, String id, String snapshotId) {
    disks.alone(
        id,
        () -> {
          FcdRecord record = disks.find(datastore, id);
          Path frozen = fileOf(datastore, require(record, snapshotId).path());
          Path abandoned = fileOf(datastore, record.path());
          try (RunningDisk disk = factory.open(abandoned, OpenMode.READ_WRITE)) {
            Path leaf = nextDelta(abandoned);
            factory.createDelta(leaf, frozen, deltaKind(datastore, disk.sizeBytes()));
            disk.switchTo(leaf);
            save(datastore, record.with(nameOf(datastore, leaf), record.snapshots()));
            disk.changeAside(List.of(abandoned), () -> factory.delete(abandoned));
          }
          return record;
        });
  }

  /** Makes a disk of its own of what a snapshot froze. */
  public FcdRecord createDisk(
      Datastore datastore,
      String id,
      String snapshotId,
      FirstClassDisks.Wish wish,
      TaskBody.Progress progress) {
    return disks.alone(
        id,
        () -> {
          FcdSnapshot snapshot = require(disks.find(datastore, id), snapshotId);
          return disks.copy(stored(datastore, snapshot.path()), datastore, wish, null, progress);
        });
  }

  /** The snapshot, and the change id of the moment that it froze if the disk was tracked. */
  public record Details(FcdSnapshot snapshot, Optional<String> changeId) {}

  /** What is known of a snapshot. */
  public Details details(Datastore datastore, String id, String snapshotId) {
    FcdRecord record = disks.find(datastore, id);
    FcdSnapshot snapshot = require(record, snapshotId);
    Path frozen = fileOf(datastore, snapshot.path());
    if (factory.descriptorOf(frozen).changeTrackPath().isEmpty()) {
      return new Details(snapshot, Optional.empty());
    }
    try (RunningDisk disk = factory.open(frozen, OpenMode.READ_ONLY)) {
      return new Details(snapshot, disk.changeIdOf(frozen).map(ChangeId::toString));
    }
  }

  /**
   * What changed from a moment up to a snapshot (rule C23). A machine may have the disk meanwhile:
   * it writes another link.
   */
  public DiskChangeInfo changed(
      Datastore datastore, String id, String snapshotId, long startOffset, String changeId) {
    FcdRecord record = disks.find(datastore, id);
    Path frozen = fileOf(datastore, require(record, snapshotId).path());
    try (RunningDisk disk = factory.open(frozen, OpenMode.READ_ONLY)) {
      return changes.query(datastore, disk, frozen, startOffset, changeId);
    }
  }

  private static FcdSnapshot require(FcdRecord record, String snapshotId) {
    return record
        .snapshot(snapshotId)
        .orElseThrow(() -> FirstClassDisks.notFound("snapshot", snapshotId));
  }

  /** The links that hang on each link of the disk. */
  private Map<Path, List<Path>> children(Datastore datastore, FcdRecord record) {
    Map<Path, List<Path>> children = new LinkedHashMap<>();
    List<String> tips = new ArrayList<>();
    tips.add(record.path());
    record.snapshots().forEach(snapshot -> tips.add(snapshot.path()));
    for (String tip : tips) {
      List<Path> chain = factory.linksOf(fileOf(datastore, tip));
      for (int i = 1; i < chain.size(); i++) {
        List<Path> known = children.computeIfAbsent(chain.get(i - 1), link -> new ArrayList<>());
        if (!known.contains(chain.get(i))) {
          known.add(chain.get(i));
        }
      }
    }
    return children;
  }

  private Path nextDelta(Path leaf) {
    Path base = factory.linksOf(leaf).getFirst();
    Path folder = leaf.toAbsolutePath().getParent();
    if (folder == null) {
      throw new IllegalArgumentException("\"" + leaf + "\" is a root");
    }
    String name = DiskNames.baseName(DescriptorFiles.nameOf(base));
    return folder.resolve(DiskNames.in(folder).nextDelta(name));
  }

  private static DeltaKind deltaKind(Datastore datastore, long sizeBytes) {
    return datastore
        .type()
        .deltaFor(sizeBytes)
        .orElseThrow(() ->
            new BlockError(
                BlockError.Kind.UNSUPPORTED,
                "The datastore \"%s\" has no deltas for a disk of %d bytes"
                    .formatted(datastore.name(), sizeBytes)));
  }

  private static void save(Datastore datastore, FcdRecord record) {
    new FcdCatalog(datastore).save(record);
  }

  private static StoredFile stored(Datastore datastore, String path) {
    return new StoredFile(datastore, new DatastorePath(datastore.name(), path));
  }

  private static Path fileOf(Datastore datastore, String path) {
    return stored(datastore, path).file();
  }

  private static String nameOf(Datastore datastore, Path file) {
    return datastore.nameOf(file).path();
  }
}
