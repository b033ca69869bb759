package dev.vcsnap.schedule;

import dev.vcsnap.vim.AfterStartupTaskScheduler;
import dev.vcsnap.vim.DailyTaskScheduler;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.HourlyTaskScheduler;
import dev.vcsnap.vim.MonthlyByDayTaskScheduler;
import dev.vcsnap.vim.MonthlyByWeekdayTaskScheduler;
import dev.vcsnap.vim.OnceTaskScheduler;
import dev.vcsnap.vim.RecurrentTaskScheduler;
import dev.vcsnap.vim.TaskScheduler;
import dev.vcsnap.vim.WeeklyTaskScheduler;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAdjusters;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * When a scheduler's times come, in UTC as the interface has it.
 *
 * <p>Every n hours, days, weeks or months are counted from the hour, day, week or month of the time
 * from which on the scheduler is active. A day that a month does not have is its last (assumed).
 */
final class Recurrence {

  private static final int INTERVAL_MAX = 999;

  /** No calendar needs more steps to a time that it has. */
  private static final int STEPS_MAX = 10_000;

  private final TaskScheduler scheduler;
  private final Instant anchor;
  private final Instant started;

  private Recurrence(TaskScheduler scheduler, Instant anchor, Instant started) {
    this.scheduler = scheduler;
    this.anchor = anchor;
    this.started = started;
  }

  /**
   * Makes a recurrence.
   *
   * @param created when the scheduled task was made, from which intervals are counted where the
   *     scheduler has no time of its own to become active
   * @param started when the server started
   * @throws dev.vcsnap.vim.VimException InvalidArgument for a scheduler with a number that makes no
   *     sense
   */
  static Recurrence of(TaskScheduler scheduler, Instant created, Instant started) {
    check(scheduler);
    Instant anchor = scheduler.activeTime == null ? created : scheduler.activeTime;
    return new Recurrence(scheduler, anchor, started);
  }

  /** The first time after {@code after}; empty if there is none any more. */
  Optional<Instant> next(Instant after) {
    Instant from = after.isBefore(anchor) ? anchor.minusNanos(1) : after;
    Optional<Instant> next =
        switch (scheduler) {
          case OnceTaskScheduler once ->
              once.runAt == null ? Optional.empty() : later(once.runAt, from);
          case AfterStartupTaskScheduler startup ->
              later(started.plus(Duration.ofMinutes(startup.minute)), from);
          case MonthlyByDayTaskScheduler monthly ->
              nextMonth(monthly, from, month -> at(monthly, dayOf(month, monthly.day)));
          case MonthlyByWeekdayTaskScheduler monthly ->
              nextMonth(monthly, from, month -> at(monthly, weekdayOf(month, monthly)));
          case WeeklyTaskScheduler weekly -> nextWeek(weekly, from);
          case DailyTaskScheduler daily -> nextDay(daily, from);
          case HourlyTaskScheduler hourly -> nextHour(hourly, from);
          default -> Optional.empty();
        };
    return next.filter(time -> scheduler.expireTime == null || !time.isAfter(scheduler.expireTime));
  }

  /** True if the task is to run as soon as it is made. */
  boolean isAtOnce() {
    return scheduler instanceof OnceTaskScheduler once && once.runAt == null;
  }

  private static Optional<Instant> later(Instant time, Instant from) {
    return time.isAfter(from) ? Optional.of(time) : Optional.empty();
  }

  private Optional<Instant> nextHour(HourlyTaskScheduler hourly, Instant from) {
    Instant first = anchor.truncatedTo(ChronoUnit.HOURS).plus(hourly.minute, ChronoUnit.MINUTES);
    return step(first, from, Duration.ofHours(hourly.interval));
  }

  private Optional<Instant> nextDay(DailyTaskScheduler daily, Instant from) {
    return step(at(daily, dateOf(anchor)), from, Duration.ofDays(daily.interval));
  }

  /** The first of {@code first}, one step later, two steps later and so on, after {@code from}. */
  private static Optional<Instant> step(Instant first, Instant from, Duration step) {
    if (first.isAfter(from)) {
      return Optional.of(first);
    }
    long steps = Duration.between(first, from).dividedBy(step) + 1;
    return Optional.of(first.plus(step.multipliedBy(steps)));
  }

