package dev.vcsnap.call;

import dev.vcsnap.inventory.Personality;
import dev.vcsnap.inventory.Product;
import dev.vcsnap.vim.MethodType;
import java.util.Set;

/**
 * Which methods a product has: a host lacks those that the interface's documentation marks as
 * vCenter's alone, and an older version lacks those that came later. A client that calls one all
 * the same gets {@code NotSupported}.
 */
final class ProductMethods {

  private static final Set<String> VCENTER_ONLY =
      Set.of(
          "CloneVM_Task",
          "InstantClone_Task",
          "MigrateVM_Task",
          "RelocateVM_Task",
          "PromoteDisks_Task",
          "CustomizeVM_Task",
          "CheckCustomizationSpec",
          "CreateFolder",
          "CreateDatacenter",
          "CreateClusterEx",
          "AddStandaloneHost_Task",
          "MoveIntoFolder_Task",
          "UnregisterAndDestroy_Task",
          "PowerOnMultiVM_Task",
          "setCustomValue",
          "ImpersonateUser",
          "LoginByToken",
          "LoginExtensionByCertificate",
          "CreateAlarm",
          "CreateScheduledTask",
          "CreateObjectScheduledTask",
          "CreateTask");

  private final Personality personality;

  ProductMethods(Personality personality) {
    this.personality = personality;
  }

  boolean has(MethodType method) {
    return personality.release().includes(method.since())
        && (personality.product() == Product.VCENTER || !VCENTER_ONLY.contains(method.name()));
  }
}
