package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.cbt.ChangeMapFile;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.DescriptorFiles;
import dev.vcsnap.disk.vmdk.ExtentLine;
import dev.vcsnap.disk.vmdk.flat.FlatExtent;
import dev.vcsnap.disk.vmdk.sesparse.SeSparseFormat;
import dev.vcsnap.disk.vmdk.sparse.SparseExtent;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.disk.vmdk.vmfssparse.CowdFormat;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes, opens, renames and removes the files of links, each step so that a crash leaves a chain.
 */
final class LinkStore {

  /** The deepest chain that is opened. */
  static final int MAXIMUM_DEPTH = 64;

  private static final String THIN = "ddb.thinProvisioned";

  private final DiskFiles files;
  private final DescriptorFiles descriptors;
  private final ChangeMapFile changeMaps;
  private final Ids ids;
  private final TableBudget budget;
  private final LentLinks lent = new LentLinks();

  LinkStore(DiskFiles files, Ids ids, TableBudget budget) {
    this.files = files;
    this.descriptors = new DescriptorFiles(files);
    this.changeMaps = new ChangeMapFile(files);
    this.ids = ids;
    this.budget = budget;
  }

  LentLinks lent() {
    return lent;
  }

  ChangeMapFile changeMaps() {
    return changeMaps;
  }

  Descriptor read(Path path) {
    return descriptors.read(path);
  }

  boolean exists(Path path) {
    return files.exists(path);
  }

  void deleteFile(Path path) {
    files.delete(path);
  }

  Ids ids() {
    return ids;
  }

  /** A chain's descriptors as they are found, before anything is opened. */
  record Found(Path path, Descriptor descriptor) {}

  /** Follows the hints from a leaf to its base; the base comes first. */
  List<Found> resolve(Path leaf) {
    ArrayList<Found> chain = new ArrayList<>();
    Found link = new Found(leaf, descriptors.read(leaf));
    chain.add(link);
    while (link.descriptor.hasParent()) {
      if (chain.size() == MAXIMUM_DEPTH) {
        throw tooDeep(leaf);
      }
      link = parentOf(link);
      chain.add(link);
    }
    return List.copyOf(chain.reversed());
  }

  /**
   * The first link from a leaf down that lies in another folder than its child; neither that link
   * nor any extent is looked at.
   */
  Optional<Path> borrowedBy(Path leaf) {
    Path at = leaf;
    for (int depth = 1; depth <= MAXIMUM_DEPTH; depth++) {
      Descriptor descriptor = descriptors.read(at);
      if (!descriptor.hasParent()) {
        return Optional.empty();
      }
      Path parent = parentPathOf(new Found(at, descriptor));
      if (!Objects.equals(parent.getParent(), at.getParent())) {
        return Optional.of(parent);
      }
      at = parent;
    }
    throw tooDeep(leaf);
  }

  private static BlockError tooDeep(Path leaf) {
    return new BlockError(
        Kind.CORRUPT, "'%s' has more than %d links".formatted(leaf, MAXIMUM_DEPTH));
  }

  private static Path parentPathOf(Found child) {
    String hint =
        child
            .descriptor
            .parentFileNameHint()
            .orElseThrow(() ->
                new BlockError(
                    Kind.CORRUPT,
                    "'%s' has a parent's content id but not its name".formatted(child.path)));
    return DescriptorFiles.parentOf(child.path, hint);
  }

