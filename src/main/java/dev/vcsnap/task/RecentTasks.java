package dev.vcsnap.task;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ManagedObjectReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tasks that can be read: those that have not ended, and those that ended a short while ago
 * (rules D7 and D8).
 */
final class RecentTasks {

  /** How long a finished task stays readable; recentTask shows it as long. */
  static final Duration READABLE_AFTER_END = Duration.ofMinutes(10);

  /** How many finished ones stay readable. */
  static final int FINISHED_MAX = 2_000;

  /** How many finished ones recentTask shows. */
  private static final int SHOWN_FINISHED_MAX = 200;

  private static final Comparator<ManagedObjectReference> BY_NUMBER =
      Comparator.<ManagedObjectReference>comparingInt(task -> task.value().length())
          .thenComparing(ManagedObjectReference::value);

  private final Set<ManagedObject> unfinished = new LinkedHashSet<>();
  private final Deque<ManagedObject> finished = new ArrayDeque<>();
  private final Map<ManagedObjectReference, Deque<ManagedObject>> byEntity = new HashMap<>();

  /** Takes a task that has not ended. */
  synchronized void begin(ManagedObject task) {
    unfinished.add(task);
    ofEntity(task).addLast(task);
  }

  /** Takes a task that has ended already. */
  synchronized void addEnded(ManagedObject task) {
    finished.addLast(task);
    ofEntity(task).addLast(task);
  }

  /** Notes that a task has ended. */
  synchronized void end(ManagedObject task) {
    unfinished.remove(task);
    finished.addLast(task);
  }

  /** Drops the tasks that nobody may read any more, and returns them. */
  synchronized List<ManagedObjectReference> expire(Instant now) {
    Instant limit = now.minus(READABLE_AFTER_END);
    List<ManagedObjectReference> expired = new ArrayList<>();
    while (!finished.isEmpty()
        && (finished.size() > FINISHED_MAX || endOf(finished.getFirst()).isBefore(limit))) {
      ManagedObject task = finished.removeFirst();
      Deque<ManagedObject> others = ofEntity(task);
      others.remove(task);
      if (others.isEmpty()) {
        byEntity.remove(entityOf(task));
      }
      expired.add(task.reference());
    }
    return expired;
  }

  /** What {@code TaskManager.recentTask} shows, oldest first. */
  synchronized List<ManagedObjectReference> shown(Instant now) {
    Instant limit = now.minus(READABLE_AFTER_END);
    List<ManagedObjectReference> shown = new ArrayList<>();
    for (var newestFirst = finished.descendingIterator();
        newestFirst.hasNext() && shown.size() < SHOWN_FINISHED_MAX; ) {
      ManagedObject task = newestFirst.next();
      if (!endOf(task).isAfter(limit)) {
        break;
      }
      shown.add(task.reference());
    }
    unfinished.forEach(task -> shown.add(task.reference()));
    shown.sort(BY_NUMBER);
    return shown;
  }

  /** What an entity's own {@code recentTask} shows, oldest first. */
  synchronized List<ManagedObjectReference> shown(ManagedObjectReference entity, Instant now) {
    Deque<ManagedObject> tasks = byEntity.get(entity);
    if (tasks == null) {
      return List.of();
    }
    Instant limit = now.minus(READABLE_AFTER_END);
    Deque<ManagedObjectReference> shown = new ArrayDeque<>();
    int ended = 0;
    for (var newestFirst = tasks.descendingIterator(); newestFirst.hasNext(); ) {
      ManagedObject task = newestFirst.next();
      Instant end = TaskService.info(task).completeTime;
      if (end == null || (end.isAfter(limit) && ended++ < SHOWN_FINISHED_MAX)) {
        shown.addFirst(task.reference());
      }
    }
    return List.copyOf(shown);
  }

  private Deque<ManagedObject> ofEntity(ManagedObject task) {
    return byEntity.computeIfAbsent(entityOf(task), entity -> new ArrayDeque<>());
  }

  private static ManagedObjectReference entityOf(ManagedObject task) {
    return TaskService.info(task).entity;
  }

  /** Far in the future for a task whose end is about to be shown. */
  private static Instant endOf(ManagedObject task) {
    Instant end = TaskService.info(task).completeTime;
    return end == null ? Instant.MAX : end;
  }
}
