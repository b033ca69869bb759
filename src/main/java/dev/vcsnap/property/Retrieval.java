package dev.vcsnap.property;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.PropertyFilterSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * A one-time read that may be handed out in pages.
 *
 * <p>The objects are chosen once; each page reads their properties when it is asked for, and leaves
 * out objects that are gone by then.
 */
final class Retrieval {

  private record Selected(ManagedObject object, List<PropertyPath> paths) {}

  private final ObjectRegistry registry;
  private final Supplier<Reader> readers;
  private final int maxObjects;
  private final ArrayDeque<Selected> open = new ArrayDeque<>();

  private Retrieval(ObjectRegistry registry, Supplier<Reader> readers, int maxObjects) {
    this.registry = registry;
    this.readers = readers;
    this.maxObjects = maxObjects;
  }

  /** A retrieval and its first page. */
  record Started(Retrieval rest, List<ObjectContent> first) {}

  /**
   * Chooses the objects and reads the first page at the same point.
   *
   * @param readers gives who reads, with the rights of that moment, for each page
   * @param maxObjects how many objects a page has
   * @throws dev.vcsnap.vim.VimException if the specifications are wrong or name an object that does
   *     not exist
   */
  static Started start(
      ObjectRegistry registry,
      Supplier<Reader> readers,
      List<PropertyFilterSpec> specSet,
      int maxObjects) {
    if (specSet.isEmpty()) {
      throw Faults.invalidArgument("specSet");
    }
    var retrieval = new Retrieval(registry, readers, maxObjects);
    List<CompiledSpec> specs = specSet.stream().map(CompiledSpec::of).toList();
    try (ReadPoint point = registry.readPoint()) {
      Reader reader = readers.get();
      specs.forEach(spec -> retrieval.select(spec, point, reader));
      return new Started(retrieval, retrieval.page(point, reader));
    }
  }

  /** The next objects. */
  synchronized List<ObjectContent> page() {
    try (ReadPoint point = registry.readPoint()) {
      return page(point, readers.get());
    }
  }

  /** True if everything was handed out. */
  synchronized boolean isDone() {
    return open.isEmpty();
  }

  private void select(CompiledSpec spec, ReadPoint point, Reader reader) {
    Selection.Found found = spec.select(point, reader);
    for (ManagedObject object : found.objects()) {
      List<PropertyPath> paths = spec.plan().pathsOf(object.type());
      if (paths != null) {
        open.addLast(new Selected(object, paths));
      }
    }
  }

  private List<ObjectContent> page(ReadPoint point, Reader caller) {
    var reader = new ObjectReader(caller);
    List<ObjectContent> contents = new ArrayList<>(Math.min(maxObjects, open.size()));
    while (contents.size() < maxObjects && !open.isEmpty()) {
      Selected next = open.removeFirst();
      if (point.contains(next.object)) {
        contents.add(reader.read(next.object, point.stateOf(next.object), next.paths));
      }
    }
    return contents;
  }
}
