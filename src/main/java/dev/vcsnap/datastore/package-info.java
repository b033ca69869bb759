/**
 * Datastores as folders: {@code [ds] dir/file} names, the text and state files of a virtual
 * machine, and replacing a file so that a crash leaves the old one or the new one.
 */
@NullMarked
package dev.vcsnap.datastore;

import org.jspecify.annotations.NullMarked;
