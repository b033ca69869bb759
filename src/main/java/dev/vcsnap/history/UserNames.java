package dev.vcsnap.history;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The users whose tasks or events a filter asks for. */
public final class UserNames {

  private UserNames() {}

  /**
   * A question about a user's name, in which case does not count.
   *
   * @param systemUser whether the server itself, who has no name, is meant too
   */
  public static Predicate<String> of(boolean systemUser, @Nullable List<String> users) {
    Set<String> names =
        users == null
            ? Set.of()
            : users.stream()
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toUnmodifiableSet());
    return name -> name.isEmpty() ? systemUser : names.contains(name.toLowerCase(Locale.ROOT));
  }
}
