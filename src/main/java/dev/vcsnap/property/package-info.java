/**
 * What clients see of the objects: one-time reads, filters that report changes, and views that
 * gather objects.
 *
 * <p>{@link dev.vcsnap.property.PropertyCollectors} and {@link dev.vcsnap.property.Views} are the
 * entrances. A client's specification is compiled once ({@code PropertyPlan} says which paths to
 * read of which type, {@code Selection} which objects to visit) and then run against read points of
 * the registry, so that one transaction is always seen as one step.
 */
@NullMarked
package dev.vcsnap.property;

import org.jspecify.annotations.NullMarked;
