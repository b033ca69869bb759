package dev.vcsnap.disk.chain;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.cbt.ChangeId;
import dev.vcsnap.disk.cbt.ChangeMap;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.disk.vmdk.Descriptor;
import dev.vcsnap.disk.vmdk.sparse.TableBudget;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Creates disks and opens them; and works on links that no running disk has open.
 *
 * <p>Paths are those of descriptors. A link in use, here or in another process, is refused with
 * LOCKED.
 */
public final class DiskFactory {

  /** Every disk of a real host has an identity that starts like this. */
  private static final long UUID_PREFIX = 0x6000C29L << 36;

  private final Clock clock;
  private final LinkStore store;

  public DiskFactory(Ids ids, Clock clock) {
    this(ids, clock, new HostFiles());
  }

  /**
   * @param files where the disks are; a test may record or break it
   */
  public DiskFactory(Ids ids, Clock clock, DiskFiles files) {
    this(ids, clock, files, TableBudget.ofHeap());
  }

  /**
   * @param tables the memory that the grain tables of all its disks may take
   */
  public DiskFactory(Ids ids, Clock clock, DiskFiles files, TableBudget tables) {
    this.clock = clock;
    this.store = new LinkStore(files, ids, tables);
  }

  /** Makes a base disk for an LSI adapter. */
  public void createFlat(Path descriptor, long sizeBytes, boolean thin) {
    createFlat(descriptor, sizeBytes, thin, "lsilogic");
  }

  /**
   * Makes a base disk that reads as zeros: {@code X.vmdk} and {@code X-flat.vmdk}.
   *
   * @param sizeBytes a multiple of 512
   * @param thin storage comes with the first write; otherwise all of it is reserved now
   * @param adapterType {@code lsilogic}, {@code buslogic}, {@code ide}, ...
   */
  public void createFlat(Path descriptor, long sizeBytes, boolean thin, String adapterType) {
    createFlat(descriptor, sizeBytes, thin, adapterType, newUuid());
  }

  /** A fresh identity for a disk. */
  public UUID newUuid() {
    UUID random = store.ids().uuid();
    return new UUID(
        UUID_PREFIX | (random.getMostSignificantBits() & ((1L << 36) - 1)),
        random.getLeastSignificantBits());
  }

  /**
   * Makes a base disk with a given identity.
   *
   * @see #createFlat(Path, long, boolean, String)
   */
  public void createFlat(
      Path descriptor, long sizeBytes, boolean thin, String adapterType, UUID uuid) {
    boolean small = sizeBytes < 1L << 30;
    int heads = small ? 64 : 255;
    int sectors = small ? 32 : 63;
    Map<String, String> ddb = new LinkedHashMap<>();
    ddb.put("ddb.adapterType", adapterType);
    ddb.put("ddb.geometry.cylinders", Long.toString(sizeBytes / 512 / heads / sectors));
    ddb.put("ddb.geometry.heads", Integer.toString(heads));
    ddb.put("ddb.geometry.sectors", Integer.toString(sectors));
    if (thin) {
      ddb.put("ddb.thinProvisioned", "1");
    }
    ddb.put("ddb.uuid", Ids.spaced(uuid).replaceFirst("^60 00 c2", "60 00 C2"));
    ddb.put("ddb.virtualHWVersion", "19");
    store.createBase(absolute(descriptor), sizeBytes, thin, ddb);
  }

  /**
   * Makes an empty child of a link that stays as it is: what a revert continues on. When the parent
   * is tracked, so is the child, and the first opening of the child starts a new epoch.
   */
  public void createDelta(Path descriptor, Path parent) {
    createDelta(descriptor, parent, DeltaKind.SE_SPARSE);
  }

  /**
   * Makes an empty child of a link that stays as it is.
   *
   * @param kind what a delta above a base is; one above another delta is of its parent's kind
   */
  public void createDelta(Path descriptor, Path parent, DeltaKind kind) {
    LinkStore.Found above = atRest(parent);
    store.createDelta(
        absolute(descriptor), above, kind, above.descriptor().changeTrackPath().isPresent());
  }

  /**
   * Makes an empty child of a link that stays as it is, for another machine: nobody tracks it yet.
   *
   * @param kind what a delta above a base is; one above another delta is of its parent's kind
   */
  public void createLinkedClone(Path descriptor, Path parent, DeltaKind kind) {
    store.createDelta(absolute(descriptor), atRest(parent), kind, false);
  }

