package dev.vcsnap.rights;

import dev.vcsnap.vim.ManagedObjectReference;

/**
 * Where a permission holds for everything: the inventory's root, whose id depends on the product.
 */
public record RootFolder(ManagedObjectReference reference) {

  /** That of a vCenter. */
  public static final RootFolder OF_VCENTER =
      new RootFolder(new ManagedObjectReference("Folder", "group-d1"));
}
