package dev.vcsnap.datastore;

import java.time.Instant;

/**
 * One line of a folder's listing.
 *
 * @param name last name of the path
 * @param sizeBytes length of a file, 0 for a folder
 * @param modified time of the last write
 * @param directory true for a folder
 */
public record DatastoreEntry(String name, long sizeBytes, Instant modified, boolean directory) {}
