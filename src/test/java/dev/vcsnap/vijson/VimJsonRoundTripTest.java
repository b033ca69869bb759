package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.DataType;
import dev.vcsnap.vim.Release;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VimJsonRoundTripTest {

  private static final TypeRef ANY = new TypeRef(TypeRef.Kind.ANY, "anyType", false);

  private final VimJson json = new VimJson();
  private final long seed = Long.getLong("vcsnap.seed", System.nanoTime());
  private final RandomObjects objects = new RandomObjects(new Random(seed));

  @Test
  void everyDataTypeWithEveryMemberSetComesBackAsItWas() {
    System.out.println("seed " + seed);
    Vim25.allData()
        .forEach(type -> {
          DataObject before = objects.full(type);
          byte[] text = json.encode(ANY, before, Release.NEWEST);
          Object after = json.decode(ANY, text);
          assertThat(same(before, after))
              .as("%s with seed %d:%n%s%n%s", type, seed, before, after)
              .isTrue();
        });
  }

  @Test
  void anObjectOfItsDeclaredTypeNeedsNoTypeName() {
    System.out.println("seed " + seed);
    Vim25.allData()
        .forEach(type -> {
          DataObject before = objects.full(type);
          JsonNode tree = JsonMapper.shared().readTree(json.encode(ANY, before, Release.NEWEST));
          ((tools.jackson.databind.node.ObjectNode) tree).remove("_typeName");
          Object after =
              json.decode(
                  new TypeRef(TypeRef.Kind.DATA, type.name(), false),
                  tree.toString().getBytes(StandardCharsets.UTF_8));
          assertThat(same(before, after)).as("%s with seed %d", type, seed).isTrue();
        });
  }

  @Test
  void theTypeNameIsTheFirstKeyOfEveryObject() {
    System.out.println("seed " + seed);
    Vim25.allData()
        .forEach(type -> {
          JsonNode tree =
              JsonMapper.shared().readTree(json.encode(ANY, objects.full(type), Release.NEWEST));
          assertTypeNamesFirst(tree);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.0", "4.0", "5.5", "6.5", "7.0.3.0", "8.0.1.0", "8.0.2.0"})
  void anOlderReleaseSeesNothingThatIsNewer(String version) {
    System.out.println("seed " + seed);
    Release release = Release.parse(version);
    Vim25.allData()
        .filter(type -> release.includes(type.since()))
        .forEach(type -> {
          JsonNode tree =
              JsonMapper.shared().readTree(json.encode(ANY, objects.full(type), release));
          assertKnown(tree, release);
        });
  }

  private static void assertTypeNamesFirst(JsonNode node) {
    if (node.isObject()) {
      assertThat(node.propertyNames().iterator().next()).isEqualTo("_typeName");
    }
    node.forEach(VimJsonRoundTripTest::assertTypeNamesFirst);
  }

  private static void assertKnown(JsonNode node, Release release) {
    if (node.isObject()) {
      String name = node.required("_typeName").stringValue();
      VimType type = Vim25.type(name.replaceFirst("^ArrayOf", ""));
      if (type != null) {
        assertThat(release.includes(type.since())).as(name).isTrue();
      }
      if (type instanceof DataType data && !node.has("_value")) {
        for (Map.Entry<String, JsonNode> member : node.properties()) {
          int index = data.indexOf(member.getKey());
          assertThat(
                  index >= 0 && release.includes(data.properties().get(index).since())
                      || member.getKey().equals("_typeName"))
              .as("%s.%s at %s", name, member.getKey(), release)
              .isTrue();
        }
      }
    }
    node.forEach(child -> assertKnown(child, release));
  }

  /** Equality that looks into arrays of bytes wherever they are. */
  private static boolean same(Object one, Object two) {
    if (one instanceof DataObject a && two instanceof DataObject b) {
      if (a.vimType() != b.vimType()) {
        return false;
      }
      for (int i = 0; i < a.vimType().properties().size(); i++) {
        Object x = a.get(i);
        Object y = b.get(i);
        boolean empty = x == null && y instanceof List<?> list && list.isEmpty();
        if (!empty && !same(x, y)) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof List<?> a && two instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (one instanceof ArrayOf a && two instanceof ArrayOf b) {
      return a.element().equals(b.element()) && same(a.items(), b.items());
    }
    if (one instanceof byte[] a && two instanceof byte[] b) {
      return Arrays.equals(a, b);
    }
    return Objects.equals(one, two);
  }
}
