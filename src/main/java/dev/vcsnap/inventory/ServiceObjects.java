package dev.vcsnap.inventory;

import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.objects.ObjectRegistry;
import dev.vcsnap.session.SessionService;
import dev.vcsnap.vim.Capability;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.ServiceContent;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The service instance and the managers that its content names, with the ids of a real vCenter.
 *
 * <p>Every manager exists and can be read; what it cannot do is refused when it is called.
 */
public final class ServiceObjects {

  /** The one id that a client knows before it has asked anything. */
  public static final ManagedObjectReference SERVICE_INSTANCE =
      new ManagedObjectReference("ServiceInstance", "ServiceInstance");

  /** A member of the content and the object that it names on a vCenter. */
  private record Named(String member, String type, String id) {

    ManagedObjectReference reference() {
      return new ManagedObjectReference(type, id);
    }

    /** What it names on a product; empty if that has no such manager. */
    Optional<ManagedObjectReference> on(Product product) {
      return product == Product.ESXI ? HostManagers.of(member) : Optional.of(reference());
    }
  }

  private static final List<Named> CONTENT =
      List.of(
          new Named("propertyCollector", "PropertyCollector", "propertyCollector"),
          new Named("viewManager", "ViewManager", "ViewManager"),
          new Named("setting", "OptionManager", "VpxSettings"),
          new Named("userDirectory", "UserDirectory", "UserDirectory"),
          new Named("sessionManager", "SessionManager", "SessionManager"),
          new Named("authorizationManager", "AuthorizationManager", "AuthorizationManager"),
          new Named("serviceManager", "ServiceManager", "ServiceMgr"),
          new Named("perfManager", "PerformanceManager", "PerfMgr"),
          new Named("scheduledTaskManager", "ScheduledTaskManager", "ScheduledTaskManager"),
          new Named("alarmManager", "AlarmManager", "AlarmManager"),
          new Named("eventManager", "EventManager", "EventManager"),
          new Named("taskManager", "TaskManager", "TaskManager"),
          new Named("extensionManager", "ExtensionManager", "ExtensionManager"),
          new Named(
              "customizationSpecManager", "CustomizationSpecManager", "CustomizationSpecManager"),
          new Named(
              "guestCustomizationManager",
              "VirtualMachineGuestCustomizationManager",
              "GuestCustomizationManager"),
          new Named("customFieldsManager", "CustomFieldsManager", "CustomFieldsManager"),
          new Named("diagnosticManager", "DiagnosticManager", "DiagMgr"),
          new Named("licenseManager", "LicenseManager", "LicenseManager"),
          new Named("searchIndex", "SearchIndex", "SearchIndex"),
          new Named("fileManager", "FileManager", "FileManager"),
          new Named(
              "datastoreNamespaceManager",
              "DatastoreNamespaceManager",
              "DatastoreNamespaceManager"),
          new Named("virtualDiskManager", "VirtualDiskManager", "virtualDiskManager"),
          new Named("snmpSystem", "HostSnmpSystem", "SnmpSystem"),
          new Named("vmProvisioningChecker", "VirtualMachineProvisioningChecker", "ProvChecker"),
          new Named(
              "vmCompatibilityChecker", "VirtualMachineCompatibilityChecker", "CompatChecker"),
          new Named("ovfManager", "OvfManager", "OvfManager"),
          new Named("ipPoolManager", "IpPoolManager", "IpPoolManager"),
          new Named("dvSwitchManager", "DistributedVirtualSwitchManager", "DVSManager"),
          new Named("hostProfileManager", "HostProfileManager", "HostProfileManager"),
          new Named("clusterProfileManager", "ClusterProfileManager", "ClusterProfileManager"),
          new Named("complianceManager", "ProfileComplianceManager", "MoComplianceManager"),
          new Named("localizationManager", "LocalizationManager", "LocalizationManager"),
          new Named("storageResourceManager", "StorageResourceManager", "StorageResourceManager"),
          new Named("guestOperationsManager", "GuestOperationsManager", "guestOperationsManager"),
          new Named("overheadMemoryManager", "OverheadMemoryManager", "OverheadMemoryManager"),
          new Named("certificateManager", "CertificateManager", "certificateManager"),
          new Named("ioFilterManager", "IoFilterManager", "IoFilterManager"),
          new Named(
              "vStorageObjectManager", "VcenterVStorageObjectManager", "VStorageObjectManager"),
          new Named("hostSpecManager", "HostSpecificationManager", "HostSpecificationManager"),
          new Named("cryptoManager", "CryptoManagerKmip", "CryptoManager"),
          new Named("healthUpdateManager", "HealthUpdateManager", "HealthUpdateManager"),
          new Named(
              "failoverClusterConfigurator",
              "FailoverClusterConfigurator",
              "FailoverClusterConfigurator"),
          new Named("failoverClusterManager", "FailoverClusterManager", "FailoverClusterManager"),
          new Named("tenantManager", "TenantTenantManager", "TenantManager"),
          new Named("siteInfoManager", "SiteInfoManager", "SiteInfoManager"),
          new Named("storageQueryManager", "StorageQueryManager", "StorageQueryManager"));

  private final ServiceContent content;

  /** By their ids on a vCenter, under which features know them. */
  private final Map<String, Draft> drafts = new LinkedHashMap<>();

  /** Those that the product does not have; they are never published. */
  private final Set<String> absent = new HashSet<>();

