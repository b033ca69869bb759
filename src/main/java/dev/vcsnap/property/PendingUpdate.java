package dev.vcsnap.property;

import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MissingObject;
import dev.vcsnap.vim.MissingProperty;
import dev.vcsnap.vim.ObjectUpdate;
import dev.vcsnap.vim.PropertyFilterUpdate;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Something to tell the client that was found but not sent yet: an update of an object, or an
 * object that is not there.
 *
 * @param filter the filter that saw it
 */
record PendingUpdate(
    ManagedObjectReference filter, @Nullable ObjectUpdate update, @Nullable MissingObject missing) {

  void addMissing(MissingProperty property) {
    if (update != null) {
      if (update.missingSet == null) {
        update.missingSet = new ArrayList<>();
      }
      update.missingSet.add(property);
    }
  }

  /** Puts this into the answer, under its filter. */
  void addTo(Map<ManagedObjectReference, PropertyFilterUpdate> byFilter) {
    PropertyFilterUpdate target = filterUpdate(byFilter, filter);
    if (update != null) {
      target.objectSet.add(update);
    }
    if (missing != null) {
      if (target.missingSet == null) {
        target.missingSet = new ArrayList<>();
      }
      target.missingSet.add(missing);
    }
  }

  /** The part of an answer that is about a filter. */
  static PropertyFilterUpdate filterUpdate(
      Map<ManagedObjectReference, PropertyFilterUpdate> byFilter, ManagedObjectReference filter) {
    return byFilter.computeIfAbsent(
        filter,
        reference -> {
          var part = new PropertyFilterUpdate();
          part.filter = reference;
          part.objectSet = new ArrayList<>();
          return part;
        });
  }
}
