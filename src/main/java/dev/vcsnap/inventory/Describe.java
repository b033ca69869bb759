package dev.vcsnap.inventory;

import dev.vcsnap.vim.Description;
import dev.vcsnap.vim.ElementDescription;
import dev.vcsnap.vim.TypeDescription;
import dev.vcsnap.vim.VimEnum;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Makes the label-and-summary pairs by which the service explains its keys. */
final class Describe {

  private Describe() {}

  static ElementDescription element(String key, String label) {
    return element(key, label, label);
  }

  static ElementDescription element(String key, String label, String summary) {
    var description = new ElementDescription();
    description.key = key;
    description.label = label;
    description.summary = summary;
    return description;
  }

  static TypeDescription type(String key, String label) {
    var description = new TypeDescription();
    description.key = key;
    description.label = label;
    description.summary = label;
    return description;
  }

  static Description text(String label, String summary) {
    var description = new Description();
    description.label = label;
    description.summary = summary;
    return description;
  }

  /** One description for each constant of an enum, labelled with its own words. */
  static List<ElementDescription> values(VimEnum[] constants) {
    return Stream.of(constants)
        .map(constant -> element(constant.name(), words(constant.name())))
        .toList();
  }

  /** {@code poweredOn} as {@code Powered on}. */
  static String words(String name) {
    String spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return spaced.isEmpty()
        ? spaced
        : spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
  }
}
