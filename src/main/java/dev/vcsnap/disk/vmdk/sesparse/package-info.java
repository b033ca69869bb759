/** The SEsparse extent: the delta of VMFS 6, in grains of 4 KiB. */
@NullMarked
package dev.vcsnap.disk.vmdk.sesparse;

import org.jspecify.annotations.NullMarked;
