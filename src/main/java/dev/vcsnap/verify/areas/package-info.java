/** Says from the bytes whether a base copy and a list of changed areas make a snapshot. */
@NullMarked
package dev.vcsnap.verify.areas;

import org.jspecify.annotations.NullMarked;
