/**
 * The only door to the host's files: positional, synchronous, uninterruptible, and failing with a
 * named error.
 */
@NullMarked
package dev.vcsnap.disk.io;

import org.jspecify.annotations.NullMarked;
