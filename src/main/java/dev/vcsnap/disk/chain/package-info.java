/**
 * Chains of links: opening, reading through, forking, merging. {@link
 * dev.vcsnap.disk.chain.DiskFactory} is the entrance; {@link dev.vcsnap.disk.chain.RunningDisk} is
 * what a virtual machine writes to.
 *
 * <p>Locks, outermost first: the structure (one fork, merge or switch at a time), the gates (all
 * I/O shares them, a switch closes them), the grain locks (one block of a disk), the extents' own.
 */
@NullMarked
package dev.vcsnap.disk.chain;

import org.jspecify.annotations.NullMarked;
