/**
 * Holds on disks that clients outside have: exports by name, and leases on all files of a machine.
 */
@NullMarked
package dev.vcsnap.lease;

import org.jspecify.annotations.NullMarked;
