package dev.vcsnap.datastore;

/**
 * One disk of a snapshot.
 *
 * @param node where it is attached, {@code scsi0:0}
 * @param fileName the descriptor that was active when the snapshot was taken, and is frozen since
 */
public record SnapshotDisk(String node, String fileName) {}
