package dev.vcsnap.provision;

import dev.vcsnap.inventory.InventoryTree;
import dev.vcsnap.inventory.Placement;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where a client wants a machine: in a folder, drawing from a pool, on a host if it said which.
 *
 * @param folder a folder for machines
 * @param pool the pool
 * @param host one of the hosts that the pool's compute resource has
 */
record Site(ManagedObject folder, ManagedObject pool, ManagedObject host) {

  /**
   * Checks what the client gave, and finds a host where it left that to the server: the one with
   * the fewest machines.
   *
   * @param pool null for the root pool of the host
   * @throws dev.vcsnap.vim.VimException NotSupported for a folder of another kind, InvalidArgument
   *     for a host outside the pool's compute resource
   */
  static Site of(
      InventoryTree tree,
      ManagedObject folder,
      @Nullable ManagedObjectReference pool,
      @Nullable ManagedObjectReference host) {
    requireForMachines(folder);
    if (pool == null && host == null) {
      throw Faults.invalidArgument("pool");
    }
    ManagedObject wanted = host == null ? null : tree.find(host).orElse(null);
    if (host != null && wanted == null) {
      throw Faults.notFound(host);
    }
    ManagedObject from =
        pool != null
            ? tree.find(pool).orElseThrow(() -> Faults.notFound(pool))
            : tree.poolOf(Objects.requireNonNull(wanted));
    List<ManagedObject> hosts = tree.hostsOf(tree.ownerOf(from));
    if (wanted == null) {
      wanted =
          hosts.stream()
              .min(Comparator.comparingInt(Site::machines))
              .orElseThrow(() -> Faults.invalidArgument("host"));
    } else if (!hosts.contains(wanted)) {
      throw Faults.invalidArgument("host");
    }
    return new Site(folder, from, wanted);
  }

  /** Refuses a folder that machines cannot be in. */
  static void requireForMachines(ManagedObject folder) {
    if (!(folder.get("childType") instanceof List<?> types) || !types.contains("VirtualMachine")) {
      throw Faults.notSupported("a virtual machine in the folder " + folder.id());
    }
  }

  private static int machines(ManagedObject host) {
    return host.get("vm") instanceof List<?> machines ? machines.size() : 0;
  }

  Placement with(InventoryTree tree, InventoryTree.Store store) {
    return tree.placement(folder, pool, host, store);
  }
}
