/**
 * Alarms: conditions on entities that are watched, with the states that they put entities into.
 *
 * <p>Whether an alarm's expression holds is looked at again only for the entity that changed or
 * that an event is about. {@link dev.vcsnap.alarm.SnapshotWatch} turns what no event of the
 * interface says about snapshots into events, on which the default alarms stand.
 */
@NullMarked
package dev.vcsnap.alarm;

import org.jspecify.annotations.NullMarked;
