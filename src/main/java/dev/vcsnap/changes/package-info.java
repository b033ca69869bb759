/** Which areas of a disk changed since a moment that a client remembers. */
@NullMarked
package dev.vcsnap.changes;

import org.jspecify.annotations.NullMarked;