  private LinkStore.Found atRest(Path link) {
    LinkStore.Found found = store.resolve(absolute(link)).getLast();
    store.requireAtRest(found);
    return found;
  }

  /** The moment at which a link froze, as its change map says, of a disk that need not be open. */
  public Optional<ChangeId> changeIdOf(Path link) {
    Path path = absolute(link);
    Descriptor descriptor = store.read(path);
    return LinkStore.mapOf(path, descriptor)
        .flatMap(map -> new FrozenMaps(store, false).trusted(map, descriptor.sectors() * 512))
        .map(ChangeMap::frozenId);
  }

  /** The links in a folder that disks of other folders are built on. */
  public Set<Path> lentIn(Path folder) {
    return store.lent().in(absolute(folder));
  }

  /** False while a disk that is not open may be built on links that {@link #lentIn} lacks. */
  public boolean allLentKnown() {
    return store.lent().allKnown();
  }

  /**
   * Keeps links from being merged and deleted for a disk that is not open.
   *
   * @param links as {@link #borrowedBy} finds them
   * @param all false if the disk may be built on others as well
   */
  public Loan lend(Set<Path> links, boolean all) {
    return store.lent().lend(links, all);
  }

  /**
   * The first link from a leaf down that lies in another folder than its child, as the descriptors
   * say it; whether the chain could be opened is not looked at.
   *
   * @throws BlockError if a descriptor above such a link cannot be read
   */
  public Optional<Path> borrowedBy(Path leafDescriptor) {
    return store.borrowedBy(absolute(leafDescriptor));
  }

  /** Opens the chain from this leaf down to its base. */
  public RunningDisk open(Path leafDescriptor, OpenMode mode) {
    return new RunningDisk(store, clock, absolute(leafDescriptor), mode);
  }

  /** Reads a descriptor. */
  public Descriptor descriptorOf(Path descriptor) {
    return store.read(absolute(descriptor));
  }

  /** The links of a chain, the base first, from its descriptors alone. */
  public List<Path> linksOf(Path leafDescriptor) {
    return store.resolve(absolute(leafDescriptor)).stream().map(LinkStore.Found::path).toList();
  }

  /**
   * Merges a link that nobody has open into its parent; its children then hang under the parent.
   *
   * @param childrenOfChild descriptors that name {@code child} as their parent
   * @see RunningDisk#commit(Path, MergeProgress)
   */
  public void commitClosed(Path child, List<Path> childrenOfChild, MergeProgress progress) {
    List<LinkStore.Found> chain = store.resolve(absolute(child));
    if (chain.size() < 2) {
      throw new BlockError(
          BlockError.Kind.UNSUPPORTED, "'%s' has no parent to merge into".formatted(child));
    }
    Optional<DiskFile.Lock> exclusive = Optional.of(DiskFile.Lock.EXCLUSIVE);
    Link target = store.open(chain.get(chain.size() - 2), (byte) 0, true, exclusive);
    try {
      Link opened = store.open(chain.getLast(), (byte) 1, true, exclusive);
      try {
        Link.Delta source = (Link.Delta) opened;
        Merge.ofFrozen(source, target, progress, new Courtesy(clock, () -> false)).run();
        target.flush();
        store.inheritMap(source, target);
        progress.survives(target.path());
        childrenOfChild.forEach(grandchild -> store.repoint(absolute(grandchild), target));
      } finally {
        opened.close();
      }
      store.delete(opened.path(), opened.descriptor());
      if (childrenOfChild.isEmpty()) {
        // Not before: until it was deleted, the merged link was a child as well.
        store.renewContentId(target);
        store.syncNames(target.path());
      }
    } finally {
      target.close();
    }
  }

  /**
   * Refuses a link that anybody has open, here or elsewhere, or that is lent.
   *
   * @throws BlockError LOCKED
   */
  public void requireUnused(Path descriptor) {
    Path path = absolute(descriptor);
    store.requireNotLent(path);
    store.requireUnused(new LinkStore.Found(path, store.read(path)));
  }

  /**
   * Removes a link that nobody needs any more: its descriptor, its extent and its change map.
   *
   * @throws BlockError LOCKED if anybody has it open, or it is lent
   */
  public void delete(Path descriptor) {
    Path path = absolute(descriptor);
    store.requireNotLent(path);
    LinkStore.Found found = new LinkStore.Found(path, store.read(path));
    store.delete(found);
  }

  private static Path absolute(Path path) {
    return path.toAbsolutePath().normalize();
  }
}
