package dev.vcsnap.snapshot;

/**
 * What a client asks for when it creates a snapshot.
 *
 * @param name not empty; need not be unique
 * @param description may be empty
 * @param memory whether the machine's memory is wanted too
 * @param quiesce whether the guest should be made consistent first
 */
public record SnapshotRequest(String name, String description, boolean memory, boolean quiesce) {}
