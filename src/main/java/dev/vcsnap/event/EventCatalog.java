package dev.vcsnap.event;

import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Event;
import dev.vcsnap.vim.EventDescriptionEventDetail;
import dev.vcsnap.vim.EventEx;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The kinds of events that are told here: their category and their words. */
public final class EventCatalog {

  private static final Map<String, EventFormat> FORMATS = read();

  private EventCatalog() {}

  /** What {@code EventManager.description} lists. */
  public static List<EventDescriptionEventDetail> details() {
    return FORMATS.values().stream().map(EventCatalog::detail).toList();
  }

  /** The words for an event. */
  static String message(Event event) {
    EventFormat format = format(event);
    return format == null ? "" : format.of(event);
  }

  /** The category of an event; an {@code EventEx} says it itself. */
  static String category(Event event) {
    if (event instanceof EventEx other && other.severity != null) {
      return other.severity;
    }
    EventFormat format = format(event);
    return format == null ? "info" : format.category();
  }

  private static @Nullable EventFormat format(Event event) {
    EventFormat own = event instanceof EventEx other ? FORMATS.get(other.eventTypeId) : null;
    for (DataType type = event.vimType(); own == null && type != null; type = type.base()) {
      own = FORMATS.get(type.name());
    }
    return own;
  }

  /** Real servers list an {@code EventEx} under that type, its id in front of the words. */
  private static EventDescriptionEventDetail detail(EventFormat format) {
    var detail = new EventDescriptionEventDetail();
    detail.key = format.isExtended() ? "EventEx" : format.key();
    detail.category = format.category();
    detail.fullFormat = format.isExtended() ? format.key() + "|" + format.text() : format.text();
    detail.description = format.key();
    detail.formatOnDatacenter = format.text();
    detail.formatOnComputeResource = format.text();
    detail.formatOnHost = format.text();
    detail.formatOnVm = format.text();
    return detail;
  }

  private static Map<String, EventFormat> read() {
    Map<String, EventFormat> formats = new LinkedHashMap<>();
    try (InputStream in =
        Objects.requireNonNull(EventCatalog.class.getResourceAsStream("formats.txt"))) {
      new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split(" ", 3))
          .forEach(part -> formats.put(part[1], new EventFormat(part[1], part[0], part[2])));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return formats;
  }
}
