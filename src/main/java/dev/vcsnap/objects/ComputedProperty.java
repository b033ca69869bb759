package dev.vcsnap.objects;

import org.jspecify.annotations.Nullable;

/**
 * A property whose value is made when it is read, because it depends on the reader or on files that
 * change.
 */
@FunctionalInterface
public interface ComputedProperty {

  /**
   * Makes the value.
   *
   * @param sessionId the session that reads, or null before login
   * @return the value, or null for unset
   */
  @Nullable Object valueFor(@Nullable String sessionId);
}
