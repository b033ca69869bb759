/**
 * Create, revert, remove, rename and consolidate: what the snapshot operations do to tree, chains
 * and files.
 */
@NullMarked
package dev.vcsnap.snapshot;

import org.jspecify.annotations.NullMarked;
