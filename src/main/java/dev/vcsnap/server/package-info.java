/**
 * The server as a whole: its data directory, its certificate, its web port, and the order in which
 * it stops.
 */
@NullMarked
package dev.vcsnap.server;

import org.jspecify.annotations.NullMarked;
