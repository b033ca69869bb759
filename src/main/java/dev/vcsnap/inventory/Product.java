package dev.vcsnap.inventory;

/** Which of VMware's products the server is taken for. */
public enum Product {
  /** A vCenter that manages hosts. */
  VCENTER,
  /** One ESXi host by itself. */
  ESXI
}
