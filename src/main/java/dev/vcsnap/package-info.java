/** vcsnap: a vCenter whose snapshots are real. */
@NullMarked
package dev.vcsnap;

import org.jspecify.annotations.NullMarked;
