/**
 * Serves datastore files over HTTP at {@code /folder}, as clients without VMware's own disk library
 * do.
 */
@NullMarked
package dev.vcsnap.browse;

import org.jspecify.annotations.NullMarked;
