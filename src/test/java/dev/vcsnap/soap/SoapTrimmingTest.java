package dev.vcsnap.soap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.EnumType;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import java.io.StringReader;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;

/** A client sees what its version of the interface has: all of it, and nothing else. */
class SoapTrimmingTest {

  private static final long SEED = 8_191;
  private static final int TYPES_A_RELEASE = 150;

  private final Layouts layouts = new Layouts();
  private final DocumentBuilder documents = documents();
  private Release release = Release.NEWEST;
  private int elements;

  @Test
  void at_each_release_nothing_newer_appears_and_nothing_older_is_missing() throws Exception {
    System.out.println("seed " + SEED);
    List<DataType> types = Vim25.allData().toList();
    var releases = new TreeSet<Release>();
    types.forEach(type -> type.properties().forEach(property -> releases.add(property.since())));
    assertThat(releases).contains(Release.OLDEST, Release.NEWEST).hasSizeGreaterThan(20);
    var random = new java.util.Random(SEED);
    var objects = new RandomObjects(SEED);
    for (Release each : releases) {
      release = each;
      for (int i = 0; i < TYPES_A_RELEASE; i++) {
        check(objects.object(types.get(random.nextInt(types.size()))));
      }
    }
    System.out.println(elements + " elements at " + releases.size() + " releases looked at");
  }

  @Test
  void a_type_that_is_too_new_is_shown_as_its_nearest_known_ancestor() throws Exception {
    release = Release.parse("4.0");
    DataType newer =
        Vim25.allData()
            .filter(type -> type.base() != null && type.base().name().equals("VirtualController"))
            .filter(type -> !release.includes(type.since()))
            .findFirst()
            .orElseThrow();
    String text = written(new RandomObjects(SEED).object(newer));
    assertThat(text).startsWith("<v xsi:type=\"VirtualController\">").doesNotContain(newer.name());
  }

  @Test
  void an_enum_that_is_too_new_is_shown_as_a_string() {
    EnumType newer =
        Vim25.allEnums().filter(type -> type.since().equals(Release.NEWEST)).findFirst().get();
    release = Release.OLDEST;
    assertThat(written(newer.values().getFirst()))
        .isEqualTo("<v xsi:type=\"xsd:string\">" + newer.values().getFirst().name() + "</v>");
  }

  private void check(DataObject object) throws Exception {
    String text = written(object);
    String document = "<r xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">" + text + "</r>";
    Element root =
        documents.parse(new InputSource(new StringReader(document))).getDocumentElement();
    any(children(root).getFirst(), object);
  }

  private void any(Element element, Object value) {
    String type = element.getAttribute("xsi:type");
    assertThat(type).as("type of " + element.getTagName()).isNotEmpty();
    switch (value) {
      case DataObject object -> data(element, object, null);
      case ArrayOf array -> {
        List<Element> items = children(element);
        assertThat(items).hasSameSizeAs(array.items());
        for (int i = 0; i < items.size(); i++) {
          any(items.get(i), array.items().get(i));
        }
      }
      default -> {
        if (!type.startsWith("xsd:") && !type.equals("ManagedObjectReference")) {
          assertThat(release.includes(Vim25.type(type).since())).as(type).isTrue();
        }
      }
    }
  }

  private void data(Element element, DataObject object, DataType declared) {
    String named = element.getAttribute("xsi:type");
    DataType shown = named.isEmpty() ? declared : Vim25.data(named);
    assertThat(release.includes(shown.since())).as(shown.name()).isTrue();
    assertThat(object.vimType().isA(shown)).isTrue();
    if (declared != null) {
      assertThat(shown.isA(declared)).isTrue();
      assertThat(named.isEmpty()).isEqualTo(shown == declared);
    }
    List<Element> children = children(element);
    int next = 0;
    for (int i = 0; i < shown.properties().size(); i++) {
      Property property = shown.properties().get(i);
      Object value = release.includes(property.since()) ? object.get(i) : null;
      List<?> items = value == null ? List.of() : value instanceof List<?> l ? l : List.of(value);
      for (Object item : items) {
        Element child = children.get(next++);
        assertThat(child.getTagName()).isEqualTo(property.name());
        member(child, property.type(), item);
      }
    }
    assertThat(children).as("children of " + shown).hasSize(next);
  }

  private void member(Element element, TypeRef declared, Object value) {
    elements++;
    if (declared.kind() == Kind.ANY) {
      any(element, value);
    } else if (declared.kind() == Kind.DATA) {
      data(element, (DataObject) value, Vim25.data(declared.name()));
    } else {
      assertThat(element.hasAttribute("xsi:type")).as(element.getTagName()).isFalse();
      assertThat(element.hasAttribute("type")).isEqualTo(declared.kind() == Kind.REFERENCE);
    }
  }

  private String written(Object value) {
    var out = new XmlBuffer();
    new ValueWriter(out, layouts, release).any(ElementName.of("v"), value);
    return out.toString();
  }

  private static List<Element> children(Element element) {
    var nodes = element.getChildNodes();
    return Stream.iterate(0, i -> i < nodes.getLength(), i -> i + 1)
        .map(nodes::item)
        .filter(node -> node.getNodeType() == Node.ELEMENT_NODE)
        .map(Element.class::cast)
        .toList();
  }

  private static DocumentBuilder documents() {
    try {
      return DocumentBuilderFactory.newInstance().newDocumentBuilder();
    } catch (javax.xml.parsers.ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }
}
