package dev.vcsnap.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.rest.AutomationServer.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class TaggingTest {

  private static final String API = "/api/cis/tagging/";
  private static final String REST = "/rest/com/vmware/cis/tagging/";

  private static final String READER = "readonly@vsphere.local:VMware1!";

  @TempDir private static Path data;

  private static AutomationServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new AutomationServer(data);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void clean() throws Exception {
    for (JsonNode id : server.get(API + "category").json()) {
      server.send("DELETE", API + "category/" + id.stringValue(), "");
    }
  }

  @Test
  void aCategoryIsMadeReadChangedAndDeleted() throws Exception {
    String id = category("backup", "SINGLE", "'VirtualMachine'");

    assertThat(id).startsWith("urn:vmomi:InventoryServiceCategory:").endsWith(":GLOBAL");
    assertThat(server.get(API + "category").body()).isEqualTo("[\"" + id + "\"]");
    JsonNode model = server.get(API + "category/" + id).json();
    assertThat(model.get("name").stringValue()).isEqualTo("backup");
    assertThat(model.get("cardinality").stringValue()).isEqualTo("SINGLE");
    assertThat(
            server
                .send(
                    "PATCH",
                    API + "category/" + id,
                    "{'cardinality':'MULTIPLE','associable_types':['VirtualMachine','HostSystem']}")
                .status())
        .isEqualTo(204);
    assertThat(server.get(API + "category/" + id).json().get("associable_types")).hasSize(2);
    Reply narrower = server.send("PATCH", API + "category/" + id, "{'cardinality':'SINGLE'}");
    assertThat(narrower.json().get("error_type").stringValue()).isEqualTo("INVALID_ARGUMENT");
    assertThat(server.send("DELETE", API + "category/" + id, "").status()).isEqualTo(204);
    assertThat(server.get(API + "category/" + id).status()).isEqualTo(404);
  }

  @Test
  void whoMayOnlyReadChangesNothingAboutTags() throws Exception {
    String category = category("backup", "MULTIPLE", "");
    String tag = tag(category, "daily");
    String machine = "{'object_id':{'type':'VirtualMachine','id':'" + machine() + "'}}";
    String spec = "{'name':'x','description':'','cardinality':'SINGLE','associable_types':[]}";
    for (String[] call :
        new String[][] {
          {"POST", "category", spec},
          {"PATCH", "category/" + category, "{'name':'y'}"},
          {"DELETE", "category/" + category, ""},
          {"POST", "tag", "{'name':'x','description':'','category_id':'" + category + "'}"},
          {"PATCH", "tag/" + tag, "{'name':'y'}"},
          {"DELETE", "tag/" + tag, ""},
          {"POST", "tag-association/" + tag + "?action=attach", machine},
          {"POST", "tag-association/" + tag + "?action=detach", machine}
        }) {
      Reply reply = server.sendAs(READER, call[0], API + call[1], call[2]);
      assertThat(reply.status()).as(call[0] + " " + call[1]).isEqualTo(403);
    }
    assertThat(server.sendAs(READER, "GET", API + "tag/" + tag, "").status()).isEqualTo(200);
    assertThat(server.get(API + "category").json()).hasSize(1);
  }

  @Test
  void theOlderFormWrapsSpecificationsAndMarksIds() throws Exception {
    Reply made =
        server.post(
            REST + "category",
            "{'create_spec':{'name':'old','description':'','cardinality':'MULTIPLE','associable_types':[]}}");
    assertThat(made.status()).isEqualTo(200);
    String category = made.json().get("value").stringValue();
    String tag =
        server
            .post(
                REST + "tag",
                "{'create_spec':{'name':'t','description':'d','category_id':'" + category + "'}}")
            .json()
            .get("value")
            .stringValue();

    assertThat(server.get(REST + "tag/id:" + tag).json().at("/value/category_id").stringValue())
        .isEqualTo(category);
    assertThat(
            server
                .post(
                    REST + "tag/id:" + category + "?~action=list-tags-for-category",
                    "{'category_id':'" + category + "'}")
                .json()
                .at("/value/0")
                .stringValue())
        .isEqualTo(tag);
    String object = "{'object_id':{'type':'VirtualMachine','id':'" + machine() + "'}}";
    assertThat(server.post(REST + "tag-association/id:" + tag + "?~action=attach", object))
        .isEqualTo(new Reply(200, ""));
    assertThat(
            server
                .post(REST + "tag-association?~action=list-attached-tags", object)
                .json()
                .at("/value/0")
                .stringValue())
        .isEqualTo(tag);
    assertThat(
            server.send("PATCH", REST + "tag/id:" + tag, "{'update_spec':{'name':'u'}}").status())
        .isEqualTo(200);
    assertThat(server.get(API + "tag/" + tag).json().get("name").stringValue()).isEqualTo("u");
  }

  @Test
  void namesAreUniqueInTheirPlace() throws Exception {
    String category = category("unique", "MULTIPLE", "");
    String other = category("other", "MULTIPLE", "");
    tag(category, "a");

    assertThat(errorOf(server.post(API + "category", categorySpec("unique", "SINGLE", ""))))
        .isEqualTo("ALREADY_EXISTS");
    assertThat(errorOf(server.post(API + "tag", tagSpec(category, "a"))))
        .isEqualTo("ALREADY_EXISTS");
    assertThat(server.post(API + "tag", tagSpec(other, "a")).status()).isEqualTo(201);
    assertThat(errorOf(server.post(API + "tag", tagSpec("urn:none", "a")))).isEqualTo("NOT_FOUND");
    assertThat(errorOf(server.post(API + "tag", tagSpec(other, "")))).isEqualTo("INVALID_ARGUMENT");
  }

  @Test
  void aCategoryOfOneAllowsOneTagAnObjectAndOnlyItsTypes() throws Exception {
    String category = category("one", "SINGLE", "'VirtualMachine'");
    String first = tag(category, "first");
    String second = tag(category, "second");
    String vm = "{'object_id':{'type':'VirtualMachine','id':'" + machine() + "'}}";

    assertThat(attach(first, vm).status()).isEqualTo(204);
    assertThat(attach(first, vm).status()).isEqualTo(204);
    assertThat(errorOf(attach(second, vm))).isEqualTo("INVALID_ARGUMENT");
    assertThat(errorOf(attach(second, "{'object_id':{'type':'HostSystem','id':'host-14'}}")))
        .isEqualTo("INVALID_ARGUMENT");
    assertThat(errorOf(attach(second, "{'object_id':{'type':'VirtualMachine','id':'vm-999'}}")))
        .isEqualTo("NOT_FOUND");
    assertThat(server.post(API + "tag-association/" + first + "?action=detach", vm).status())
        .isEqualTo(204);
    assertThat(attach(second, vm).status()).isEqualTo(204);
  }

  @Test
  void batchesGoOnAfterAnItemThatIsRefused() throws Exception {
    String category = category("batch", "MULTIPLE", "");
    String tag = tag(category, "a");
    String other = tag(category, "b");
    String vm = machine();
    String objects =
        "{'object_ids':[{'type':'VirtualMachine','id':'vm-999'},{'type':'VirtualMachine','id':'"
            + vm
            + "'},{'type':'HostSystem','id':'host-14'}]}";

    JsonNode result =
        server
            .post(
                API + "tag-association/" + tag + "?action=attach-tag-to-multiple-objects", objects)
            .json();
    assertThat(result.get("success").booleanValue()).isFalse();
    assertThat(result.get("error_messages")).hasSize(1);
    assertThat(
            server
                .post(API + "tag-association/" + tag + "?action=list-attached-objects", "")
                .json())
        .hasSize(2);
    String several =
        "{'object_id':{'type':'VirtualMachine','id':'" + vm + "'},'tag_ids':['" + other + "']}";
    assertThat(
            server
                .post(API + "tag-association?action=attach-multiple-tags-to-object", several)
                .body())
        .isEqualTo("{\"success\":true,\"error_messages\":[]}");
    JsonNode byObject =
        server.post(API + "tag-association?action=list-attached-tags-on-objects", objects).json();
    assertThat(byObject).hasSize(2);
    assertThat(byObject.at("/0/tag_ids")).hasSize(2);
    JsonNode byTag =
        server
            .post(
                API + "tag-association?action=list-attached-objects-on-tags",
                "{'tag_ids':['" + tag + "']}")
            .json();
    assertThat(byTag.at("/0/object_ids/0/id").stringValue()).isEqualTo(vm);
    assertThat(
            server
                .post(
                    API + "tag-association/" + tag + "?action=detach-tag-from-multiple-objects",
                    objects)
                .json()
                .get("success")
                .booleanValue())
        .isTrue();
  }

  @Test
  void aBodyThatCannotBeReadIsRefused() throws Exception {
    assertThat(errorOf(server.post(API + "tag", "{'colour':1}"))).isEqualTo("UNEXPECTED_INPUT");
    assertThat(errorOf(server.post(API + "tag", "{"))).isEqualTo("UNEXPECTED_INPUT");
    assertThat(errorOf(server.post(API + "tag", ""))).isEqualTo("INVALID_ARGUMENT");
    assertThat(errorOf(server.post(API + "category", categorySpec("x", "SOME", ""))))
        .isEqualTo("UNEXPECTED_INPUT");
  }

  private static Reply attach(String tag, String object) throws Exception {
    return server.post(API + "tag-association/" + tag + "?action=attach", object);
  }

  private static String category(String name, String cardinality, String types) throws Exception {
    Reply reply = server.post(API + "category", categorySpec(name, cardinality, types));
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return reply.json().stringValue();
  }

  private static String categorySpec(String name, String cardinality, String types) {
    return "{'name':'%s','description':'','cardinality':'%s','associable_types':[%s]}"
        .formatted(name, cardinality, types);
  }

  private static String tag(String category, String name) throws Exception {
    Reply reply = server.post(API + "tag", tagSpec(category, name));
    assertThat(reply.status()).as(reply.body()).isEqualTo(201);
    return reply.json().stringValue();
  }

  private static String tagSpec(String category, String name) {
    return "{'name':'%s','description':'','category_id':'%s'}".formatted(name, category);
  }

  private static String machine() throws Exception {
    return server.get("/api/vcenter/vm?names=DC0_H0_VM0").json().at("/0/vm").stringValue();
  }

  private static String errorOf(Reply reply) {
    return reply.json().get("error_type").stringValue();
  }
}
