/**
 * What vSphere's file services do with a datastore: search it, and make, move, copy and delete its
 * files and folders.
 */
@NullMarked
package dev.vcsnap.storage;

import org.jspecify.annotations.NullMarked;
