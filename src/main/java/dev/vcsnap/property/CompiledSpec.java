package dev.vcsnap.property;

import dev.vcsnap.objects.ReadPoint;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.PropertyFilterSpec;

/**
 * A filter specification, ready to run.
 *
 * @param plan what to read of each object
 * @param selection which objects
 * @param reportsMissing true if an object that does not exist is reported instead of refused
 */
record CompiledSpec(PropertyPlan plan, Selection selection, boolean reportsMissing) {

  /**
   * Compiles a specification.
   *
   * @throws dev.vcsnap.vim.VimException InvalidProperty or InvalidArgument
   */
  static CompiledSpec of(PropertyFilterSpec spec) {
    return new CompiledSpec(
        PropertyPlan.compile(spec.propSet),
        Selection.compile(spec.objectSet),
        Boolean.TRUE.equals(spec.reportMissingObjectsInResults));
  }

  /**
   * Finds the objects.
   *
   * @throws dev.vcsnap.vim.VimException ManagedObjectNotFound if one that the specification names
   *     does not exist and that is not to be reported
   */
  Selection.Found select(ReadPoint point, Reader reader) {
    requireNamedObjects(point);
    return selection.run(point, reader, new Dependencies(point));
  }

  /** Refuses a specification whose objects do not exist, unless that is to be reported. */
  void requireNamedObjects(ReadPoint point) {
    if (!reportsMissing) {
      for (ManagedObjectReference reference : selection.named()) {
        if (point.find(reference) == null) {
          throw Faults.notFound(reference);
        }
      }
    }
  }
}