  /** Weeks begin on Sunday, as the days of the interface do. */
  private Optional<Instant> nextWeek(WeeklyTaskScheduler weekly, Instant from) {
    LocalDate firstWeek = dateOf(anchor).with(TemporalAdjusters.previousOrSame(DayOfWeek.SUNDAY));
    LocalDate day = dateOf(from);
    for (int i = 0; i < STEPS_MAX; i++) {
      long week = ChronoUnit.WEEKS.between(firstWeek, day);
      if (!day.isBefore(firstWeek) && week % weekly.interval == 0 && isOn(weekly, day)) {
        Instant time = at(weekly, day);
        if (time.isAfter(from)) {
          return Optional.of(time);
        }
      }
      day = day.plusDays(1);
    }
    return Optional.empty();
  }

  private Optional<Instant> nextMonth(
      RecurrentTaskScheduler monthly,
      Instant from,
      java.util.function.Function<YearMonth, Instant> timeIn) {
    YearMonth month = YearMonth.from(dateOf(anchor));
    UnaryOperator<YearMonth> step = at -> at.plusMonths(monthly.interval);
    long between = ChronoUnit.MONTHS.between(month, YearMonth.from(dateOf(from)));
    month = month.plusMonths(Math.max(0, between / monthly.interval * monthly.interval));
    while (!timeIn.apply(month).isAfter(from)) {
      month = step.apply(month);
    }
    return Optional.of(timeIn.apply(month));
  }

  private static LocalDate dayOf(YearMonth month, int day) {
    return month.atDay(Math.min(day, month.lengthOfMonth()));
  }

  private static LocalDate weekdayOf(YearMonth month, MonthlyByWeekdayTaskScheduler monthly) {
    var weekday = DayOfWeek.valueOf(monthly.weekday.name().toUpperCase(Locale.ROOT));
    return month
        .atDay(1)
        .with(
            switch (monthly.offset) {
              case first -> TemporalAdjusters.firstInMonth(weekday);
              case second -> TemporalAdjusters.dayOfWeekInMonth(2, weekday);
              case third -> TemporalAdjusters.dayOfWeekInMonth(3, weekday);
              case fourth -> TemporalAdjusters.dayOfWeekInMonth(4, weekday);
              case last -> TemporalAdjusters.lastInMonth(weekday);
            });
  }

  private static boolean isOn(WeeklyTaskScheduler weekly, LocalDate day) {
    return switch (day.getDayOfWeek()) {
      case SUNDAY -> weekly.sunday;
      case MONDAY -> weekly.monday;
      case TUESDAY -> weekly.tuesday;
      case WEDNESDAY -> weekly.wednesday;
      case THURSDAY -> weekly.thursday;
      case FRIDAY -> weekly.friday;
      case SATURDAY -> weekly.saturday;
    };
  }

  private static Instant at(DailyTaskScheduler scheduler, LocalDate day) {
    return day.atTime(scheduler.hour, scheduler.minute).toInstant(ZoneOffset.UTC);
  }

  private static LocalDate dateOf(Instant time) {
    return LocalDate.ofInstant(time, ZoneOffset.UTC);
  }

  private static void check(TaskScheduler scheduler) {
    switch (scheduler) {
      case OnceTaskScheduler once -> {
        // Any time is good, also none.
      }
      case AfterStartupTaskScheduler startup -> within(startup.minute, 0, 1_000_000, "minute");
      case HourlyTaskScheduler hourly -> {
        within(hourly.interval, 1, INTERVAL_MAX, "interval");
        within(hourly.minute, 0, 59, "minute");
        if (hourly instanceof DailyTaskScheduler daily) {
          within(daily.hour, 0, 23, "hour");
        }
        checkCalendar(hourly);
      }
      default -> throw Faults.invalidArgument("spec.scheduler");
    }
  }

  private static void checkCalendar(HourlyTaskScheduler scheduler) {
    switch (scheduler) {
      case MonthlyByDayTaskScheduler monthly -> within(monthly.day, 1, 31, "day");
      case MonthlyByWeekdayTaskScheduler monthly -> {
        if (monthly.offset == null || monthly.weekday == null) {
          throw Faults.invalidArgument("spec.scheduler.weekday");
        }
      }
      case WeeklyTaskScheduler weekly -> {
        if (!(weekly.sunday
            || weekly.monday
            || weekly.tuesday
            || weekly.wednesday
            || weekly.thursday
            || weekly.friday
            || weekly.saturday)) {
          throw Faults.invalidArgument("spec.scheduler");
        }
      }
      default -> {
        // Nothing more to check.
      }
    }
  }

  private static void within(int value, int least, int most, String member) {
    if (value < least || value > most) {
      throw Faults.invalidArgument("spec.scheduler." + member);
    }
  }
}
