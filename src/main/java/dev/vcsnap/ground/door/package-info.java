/** Sockets on which others connect. */
@NullMarked
package dev.vcsnap.ground.door;

import org.jspecify.annotations.NullMarked;
