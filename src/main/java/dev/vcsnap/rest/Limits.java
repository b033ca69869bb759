package dev.vcsnap.rest;

import java.util.List;

/** How long lists may be: a longer one is refused, as vCenter does, and a filter is asked for. */
final class Limits {

  private Limits() {}

  /**
   * The same list.
   *
   * @throws RestException UNABLE_TO_ALLOCATE_RESOURCE if it is longer than {@code max}
   */
  static <T> List<T> require(List<T> found, int max, String what) {
    if (found.size() > max) {
      throw new RestException(
          ErrorType.UNABLE_TO_ALLOCATE_RESOURCE,
          "com.vmware.api.vcenter.list_too_long",
          found.size() + " " + what + " match, and at most " + max + " are listed; use a filter",
          String.valueOf(max));
    }
    return found;
  }
}
