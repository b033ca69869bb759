package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.convert.BaseDisk;
import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One link of a disk as files of a datastore: its descriptor, and beside it the extents and the
 * change map that it names.
 *
 * @param file the descriptor's file
 * @param descriptor its content when it was read
 */
public record StoredDisk(StoredFile file, Descriptor descriptor) {

  private static final String SUFFIX = ".vmdk";

  /**
   * Reads a disk.
   *
   * @throws BlockError NOT_FOUND, or NOT_THIS_FORMAT and others for what is no descriptor
   */
  public static StoredDisk read(StoredFile file) {
    return new StoredDisk(file, new DescriptorFiles(file.datastore().files()).read(file.file()));
  }

  /** Reads a disk, if the file is one. */
  public static Optional<StoredDisk> find(StoredFile file) {
    try {
      return Optional.of(read(file));
    } catch (BlockError notOne) {
      return Optional.empty();
    }
  }

  /** The files beside the descriptor that hold the bytes. */
  public List<StoredFile> extents() {
    return descriptor.extents().stream()
        .filter(line -> !line.fileName().isEmpty())
        .map(line -> beside(line.fileName()))
        .toList();
  }

  private StoredFile beside(String name) {
    Path path = DescriptorFiles.beside(file.file(), name);
    return new StoredFile(file.datastore(), file.datastore().nameOf(path));
  }

  /** Bytes of storage behind all of its files. */
  public long storedBytes() {
    long sum = file.datastore().storedBytes(file.path());
    for (StoredFile extent : extents()) {
      if (extent.exists()) {
        sum += extent.datastore().storedBytes(extent.path());
      }
    }
    return sum;
  }

  /** Opens it for work on its storage; it must be flat. */
  public BaseDisk openBase() {
    return BaseDisk.open(file.datastore().files(), file.file());
  }

  /** How it is provisioned; it must be flat. */
  public BaseDisk.Provisioning provisioning() {
    return BaseDisk.provisioning(file.datastore().files(), file.file());
  }

  /**
   * Refuses a disk that somebody has open.
   *
   * @throws BlockError LOCKED
   */
  public void requireUnlocked() {
    hold().close();
  }

  /** Keeps the disk from being opened until that is closed. */
  private HeldDisks hold() {
    return HeldDisks.of(extents().stream().filter(StoredFile::exists).toList());
  }

  /** Gives a key of the disk data base another value. */
  public void note(String key, String value) {
    try (HeldDisks _ = hold()) {
      new DescriptorFiles(file.datastore().files())
          .write(file.file(), descriptor.withDdb(key, value));
    }
  }

  /**
   * Gives a disk another name, its files with it, in one step that a crash does not cut. A delta
   * goes on naming its parent.
   *
   * @param replace takes the names from the disk that has them
   */
  public void move(StoredFile target, boolean replace, ConversionProgress progress) {
    Set<StoredFile> concerned = new LinkedHashSet<>(extents());
    if (replace && target.exists()) {
      concerned.addAll(HeldDisks.filesOf(target));
    }
    concerned.removeIf(part -> !part.exists());
    try (HeldDisks _ = HeldDisks.of(concerned)) {
      moveHeld(target, replace, progress);
    }
  }

  private void moveHeld(StoredFile target, boolean replace, ConversionProgress progress) {
    Path to = target.file();
    try (Staging.Work work = target.datastore().staging().begin()) {
      List<Staging.Naming> namings = new ArrayList<>();
      Descriptor renamed = descriptor;
      StoredFile extent = onlyExtent();
      Path named = DescriptorFiles.companion(to, kindOf(extent));
      renamed = renamed.withExtentFile(DescriptorFiles.nameOf(named));
      namings.add(new Staging.Naming(bring(extent, work, progress), named));
      Optional<String> track = descriptor.changeTrackPath();
      if (track.isPresent()) {
        Path trackTo = DescriptorFiles.companion(to, "ctk");
        StoredFile map = beside(track.get());
        renamed = renamed.withChangeTracking(DescriptorFiles.nameOf(trackTo));
        if (map.exists()) {
          namings.add(new Staging.Naming(bring(map, work, progress), trackTo));
        }
      }
      if (descriptor.parentFileNameHint().isPresent()) {
        Path parent = DescriptorFiles.parentOf(file.file(), descriptor.parentFileNameHint().get());
        renamed = renamed.withParent(DescriptorFiles.hintFrom(to, parent), descriptor.parentCid());
      }
      Path staged = work.folder().resolve(DescriptorFiles.nameOf(to));
      new DescriptorFiles(target.datastore().files()).write(staged, renamed);
      namings.add(new Staging.Naming(staged, to));
      if (isHere(target)) {
        namings.add(new Staging.Naming(file.file(), work.folder().resolve("gone")));
      }
      work.publish(namings, replace);
    }
    if (!isHere(target)) {
      extents().forEach(extent -> extent.datastore().delete(extent.path()));
      descriptor
          .changeTrackPath()
          .map(this::beside)
          .filter(StoredFile::exists)
          .ifPresent(map -> map.datastore().delete(map.path()));
      file.datastore().delete(file.path());
    }
  }

  private StoredFile onlyExtent() {
    if (extents().size() != 1) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED,
          file.file(),
          "'%s' has %d extents; disks of one are moved".formatted(file, extents().size()),
          null);
    }
    return extents().getFirst();
  }

  private boolean isHere(StoredFile target) {
    return file.datastore().root().equals(target.datastore().root());
  }

  /** Where a file is to be taken from: here itself, or a copy when it goes to another datastore. */
  private Path bring(StoredFile part, Staging.Work work, ConversionProgress progress) {
    if (part.datastore().root().equals(work.datastore().root())) {
      return part.file();
    }
    Path copy = work.folder().resolve(part.path().fileName());
    FileTransfer.copyFile(part, work.datastore(), copy, progress);
    return copy;
  }

  /** {@code X-flat.vmdk} beside {@code X.vmdk} is {@code flat}. */
  private String kindOf(StoredFile extent) {
    String name = extent.path().fileName();
    String base = DiskNames.baseName(file.path().fileName()) + "-";
    boolean usual =
        name.startsWith(base)
            && name.endsWith(SUFFIX)
            && name.length() > base.length() + SUFFIX.length();
    return usual ? name.substring(base.length(), name.length() - SUFFIX.length()) : "flat";
  }
}
