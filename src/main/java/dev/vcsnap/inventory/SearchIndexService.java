package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.GuestInfo;
import dev.vcsnap.vim.GuestNicInfo;
import dev.vcsnap.vim.HostConfigInfo;
import dev.vcsnap.vim.HostHardwareInfo;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineSummary;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds members of the tree by what clients know of them: a UUID, a path, an address.
 *
 * <p>Null means not found; that is no fault. UUIDs are compared without regard to case and come
 * from an index: a hit is checked against the object, a miss makes the index anew.
 */
public final class SearchIndexService {

  /** What a UUID was asked as: hosts have one, machines two. */
  private enum Kind {
    HOST,
    BIOS,
    INSTANCE;

    String type() {
      return this == HOST ? "HostSystem" : "VirtualMachine";
    }
  }

  private record Key(Kind kind, String uuid) {}

  private final ObjectRegistry objects;
  private final InventoryPaths paths;
  private final Map<Kind, Map<String, ManagedObjectReference>> indexes = new ConcurrentHashMap<>();

  public SearchIndexService(ObjectRegistry objects) {
    this.objects = objects;
    this.paths = new InventoryPaths(objects);
  }

  /**
   * Finds a machine or a host by UUID.
   *
   * @param datacenter where to look, or null for everywhere
   * @param vmSearch true for machines, false for hosts
   * @param instanceUuid true for {@code config.instanceUuid}, false for {@code config.uuid}
   */
  public @Nullable ManagedObjectReference findByUuid(
      @Nullable ManagedObjectReference datacenter,
      String uuid,
      boolean vmSearch,
      boolean instanceUuid) {
    requireKnown(datacenter);
    Key key = key(uuid, vmSearch, instanceUuid);
    ManagedObjectReference known = indexed(key);
    if (known == null) {
      indexes.put(key.kind, index(key.kind));
      known = indexed(key);
    }
    ManagedObject found = known == null ? null : objects.find(known);
    if (found != null && !isIn(found, datacenter)) {
      return first(withUuid(datacenter, key));
    }
    return found == null ? null : found.reference();
  }

  /** Finds all machines or hosts with that UUID. */
  public List<ManagedObjectReference> findAllByUuid(
      @Nullable ManagedObjectReference datacenter,
      String uuid,
      boolean vmSearch,
      boolean instanceUuid) {
    requireKnown(datacenter);
    Key key = key(uuid, vmSearch, instanceUuid);
    return withUuid(datacenter, key).map(ManagedObject::reference).toList();
  }

  /** Finds a member by its path, {@code DC0/vm/DC0_H0_VM0}; an empty path is the root folder. */
  public @Nullable ManagedObjectReference findByInventoryPath(String path) {
    ManagedObject root = paths.root();
    ManagedObject found = root == null ? null : paths.find(root, path);
    return found == null ? null : found.reference();
  }

  /** Finds a child of that name. */
  public @Nullable ManagedObjectReference findChild(ManagedObjectReference entity, String name) {
    ManagedObject parent = objects.find(entity);
    if (parent == null) {
      throw Faults.notFound(entity);
    }
    ManagedObject child = paths.child(parent, name);
    return child == null ? null : child.reference();
  }

  /** Finds a machine by its guest's host name, or a host by its own. */
  public @Nullable ManagedObjectReference findByDnsName(
      @Nullable ManagedObjectReference datacenter, String dnsName, boolean vmSearch) {
    return first(withDnsName(datacenter, dnsName, vmSearch));
  }

  /** Finds all machines or hosts of that name. */
  public List<ManagedObjectReference> findAllByDnsName(
      @Nullable ManagedObjectReference datacenter, String dnsName, boolean vmSearch) {
    return withDnsName(datacenter, dnsName, vmSearch).map(ManagedObject::reference).toList();
  }

  /** Finds a machine by an address of its guest, or a host by one of its own. */
  public @Nullable ManagedObjectReference findByIp(
      @Nullable ManagedObjectReference datacenter, String ip, boolean vmSearch) {
    return first(withIp(datacenter, ip, vmSearch));
  }

  /** Finds all machines or hosts with that address. */
  public List<ManagedObjectReference> findAllByIp(
      @Nullable ManagedObjectReference datacenter, String ip, boolean vmSearch) {
    return withIp(datacenter, ip, vmSearch).map(ManagedObject::reference).toList();
  }

  /**
   * Finds a machine by the file that defines it, {@code [LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx}.
   *
   * @throws VimException InvalidDatastore if the path names no datastore
   */
  public @Nullable ManagedObjectReference findByDatastorePath(
      ManagedObjectReference datacenter, String path) {
    requireKnown(datacenter);
    DatastorePath wanted = parse(path);
    return first(
        members("VirtualMachine", datacenter).filter(vm -> wanted.toString().equals(vmxPath(vm))));
  }

  private Stream<ManagedObject> withUuid(@Nullable ManagedObjectReference datacenter, Key key) {
    return members(key.kind.type(), datacenter)
        .filter(object -> key.uuid.equalsIgnoreCase(uuid(object, key.kind)));
  }

