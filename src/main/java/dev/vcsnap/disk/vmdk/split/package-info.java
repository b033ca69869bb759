/** Disks whose bytes lie in several extents, as the hosted products make them. */
@NullMarked
package dev.vcsnap.disk.vmdk.split;

import org.jspecify.annotations.NullMarked;
