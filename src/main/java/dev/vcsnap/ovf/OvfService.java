package dev.vcsnap.ovf;

import dev.vcsnap.hardware.Networks;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.DeviceKey;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.OvfCreateDescriptorResult;
import dev.vcsnap.vim.OvfCreateImportSpecParams;
import dev.vcsnap.vim.OvfCreateImportSpecResult;
import dev.vcsnap.vim.OvfDeploymentOption;
import dev.vcsnap.vim.OvfFile;
import dev.vcsnap.vim.OvfNetworkInfo;
import dev.vcsnap.vim.OvfParseDescriptorResult;
import dev.vcsnap.vim.OvfValidateHostResult;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.LongStream;

/** What {@code OvfManager} does. */
public final class OvfService {

  /** A machine has fewer disks; what a client names must be kept in memory. */
  private static final int FILES_MAX = 300;

  private static final Pattern NOT_IN_XML =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]");

  private final Networks networks;
  private final String defaultNetwork;

  /**
   * Makes the service.
   *
   * @param networks that the adapters of imported machines can be put on
   * @param defaultNetwork the name of the one for adapters of which nothing else is said
   */
  public OvfService(Networks networks, String defaultNetwork) {
    this.networks = networks;
    this.defaultNetwork = defaultNetwork;
  }

  /** Tells what a descriptor is about; what is wrong with it is part of the answer. */
  public OvfParseDescriptorResult parse(String descriptor) {
    var result = new OvfParseDescriptorResult();
    result.annotation = "";
    result.defaultEntityName = "";
    result.defaultDeploymentOption = "";
    result.virtualApp = false;
    try {
      fill(result, OvfPackage.parse(descriptor));
    } catch (OvfProblem problem) {
      result.error = List.of(problem.localized());
    }
    return result;
  }

  private static void fill(OvfParseDescriptorResult result, OvfPackage pack) {
    result.annotation = pack.annotation();
    result.defaultEntityName = pack.name();
    result.eula = pack.eulas();
    result.network = new ArrayList<>();
    pack.networks()
        .forEach((name, description) -> {
          var network = new OvfNetworkInfo();
          network.name = name;
          network.description = description;
          result.network.add(network);
        });
    result.deploymentOption = new ArrayList<>();
    for (OvfPackage.Option option : pack.options()) {
      var choice = new OvfDeploymentOption();
      choice.key = option.key();
      choice.label = option.label();
      choice.description = option.description();
      result.deploymentOption.add(choice);
    }
    for (OvfProduct product : pack.products()) {
      if (result.productInfo == null) {
        result.productInfo = product.info();
        result.property = new ArrayList<>();
      }
      result.property.addAll(product.properties());
    }
    if (!pack.options().isEmpty()) {
      result.defaultDeploymentOption = pack.options().getFirst().key();
    }
    result.approximateDownloadSize = downloadBytes(pack);
    result.approximateFlatDeploymentSize = flatBytes(pack);
    result.approximateSparseDeploymentSize = sparseBytes(pack);
  }

  private static long downloadBytes(OvfPackage pack) {
    return sum(pack.files().values().stream().mapToLong(OvfPackage.FileReference::sizeBytes));
  }

  private static long flatBytes(OvfPackage pack) {
    return sum(pack.disks().values().stream().mapToLong(OvfPackage.Disk::capacityBytes));
  }

  private static long sparseBytes(OvfPackage pack) {
    return sum(pack.disks().values().stream().mapToLong(OvfPackage.Disk::populatedBytes));
  }

  /** A descriptor may claim any sizes. */
  private static long sum(LongStream sizes) {
    return sizes.reduce(0, (a, b) -> a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b);
  }

  /**
   * Tells whether a host can take a package, which all do alike; what speaks against it is part of
   * the answer.
   *
   * @param deploymentOption the configuration that is meant; empty for the first
   */
  public OvfValidateHostResult validate(String descriptor, String deploymentOption) {
    var params = new OvfCreateImportSpecParams();
    params.entityName = "";
    params.deploymentOption = deploymentOption;
    var result = new OvfValidateHostResult();
    result.supportedDiskProvisioning = ImportSpecs.PROVISIONING;
    try {
      OvfPackage pack = OvfPackage.parse(descriptor);
      result.downloadSize = downloadBytes(pack);
      result.flatDeploymentSize = flatBytes(pack);
      result.sparseDeploymentSize = sparseBytes(pack);
      var specs = new ImportSpecs(pack, params, networks, defaultNetwork, "");
      specs.make();
      result.warning = specs.warnings().isEmpty() ? null : specs.warnings();
    } catch (OvfProblem problem) {
      result.error = List.of(problem.localized());
    }
    return result;
  }

  /**
   * Makes the specification of an import; what is wrong with the descriptor is part of the answer.
   *
   * @param datastore the name of the one that the machine is to lie in
   */
  public OvfCreateImportSpecResult importSpec(
      String descriptor, String datastore, OvfCreateImportSpecParams params) {
    var result = new OvfCreateImportSpecResult();
    try {
      var specs =
          new ImportSpecs(
              OvfPackage.parse(descriptor), params, networks, defaultNetwork, datastore);
      result.importSpec = specs.make();
      result.fileItem = specs.fileItems();
      result.warning = specs.warnings().isEmpty() ? null : specs.warnings();
    } catch (OvfProblem problem) {
      result.error = List.of(problem.localized());
    }
    return result;
  }

  /**
   * Makes the descriptor of a machine.
   *
   * @param config of the machine, or of the snapshot that is exported
   * @throws dev.vcsnap.vim.VimException InvalidArgument for what cannot stand in a descriptor
   */
  public OvfCreateDescriptorResult describe(
      VirtualMachine machine, VirtualMachineConfigInfo config, OvfCreateDescriptorParams params) {
    List<OvfFile> files = params.ovfFiles == null ? List.of() : params.ovfFiles;
    if (files.size() > FILES_MAX) {
      throw Faults.invalidArgument("cdp.ovfFiles");
    }
    for (OvfFile file : files) {
      if (file.path == null || file.deviceId == null) {
        throw Faults.invalidArgument("cdp.ovfFiles");
      }
      requireText(file.path, "cdp.ovfFiles.path");
    }
    String name = params.name == null || params.name.isEmpty() ? config.name : params.name;
    requireText(name, "cdp.name");
    requireText(params.description == null ? "" : params.description, "cdp.description");
    List<VirtualDevice> devices = config.hardware.device;
    var result = new OvfCreateDescriptorResult();
    result.ovfDescriptor =
        new OvfDescriptor(config, name, params.description, files)
            .write(device -> DeviceKey.of(machine, devices, device), DeviceKey.ofNvram(machine));
    result.includeImageFiles = false;
    return result;
  }

  /** JSON can carry characters that no XML document may have. */
  private static void requireText(String text, String property) {
    String whole = text.replaceAll("[\\x{10000}-\\x{10ffff}]", "");
    if (NOT_IN_XML.matcher(whole).find()) {
      throw Faults.invalidArgument(property);
    }
  }
}
