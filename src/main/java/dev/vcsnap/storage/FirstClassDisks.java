package dev.vcsnap.storage;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.FcdCatalog;
import dev.vcsnap.datastore.FcdRecord;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.NotFound;
import dev.vcsnap.vim.VimException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes first class disks, disks with an id and a life of their own: what the {@code
 * VStorageObjectManager} does. Their snapshots are {@link FirstClassSnapshots}.
 *
 * <p>One operation at a time has a disk; another one meanwhile is refused with {@code
 * InvalidState}.
 */
public final class FirstClassDisks {

  private static final long MIB = 1 << 20;
  private static final int NAME_MAX = 256;

  private final DiskFactory factory;
  private final VirtualDisks disks;
  private final Ids ids;
  private final Clock clock;
  private final Set<String> busy = new HashSet<>();

  FirstClassDisks(DiskFactory factory, VirtualDisks disks, Ids ids, Clock clock) {
    this.factory = factory;
    this.disks = disks;
    this.ids = ids;
    this.clock = clock;
  }

  /**
   * What a new disk is to be.
   *
   * @param name what people call it
   * @param folderOrFile where it is to be in the datastore, or null for the usual place
   * @param keepAfterDeleteVm whether it outlives its machine
   * @param metadata what clients keep with it
   */
  public record Wish(
      String name,
      @Nullable String folderOrFile,
      boolean keepAfterDeleteVm,
      Map<String, String> metadata) {

    public Wish {
      if (name.isBlank() || name.length() > NAME_MAX) {
        throw Faults.invalidArgument("spec.name");
      }
    }
  }

  /** Makes an empty disk. */
  public FcdRecord create(
      Datastore datastore,
      Wish wish,
      long capacityMib,
      Provisioning provisioning,
      TaskBody.Progress progress) {
    if (capacityMib <= 0 || capacityMib > Long.MAX_VALUE / MIB) {
      throw Faults.invalidArgument("spec.capacityInMB");
    }
    String id = ids.uuid().toString();
    StoredFile file = place(datastore, wish, id);
    disks.create(file, capacityMib * MIB, provisioning, "lsilogic", progress);
    return register(file, id, wish);
  }

  /** Makes a disk of what a link of another one reads as. */
  FcdRecord copy(
      StoredFile source,
      Datastore datastore,
      Wish wish,
      @Nullable Provisioning provisioning,
      TaskBody.Progress progress) {
    String id = ids.uuid().toString();
    StoredFile file = place(datastore, wish, id);
    disks.copy(source, file, provisioning, null, false, progress);
    return register(file, id, wish);
  }

  /** Makes another disk of a disk. */
  public FcdRecord clone(
      Datastore datastore,
      String id,
      Datastore target,
      Wish wish,
      @Nullable Provisioning provisioning,
      TaskBody.Progress progress) {
    return alone(
        id,
        () -> copy(fileOf(datastore, find(datastore, id)), target, wish, provisioning, progress));
  }

  /** Gives a disk that is there an id and a name. */
  public FcdRecord register(StoredFile file, @Nullable String name) {
    boolean isDisk =
        file.datastore().entry(file.path()).filter(entry -> !entry.directory()).isPresent();
    if (!isDisk) {
      throw new BlockError(
          BlockError.Kind.NOT_FOUND, file.file(), "There is no disk \"" + file + "\"", null);
    }
    StoredDisk.read(file);
    String path = file.path().path();
    for (FcdRecord other : new FcdCatalog(file.datastore()).all()) {
      if (other.path().equals(path)) {
        throw Faults.alreadyExists(
            file.toString(), "The disk " + file + " has the id " + other.id());
      }
    }
    String base = file.path().fileName().replaceFirst("\\.vmdk$", "");
    return register(
        file,
        ids.uuid().toString(),
        new Wish(name == null || name.isBlank() ? base : name, null, false, Map.of()));
  }

  private FcdRecord register(StoredFile file, String id, Wish wish) {
    var record =
        new FcdRecord(
            id,
            wish.name,
            clock.now(),
            file.path().path(),
            wish.keepAfterDeleteVm,
            false,
            wish.metadata,
            List.of());
    new FcdCatalog(file.datastore()).save(record);
    return record;
  }

  private StoredFile place(Datastore datastore, Wish wish, String id) {
    String given = wish.folderOrFile;
    String own = id.replace("-", "") + ".vmdk";
    String path =
        given == null || given.isBlank()
            ? FcdCatalog.FOLDER + "/" + own
            : given.endsWith(".vmdk") ? given : given + "/" + own;
    StoredFile file = new StoredFile(datastore, new DatastorePath(datastore.name(), path));
    datastore.ensureDirectory(file.folder().path());
    return file;
  }

