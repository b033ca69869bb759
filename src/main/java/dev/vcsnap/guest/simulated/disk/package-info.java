/**
 * The simulated guest's disk: a small file system with a journal, and an application that keeps a
 * ledger on it. {@code docs/guest-disk.md} has it byte by byte.
 */
@NullMarked
package dev.vcsnap.guest.simulated.disk;

import org.jspecify.annotations.NullMarked;
