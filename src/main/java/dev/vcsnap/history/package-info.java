/**
 * Collectors over what happened: a client makes one with a filter, looks at its latest page, and
 * pages through the rest.
 *
 * <p>The same for tasks and events; what is collected comes in as a {@link
 * dev.vcsnap.history.History}.
 */
@NullMarked
package dev.vcsnap.history;

import org.jspecify.annotations.NullMarked;
