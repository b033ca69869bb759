package dev.vcsnap.guest.simulated;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How a simulated guest misbehaves: a list such as {@code script-exits=3, flush=8s}, by words.
 *
 * <table>
 * <caption>The words</caption>
 * <tr><td>{@code script-exits=N}</td><td>a freeze script ends with that status</td></tr>
 * <tr><td>{@code script-hangs}</td><td>a freeze script does not end</td></tr>
 * <tr><td>{@code thaw-script-exits=N}</td><td>a thaw script ends with that status</td></tr>
 * <tr><td>{@code flush=TIME}</td><td>freezing the file systems takes so long</td></tr>
 * <tr><td>{@code freeze-fails}</td><td>the file systems cannot be frozen</td></tr>
 * <tr><td>{@code already-frozen=FOLDER}</td><td>Linux: somebody else has frozen what is mounted
 *     there</td></tr>
 * <tr><td>{@code thaws-early=TIME}</td><td>it thaws so long after it froze, whatever the host
 *     does</td></tr>
 * <tr><td>{@code late-thaw=TIME}</td><td>it answers the host's snapshotDone at once and thaws so
 *     much later</td></tr>
 * <tr><td>{@code lost=STATE}</td><td>the connection breaks in {@code freezing}, {@code frozen} or
 *     {@code thawing}; it thaws by itself</td></tr>
 * <tr><td>{@code silent=STATE}</td><td>it says and answers nothing any more from that state on, and
 *     thaws when its own time limit runs out</td></tr>
 * <tr><td>{@code writer-error=NAME}</td><td>Windows: the writer of that name fails to freeze</td></tr>
 * <tr><td>{@code writer-freeze=TIME}</td><td>Windows: the application's writer takes so long</td></tr>
 * </table>
 *
 * @param words what was said, by word
 */
record Behaviour(Map<String, String> words) {

  /** A guest that does what it is told. */
  static final Behaviour GOOD = new Behaviour(Map.of());

  private static final Set<String> STATES = Set.of("freezing", "frozen", "thawing");
  private static final int TEXT_MAX = 500;

  /** The states of a guest in which a connection may break. */
  enum Moment {
    FREEZING,
    FROZEN,
    THAWING
  }

  /**
   * Reads such a list; an empty text is a good guest.
   *
   * @throws IllegalArgumentException naming what was not understood
   */
  static Behaviour parse(String text) {
    if (text.length() > TEXT_MAX) {
      throw new IllegalArgumentException(
          "a behaviour has at most " + TEXT_MAX + " characters, this one " + text.length());
    }
    return new Behaviour(Entries.parse(text, ",", Behaviour::check));
  }

  private static void check(String word, String value) {
    boolean good =
        switch (word) {
          case "script-exits", "thaw-script-exits" -> value.matches("[1-9][0-9]{0,2}");
          case "script-hangs", "freeze-fails" -> value.isEmpty();
          case "flush", "thaws-early", "late-thaw", "writer-freeze" ->
              value.matches("[0-9]{1,9}(ms|s|m)");
          case "lost", "silent" -> STATES.contains(value);
          case "already-frozen" -> value.startsWith(MountTable.ROOT);
          case "writer-error" -> !value.isEmpty();
          default ->
              throw new IllegalArgumentException("'" + word + "' is no behaviour of a guest");
        };
    if (!good) {
      throw new IllegalArgumentException("'" + value + "' is no value of '" + word + "'");
    }
  }

  boolean has(String word) {
    return words.containsKey(word);
  }

  Optional<String> value(String word) {
    return Optional.ofNullable(words.get(word));
  }

  /** A status, 0 where none is given. */
  int status(String word) {
    return value(word).map(Integer::valueOf).orElse(0);
  }

  /** A time; zero where none is given. */
  Duration time(String word) {
    return value(word).map(Behaviour::duration).orElse(Duration.ZERO);
  }

  boolean isLostAt(Moment moment) {
    return at("lost", moment);
  }

  boolean isSilentAt(Moment moment) {
    return at("silent", moment);
  }

  private boolean at(String word, Moment moment) {
    return value(word).filter(state -> state.equalsIgnoreCase(moment.name())).isPresent();
  }

  private static Duration duration(String text) {
    String number = text.replaceFirst("[a-z]+$", "");
    long amount = Long.parseLong(number);
    return switch (text.substring(number.length())) {
      case "ms" -> Duration.ofMillis(amount);
      case "s" -> Duration.ofSeconds(amount);
      default -> Duration.ofMinutes(amount);
    };
  }

  /** The list that {@link #parse} reads. */
  @Override
  public String toString() {
    var text = new StringBuilder();
    words.forEach((word, value) -> {
      text.append(text.isEmpty() ? "" : ", ").append(word);
      if (!value.isEmpty()) {
        text.append('=').append(value);
      }
    });
    return text.toString();
  }
}