  /** Makes the objects; nobody sees them before {@link #publish}. */
  public ServiceObjects(
      Clock clock, SessionService sessions, Personality personality, LiveProperties live) {
    this.content = content(personality);
    draft("ServiceInstance", SERVICE_INSTANCE.value())
        .set("content", content)
        .set("capability", capability(personality.product()))
        .object()
        .computed("serverClock", session -> clock.now());
    for (Named named : CONTENT) {
      Optional<ManagedObjectReference> present = named.on(personality.product());
      drafts.put(named.id, new Draft(present.orElseGet(named::reference)));
      if (present.isEmpty()) {
        absent.add(named.id);
      }
    }
    fill(sessions, personality.product());
    live.all()
        .forEach(property ->
            existing(property.objectId()).object().computed(property.property(), property.value()));
  }

  /** Brings the objects into the registry. */
  public void publish(ObjectRegistry objects) {
    objects.change(tx ->
        drafts.forEach((id, draft) -> {
          if (!absent.contains(id)) {
            draft.publish(tx);
          }
        }));
  }

  /** The entry points, as {@code RetrieveServiceContent} returns them. */
  public ServiceContent content() {
    return content;
  }

  private void fill(SessionService sessions, Product product) {
    var shown = new SessionProjection(sessions);
    existing("SessionManager")
        .set("defaultLocale", "en")
        .set("messageLocaleList", List.of("en"))
        .set("supportedLocaleList", List.of("en"))
        .object()
        .computed("currentSession", shown::current)
        .computed("sessionList", session -> shown.all());
    existing("TaskManager").set("description", TaskLabels.description()).set("maxCollector", 32);
    existing("CustomFieldsManager").set("field", List.of());
    existing("ExtensionManager").set("extensionList", List.of());
    existing("ServiceMgr").set("service", List.of());
    existing("UserDirectory").set("domainList", List.of("vsphere.local"));
    existing("VpxSettings")
        .set("setting", ManagerDefaults.settings())
        .set("supportedOption", List.of());
    existing("EventManager")
        .set("description", ManagerDefaults.eventDescription())
        .set("maxCollector", 32);
    existing("AlarmManager")
        .set("description", ManagerDefaults.alarmDescription())
        .set("defaultExpression", List.of());
    existing("ScheduledTaskManager")
        .set("description", ManagerDefaults.scheduledTaskDescription())
        .set("scheduledTask", List.of());
    existing("PerfMgr")
        .set("description", ManagerDefaults.performanceDescription())
        .set("historicalInterval", ManagerDefaults.historicalIntervals())
        .set("perfCounter", List.of());
    existing("OvfManager").set("ovfImportOption", List.of()).set("ovfExportOption", List.of());
    existing("LocalizationManager").set("catalog", List.of());
    existing("CustomizationSpecManager").set("info", List.of()).set("encryptionKey", List.of());
    Draft crypto = existing("CryptoManager").set("enabled", false);
    if (product == Product.VCENTER) {
      crypto.set("kmipServers", List.of());
    }
    existing("FailoverClusterConfigurator").set("disabledConfigureMethod", List.of());
    existing("FailoverClusterManager").set("disabledClusterMethod", List.of());
    existing("SnmpSystem")
        .set("configuration", ManagerDefaults.snmpConfiguration())
        .set("limits", ManagerDefaults.snmpLimits());
    fillLicenses();
    fillGuestOperations();
  }

  private void fillLicenses() {
    existing("LicenseManager")
        .set("source", ManagerDefaults.licenseSource())
        .set("sourceAvailable", true)
        .set("licensedEdition", "")
        .set("licenses", List.of(ManagerDefaults.evaluationLicense()))
        .set("evaluation", ManagerDefaults.evaluation())
        .set(
            "licenseAssignmentManager",
            draft("LicenseAssignmentManager", "LicenseAssignmentManager").reference());
  }

  private void fillGuestOperations() {
    existing("guestOperationsManager")
        .set("authManager", draft("GuestAuthManager", "guestOperationsAuthManager").reference())
        .set("fileManager", draft("GuestFileManager", "guestOperationsFileManager").reference())
        .set(
            "processManager",
            draft("GuestProcessManager", "guestOperationsProcessManager").reference())
        .set(
            "guestWindowsRegistryManager",
            draft("GuestWindowsRegistryManager", "guestOperationsWindowsRegistryManager")
                .reference())
        .set("aliasManager", draft("GuestAliasManager", "guestOperationsAliasManager").reference());
  }

  private Draft draft(String type, String id) {
    var draft = new Draft(new ManagedObjectReference(type, id));
    drafts.put(id, draft);
    return draft;
  }

  private Draft existing(String id) {
    Draft draft = drafts.get(id);
    if (draft == null) {
      throw new IllegalArgumentException("There is no service object '" + id + "'");
    }
    return draft;
  }

  private static ServiceContent content(Personality personality) {
    var content = new ServiceContent();
    content.rootFolder = InventoryLayout.of(personality.product(), List.of()).root().reference();
    content.about = personality.service();
    for (Named named : CONTENT) {
      named
          .on(personality.product())
          .ifPresent(manager -> content.set(ServiceContent.TYPE.indexOf(named.member), manager));
    }
    return content;
  }

  private static Capability capability(Product product) {
    var capability = new Capability();
    capability.provisioningSupported = product == Product.VCENTER;
    capability.multiHostSupported = product == Product.VCENTER;
    capability.userShellAccessSupported = false;
    return capability;
  }
}
