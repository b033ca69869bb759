package dev.vcsnap.inventory;

import dev.vcsnap.vim.ManagedObjectReference;
import org.jspecify.annotations.Nullable;

/**
 * Where a virtual machine is: everything in the inventory that lists it.
 *
 * @param folder the folder it is shown in
 * @param pool the resource pool that it draws from; null for a template, which never runs
 * @param host the host that runs it
 * @param datastore the datastore of its home directory
 * @param network the network of its adapter
 * @param environmentBrowser what its compute resource offers
 */
public record Placement(
    ManagedObjectReference folder,
    @Nullable ManagedObjectReference pool,
    ManagedObjectReference host,
    ManagedObjectReference datastore,
    ManagedObjectReference network,
    ManagedObjectReference environmentBrowser) {

  /** The same place for a template. */
  public Placement withoutPool() {
    return new Placement(folder, null, host, datastore, network, environmentBrowser);
  }

  /** The same place, with the files in another datastore. */
  public Placement onDatastore(ManagedObjectReference other) {
    return new Placement(folder, pool, host, other, network, environmentBrowser);
  }

  /** The same place, shown in another folder. */
  public Placement inFolder(ManagedObjectReference other) {
    return new Placement(other, pool, host, datastore, network, environmentBrowser);
  }
}
