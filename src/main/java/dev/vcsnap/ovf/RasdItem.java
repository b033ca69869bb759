package dev.vcsnap.ovf;

import org.jspecify.annotations.Nullable;

/**
 * One piece of virtual hardware in a descriptor: an {@code Item}, of which only what machines need.
 *
 * @param instanceId unique in its system
 * @param type the number that CIM gives to a kind of resource
 * @param subType what it is in particular, e.g. {@code VirtualSCSI}
 * @param elementName what people call it
 * @param address a bus number
 * @param parent the instance that it hangs on
 * @param addressOnParent where on that
 * @param hostResource what it is backed by, e.g. {@code ovf:/disk/vmdisk1}
 * @param connection the network that it is connected to
 * @param quantity how much of it there is
 * @param units the unit of the quantity
 * @param connected whether it is connected at power on
 */
record RasdItem(
    String instanceId,
    int type,
    @Nullable String subType,
    String elementName,
    @Nullable String address,
    @Nullable String parent,
    @Nullable String addressOnParent,
    @Nullable String hostResource,
    @Nullable String connection,
    @Nullable Long quantity,
    @Nullable String units,
    @Nullable Boolean connected) {

  static final int PROCESSOR = 3;
  static final int MEMORY = 4;
  static final int IDE_CONTROLLER = 5;
  static final int SCSI_CONTROLLER = 6;
  static final int NETWORK_CARD = 10;
  static final int FLOPPY = 14;
  static final int CDROM = 15;
  static final int DVD = 16;
  static final int DISK = 17;
  static final int STORAGE_CONTROLLER = 20;
  static final int USB_CONTROLLER = 23;

  static RasdItem of(int instanceId, int type, String elementName) {
    return new RasdItem(
        String.valueOf(instanceId),
        type,
        null,
        elementName,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  RasdItem amounting(long quantity, String units) {
    return new RasdItem(
        instanceId,
        type,
        subType,
        elementName,
        address,
        parent,
        addressOnParent,
        hostResource,
        connection,
        quantity,
        units,
        connected);
  }

  /** A controller, of a particular kind unless there is but one. */
  RasdItem controlling(int number, @Nullable String kind) {
    return new RasdItem(
        instanceId,
        type,
        kind,
        elementName,
        String.valueOf(number),
        parent,
        addressOnParent,
        hostResource,
        connection,
        quantity,
        units,
        connected);
  }

  RasdItem hangingOn(String parent, int address) {
    return new RasdItem(
        instanceId,
        type,
        subType,
        elementName,
        this.address,
        parent,
        String.valueOf(address),
        hostResource,
        connection,
        quantity,
        units,
        connected);
  }

  RasdItem backedBy(String resource) {
    return new RasdItem(
        instanceId,
        type,
        subType,
        elementName,
        address,
        parent,
        addressOnParent,
        resource,
        connection,
        quantity,
        units,
        connected);
  }

  RasdItem connectedTo(String network, String kind) {
    return new RasdItem(
        instanceId,
        type,
        kind,
        elementName,
        address,
        parent,
        addressOnParent,
        hostResource,
        network,
        quantity,
        units,
        connected);
  }

  RasdItem connected(boolean atPowerOn) {
    return new RasdItem(
        instanceId,
        type,
        subType,
        elementName,
        address,
        parent,
        addressOnParent,
        hostResource,
        connection,
        quantity,
        units,
        atPowerOn);
  }

  /** The members in the order that the schema wants. */
  void write(OvfXml xml) {
    xml.start("Item");
    member(xml, "Address", address);
    member(xml, "AddressOnParent", addressOnParent);
    member(xml, "AllocationUnits", units);
    member(xml, "AutomaticAllocation", connected);
    member(xml, "Connection", connection);
    member(xml, "ElementName", elementName);
    member(xml, "HostResource", hostResource);
    member(xml, "InstanceID", instanceId);
    member(xml, "Parent", parent);
    member(xml, "ResourceSubType", subType);
    member(xml, "ResourceType", type);
    member(xml, "VirtualQuantity", quantity);
    xml.end();
  }

  private static void member(OvfXml xml, String name, @Nullable Object value) {
    if (value != null) {
      xml.text("rasd:" + name, value);
    }
  }
}
