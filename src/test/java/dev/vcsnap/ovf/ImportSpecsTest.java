package dev.vcsnap.ovf;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.LocalizedMethodFault;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.OvfCreateImportSpecParams;
import dev.vcsnap.vim.OvfCreateImportSpecResult;
import dev.vcsnap.vim.OvfFile;
import dev.vcsnap.vim.OvfFileItem;
import dev.vcsnap.vim.OvfInvalidValue;
import dev.vcsnap.vim.OvfMissingElement;
import dev.vcsnap.vim.OvfNoSupportedHardwareFamily;
import dev.vcsnap.vim.OvfParseDescriptorResult;
import dev.vcsnap.vim.OvfUnsupportedAttributeValue;
import dev.vcsnap.vim.OvfUnsupportedElement;
import dev.vcsnap.vim.OvfUnsupportedSection;
import dev.vcsnap.vim.OvfValidateHostResult;
import dev.vcsnap.vim.OvfXmlFormat;
import dev.vcsnap.vim.ParaVirtualSCSIController;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualDiskFlatVer2BackingInfo;
import dev.vcsnap.vim.VirtualE1000;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineImportSpec;
import dev.vcsnap.vim.VirtualVmxnet3;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportSpecsTest {

  @TempDir Path root;
  private MachineLab lab;
  private OvfService ovf;
  private String descriptor;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    VirtualMachine machine = lab.machine("VM");
    ovf = new OvfService(lab.networks, "VM Network");
    var file = new OvfFile();
    file.deviceId = "/" + machine.object().id() + "/ParaVirtualSCSIController0:0";
    file.path = "VM-disk-0.vmdk";
    file.size = 4711;
    var params = new OvfCreateDescriptorParams();
    params.ovfFiles = List.of(file);
    var config = (VirtualMachineConfigInfo) machine.object().get("config");
    descriptor = ovf.describe(machine, config, params).ovfDescriptor;
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void what_is_described_can_be_imported() {
    OvfCreateImportSpecResult result = importSpec(descriptor, "");
    assertThat(result.error).isNull();
    VirtualMachineConfigSpec spec = ((VirtualMachineImportSpec) result.importSpec).configSpec;
    assertThat(spec.name).isEqualTo("copy");
    assertThat(spec.files.vmPathName).isEqualTo("[ds]");
    assertThat(spec.guestId).isEqualTo("otherGuest64");
    assertThat(spec.version).isEqualTo("vmx-19");
    assertThat(spec.numCPUs).isEqualTo(1);
    assertThat(spec.memoryMB).isPositive();
    VirtualDisk disk = only(spec, VirtualDisk.class);
    assertThat(disk.capacityInBytes).isEqualTo(MachineLab.DISK_BYTES);
    assertThat(disk.controllerKey).isEqualTo(only(spec, ParaVirtualSCSIController.class).key);
    assertThat(((VirtualDiskFlatVer2BackingInfo) disk.backing).thinProvisioned).isTrue();
    assertThat(only(spec, VirtualVmxnet3.class).backing).isNotNull();
    assertThat(result.fileItem).hasSize(1);
    assertThat(result.fileItem.getFirst().deviceId).isEqualTo("/copy/ParaVirtualSCSIController0:0");
    assertThat(result.fileItem.getFirst().path).isEqualTo("VM-disk-0.vmdk");
    assertThat(result.fileItem.getFirst().size).isEqualTo(4711);
  }

  @Test
  void disks_are_provisioned_as_is_asked() {
    var spec = (VirtualMachineImportSpec) importSpec(descriptor, "eagerZeroedThick").importSpec;
    var backing = (VirtualDiskFlatVer2BackingInfo) only(spec.configSpec, VirtualDisk.class).backing;
    assertThat(backing.thinProvisioned).isFalse();
    assertThat(backing.eagerlyScrub).isTrue();
    assertThat(importSpec(descriptor, "twoGbMaxExtentSparse").error).hasSize(1);
  }

  @Test
  void a_descriptor_of_another_vcenter_is_understood() throws Exception {
    String text = resource("of-a-vcenter.ovf");
    OvfCreateImportSpecResult result = importSpec(text, "");
    VirtualMachineConfigSpec spec = ((VirtualMachineImportSpec) result.importSpec).configSpec;
    assertThat(spec.numCPUs).as("of the first configuration").isEqualTo(2);
    assertThat(spec.memoryMB).isEqualTo(2048);
    assertThat(spec.version).isEqualTo("vmx-19");
    assertThat(spec.firmware).isEqualTo("efi");
    assertThat(result.warning).isNull();
    assertThat(result.fileItem)
        .extracting(item -> item.deviceId)
        .containsExactly(
            "/copy/ParaVirtualSCSIController0:0", "/copy/ParaVirtualSCSIController0:8");
    assertThat(ovf.parse(text).deploymentOption)
        .extracting(option -> option.key)
        .containsExactly("small", "large");
    assertThat(ovf.parse(text).eula).containsExactly("Do as you like.");
  }

  @Test
  void hardware_of_another_family_is_refused_by_its_name() throws Exception {
    String text = resource("of-a-desktop.ovf");
    for (LocalizedMethodFault problem :
        List.of(importSpec(text, "").error.getFirst(), ovf.validate(text, "").error.getFirst())) {
      assertThat(((OvfNoSupportedHardwareFamily) problem.fault).version)
          .isEqualTo("virtualbox-2.2");
      assertThat(problem.localizedMessage)
          .endsWith("Unsupported hardware family 'virtualbox-2.2'.");
    }
  }

  @Test
  void a_descriptor_of_a_desktop_s_hypervisor_is_understood_once_its_family_is_ours()
      throws Exception {
    String text = resource("of-a-desktop.ovf").replace("virtualbox-2.2", "vmx-11");
    OvfCreateImportSpecResult result = importSpec(text, "");
    VirtualMachineConfigSpec spec = ((VirtualMachineImportSpec) result.importSpec).configSpec;
    assertThat(spec.memoryMB).isEqualTo(1024);
    assertThat(spec.version).isEqualTo("vmx-11");
    assertThat(only(spec, VirtualDisk.class).capacityInBytes).isEqualTo(8L << 30);
    assertThat(only(spec, VirtualE1000.class).backing).isNotNull();
    assertThat(only(spec, VirtualCdrom.class).controllerKey).isEqualTo(200);
    assertThat(result.fileItem.getFirst().deviceId).isEqualTo("/copy/VirtualAHCIController0:0");
    assertThat(result.fileItem.getFirst().size).isNull();
  }

  @Test
  void a_host_is_asked_whether_it_can_take_a_package() throws Exception {
    String text = resource("of-a-vcenter.ovf");
    OvfValidateHostResult result = ovf.validate(text, "large");
    assertThat(result.error).isNull();
    assertThat(result.warning).isNull();
    assertThat(result.flatDeploymentSize).isPositive();
    assertThat(result.supportedDiskProvisioning).contains("thin", "eagerZeroedThick");
    for (String provisioning : result.supportedDiskProvisioning) {
      assertThat(importSpec(text, provisioning).error).as(provisioning).isNull();
    }
    assertThat(ovf.validate("<Envelope/>", "").error.getFirst().fault)
        .isInstanceOf(OvfMissingElement.class);
  }

  @Test
  void properties_are_told_and_left_out_of_the_machine() {
    String text =
        descriptor.replace(
            "</VirtualSystem>",
            """
            <ProductSection ovf:class="app" ovf:instance="1"><Info>About it</Info>
              <Product>An application</Product><Vendor>Somebody</Vendor><Version>2</Version>
              <Category>Network</Category>
              <Property ovf:key="ip" ovf:type="string" ovf:userConfigurable="true" ovf:value="x">
                <Label>Address</Label><Description>Of the first adapter</Description></Property>
              <Property ovf:key="secret" ovf:type="string" ovf:password="true"/>
              <Category>Size</Category>
              <Property ovf:key="workers" ovf:type="uint16" ovf:value="4"/>
            </ProductSection></VirtualSystem>\
            """);
    OvfParseDescriptorResult told = ovf.parse(text);
    assertThat(told.productInfo.name).isEqualTo("An application");
    assertThat(told.property)
        .extracting(each -> List.of(each.id, each.type, each.category, each.defaultValue))
        .containsExactly(
            List.of("ip", "string", "Network", "x"),
            List.of("secret", "password", "Network", ""),
            List.of("workers", "int", "Size", "4"));
    assertThat(told.property.getFirst().label).isEqualTo("Address");
    OvfCreateImportSpecResult result = importSpec(text, "");
    assertThat(result.error).isNull();
    assertThat(result.warning.getFirst().fault).isInstanceOf(OvfUnsupportedSection.class);
  }

  @Test
  void a_section_that_must_be_understood_and_is_not_is_refused() {
    for (String required : List.of("", "true", "false", " 1 ", "0")) {
      String text =
          descriptor.replace(
              "</VirtualSystem>",
              "<TeapotSection"
                  + (required.isEmpty() ? "" : " ovf:required=\"" + required + "\"")
                  + "/></VirtualSystem>");
      OvfCreateImportSpecResult result = importSpec(text, "");
      if (required.equals("false") || required.equals("0")) {
        assertThat(result.error).isNull();
      } else {
        var fault = (OvfUnsupportedSection) result.error.getFirst().fault;
        assertThat(fault.name).isEqualTo("TeapotSection");
      }
    }
  }

  @Test
  void whether_something_is_so_is_told_in_either_of_two_words_and_in_no_other() {
    String text =
        descriptor.replace(
            "</VirtualSystem>",
            """
            <ProductSection><Info>About it</Info>
              <Property ovf:key="a" ovf:type="string" ovf:userConfigurable="1" ovf:password="1"/>
              <Property ovf:key="b" ovf:type="string" ovf:userConfigurable="0" ovf:password="0"/>
            </ProductSection></VirtualSystem>\
            """);
    assertThat(ovf.parse(text).property)
        .extracting(each -> List.of(each.id, each.type, each.userConfigurable))
        .containsExactly(List.of("a", "password", true), List.of("b", "string", false));
    assertThat(ovf.parse(text.replace("=\"1\"", "=\"True\"")).property.getFirst().type)
        .isEqualTo("password");
    String wrong = text.replace("ovf:password=\"1\"", "ovf:password=\"yes\"");
    var fault = (OvfInvalidValue) ovf.parse(wrong).error.getFirst().fault;
    assertThat(fault.attributeName).isEqualTo("password");
    assertThat(fault.value).isEqualTo("yes");
  }

  @Test
  void how_a_file_is_packed_is_told_to_the_client() {
    String plain = "ovf:href=\"VM-disk-0.vmdk\"";
    String packed = plain + " ovf:compression=\"gzip\" ovf:chunkSize=\"7000\"";
    OvfFileItem item = importSpec(descriptor.replace(plain, packed), "").fileItem.getFirst();
    assertThat(item.compressionMethod).isEqualTo("gzip");
    assertThat(item.chunkSize).isEqualTo(7000);
    var fault =
        (OvfUnsupportedAttributeValue)
            importSpec(descriptor.replace(plain, plain + " ovf:compression=\"bzip2\""), "")
                .error
                .getFirst()
                .fault;
    assertThat(fault.value).isEqualTo("bzip2");
  }

  @Test
  void items_have_other_names_in_newer_descriptors() {
    String text =
        descriptor.replaceFirst(
            "(?s)<Item>((?:(?!<Item>).)*ResourceType>17<.*?)</Item>",
            "<StorageItem>$1</StorageItem>");
    assertThat(text).contains("<StorageItem>");
    var spec = ((VirtualMachineImportSpec) importSpec(text, "").importSpec).configSpec;
    assertThat(only(spec, VirtualDisk.class).capacityInBytes).isEqualTo(MachineLab.DISK_BYTES);
  }

  private static String resource(String name) throws Exception {
    try (InputStream in = ImportSpecsTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void a_descriptor_can_be_looked_at() {
    OvfParseDescriptorResult result = ovf.parse(descriptor);
    assertThat(result.defaultEntityName).isEqualTo("VM");
    assertThat(result.network).hasSize(1);
    assertThat(result.approximateDownloadSize).isEqualTo(4711);
    assertThat(result.approximateFlatDeploymentSize).isEqualTo(MachineLab.DISK_BYTES);
    assertThat(result.error).isNull();
  }

  @Test
  void an_entity_is_never_expanded() {
    String doctype =
        "<!DOCTYPE Envelope [<!ENTITY secret SYSTEM 'file:///etc/passwd'>]>\n"
            + "<Envelope>&secret;</Envelope>";
    assertThat(ovf.parse(doctype).error.getFirst().fault).isInstanceOf(OvfXmlFormat.class);
    assertThat(ovf.parse("<Envelope>&secret;</Envelope>").error.getFirst().fault)
        .isInstanceOf(OvfXmlFormat.class);
  }

  @Test
  void documents_without_measure_are_refused() {
    String deep = "<a>".repeat(50) + "</a>".repeat(50);
    String many = "<Envelope>" + "<a/>".repeat(60_000) + "</Envelope>";
    String large = "<Envelope>" + " ".repeat(5 << 20) + "</Envelope>";
    for (String bad : List.of(deep, many, large, "", "no xml", "<Envelope>")) {
      assertThat(ovf.parse(bad).error.getFirst().fault).isInstanceOf(OvfXmlFormat.class);
    }
  }

  @Test
  void what_is_wrong_or_not_served_is_named() {
    assertThat(importSpec("<Envelope/>", "").error.getFirst().fault)
        .isInstanceOf(OvfMissingElement.class);
    assertThat(
            importSpec("<Envelope><VirtualSystemCollection/></Envelope>", "")
                .error
                .getFirst()
                .fault)
        .isInstanceOf(OvfUnsupportedElement.class);
    for (String[] change :
        new String[][] {
          {"ovf:capacity=\"8\"", "ovf:capacity=\"99999999999\""},
          {"ovf:capacity=\"8\"", "ovf:capacity=\"-8\""},
          {"ovf:fileRef=\"file1\"", "ovf:fileRef=\"file9\""},
          {"byte * 2^20\" ovf:diskId", "byte * 2^99\" ovf:diskId"}
        }) {
      assertThat(descriptor).contains(change[0]);
      assertThat(importSpec(descriptor.replace(change[0], change[1]), "").error.getFirst().fault)
          .as(change[1])
          .isInstanceOf(OvfInvalidValue.class);
    }
  }

  private OvfCreateImportSpecResult importSpec(String text, String provisioning) {
    var params = new OvfCreateImportSpecParams();
    params.entityName = "copy";
    params.deploymentOption = "";
    params.locale = "";
    params.diskProvisioning = provisioning;
    return ovf.importSpec(text, "ds", params);
  }

  private static <T extends VirtualDevice> T only(VirtualMachineConfigSpec spec, Class<T> type) {
    List<T> found =
        spec.deviceChange.stream()
            .map(change -> change.device)
            .filter(type::isInstance)
            .map(type::cast)
            .toList();
    assertThat(found).hasSize(1);
    return found.getFirst();
  }
}
