package dev.vcsnap.store;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerClient.ScheduleOptions;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceCurrentlyExecutingException;
import com.github.kagkarlsson.scheduler.exceptions.TaskInstanceNotFoundException;
import com.github.kagkarlsson.scheduler.task.CompletionHandler;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.TaskInstanceId;
import com.github.kagkarlsson.scheduler.task.helper.CustomTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.schedule.WakeUps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes up through db-scheduler, which keeps the times in a table of the database.
 *
 * <p>Its threads run only once a time was set: a server without scheduled tasks has none of them.
 */
final class WakeUpTable implements WakeUps {

  private static final Logger LOG = LoggerFactory.getLogger(WakeUpTable.class);

  private static final String TASK = "scheduled-task";
  private static final int THREADS = 2;
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final Scheduler scheduler;
  private @Nullable Sleeper sleeper;
  private boolean running;
  private boolean closed;

  /**
   * Makes the wake-ups; nothing is called before {@link #start}.
   *
   * @param late how late a time may be noticed
   */
  WakeUpTable(DataSource database, Clock clock, Duration late) {
    CustomTask<Void> task =
        Tasks.custom(TASK, Void.class).execute((instance, context) -> wake(instance.getId()));
    this.scheduler =
        Scheduler.create(database, List.of(task))
            .tableName("wake_up")
            .clock(clock::now)
            .threads(THREADS)
            .pollingInterval(late)
            .shutdownMaxWait(STOP_WITHIN)
            .schedulerName(new SchedulerName.Fixed("vcsnap"))
            .build();
  }

  @Override
  public synchronized void start(Sleeper toWake) {
    sleeper = toWake;
    if (running) {
      scheduler.start();
    }
  }

  @Override
  public synchronized void set(String id, Instant time) {
    if (closed) {
      return;
    }
    try {
      scheduler.schedule(
          new TaskInstance<>(TASK, id), time, ScheduleOptions.WHEN_EXISTS_RESCHEDULE);
    } catch (TaskInstanceCurrentlyExecutingException e) {
      LOG.debug("{} is awake, and will itself say when it is to be woken next", id, e);
    }
    if (!running) {
      running = true;
      if (sleeper != null) {
        scheduler.start();
      }
    }
  }

  @Override
  public void cancel(String id) {
    try {
      scheduler.cancel(TaskInstanceId.of(TASK, id));
    } catch (TaskInstanceNotFoundException e) {
      LOG.debug("{} was not to be woken", id, e);
    } catch (TaskInstanceCurrentlyExecutingException e) {
      LOG.debug("{} is awake, and will not be woken again", id, e);
    }
  }

  private CompletionHandler<Void> wake(String id) {
    Sleeper toWake;
    synchronized (this) {
      toWake = sleeper;
    }
    Optional<Instant> next = toWake == null ? Optional.empty() : toWake.wake(id);
    return (complete, operations) ->
        next.ifPresentOrElse(time -> operations.reschedule(complete, time), operations::remove);
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed || !running) {
        closed = true;
        return;
      }
      closed = true;
    }
    scheduler.stop();
  }
}
