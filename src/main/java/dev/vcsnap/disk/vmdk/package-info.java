/** VMware's disk files: the text descriptor here, one sub-package for each kind of extent. */
@NullMarked
package dev.vcsnap.disk.vmdk;

import org.jspecify.annotations.NullMarked;
