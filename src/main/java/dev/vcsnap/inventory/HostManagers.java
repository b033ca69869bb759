package dev.vcsnap.inventory;

import dev.vcsnap.vim.ManagedObjectReference;
import java.util.Map;
import java.util.Optional;

/**
 * The managers that a host has, by the member of its service content that names each. What is not
 * here a host does not have: alarms, schedules, extensions, custom fields and more are vCenter's.
 */
final class HostManagers {

  private static final Map<String, ManagedObjectReference> BY_MEMBER =
      Map.ofEntries(
          entry("propertyCollector", "PropertyCollector", "propertyCollector"),
          entry("viewManager", "ViewManager", "ViewManager"),
          entry("setting", "OptionManager", "HostAgentSettings"),
          entry("userDirectory", "UserDirectory", "ha-user-directory"),
          entry("sessionManager", "SessionManager", "ha-sessionmgr"),
          entry("authorizationManager", "AuthorizationManager", "ha-authmgr"),
          entry("serviceManager", "ServiceManager", "ha-servicemanager"),
          entry("perfManager", "PerformanceManager", "ha-perfmgr"),
          entry("eventManager", "EventManager", "ha-eventmgr"),
          entry("taskManager", "TaskManager", "ha-taskmgr"),
          entry("diagnosticManager", "DiagnosticManager", "ha-diagnosticmgr"),
          entry("licenseManager", "LicenseManager", "ha-license-manager"),
          entry("searchIndex", "SearchIndex", "ha-searchindex"),
          entry("fileManager", "FileManager", "ha-nfc-file-manager"),
          entry(
              "datastoreNamespaceManager",
              "DatastoreNamespaceManager",
              "ha-datastore-namespace-manager"),
          entry("virtualDiskManager", "VirtualDiskManager", "ha-vdiskmanager"),
          entry("ovfManager", "OvfManager", "ha-ovf-manager"),
          entry("dvSwitchManager", "DistributedVirtualSwitchManager", "ha-dvsmanager"),
          entry("localizationManager", "LocalizationManager", "ha-l10n-manager"),
          entry("storageResourceManager", "StorageResourceManager", "ha-storage-resource-manager"),
          entry("guestOperationsManager", "GuestOperationsManager", "ha-guest-operations-manager"),
          entry("vStorageObjectManager", "HostVStorageObjectManager", "ha-vstorage-object-manager"),
          entry("cryptoManager", "CryptoManagerHostKMS", "ha-crypto-manager"));

  private HostManagers() {}

  /** The manager behind a member of the content, if a host has it. */
  static Optional<ManagedObjectReference> of(String member) {
    return Optional.ofNullable(BY_MEMBER.get(member));
  }

  private static Map.Entry<String, ManagedObjectReference> entry(
      String member, String type, String id) {
    return Map.entry(member, new ManagedObjectReference(type, id));
  }
}
