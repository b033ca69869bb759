/** Holds on disks that clients outside have: exports by name. */
@NullMarked
package dev.vcsnap.lease;

import org.jspecify.annotations.NullMarked;
