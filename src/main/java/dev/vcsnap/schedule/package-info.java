/**
 * Scheduled tasks: methods that are called later, once or again and again, as their creator.
 *
 * <p>{@link dev.vcsnap.schedule.Recurrence} knows when, db-scheduler wakes up, and {@link
 * dev.vcsnap.schedule.ScheduleService} calls through the same door as a client.
 */
@NullMarked
package dev.vcsnap.schedule;

import org.jspecify.annotations.NullMarked;
