package dev.vcsnap.event;

import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.Event;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How events of one kind are told.
 *
 * @param key the type, or for an {@code EventEx} its {@code eventTypeId}
 * @param category {@code info}, {@code warning}, {@code error} or {@code user}
 * @param text the words, with members of the event in braces, e.g. <code>{vm.name}</code>, or
 *     <code>{^to}</code> for one that begins with a capital
 */
record EventFormat(String key, String category, String text) {

  private static final Pattern MEMBER = Pattern.compile("\\{(\\^?)([A-Za-z.]+)}");

  /** True for a kind that has no type of its own. */
  boolean isExtended() {
    return key.contains(".");
  }

  /** The words for one event; a member that is unset leaves nothing. */
  String of(Event event) {
    Matcher matcher = MEMBER.matcher(text);
    var told = new StringBuilder();
    while (matcher.find()) {
      Object value = valueAt(event, matcher.group(2));
      String text = value == null ? "" : value.toString();
      matcher.appendReplacement(
          told, Matcher.quoteReplacement(matcher.group(1).isEmpty() ? text : capital(text)));
    }
    return matcher.appendTail(told).toString().strip();
  }

  private static String capital(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private static @Nullable Object valueAt(DataObject object, String path) {
    Object value = object;
    for (String member : path.split("\\.", -1)) {
      if (!(value instanceof DataObject data)) {
        return null;
      }
      int index = data.vimType().indexOf(member);
      value = index < 0 ? null : data.get(index);
    }
    return value;
  }
}
