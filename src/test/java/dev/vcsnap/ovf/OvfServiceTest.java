package dev.vcsnap.ovf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.inventory.MachineLab;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.OvfCreateDescriptorParams;
import dev.vcsnap.vim.OvfFile;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class OvfServiceTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_descriptor_binds_each_disk_to_its_file_and_its_controller() throws Exception {
    var file = new OvfFile();
    file.deviceId = "/" + machine.object().id() + "/ParaVirtualSCSIController0:0";
    file.path = "a & b-disk-0.vmdk";
    file.size = 4711;
    file.populatedSize = 1L << 20;
    Document document = parse(describe("VM", file));
    Element reference = only(document, OvfXml.ENVELOPE, "File");
    assertThat(ovf(reference, "href")).isEqualTo("a & b-disk-0.vmdk");
    assertThat(ovf(reference, "size")).isEqualTo("4711");
    Element disk = only(document, OvfXml.ENVELOPE, "Disk");
    assertThat(ovf(disk, "fileRef")).isEqualTo(ovf(reference, "id"));
    assertThat(ovf(disk, "capacity")).isEqualTo("8");
    assertThat(ovf(disk, "capacityAllocationUnits")).isEqualTo("byte * 2^20");
    assertThat(ovf(disk, "populatedSize")).isEqualTo("1048576");
    assertThat(ovf(disk, "format")).endsWith("#streamOptimized");
    Element item = item(document, "17");
    assertThat(rasd(item, "HostResource")).isEqualTo("ovf:/disk/" + ovf(disk, "diskId"));
    assertThat(rasd(item, "AddressOnParent")).isEqualTo("0");
    Element controller = item(document, "6");
    assertThat(rasd(item, "Parent")).isEqualTo(rasd(controller, "InstanceID"));
    assertThat(rasd(controller, "ResourceSubType")).isEqualTo("VirtualSCSI");
  }

  @Test
  void a_descriptor_says_what_the_machine_is() throws Exception {
    Document document = parse(describe("other name"));
    assertThat(only(document, OvfXml.ENVELOPE, "Name").getTextContent()).isEqualTo("other name");
    assertThat(only(document, OvfXml.SYSTEM, "VirtualSystemType").getTextContent())
        .isEqualTo("vmx-19");
    assertThat(rasd(item(document, "3"), "VirtualQuantity")).isEqualTo("1");
    assertThat(rasd(item(document, "4"), "AllocationUnits")).isEqualTo("byte * 2^20");
    assertThat(rasd(item(document, "10"), "Connection"))
        .isEqualTo(ovf(only(document, OvfXml.ENVELOPE, "Network"), "name"));
    assertThat(
            only(document, OvfXml.ENVELOPE, "OperatingSystemSection")
                .getAttributeNS(OvfXml.VMWARE, "osType"))
        .isEqualTo("otherGuest64");
  }

  @Test
  void a_disk_without_a_file_is_an_empty_one() throws Exception {
    Element disk = only(parse(describe("VM")), OvfXml.ENVELOPE, "Disk");
    assertThat(disk.hasAttributeNS(OvfXml.ENVELOPE, "fileRef")).isFalse();
  }

  @Test
  void what_cannot_stand_in_xml_is_refused() {
    var file = new OvfFile();
    file.deviceId = "x";
    file.path = "a\u0001";
    var thrown = catchThrowableOfType(VimException.class, () -> describe("VM", file));
    assertThat(((InvalidArgument) thrown.fault()).invalidProperty).isEqualTo("cdp.ovfFiles.path");
  }

  private String describe(String name, OvfFile... files) {
    var params = new OvfCreateDescriptorParams();
    params.name = name;
    params.ovfFiles = List.of(files);
    var config = (VirtualMachineConfigInfo) machine.object().get("config");
    return new OvfService(lab.networks, "VM Network")
        .describe(machine, config, params)
        .ovfDescriptor;
  }

  private static Document parse(String text) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    return factory.newDocumentBuilder().parse(new InputSource(new StringReader(text)));
  }

  private static Element only(Document document, String namespace, String name) {
    NodeList found = document.getElementsByTagNameNS(namespace, name);
    assertThat(found.getLength()).as(name).isEqualTo(1);
    return (Element) found.item(0);
  }

  private static Element item(Document document, String type) {
    List<Element> found = new ArrayList<>();
    NodeList items = document.getElementsByTagNameNS(OvfXml.ENVELOPE, "Item");
    for (int i = 0; i < items.getLength(); i++) {
      if (rasd((Element) items.item(i), "ResourceType").equals(type)) {
        found.add((Element) items.item(i));
      }
    }
    assertThat(found).as("items of type " + type).hasSize(1);
    return found.getFirst();
  }

  private static String ovf(Element element, String attribute) {
    return element.getAttributeNS(OvfXml.ENVELOPE, attribute);
  }

  private static String rasd(Element item, String member) {
    return item.getElementsByTagNameNS(OvfXml.ITEM, member).item(0).getTextContent();
  }
}
