/**
 * Disks as a stream of compressed grains, written and read from front to back: what a disk is while
 * it travels. The header and the packing of a grain are those of {@link
 * dev.vcsnap.disk.vmdk.hosted}.
 */
@NullMarked
package dev.vcsnap.disk.vmdk.streamoptimized;

import org.jspecify.annotations.NullMarked;
