/** What a fresh server starts with, and how a restarted one finds its machines again. */
@NullMarked
package dev.vcsnap.seed;

import org.jspecify.annotations.NullMarked;
