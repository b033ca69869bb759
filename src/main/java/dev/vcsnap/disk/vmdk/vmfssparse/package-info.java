/** The vmfsSparse delta of VMFS 5 and NFS, also known as COWD. */
@NullMarked
package dev.vcsnap.disk.vmdk.vmfssparse;

import org.jspecify.annotations.NullMarked;
