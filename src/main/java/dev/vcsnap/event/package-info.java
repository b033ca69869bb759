/**
 * What happened on the server, as vCenter's event manager tells it: events with ascending keys,
 * chained to the task that caused them.
 *
 * <p>What happens elsewhere is turned into events in one class for each source: {@link
 * dev.vcsnap.event.TaskEvents} listens to tasks, {@link dev.vcsnap.event.SessionEvents} to logins.
 */
@NullMarked
package dev.vcsnap.event;

import org.jspecify.annotations.NullMarked;
