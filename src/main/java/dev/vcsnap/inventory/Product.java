package dev.vcsnap.inventory;

import dev.vcsnap.vim.ManagedObjectReference;

/** Which of VMware's products the server is taken for. */
public enum Product {
  /** A vCenter that manages hosts. */
  VCENTER("group-d1"),
  /** One ESXi host by itself. */
  ESXI("ha-folder-root");

  private final String rootId;

  Product(String rootId) {
    this.rootId = rootId;
  }

  /** The root folder, under the id that it has on every such server. */
  public ManagedObjectReference root() {
    return new ManagedObjectReference("Folder", rootId);
  }
}
