/** The one interface of everything that holds bytes, and its failures. */
@NullMarked
package dev.vcsnap.disk.block;

import org.jspecify.annotations.NullMarked;