  private Found parentOf(Found child) {
    Path path = parentPathOf(child);
    Descriptor parent;
    try {
      parent = descriptors.read(path);
    } catch (BlockError error) {
      throw new BlockError(
          error.kind(), "parent of '%s': %s".formatted(child.path, error.getMessage()), error);
    }
    if (parent.cid() != child.descriptor.parentCid()) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' was made above content %08x of '%s', which has %08x now"
              .formatted(child.path, child.descriptor.parentCid(), path, parent.cid()));
    }
    if (parent.sectors() != child.descriptor.sectors()) {
      throw new BlockError(
          Kind.CORRUPT,
          "'%s' has %d sectors, its parent '%s' %d"
              .formatted(child.path, child.descriptor.sectors(), path, parent.sectors()));
    }
    return new Found(path, parent);
  }

  /** Opens one link's extent. */
  Link open(Found found, byte id, boolean writable, Optional<DiskFile.Lock> lock) {
    ExtentLine line = extentOf(found);
    DiskFile file = files.open(DescriptorFiles.beside(found.path, line.fileName()), writable);
    try {
      lock.ifPresent(file::lock);
      Optional<DeltaKind> kind = DeltaKind.ofExtentType(line.type());
      if (kind.isPresent()) {
        SparseExtent extent =
            switch (kind.get()) {
              case SE_SPARSE -> SeSparseFormat.open(file, line.sectors(), budget);
              case VMFS_SPARSE -> CowdFormat.open(file, line.sectors(), writable, budget);
            };
        return new Link.Delta(found.path, id, found.descriptor, extent);
      }
      boolean thin = "1".equals(found.descriptor.ddb().get(THIN));
      FlatExtent extent = FlatExtent.open(file, line.sectors() * 512, thin);
      if (writable) {
        extent.dropUnusedEnd();
      }
      return new Link.Base(found.path, found.descriptor, extent);
    } catch (BlockError error) {
      file.close();
      throw error;
    }
  }

  private static ExtentLine extentOf(Found found) {
    List<ExtentLine> extents = found.descriptor.extents();
    ExtentLine line = extents.getFirst();
    boolean delta = found.descriptor.hasParent();
    boolean known =
        delta
            ? DeltaKind.ofExtentType(line.type()).isPresent()
            : line.type().equals("VMFS") || line.type().equals("FLAT");
    if (extents.size() != 1 || !known || line.offsetSectors() != 0 || line.sectors() <= 0) {
      throw new BlockError(
          Kind.UNSUPPORTED,
          "'%s' has %d extents, the first of type %s; one %s is served"
              .formatted(
                  found.path,
                  extents.size(),
                  line.type(),
                  delta ? "SESPARSE or VMFSSPARSE" : "flat extent"));
    }
    return line;
  }

  void createBase(Path path, long sizeBytes, boolean thin, Map<String, String> ddb) {
    if (sizeBytes <= 0 || sizeBytes % 512 != 0) {
      throw new BlockError(
          Kind.UNSUPPORTED, "a disk of " + sizeBytes + " bytes; a multiple of 512 is needed");
    }
    refuseTaken(path);
    Path extent = DescriptorFiles.companion(path, "flat");
    ExtentLine line =
        new ExtentLine("RW", sizeBytes / 512, "VMFS", DescriptorFiles.nameOf(extent), 0);
    FlatExtent.create(files, extent, sizeBytes, thin);
    int cid = ids.contentId();
    Descriptor descriptor = Descriptor.ofBase(cid, "vmfs", line, ddb);
    publish(path, descriptor.withContentId(cid, longContentId(cid)), extent);
    syncNames(path);
  }

  /** {@link #prepareDelta}, and durable. */
  void createDelta(Path path, Found parent, DeltaKind wanted, boolean tracked) {
    Found made = prepareDelta(path, parent, wanted, tracked);
    try {
      syncNames(path);
    } catch (BlockError failure) {
      delete(path, made.descriptor);
      throw failure;
    }
  }

  /**
   * Makes an empty delta; a tracked one starts with a dirty map, which says nothing. Extent and map
   * are durable, the descriptor that names them is with the next {@link #syncNames}.
   *
   * @param wanted what it is above a base; above another delta it is what that is
   */
  Found prepareDelta(Path path, Found parent, DeltaKind wanted, boolean tracked) {
    refuseTaken(path);
    DeltaKind kind = kindOf(parent).orElse(wanted);
    long sectors = parent.descriptor.sectors();
    Path extent = DescriptorFiles.companion(path, kind.suffix());
    ExtentLine line =
        new ExtentLine("RW", sectors, kind.extentType(), DescriptorFiles.nameOf(extent), 0);
    String hint = DescriptorFiles.hintFrom(path, parent.path);
    int cid = parent.descriptor.cid();
    Descriptor descriptor =
        Descriptor.ofDelta(cid, hint, kind.createType(), line)
            .withContentId(cid, parent.descriptor.longContentId().orElse(longContentId(cid)));
    switch (kind) {
      case SE_SPARSE -> SeSparseFormat.create(files, extent, sectors);
      case VMFS_SPARSE -> CowdFormat.create(files, extent, sectors);
    }
    if (tracked) {
      Path map = trackPath(path);
      descriptor = descriptor.withChangeTracking(DescriptorFiles.nameOf(map));
      try {
        changeMaps.createDirty(map, ids.uuid(), sectors * 512);
        publish(path, descriptor, extent);
      } catch (BlockError failure) {
        files.delete(map);
        files.delete(extent);
        throw failure;
      }
    } else {
      publish(path, descriptor, extent);
    }
    return new Found(path, descriptor);
  }

  /** Makes durable which files there are beside a link. */
  void syncNames(Path link) {
    files.syncDirectory(Objects.requireNonNull(link.getParent(), "a link lies in a folder"));
  }

  private static Optional<DeltaKind> kindOf(Found link) {
    return DeltaKind.ofExtentType(link.descriptor.extents().getFirst().type());
  }

  private void publish(Path path, Descriptor descriptor, Path extent) {
    try {
      descriptors.put(path, descriptor);
    } catch (BlockError failure) {
      files.delete(extent);
      throw failure;
    }
  }

  private void refuseTaken(Path path) {
    if (files.exists(path)) {
      throw new BlockError(Kind.ALREADY_EXISTS, "'%s' exists".formatted(path));
    }
  }

  static Path trackPath(Path descriptor) {
    return DescriptorFiles.companion(descriptor, "ctk");
  }

  /**
   * Gives a changed leaf a content id of its own; it has no children yet. That is durable with the
   * next {@link #syncNames}.
   */
  void renewContentId(Link link) {
    int cid = ids.contentId();
    put(link, link.descriptor().withContentId(cid, longContentId(cid)));
  }

  /**
   * Brings a fork that was prepared above {@code parent} up to the parent's new content id, durable
   * with the next {@link #syncNames}.
   */
  void followContentId(Link fork, Link parent) {
    Descriptor above = parent.descriptor();
    Descriptor renewed =
        fork.descriptor()
            .withContentId(above.cid(), above.longContentId().orElseThrow())
            .withParent(DescriptorFiles.hintFrom(fork.path(), parent.path()), above.cid());
    put(fork, renewed);
  }

  private void put(Link link, Descriptor descriptor) {
    descriptors.put(link.path(), descriptor);
    link.replaced(descriptor);
  }

  void rewrite(Link link, Descriptor descriptor) {
    descriptors.write(link.path(), descriptor);
    link.replaced(descriptor);
  }

  /** Hangs a child under another parent whose content is the same; returns what it has now. */
  Descriptor repoint(Path child, Link parent) {
    Descriptor renewed =
        descriptors
            .read(child)
            .withParent(DescriptorFiles.hintFrom(child, parent.path()), parent.descriptor().cid());
    descriptors.write(child, renewed);
    return renewed;
  }

  /** Where a link's change map is, when it has one. */
  static Optional<Path> mapOf(Path path, Descriptor descriptor) {
    return descriptor.changeTrackPath().map(name -> DescriptorFiles.beside(path, name));
  }

  /** Copies the map of a merged frozen link to its survivor, or takes the survivor's away. */
  void inheritMap(Link from, Link survivor) {
    Optional<Path> source = mapOf(from.path(), from.descriptor());
    if (source.isEmpty()) {
      dropMap(survivor);
      return;
    }
    Path target = trackPath(survivor.path());
    if (files.exists(source.get())) {
      files.replace(target, files.read(source.get(), ChangeMapFile.MAXIMUM_BYTES));
    } else {
      // A lost map is as good as a dirty one: its reader starts a new epoch.
      changeMaps.saveDirty(target, ids.uuid(), survivor.descriptor().sectors() * 512);
    }
    trackAt(survivor, target);
  }

  void trackAt(Link link, Path map) {
    String name = DescriptorFiles.nameOf(map);
    if (!link.descriptor().changeTrackPath().equals(Optional.of(name))) {
      rewrite(link, link.descriptor().withChangeTracking(name));
    }
  }

  void dropMap(Link link) {
    Optional<Path> map = mapOf(link.path(), link.descriptor());
    if (map.isPresent()) {
      rewrite(link, link.descriptor().withoutChangeTracking());
      files.delete(map.get());
    }
  }

  /**
   * Removes a link's files, the descriptor first and durably: what remains of a crash is an orphan
   * extent, and whoever finds one at a start removes it.
   */
  void delete(Path path, Descriptor descriptor) {
    files.delete(path);
    try {
      descriptor
          .extents()
          .forEach(line -> files.remove(DescriptorFiles.beside(path, line.fileName())));
      mapOf(path, descriptor).ifPresent(files::remove);
    } catch (BlockError failure) {
      restore(path, descriptor, failure);
      throw failure;
    }
  }

  /**
   * Without its descriptor nobody would know whose a remaining file is, and it would be in the way
   * of later snapshots; with it, the link can be deleted once more.
   */
  private void restore(Path path, Descriptor descriptor, BlockError failure) {
    try {
      descriptors.write(path, descriptor);
    } catch (BlockError again) {
      failure.addSuppressed(again);
    }
  }

  /** Refuses a link that somebody writes. */
  void requireAtRest(Found found) {
    requireLock(found, DiskFile.Lock.SHARED);
  }

  /** Refuses a link that a disk of another folder is built on. */
  void requireNotLent(Path path) {
    if (lent.contains(path)) {
      throw new BlockError(
          Kind.LOCKED,
          path,
          "'%s' is what a disk in another folder is built on".formatted(path),
          null);
    }
  }

  /** Refuses a link that somebody has open. */
  void requireUnused(Found found) {
    requireLock(found, DiskFile.Lock.EXCLUSIVE);
  }

  private void requireLock(Found found, DiskFile.Lock lock) {
    Path extent = DescriptorFiles.beside(found.path, extentOf(found).fileName());
    try (DiskFile file = files.open(extent, false)) {
      file.lock(lock);
    }
  }

  /** Removes the files of a link that nobody has open. */
  void delete(Found found) {
    Path extent = DescriptorFiles.beside(found.path, extentOf(found).fileName());
    if (files.exists(extent)) {
      try (DiskFile file = files.open(extent, true)) {
        file.lock(DiskFile.Lock.EXCLUSIVE);
        delete(found.path, found.descriptor);
      }
    } else {
      delete(found.path, found.descriptor);
    }
  }

  private String longContentId(int cid) {
    return ids.hex(12) + HexFormat.of().toHexDigits(cid);
  }
}
