package dev.vcsnap.inventory;

import dev.vcsnap.vim.DataObject;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A member of a machine's configuration that is one key of its .vmx, and has no other effect here.
 *
 * @param path the member of the configuration, and the member of that where it is an object, such
 *     as {@code bootOptions.bootDelay}
 * @param key the key of the .vmx
 * @param kind what values there are
 * @param whileOff true if it cannot be changed of a machine that is not off
 */
record MachineSetting(String path, String key, Kind kind, boolean whileOff) {

  /** The one member that a specification calls otherwise than the configuration. */
  private static final Map<String, String> IN_SPECIFICATIONS =
      Map.of("defaultPowerOps", "powerOpInfo");

  private static final Pattern WHOLE = Pattern.compile("\\d{1,18}");

  /** The values of a setting, in the interface and in the file. */
  sealed interface Kind {

    /** What the file says, or what is so where it says nothing that can be understood. */
    Object read(Optional<String> text);

    /** How the file spells a value; an empty text takes the key away, null refuses the value. */
    @Nullable String write(Object value);
  }

  /** True or false. */
  record Flag(boolean otherwise) implements Kind {

    @Override
    public Object read(Optional<String> text) {
      return text.map("TRUE"::equalsIgnoreCase).orElse(otherwise);
    }

    @Override
    public String write(Object value) {
      return Boolean.TRUE.equals(value) ? "TRUE" : "FALSE";
    }
  }

  /** A whole number from 0 on. */
  record Whole(long otherwise, long most) implements Kind {

    @Override
    public Object read(Optional<String> text) {
      return text.filter(digits -> WHOLE.matcher(digits).matches())
          .map(Long::parseLong)
          .orElse(otherwise);
    }

    @Override
    public @Nullable String write(Object value) {
      long number = ((Number) value).longValue();
      return number < 0 || number > most ? null : Long.toString(number);
    }
  }

  /** One of several words, which the file may spell otherwise. */
  record Word(String otherwise, Map<String, String> spelled) implements Kind {

    @Override
    public Object read(Optional<String> text) {
      return text.flatMap(spelling ->
              spelled.entrySet().stream()
                  .filter(word -> word.getValue().equals(spelling))
                  .map(Map.Entry::getKey)
                  .findFirst())
          .orElse(otherwise);
    }

    @Override
    public @Nullable String write(Object value) {
      return spelled.get(value);
    }
  }

  /** Any text; none is the same as an empty one. */
  record Text() implements Kind {

    @Override
    public Object read(Optional<String> text) {
      return text.orElse("");
    }

    @Override
    public String write(Object value) {
      return value.toString();
    }
  }

  /** The member of the configuration, without what is below it. */
  String member() {
    int dot = path.indexOf('.');
    return dot < 0 ? path : path.substring(0, dot);
  }

  /** The path in a specification. */
  String specPath() {
    return IN_SPECIFICATIONS.getOrDefault(member(), member()) + path.substring(member().length());
  }

  /** Sets it in a configuration whose objects are there. */
  void show(DataObject config, Object value) {
    DataObject owner = Objects.requireNonNull(ownerIn(config, path));
    owner.set(owner.vimType().indexOf(path.substring(path.indexOf('.') + 1)), value);
  }

  /** What a specification wants; null if it says nothing. */
  @Nullable Object wantedIn(DataObject spec) {
    String wanted = specPath();
    DataObject owner = ownerIn(spec, wanted);
    return owner == null
        ? null
        : owner.get(owner.vimType().indexOf(wanted.substring(wanted.indexOf('.') + 1)));
  }

  private static @Nullable DataObject ownerIn(DataObject object, String path) {
    int dot = path.indexOf('.');
    return dot < 0
        ? object
        : (DataObject) object.get(object.vimType().indexOf(path.substring(0, dot)));
  }
}
