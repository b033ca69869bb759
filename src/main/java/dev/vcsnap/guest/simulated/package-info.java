/**
 * A guest in process: it has VMware Tools whose vmbackup behaves as the real one does, from event
 * to event and second to second, scripts that really run, and misbehaves on demand.
 */
@NullMarked
package dev.vcsnap.guest.simulated;

import org.jspecify.annotations.NullMarked;
