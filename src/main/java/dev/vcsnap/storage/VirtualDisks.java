package dev.vcsnap.storage;

import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.datastore.HeldDisks;
import dev.vcsnap.datastore.Staging;
import dev.vcsnap.datastore.StoredDisk;
import dev.vcsnap.datastore.StoredFile;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.convert.BaseDisk;
import dev.vcsnap.disk.convert.BaseDisk.Provisioning;
import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.disk.convert.DiskConverter;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.task.TaskBody;
import dev.vcsnap.vim.CannotDeleteFile;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HostDiskDimensionsChs;
import dev.vcsnap.vim.VimException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes and changes virtual disks by their descriptor's name: what the {@code VirtualDiskManager}
 * does.
 *
 * <p>Disks that a machine or a reader has open are left alone, and answered with {@code
 * FileLocked}. New disks appear when they are complete.
 */
public final class VirtualDisks {

  private static final long CAPACITY_BYTES_MAX = 62L << 40;
  private static final String UUID_KEY = "ddb.uuid";

  private final DiskFactory factory;
  private final DiskConverter converter;

  VirtualDisks(DiskFactory factory, DiskConverter converter) {
    this.factory = factory;
    this.converter = converter;
  }

  /**
   * Makes a disk of zeros.
   *
   * @param capacityBytes a multiple of 512, at most 62 TiB
   * @param adapterType as descriptors spell it
   */
  public void create(
      StoredFile disk,
      long capacityBytes,
      Provisioning provisioning,
      String adapterType,
      TaskBody.Progress progress) {
    requireCapacity(capacityBytes, "spec.capacityKb");
    requireFree(disk, provisioning == Provisioning.THIN ? 0 : capacityBytes);
    boolean thin = provisioning == Provisioning.THIN;
    make(
        disk,
        false,
        (work, staged) -> {
          factory.createFlat(staged, capacityBytes, thin, adapterType);
          if (provisioning == Provisioning.EAGER_THICK) {
            fill(work, staged, new TaskProgress(progress));
          }
        });
  }

  private static void fill(Staging.Work work, Path staged, ConversionProgress progress) {
    try (BaseDisk disk = work.openDisk(staged)) {
      disk.fill(progress);
    }
  }

  /**
   * Makes a disk of another one, whose chain becomes one flat disk.
   *
   * @param provisioning what it is to be, or null for what the source's base is
   * @param adapterType what it is to be, or null for the source's
   * @param force takes the names from a disk that has them
   */
  public void copy(
      StoredFile source,
      StoredFile target,
      @Nullable Provisioning provisioning,
      @Nullable String adapterType,
      boolean force,
      TaskBody.Progress progress) {
    requireDiskName(target);
    StoredDisk disk = StoredDisk.find(source).orElse(null);
    Provisioning wanted = provisioning != null ? provisioning : provisioningOf(disk);
    boolean eager = wanted == Provisioning.EAGER_THICK;
    // A chain is locked while it is read; a file of another form is nobody's running disk.
    try (RunningDisk open = disk == null ? null : openForReading(source)) {
      if (open != null && wanted != Provisioning.THIN) {
        requireFree(target, open.sizeBytes());
      }
      make(
          target,
          force,
          (work, staged) -> {
            converter.toFlat(
                source.file(),
                staged,
                wanted == Provisioning.THIN,
                new TaskProgress(progress, 0, eager ? 50 : 100));
            if (eager) {
              fill(work, staged, new TaskProgress(progress, 50, 100));
            }
            if (adapterType != null) {
              try (BaseDisk made = work.openDisk(staged)) {
                made.note("ddb.adapterType", adapterType);
              }
            }
          });
    }
  }

  private @Nullable RunningDisk openForReading(StoredFile source) {
    try {
      return factory.open(source.file(), OpenMode.READ_ONLY);
    } catch (BlockError e) {
      if (e.kind() == BlockError.Kind.UNSUPPORTED) {
        return null; // several extents: the converter reads them
      }
      throw e;
    }
  }

  private Provisioning provisioningOf(@Nullable StoredDisk disk) {
    if (disk == null) {
      return Provisioning.THIN;
    }
    try {
      Path base = factory.linksOf(disk.file().file()).getFirst();
      return StoredDisk.read(
              new StoredFile(disk.file().datastore(), disk.file().datastore().nameOf(base)))
          .provisioning();
    } catch (BlockError | DatastorePathException other) {
      return Provisioning.THIN; // not flat, or not of this datastore
    }
  }

  /** Gives a disk another name, all of its files with it. */
  public void move(
      StoredFile source, StoredFile target, boolean force, TaskBody.Progress progress) {
    requireDiskName(target);
    StoredDisk.read(source).move(target, force, new TaskProgress(progress));
  }

  /** Deletes a disk with all of its files. */
  public void delete(StoredFile file) {
    StoredDisk disk = StoredDisk.read(file);
    // What linked machines are made on is marked so (govmomi's DatastoreFileManager relies on it).
    if ("false".equalsIgnoreCase(disk.descriptor().ddb().get("ddb.deletable"))) {
      var fault = new CannotDeleteFile();
      fault.file = file.toString();
      throw new VimException(fault, "Cannot delete file " + file + ": it is not deletable");
    }
    disk.requireUnlocked();
    factory.delete(file.file());
  }

