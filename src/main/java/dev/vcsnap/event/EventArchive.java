package dev.vcsnap.event;

import dev.vcsnap.vim.Event;
import java.util.List;

/** Keeps events beyond what memory holds, and across restarts. */
public interface EventArchive {

  /** Takes an event, which does not wait for it. */
  void note(Event event);

  /** The newest that are older than {@code key} and pass, newest first. */
  List<Event> before(long key, int max, EventFilter filter);

  /** The oldest that are newer than {@code key} and pass, oldest first. */
  List<Event> after(long key, int max, EventFilter filter);

  /** Keeps nothing. */
  static EventArchive none() {
    return new EventArchive() {
      @Override
      public void note(Event event) {}

      @Override
      public List<Event> before(long key, int max, EventFilter filter) {
        return List.of();
      }

      @Override
      public List<Event> after(long key, int max, EventFilter filter) {
        return List.of();
      }
    };
  }
}
