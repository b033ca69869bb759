/** Power losses for tests: what was written is recorded, and what may be left of it is made. */
@NullMarked
package dev.vcsnap.disk.crash;

import org.jspecify.annotations.NullMarked;
