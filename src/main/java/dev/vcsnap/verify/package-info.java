/** Says from a disk's bytes alone how consistent the guest was when they were taken. */
@NullMarked
package dev.vcsnap.verify;

import org.jspecify.annotations.NullMarked;
