package dev.vcsnap.provision;

import dev.vcsnap.disk.block.BlockDevice;
import java.nio.file.Path;
import java.util.Map;

/**
 * One disk as a clone is to have it.
 *
 * @param device what is read
 * @param link the descriptor behind it
 * @param ddb what its base says about adapter and provisioning
 */
record CloneDisk(BlockDevice device, Path link, Map<String, String> ddb) {

  boolean thin() {
    return "1".equals(ddb.get("ddb.thinProvisioned"));
  }

  String adapterType() {
    return ddb.getOrDefault("ddb.adapterType", "lsilogic");
  }
}
