package dev.vcsnap.task;

import dev.vcsnap.vim.TaskFilterSpec;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks are looked for.
 *
 * @param spec what a client asks for (rule D9); its entity is not looked at, as only the inventory
 *     knows what lies beneath it
 * @param entities the ids of the objects whose tasks are meant; null for all tasks, empty for none
 */
public record TaskQuery(TaskFilterSpec spec, @Nullable Set<String> entities) {

  /** Every task there is. */
  public static TaskQuery all() {
    return new TaskQuery(new TaskFilterSpec(), null);
  }
}
