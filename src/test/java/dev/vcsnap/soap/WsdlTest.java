package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

/** The service's description holds together, and says what importers rely on. */
class WsdlTest {

  private static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";
  private static final String XSD = "http://www.w3.org/2001/XMLSchema";

  @Test
  void every_name_that_is_used_is_declared_once() throws Exception {
    Document wsdl = parsed();
    Set<String> messages = names(elements(wsdl, WSDL, "message"));
    for (String user : List.of("input", "output", "fault")) {
      for (Element element : elements(wsdl, WSDL, user)) {
        if (element.hasAttribute("message")) {
          assertThat(messages)
              .contains(element.getAttribute("message").substring("vim25:".length()));
        }
      }
    }
    Element schema = elements(wsdl, XSD, "schema").getFirst();
    List<Element> global = new ArrayList<>();
    for (Element element : elements(wsdl, XSD, "element")) {
      if (element.getParentNode() == schema) {
        global.add(element);
      }
    }
    Set<String> globalNames = names(global);
    for (Element part : elements(wsdl, WSDL, "part")) {
      assertThat(globalNames).contains(part.getAttribute("element").substring("vim25:".length()));
    }
    List<Element> operations = elements(wsdl, WSDL, "operation");
    assertThat(operations.stream().map(element -> element.getAttribute("name")))
        .containsExactly(
            "CreateSnapshot_Task",
            "Destroy_Task",
            "Login",
            "RetrievePropertiesEx",
            "CreateSnapshot_Task",
            "Destroy_Task",
            "Login",
            "RetrievePropertiesEx");
  }

  @Test
  void arrays_are_unbounded() throws Exception {
    Document wsdl = parsed();
    assertThat(member(wsdl, "ArrayOfManagedObjectReference", "ManagedObjectReference"))
        .isEqualTo("unbounded");
    assertThat(member(wsdl, "VirtualMachineFileLayoutEx", "file")).isEqualTo("unbounded");
    assertThat(member(wsdl, "VirtualMachineFileLayoutEx", "disk")).isEqualTo("unbounded");
    assertThat(member(wsdl, "VirtualMachineFileLayoutExDiskLayout", "chain"))
        .isEqualTo("unbounded");
    assertThat(member(wsdl, "VirtualMachineFileLayoutExDiskUnit", "fileKey"))
        .isEqualTo("unbounded");
    assertThat(member(wsdl, "ArrayOfString", "string")).isEqualTo("unbounded");
  }

  private static String member(Document wsdl, String type, String member) {
    return elements(wsdl, XSD, "complexType").stream()
        .filter(element -> element.getAttribute("name").equals(type))
        .flatMap(element -> elements(element, "element").stream())
        .filter(element -> element.getAttribute("name").equals(member))
        .map(element -> element.getAttribute("maxOccurs"))
        .findFirst()
        .orElseThrow();
  }

  private static Document parsed() throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    byte[] wsdl = new Wsdl(() -> SoapServer.SERVED).at("http://h/?a&b").toByteArray();
    Document document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(wsdl));
    assertThat(
            elements(document, "http://schemas.xmlsoap.org/wsdl/soap/", "address")
                .getFirst()
                .getAttribute("location"))
        .isEqualTo("http://h/?a&b");
    return document;
  }

  private static Set<String> names(List<Element> elements) {
    Set<String> names = new HashSet<>();
    for (Element element : elements) {
      assertThat(names.add(element.getAttribute("name"))).as(element.getAttribute("name")).isTrue();
    }
    return names;
  }

  private static List<Element> elements(Document document, String namespace, String name) {
    return elements(document.getElementsByTagNameNS(namespace, name));
  }

  private static List<Element> elements(Element parent, String name) {
    return elements(parent.getElementsByTagNameNS(XSD, name));
  }

  private static List<Element> elements(org.w3c.dom.NodeList nodes) {
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      elements.add((Element) nodes.item(i));
    }
    return elements;
  }
}
