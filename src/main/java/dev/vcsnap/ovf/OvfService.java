package dev.vcsnap.ovf;

import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.lease.DeviceKey;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.OvfCreateDescriptorResult;
import dev.vcsnap.vim.OvfFile;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.util.List;
import java.util.regex.Pattern;

/** What {@code OvfManager} does. */
public final class OvfService {

  /** A machine has fewer disks; what a client names must be kept in memory. */
  private static final int FILES_MAX = 300;

  private static final Pattern NOT_IN_XML =
      Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]");

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