  /** Makes a disk larger; one with a parent cannot be. */
  public void extend(
      StoredFile file, long capacityBytes, boolean eagerZero, TaskBody.Progress progress) {
    requireCapacity(capacityBytes, "newCapacityKb");
    Provisioning before = StoredDisk.read(file).provisioning();
    try (RunningDisk disk = factory.open(file.file(), OpenMode.READ_WRITE)) {
      if (capacityBytes < disk.sizeBytes()) {
        throw Faults.invalidArgument("newCapacityKb");
      }
      if (before != Provisioning.THIN) {
        requireFree(file, capacityBytes - disk.sizeBytes());
      }
      disk.grow(capacityBytes);
    }
    if (before == Provisioning.EAGER_THICK || (eagerZero && before == Provisioning.LAZY_THICK)) {
      onBase(file, disk -> disk.fill(new TaskProgress(progress)));
    }
  }

  /** Gives a thin disk all of its storage, zeroed. */
  public void inflate(StoredFile file, TaskBody.Progress progress) {
    onBase(file, disk -> disk.fill(new TaskProgress(progress)));
  }

  /** Zeroes what was never written of a thick disk. */
  public void eagerZero(StoredFile file, TaskBody.Progress progress) {
    onBase(
        file,
        disk -> {
          if (disk.isThin()) {
            throw new BlockError(
                BlockError.Kind.UNSUPPORTED, "'%s' is thin: it can be inflated".formatted(file));
          }
          disk.fill(new TaskProgress(progress));
        });
  }

  /** Overwrites all of a disk with zeros. */
  public void zeroFill(StoredFile file, TaskBody.Progress progress) {
    onBase(file, disk -> disk.wipe(new TaskProgress(progress)));
  }

  /** Gives storage of zeros back, where the disk is thin. */
  public void shrink(StoredFile file, TaskBody.Progress progress) {
    onBase(file, disk -> disk.shrink(new TaskProgress(progress)));
  }

  private static void onBase(StoredFile file, Consumer<BaseDisk> work) {
    try (BaseDisk disk = StoredDisk.read(file).openBase()) {
      work.accept(disk);
    }
  }

  /** The disk's identity in VMware's spelling, {@code 60 00 C2 9a ...-...}. */
  public String uuid(StoredFile file) {
    for (Path link : factory.linksOf(file.file()).reversed()) {
      String uuid = factory.descriptorOf(link).ddb().get(UUID_KEY);
      if (uuid != null) {
        return uuid;
      }
    }
    throw new BlockError(BlockError.Kind.CORRUPT, file.file(), "'" + file + "' has no UUID", null);
  }

  /** Gives the disk another identity: 32 hexadecimal digits, blanks and dashes between them. */
  public void uuid(StoredFile file, String uuid) {
    String digits = uuid.replaceAll("[ -]", "");
    if (!digits.matches("[0-9a-fA-F]{32}")) {
      throw Faults.invalidArgument("uuid");
    }
    UUID value =
        new UUID(
            Long.parseUnsignedLong(digits.substring(0, 16), 16),
            Long.parseUnsignedLong(digits.substring(16), 16));
    StoredDisk.read(file).note(UUID_KEY, Ids.spaced(value));
  }

  /** Cylinders, heads and sectors as the BIOS of a machine would see them. */
  public HostDiskDimensionsChs geometry(StoredFile file) {
    Path base = factory.linksOf(file.file()).getFirst();
    Map<String, String> ddb = factory.descriptorOf(base).ddb();
    var geometry = new HostDiskDimensionsChs();
    geometry.cylinder = number(ddb, "ddb.geometry.cylinders", base);
    geometry.head = (int) number(ddb, "ddb.geometry.heads", base);
    geometry.sector = (int) number(ddb, "ddb.geometry.sectors", base);
    return geometry;
  }

  private static long number(Map<String, String> ddb, String key, Path file) {
    String digits = ddb.getOrDefault(key, "");
    if (!digits.matches("\\d{1,9}")) {
      throw new BlockError(
          BlockError.Kind.CORRUPT, file, "'%s' has no number as %s".formatted(file, key), null);
    }
    return Long.parseLong(digits);
  }

  /** Nothing of a flat disk is in pieces that could be told. */
  public int fragmentation(StoredFile file) {
    StoredDisk.read(file);
    return 0;
  }

  /** How a new disk is made where nobody sees it yet. */
  private interface Making {
    void make(Staging.Work work, Path staged);
  }

  private static void make(StoredFile target, boolean force, Making making) {
    requireDiskName(target);
    Path to = target.file();
    if (target.exists()) {
      if (!force) {
        throw new BlockError(BlockError.Kind.ALREADY_EXISTS, to, "'" + target + "' exists", null);
      }
    }
    try (HeldDisks _ = HeldDisks.of(target);
        Staging.Work work = target.datastore().staging().begin()) {
      Path staged = work.folder().resolve(DescriptorFiles.nameOf(to));
      making.make(work, staged);
      work.publish(
          List.of(
              new Staging.Naming(
                  DescriptorFiles.companion(staged, "flat"), DescriptorFiles.companion(to, "flat")),
              new Staging.Naming(staged, to)),
          force);
    }
  }

  private static void requireDiskName(StoredFile file) {
    String name = file.path().fileName();
    if (!name.endsWith(".vmdk") || name.length() == ".vmdk".length()) {
      throw Faults.invalidArgument("name");
    }
  }

  private static void requireCapacity(long bytes, String parameter) {
    if (bytes <= 0 || bytes > CAPACITY_BYTES_MAX) {
      throw Faults.invalidArgument(parameter);
    }
  }

  private static void requireFree(StoredFile where, long bytes) {
    long free = where.datastore().freeBytes();
    if (bytes > free) {
      throw new BlockError(
          BlockError.Kind.NO_SPACE,
          where.file(),
          "'%s' needs %d bytes, the datastore has room for %d".formatted(where, bytes, free),
          null);
    }
  }
}
