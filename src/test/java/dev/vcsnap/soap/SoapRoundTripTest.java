package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.RetrieveResult;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamReader;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.SchemaFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xml.sax.InputSource;

/** What is written can be read, by us and by anybody who has the service's own description. */
class SoapRoundTripTest {

  private static final long SEED = 20_240_607;
  private static final String FRAME =
      "<r xmlns=\"urn:vim25\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\""
          + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">%s</r>";

  private static final XMLInputFactory READERS = XMLInputFactory.newFactory();

  private final Layouts layouts = new Layouts();

  @Test
  void every_data_type_survives_writing_and_reading() throws Exception {
    System.out.println("seed " + SEED);
    var random = new RandomObjects(SEED);
    int count = 0;
    for (DataType type : Vim25.allData().toList()) {
      DataObject object = random.object(type);
      String text = written(object);
      Object back = read(text);
      assertThat(back).as(() -> type.name() + " as " + text).isEqualTo(object);
      assertThat(written(back)).isEqualTo(text);
      count++;
    }
    System.out.println(count + " data types written and read");
    assertThat(count).isGreaterThan(2900);
  }

  @Test
  void a_list_of_binaries_survives_writing_and_reading() throws Exception {
    var declared = new TypeRef(Kind.BINARY, "base64Binary", false);
    var array = new ArrayOf(declared, List.of(new byte[] {1, 2}, new byte[0]));
    String text = written(array);
    assertThat(text)
        .isEqualTo(
            "<v xsi:type=\"ArrayOfBase64Binary\">"
                + "<base64Binary xsi:type=\"xsd:base64Binary\">AQI=</base64Binary>"
                + "<base64Binary xsi:type=\"xsd:base64Binary\"></base64Binary></v>");
    assertThat(written(read(text))).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "xsi:type=\"ManagedObjectReference\" type=\"Folder\"",
        "type=\"Folder\" xsi:type=\"ManagedObjectReference\""
      })
  void a_references_own_type_counts_whatever_the_order_of_its_attributes(String attributes)
      throws Exception {
    assertThat(read("<v " + attributes + ">group-d1</v>"))
        .isEqualTo(new ManagedObjectReference("Folder", "group-d1"));
  }

  @Test
  void a_tenth_of_the_data_types_is_valid_by_the_schema_of_the_service_description()
      throws Exception {
    System.out.println("seed " + SEED);
    String wsdl = new Wsdl(() -> SoapServer.SERVED).at("https://host/sdk").toString();
    String schemaText =
        wsdl.substring(
            wsdl.indexOf("<xsd:schema"), wsdl.indexOf("</xsd:schema>") + "</xsd:schema>".length());
    schemaText =
        schemaText.replaceFirst(
            "<xsd:schema",
            "<xsd:schema xmlns:vim25=\"urn:vim25\""
                + " xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"");
    var factory = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI);
    var schema = factory.newSchema(new StreamSource(new StringReader(schemaText)));
    MethodType method = Vim25.managed("PropertyCollector").methods().get("RetrievePropertiesEx");
    var documents = DocumentBuilderFactory.newInstance();
    documents.setNamespaceAware(true);
    var random = new RandomObjects(SEED);
    List<DynamicProperty> properties = new ArrayList<>();
    for (DataType type :
        Vim25.allData().filter(type -> type.name().hashCode() % 10 == 0).toList()) {
      var property = new DynamicProperty();
      property.name = type.name();
      property.val = random.object(type);
      properties.add(property);
    }
    var content = new ObjectContent();
    content.obj = new ManagedObjectReference("VirtualMachine", "vm-1");
    content.propSet = properties;
    var result = new RetrieveResult();
    result.objects = List.of(content);
    String envelope = new SoapWriter().response(method, result, Release.NEWEST).toString();
    var document =
        documents.newDocumentBuilder().parse(new InputSource(new StringReader(envelope)));
    var response =
        document.getElementsByTagNameNS("urn:vim25", "RetrievePropertiesExResponse").item(0);
    schema.newValidator().validate(new DOMSource(response));
    System.out.println(envelope.length() + " characters valid by the schema");
  }

  private String written(Object value) {
    var out = new XmlBuffer();
    new ValueWriter(out, layouts, Release.NEWEST).any(ElementName.of("v"), value);
    return out.toString();
  }

  private static Object read(String text) throws Exception {
    XMLStreamReader xml = READERS.createXMLStreamReader(new StringReader(FRAME.formatted(text)));
    xml.next();
    xml.next();
    return new ValueReader(xml, Release.NEWEST).value(new TypeRef(Kind.ANY, "anyType", false));
  }
}
