/**
 * Guests made consistent for a snapshot: the handshake of VMware Tools' vmbackup as a host leads
 * it, and the port behind which the guests are.
 */
@NullMarked
package dev.vcsnap.quiesce;

import org.jspecify.annotations.NullMarked;
