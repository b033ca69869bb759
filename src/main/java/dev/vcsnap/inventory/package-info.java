/**
 * What a client finds: the service's own objects, the tree from the root folder down to hosts,
 * datastores and networks, and the virtual machines in it.
 *
 * <p>Everything here is a projection into {@code objects}: the entrance for wiring is {@link
 * dev.vcsnap.inventory.InventoryTree}, {@link dev.vcsnap.inventory.ServiceObjects} and {@link
 * dev.vcsnap.inventory.SearchIndexService}.
 */
@NullMarked
package dev.vcsnap.inventory;

import org.jspecify.annotations.NullMarked;
