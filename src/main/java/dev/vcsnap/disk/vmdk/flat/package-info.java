/** The flat extent: a disk's bytes as they are. */
@NullMarked
package dev.vcsnap.disk.vmdk.flat;

import org.jspecify.annotations.NullMarked;
