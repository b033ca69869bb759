/** The NBD server against raw sockets and against other people's clients. */
@NullMarked
package dev.vcsnap.nbd;

import org.jspecify.annotations.NullMarked;