  /** What the index says, if it is still so. */
  private @Nullable ManagedObjectReference indexed(Key key) {
    ManagedObjectReference known = indexes.getOrDefault(key.kind, Map.of()).get(key.uuid);
    ManagedObject object = known == null ? null : objects.find(known);
    return object != null && key.uuid.equalsIgnoreCase(uuid(object, key.kind)) ? known : null;
  }

  private Map<String, ManagedObjectReference> index(Kind kind) {
    Map<String, ManagedObjectReference> index = new HashMap<>();
    members(kind.type(), null)
        .forEach(object -> {
          String uuid = uuid(object, kind);
          if (uuid != null) {
            index.put(uuid.toLowerCase(Locale.ROOT), object.reference());
          }
        });
    return Map.copyOf(index);
  }

  private Stream<ManagedObject> withDnsName(
      @Nullable ManagedObjectReference datacenter, String dnsName, boolean vmSearch) {
    requireKnown(datacenter);
    Predicate<ManagedObject> matches =
        vmSearch
            ? vm ->
                vm.get("guest") instanceof GuestInfo guest
                    && dnsName.equalsIgnoreCase(guest.hostName)
            : host ->
                host.get("config") instanceof HostConfigInfo config
                    && isHostName(config, InventoryPaths.name(host), dnsName);
    return members(vmSearch ? "VirtualMachine" : "HostSystem", datacenter).filter(matches);
  }

  private Stream<ManagedObject> withIp(
      @Nullable ManagedObjectReference datacenter, String ip, boolean vmSearch) {
    requireKnown(datacenter);
    Predicate<ManagedObject> matches =
        vmSearch
            ? vm -> vm.get("guest") instanceof GuestInfo guest && hasAddress(guest, ip)
            : host ->
                host.get("config") instanceof HostConfigInfo config
                    && config.network.vnic.stream()
                        .anyMatch(nic -> ip.equals(nic.spec.ip.ipAddress));
    return members(vmSearch ? "VirtualMachine" : "HostSystem", datacenter).filter(matches);
  }

  /** The objects of a type inside a datacenter, or all of them. */
  private Stream<ManagedObject> members(String type, @Nullable ManagedObjectReference datacenter) {
    return objects.all().stream()
        .filter(object -> object.type().isA(type))
        .filter(object -> isIn(object, datacenter));
  }

  private boolean isIn(ManagedObject object, @Nullable ManagedObjectReference datacenter) {
    if (datacenter == null) {
      return true;
    }
    ManagedObject found = paths.datacenterOf(object);
    return found != null && found.reference().equals(datacenter);
  }

  private void requireKnown(@Nullable ManagedObjectReference datacenter) {
    if (datacenter != null && objects.find(datacenter) == null) {
      throw Faults.notFound(datacenter);
    }
  }

  private static Key key(String uuid, boolean vmSearch, boolean instanceUuid) {
    Kind ofMachine = instanceUuid ? Kind.INSTANCE : Kind.BIOS;
    return new Key(vmSearch ? ofMachine : Kind.HOST, uuid.toLowerCase(Locale.ROOT));
  }

  private static @Nullable String uuid(ManagedObject object, Kind kind) {
    VirtualMachineConfigInfo config = config(object);
    return switch (kind) {
      case HOST ->
          object.get("hardware") instanceof HostHardwareInfo hardware
              ? hardware.systemInfo.uuid
              : null;
      case BIOS -> config == null ? null : config.uuid;
      case INSTANCE -> config == null ? null : config.instanceUuid;
    };
  }

  private static @Nullable VirtualMachineConfigInfo config(ManagedObject vm) {
    return vm.get("config") instanceof VirtualMachineConfigInfo config ? config : null;
  }

  private static @Nullable String vmxPath(ManagedObject vm) {
    return vm.get("summary") instanceof VirtualMachineSummary summary && summary.config != null
        ? summary.config.vmPathName
        : null;
  }

  private static boolean isHostName(HostConfigInfo config, String name, String dnsName) {
    var dns = config.network.dnsConfig;
    return dnsName.equalsIgnoreCase(name)
        || dnsName.equalsIgnoreCase(dns.hostName)
        || dnsName.equalsIgnoreCase(dns.hostName + "." + dns.domainName);
  }

  private static boolean hasAddress(GuestInfo guest, String ip) {
    return ip.equals(guest.ipAddress)
        || (guest.net != null && guest.net.stream().anyMatch(nic -> hasAddress(nic, ip)));
  }

  private static boolean hasAddress(GuestNicInfo nic, String ip) {
    return nic.ipAddress != null && nic.ipAddress.contains(ip);
  }

  private static DatastorePath parse(String path) {
    try {
      return DatastorePath.parse(path);
    } catch (DatastorePathException _) {
      throw Faults.invalidDatastore(path, "The datastore path \"" + path + "\" is not valid.");
    }
  }

  private static @Nullable ManagedObjectReference first(Stream<ManagedObject> found) {
    return found.map(ManagedObject::reference).findFirst().orElse(null);
  }
}
