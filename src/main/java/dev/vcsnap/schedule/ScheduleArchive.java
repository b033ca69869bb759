package dev.vcsnap.schedule;

import dev.vcsnap.vim.ScheduledTaskInfo;
import java.time.Instant;
import java.util.List;

/** Keeps scheduled tasks across restarts. */
public interface ScheduleArchive {

  /**
   * A scheduled task as it is kept.
   *
   * @param created from which intervals are counted
   * @param info what clients see
   */
  record Kept(Instant created, ScheduledTaskInfo info) {

    /** The id of the scheduled task. */
    public String id() {
      return info.scheduledTask.value();
    }
  }

  /** All of them, in the order in which they were made. */
  List<Kept> all();

  /** Keeps one, in place of what was kept before. */
  void put(Kept task);

  void remove(String id);
}
