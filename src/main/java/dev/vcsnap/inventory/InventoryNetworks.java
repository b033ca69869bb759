package dev.vcsnap.inventory;

import dev.vcsnap.hardware.Networks;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.DVPortgroupConfigInfo;
import java.util.Optional;

/** The inventory's networks and portgroups, as adapters are put on them. */
final class InventoryNetworks implements Networks {

  private final ObjectRegistry objects;
  private final InventoryTree tree;

  InventoryNetworks(ObjectRegistry objects, InventoryTree tree) {
    this.objects = objects;
    this.tree = tree;
  }

  @Override
  public Optional<Network> byId(String id) {
    return Optional.ofNullable(objects.find(id))
        .filter(object -> object.type().isA("Network"))
        .map(this::network);
  }

  @Override
  public Optional<Network> named(String name) {
    return tree.networkNamed(name).map(this::network);
  }

  private Network network(ManagedObject object) {
    String switchUuid = null;
    if (object.get("config") instanceof DVPortgroupConfigInfo portgroup
        && portgroup.distributedVirtualSwitch != null) {
      ManagedObject dvs = objects.find(portgroup.distributedVirtualSwitch);
      switchUuid = dvs != null && dvs.get("uuid") instanceof String uuid ? uuid : null;
    }
    return new Network(object.reference(), InventoryPaths.name(object), switchUuid);
  }
}
