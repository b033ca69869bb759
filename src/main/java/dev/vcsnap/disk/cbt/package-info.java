/** Change tracking: which blocks of a disk were written since when, in memory and in its file. */
@NullMarked
package dev.vcsnap.disk.cbt;

import org.jspecify.annotations.NullMarked;
