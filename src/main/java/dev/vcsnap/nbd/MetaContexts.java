package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.Layered;
import dev.vcsnap.lease.DiskExport;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds the metadata contexts of an export by their names.
 *
 * <p>A disk of a chain has its depth, and a disk whose changes are tracked has one bitmap for every
 * moment that they can be told since; those are not counted up, but the one that the export's own
 * name asks for is.
 */
final class MetaContexts {

  private static final String BASE = "base:";
  private static final String QEMU = "qemu:";

  private final DiskExport export;

  MetaContexts(DiskExport export) {
    this.export = export;
  }

  /** All that have a name without a client's help. */
  List<MetaContext> all() {
    List<MetaContext> all = new ArrayList<>();
    all.add(new Allocation(export.device()));
    depth().ifPresent(all::add);
    export.since().flatMap(this::dirty).ifPresent(all::add);
    return all;
  }

  /** Those that a client asks to be told of, one by one or a whole family. */
  List<MetaContext> matching(String query) {
    boolean family =
        query.equals(BASE) || query.equals(QEMU) || query.equals(Protocol.DIRTY_BITMAP);
    return family
        ? all().stream().filter(context -> context.name().startsWith(query)).toList()
        : find(query).stream().toList();
  }

  /** The one of that name. */
  Optional<MetaContext> find(String name) {
    if (name.equals(Protocol.BASE_ALLOCATION)) {
      return Optional.of(new Allocation(export.device()));
    }
    if (name.equals(Protocol.ALLOCATION_DEPTH)) {
      return depth();
    }
    return name.startsWith(Protocol.DIRTY_BITMAP)
        ? dirty(name.substring(Protocol.DIRTY_BITMAP.length()))
        : Optional.empty();
  }

  private Optional<MetaContext> depth() {
    return export.device() instanceof Layered layered
        ? Optional.of(new Depth(layered))
        : Optional.empty();
  }

  private Optional<MetaContext> dirty(String moment) {
    return export
        .changesSince(moment)
        .map(changes -> new Dirty(Protocol.DIRTY_BITMAP + moment, changes));
  }
}
