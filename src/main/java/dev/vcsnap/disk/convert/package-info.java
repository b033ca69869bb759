/** Makes another disk of a disk: opens whatever can be read, and writes it flat or as a stream. */
@NullMarked
package dev.vcsnap.disk.convert;

import org.jspecify.annotations.NullMarked;
