package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.call.MethodTable.Served;
import dev.vcsnap.vim.Vim25;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OpenApiDocumentTest {

  private final SmallServer server = new SmallServer();
  private final JsonNode document =
      JsonMapper.shared().readTree(new OpenApiDocument(server.calls::served).bytes());

  @Test
  void everyServedMethodHasOneOperationAndNothingElseHas() {
    List<String> posts = new ArrayList<>();
    document
        .get("paths")
        .properties()
        .forEach(path -> {
          if (path.getKey().startsWith("/sdk/") && path.getValue().has("post")) {
            posts.add(path.getKey().replaceFirst("/sdk/vim25/\\{release}/", ""));
          }
        });

    assertThat(posts)
        .containsExactlyInAnyOrderElementsOf(
            server.calls.served().stream()
                .map(m -> m.type().name() + "/{moId}/" + m.method().name())
                .toList());
  }

  @Test
  void anOperationSaysWhatItTakesAnswersAndNeeds() {
    JsonNode operation = operation("VirtualMachine", "CreateSnapshotEx_Task");

    assertThat(operation.get("operationId").stringValue())
        .isEqualTo("VirtualMachine_CreateSnapshotEx_Task");
    assertThat(operation.get("description").stringValue())
        .contains("Starts a task")
        .contains("VirtualMachineSnapshot")
        .contains("Needs the privilege VirtualMachine.State.CreateSnapshot.")
        .contains("TaskInProgress");
    JsonNode schema = operation.at("/requestBody/content/application~1json/schema");
    assertThat(schema.at("/properties/quiesceSpec/$ref").stringValue())
        .isEqualTo("#/components/schemas/VirtualMachineGuestQuiesceSpec");
    assertThat(schema.get("required").toString()).isEqualTo("[\"name\",\"memory\"]");
    assertThat(operation.at("/responses/200/content/application~1json/schema/$ref").stringValue())
        .isEqualTo("#/components/schemas/ManagedObjectReference");
    assertThat(operation("SessionManager", "Logout").at("/responses/204").isObject()).isTrue();
    assertThat(operation("SessionManager", "Login").get("security").isEmpty()).isTrue();
  }

  @Test
  void theTopLevelPropertiesOfAServedTypeCanBeRead() {
    JsonNode get =
        document.at("/paths/~1sdk~1vim25~1{release}~1VirtualMachine~1{moId}~1{property}/get");

    List<String> names = new ArrayList<>();
    get.at("/parameters/2/schema/enum").forEach(name -> names.add(name.stringValue()));
    assertThat(names)
        .containsExactlyElementsOf(Vim25.managed("VirtualMachine").properties().keySet());
  }

  @Test
  void everyReferenceResolves() {
    Set<String> references = new HashSet<>();
    collect(document, references);

    assertThat(references).hasSizeGreaterThan(100);
    assertThat(references)
        .allSatisfy(reference ->
            assertThat(document.at(reference.substring(1)).isMissingNode())
                .as(reference)
                .isFalse());
  }

  @Test
  void aSubtypeExtendsItsBaseAndIsReachedThroughIt() {
    JsonNode disk = document.at("/components/schemas/VirtualMachineWindowsQuiesceSpec");

    assertThat(disk.at("/allOf/0/$ref").stringValue())
        .isEqualTo("#/components/schemas/VirtualMachineGuestQuiesceSpec");
    assertThat(disk.at("/allOf/1/properties/vssBackupContext/type").stringValue())
        .isEqualTo("string");
    assertThat(
            document.at("/components/schemas/DynamicData/discriminator/propertyName").stringValue())
        .isEqualTo("_typeName");
  }

  @Test
  void theOrderOfTheTableDoesNotMatter() {
    List<Served> shuffled = new ArrayList<>(server.calls.served());
    Collections.shuffle(shuffled, new Random(7));

    assertThat(new OpenApiDocument(() -> shuffled).bytes())
        .isEqualTo(new OpenApiDocument(server.calls::served).bytes());
  }

  @Test
  void everyExampleIsAcceptedAsARequest() {
    var json = new VimJson();
    int examples = 0;
    for (Served served : server.calls.served()) {
      JsonNode example =
          operation(served.type().name(), served.method().name())
              .at("/requestBody/content/application~1json/example");
      if (!example.isMissingNode()) {
        json.decodeArguments(served.method(), example.toString().getBytes(StandardCharsets.UTF_8));
        examples++;
      }
    }

    assertThat(examples).isEqualTo(6);
  }

  private JsonNode operation(String type, String method) {
    return document
        .get("paths")
        .get("/sdk/vim25/{release}/" + type + "/{moId}/" + method)
        .get("post");
  }

  private static void collect(JsonNode node, Set<String> references) {
    if (node.isObject() && node.has("$ref")) {
      references.add(node.get("$ref").stringValue());
    }
    node.forEach(child -> collect(child, references));
  }
}