  /**
   * The disk of that id.
   *
   * @throws VimException NotFound when there is none, or its file is gone
   */
  public FcdRecord find(Datastore datastore, String id) {
    FcdRecord record = new FcdCatalog(datastore).find(id).orElseThrow(() -> notFound("disk", id));
    if (!fileOf(datastore, record).exists()) {
      throw notFound("file of the disk", id);
    }
    return record;
  }

  /** The ids of all disks, whether their files are there or not. */
  public List<String> list(Datastore datastore) {
    return new FcdCatalog(datastore).all().stream().map(FcdRecord::id).toList();
  }

  /** Forgets disks whose files are gone; one that is worked on is left to who does it. */
  public void reconcile(Datastore datastore) {
    FcdCatalog catalog = new FcdCatalog(datastore);
    for (FcdRecord seen : catalog.all()) {
      if (!fileOf(datastore, seen).exists() && enter(seen.id())) {
        try {
          catalog
              .find(seen.id())
              .filter(record -> !fileOf(datastore, record).exists())
              .ifPresent(record -> catalog.remove(record.id()));
        } finally {
          leave(seen.id());
        }
      }
    }
  }

  /** Deletes a disk; one that has snapshots or is open stays. */
  public void delete(Datastore datastore, String id) {
    alone(
        id,
        () -> {
          FcdRecord record = requireNoSnapshots(find(datastore, id));
          disks.delete(fileOf(datastore, record));
          new FcdCatalog(datastore).remove(id);
          return record;
        });
  }

  /** Gives a disk another name. */
  public void rename(Datastore datastore, String id, String name) {
    new Wish(name, null, false, Map.of());
    alone(id, () -> saved(datastore, find(datastore, id).withName(name)));
  }

  /** Makes a disk larger; one that has snapshots cannot be. */
  public void extend(Datastore datastore, String id, long capacityMib, TaskBody.Progress progress) {
    if (capacityMib <= 0 || capacityMib > Long.MAX_VALUE / MIB) {
      throw Faults.invalidArgument("newCapacityInMB");
    }
    alone(
        id,
        () -> {
          FcdRecord record = requireNoSnapshots(find(datastore, id));
          disks.extend(fileOf(datastore, record), capacityMib * MIB, false, progress);
          return record;
        });
  }

  /** Gives a thin disk all of its storage. */
  public void inflate(Datastore datastore, String id, TaskBody.Progress progress) {
    alone(
        id,
        () -> {
          FcdRecord record = requireNoSnapshots(find(datastore, id));
          disks.inflate(fileOf(datastore, record), progress);
          return record;
        });
  }

  /** Sets or clears control flags, by their names; change tracking is one (rule C23). */
  public void flags(Datastore datastore, String id, List<String> flags, boolean on) {
    for (String flag : flags) {
      if (!Set.of("keepAfterDeleteVm", "disableRelocation", "enableChangedBlockTracking")
          .contains(flag)) {
        throw Faults.invalidArgument("controlFlags");
      }
    }
    alone(
        id,
        () -> {
          FcdRecord record = find(datastore, id);
          if (flags.contains("enableChangedBlockTracking")) {
            track(fileOf(datastore, record), on);
          }
          return saved(
              datastore,
              record.withFlags(
                  flags.contains("keepAfterDeleteVm") ? on : record.keepAfterDeleteVm(),
                  flags.contains("disableRelocation") ? on : record.relocationDisabled()));
        });
  }

  private void track(StoredFile file, boolean on) {
    try (RunningDisk disk = factory.open(file.file(), OpenMode.READ_WRITE)) {
      if (on) {
        disk.enableTracking();
      } else if (disk.tracked()) {
        disk.disableTracking();
      }
    }
  }

  private static FcdRecord saved(Datastore datastore, FcdRecord record) {
    new FcdCatalog(datastore).save(record);
    return record;
  }

  /** Runs an operation that has the disk to itself. */
  <T> T alone(String id, Supplier<T> operation) {
    if (!enter(id)) {
      throw Faults.invalidState("Another operation on the disk " + id + " is not finished.");
    }
    try {
      return operation.get();
    } finally {
      leave(id);
    }
  }

  private boolean enter(String id) {
    synchronized (busy) {
      return busy.add(id);
    }
  }

  private void leave(String id) {
    synchronized (busy) {
      busy.remove(id);
    }
  }

  /** The descriptor that is written now. */
  static StoredFile fileOf(Datastore datastore, FcdRecord record) {
    return new StoredFile(datastore, new DatastorePath(datastore.name(), record.path()));
  }

  static VimException notFound(String what, String id) {
    return new VimException(new NotFound(), "The " + what + " " + id + " was not found.");
  }

  private static FcdRecord requireNoSnapshots(FcdRecord record) {
    if (!record.snapshots().isEmpty()) {
      throw Faults.invalidState(
          "The disk " + record.id() + " has " + record.snapshots().size() + " snapshots.");
    }
    return record;
  }
}
