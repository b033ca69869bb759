/** Looking without touching: what is wrong with a chain's files, and what each link holds. */
@NullMarked
package dev.vcsnap.disk.check;

import org.jspecify.annotations.NullMarked;
