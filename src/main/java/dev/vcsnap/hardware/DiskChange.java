package dev.vcsnap.hardware;

import dev.vcsnap.datastore.DatastorePath;
import java.util.Optional;
import java.util.UUID;

/** What a device change means for files and open disks, once the configuration says so. */
public sealed interface DiskChange {

  /** The place of the disk as .vmx keys spell it. */
  String node();

  /**
   * A new disk is made and attached.
   *
   * @param path its descriptor, which must not exist
   * @param sizeBytes a multiple of 512; the parent's for a disk that has one
   * @param thin true if storage comes with the first write
   * @param adapter the descriptor's adapter type
   * @param uuid the identity that the client chose
   * @param parent the link that it is to be an empty child of
   */
  record Create(
      String node,
      DatastorePath path,
      long sizeBytes,
      boolean thin,
      String adapter,
      Optional<UUID> uuid,
      Optional<DatastorePath> parent)
      implements DiskChange {}

  /** A disk that exists is attached. */
  record Attach(String node, DatastorePath path) implements DiskChange {}

  /** A disk leaves the machine; its files stay. */
  record Detach(String node) implements DiskChange {}

  /** A disk leaves the machine and its files are deleted. */
  record Destroy(String node) implements DiskChange {}

  /** A disk becomes larger. */
  record Grow(String node, long sizeBytes) implements DiskChange {}
}
