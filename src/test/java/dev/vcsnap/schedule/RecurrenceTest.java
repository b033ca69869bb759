package dev.vcsnap.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.vim.AfterStartupTaskScheduler;
import dev.vcsnap.vim.DailyTaskScheduler;
import dev.vcsnap.vim.DayOfWeek;
import dev.vcsnap.vim.HourlyTaskScheduler;
import dev.vcsnap.vim.MonthlyByDayTaskScheduler;
import dev.vcsnap.vim.MonthlyByWeekdayTaskScheduler;
import dev.vcsnap.vim.OnceTaskScheduler;
import dev.vcsnap.vim.TaskScheduler;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.WeekOfMonth;
import dev.vcsnap.vim.WeeklyTaskScheduler;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RecurrenceTest {

  /** A Saturday. */
  private static final Instant CREATED = Instant.parse("2026-01-31T10:20:00Z");

  @Test
  void once_is_at_its_time_and_never_again() {
    var once = new OnceTaskScheduler();
    once.runAt = Instant.parse("2026-02-01T00:00:00Z");
    assertThat(times(once, 2)).containsExactly("2026-02-01T00:00:00Z");
    once.runAt = Instant.parse("2026-01-30T00:00:00Z");
    assertThat(times(once, 1)).isEmpty();
    once.runAt = null;
    assertThat(times(once, 1)).isEmpty();
    assertThat(Recurrence.of(once, CREATED, CREATED).isAtOnce()).isTrue();
  }

  @Test
  void after_startup_counts_from_the_servers_start() {
    var startup = new AfterStartupTaskScheduler();
    startup.minute = 30;
    Instant started = CREATED.plusSeconds(3600);
    assertThat(Recurrence.of(startup, CREATED, started).next(started))
        .contains(started.plusSeconds(1800));
  }

  @Test
  void hours_and_days_are_counted_from_the_creation() {
    var hourly = new HourlyTaskScheduler();
    hourly.interval = 6;
    hourly.minute = 15;
    assertThat(times(hourly, 2)).containsExactly("2026-01-31T16:15:00Z", "2026-01-31T22:15:00Z");
    var daily = new DailyTaskScheduler();
    daily.interval = 2;
    daily.hour = 22;
    daily.minute = 5;
    assertThat(times(daily, 2)).containsExactly("2026-01-31T22:05:00Z", "2026-02-02T22:05:00Z");
  }

  @Test
  void every_second_week_has_its_days() {
    var weekly = new WeeklyTaskScheduler();
    weekly.interval = 2;
    weekly.hour = 1;
    weekly.sunday = true;
    weekly.wednesday = true;
    weekly.activeTime = Instant.parse("2026-02-01T00:00:00Z");
    assertThat(times(weekly, 3))
        .containsExactly("2026-02-01T01:00:00Z", "2026-02-04T01:00:00Z", "2026-02-15T01:00:00Z");
  }

  @Test
  void a_day_that_a_month_lacks_is_its_last() {
    var monthly = new MonthlyByDayTaskScheduler();
    monthly.interval = 1;
    monthly.day = 31;
    monthly.hour = 12;
    assertThat(times(monthly, 3))
        .containsExactly("2026-01-31T12:00:00Z", "2026-02-28T12:00:00Z", "2026-03-31T12:00:00Z");
  }

  @Test
  void a_weekday_of_a_month_is_counted_from_its_begin_or_is_the_last() {
    var monthly = new MonthlyByWeekdayTaskScheduler();
    monthly.interval = 2;
    monthly.hour = 3;
    monthly.weekday = DayOfWeek.monday;
    monthly.offset = WeekOfMonth.second;
    monthly.activeTime = Instant.parse("2026-02-01T00:00:00Z");
    assertThat(times(monthly, 2)).containsExactly("2026-02-09T03:00:00Z", "2026-04-13T03:00:00Z");
    monthly.offset = WeekOfMonth.last;
    monthly.weekday = DayOfWeek.sunday;
    assertThat(times(monthly, 2)).containsExactly("2026-02-22T03:00:00Z", "2026-04-26T03:00:00Z");
  }

  @Test
  void nothing_is_due_before_the_scheduler_is_active_or_after_it_expired() {
    var daily = new DailyTaskScheduler();
    daily.interval = 1;
    daily.hour = 5;
    daily.activeTime = Instant.parse("2026-03-01T05:00:00Z");
    daily.expireTime = Instant.parse("2026-03-02T05:00:00Z");
    assertThat(times(daily, 5)).containsExactly("2026-03-01T05:00:00Z", "2026-03-02T05:00:00Z");
  }

  @Test
  void a_number_that_makes_no_sense_is_refused() {
    var daily = new DailyTaskScheduler();
    daily.interval = 1;
    daily.hour = 24;
    assertThatThrownBy(() -> times(daily, 1))
        .isInstanceOf(VimException.class)
        .hasMessageContaining("spec.scheduler.hour");
    daily.hour = 0;
    daily.interval = 0;
    assertThatThrownBy(() -> times(daily, 1)).hasMessageContaining("spec.scheduler.interval");
    assertThatThrownBy(() -> times(new TaskScheduler(), 1)).hasMessageContaining("spec.scheduler");
  }

  private static List<String> times(TaskScheduler scheduler, int count) {
    var recurrence = Recurrence.of(scheduler, CREATED, CREATED);
    List<String> times = new ArrayList<>();
    Optional<Instant> next = recurrence.next(CREATED);
    while (next.isPresent() && times.size() < count) {
      times.add(next.get().toString());
      next = recurrence.next(next.get());
    }
    return times;
  }
}
