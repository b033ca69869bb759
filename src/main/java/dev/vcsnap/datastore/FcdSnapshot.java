package dev.vcsnap.datastore;

import java.time.Instant;

/**
 * One snapshot of a first class disk.
 *
 * @param id its own id
 * @param description what the client said of it
 * @param created when it was taken
 * @param path the descriptor of the link that it froze, in the datastore
 */
public record FcdSnapshot(String id, String description, Instant created, String path) {}
