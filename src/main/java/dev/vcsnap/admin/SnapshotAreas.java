package dev.vcsnap.admin;

import dev.vcsnap.changes.ChangeService;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.SnapshotEntry;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.FrozenDisks;
import dev.vcsnap.verify.areas.AreaList;
import dev.vcsnap.verify.areas.AreasCheck;
import dev.vcsnap.verify.areas.AreasReport;
import dev.vcsnap.vim.DiskChangeExtent;
import dev.vcsnap.vim.DiskChangeInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpStatus;

/** Holds a copy and the areas that changed since against the disk that a snapshot froze. */
final class SnapshotAreas {

  /** Each comparison reads two whole disks. */
  private static final int AT_ONCE_MAX = 2;

  private static final int LISTED = 100;

  private final ChangeService changes;
  private final DiskFactory factory;
  private final FrozenDisks frozen;
  private final InventoryTree tree;
  private final Clock clock;
  private final Duration limit;
  private final Semaphore free = new Semaphore(AT_ONCE_MAX);
  private volatile boolean stopped;

  /**
   * @param limit how long a request may take: the disks that it reads are not merged meanwhile
   */
  SnapshotAreas(
      ChangeService changes,
      DiskFactory factory,
      FrozenDisks frozen,
      InventoryTree tree,
      Clock clock,
      Duration limit) {
    this.changes = changes;
    this.factory = factory;
    this.frozen = frozen;
    this.tree = tree;
    this.clock = clock;
    this.limit = limit;
  }

  /** Ends what is under way, before the web server waits for its requests. */
  @EventListener(ContextClosedEvent.class)
  void stop() {
    stopped = true;
  }

  /**
   * Begins a request.
   *
   * @return throws a {@link Refusal} when it has taken too long, or the server stops
   */
  Runnable begin() {
    long start = clock.nanoTime();
    return () -> {
      if (stopped) {
        throw new Refusal(HttpStatus.SERVICE_UNAVAILABLE, "The server stops");
      }
      if (clock.nanoTime() - start > limit.toNanos()) {
        throw new Refusal(
            HttpStatus.SERVICE_UNAVAILABLE,
            "The comparison was not done within %s (vcsnap.areas-verify-limit); 'vcsnap verify' has no limit"
                .formatted(limit));
      }
    };
  }

  /** A datastore's file by its name; empty for what is the name of a snapshot. */
  static @Nullable DatastorePath fileNamed(@Nullable String base) {
    try {
      return base == null || !base.startsWith("[") ? null : DatastorePath.parse(base);
    } catch (DatastorePathException wrong) {
      throw Refusal.invalid(String.valueOf(wrong.getMessage()));
    }
  }

  /** The datastore that a file is in. */
  InventoryTree.Store storeOf(DatastorePath file) {
    return tree.datastoreNamed(file.datastore())
        .orElseThrow(() ->
            Refusal.notFound("There is no datastore '" + file.datastore() + "' for the base"));
  }

  /**
   * Compares.
   *
   * @param baseFile where the base is a file
   * @param baseSnapshot where it is another snapshot; with neither there is nothing
   * @param goOn what {@link #begin} gave
   * @throws Refusal 404 if there is no such disk, 429 if others are compared
   */
  AreasReport of(
      VirtualMachine machine,
      SnapshotEntry snapshot,
      String node,
      @Nullable DatastorePath baseFile,
      @Nullable SnapshotEntry baseSnapshot,
      AreasQuestion question,
      Runnable goOn) {
    if (!free.tryAcquire()) {
      throw new Refusal(
          HttpStatus.TOO_MANY_REQUESTS,
          AT_ONCE_MAX + " comparisons are under way already; ask again when one has ended");
    }
    try (BlockDevice disk = frozen(machine, snapshot, node);
        BlockDevice base =
            baseFile != null
                ? open(baseFile)
                : baseSnapshot != null ? frozen(machine, baseSnapshot, node) : null) {
      AreaList.Builder areas =
          question.areas() != null
              ? question.areas()
              : asked(
                  machine,
                  snapshot,
                  node,
                  Objects.requireNonNullElse(question.since(), ChangeService.ALL_ALLOCATED),
                  disk.sizeBytes(),
                  goOn);
      return new AreasCheck(LISTED, goOn).run(base, disk, areas);
    } finally {
      free.release();
    }
  }

  private BlockDevice frozen(VirtualMachine machine, SnapshotEntry snapshot, String node) {
    String id = machine.snapshotId(snapshot.uid());
    return frozen
        .find(machine, node, id, "a comparison with " + id)
        .orElseThrow(
            () -> Refusal.notFound("Snapshot '%s' has no disk at '%s'".formatted(id, node)));
  }

  private BlockDevice open(DatastorePath file) {
    var stored = new StoredFile(storeOf(file).datastore(), file);
    if (!stored.exists()) {
      throw Refusal.notFound("There is no '" + stored + "'");
    }
    return stored.openDisk(factory);
  }

  /** The areas as this server tells them, reply by reply. */
  private AreaList.Builder asked(
      VirtualMachine machine,
      SnapshotEntry snapshot,
      String node,
      String changeId,
      long sizeBytes,
      Runnable goOn) {
    var areas = new AreaList.Builder();
    var reference =
        new ManagedObjectReference("VirtualMachineSnapshot", machine.snapshotId(snapshot.uid()));
    long offset = 0;
    while (offset < sizeBytes) {
      goOn.run();
      DiskChangeInfo reply =
          changes.query(machine, reference, VirtualMachine.deviceKeyOf(node), offset, changeId);
      int before = areas.areaCount();
      for (DiskChangeExtent area : reply.changedArea) {
        areas.area(area.start, area.length);
      }
      areas.reply(reply.startOffset, reply.length, before);
      offset += reply.length;
    }
    return areas;
  }
}
