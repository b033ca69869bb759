package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class HostPersonalityTest {

  @TempDir private static Path data;

  private static WholeServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new WholeServer(data, "--vcsnap.personality=esxi", "--vcsnap.machines=2");
    server.call("SessionManager/ha-sessionmgr", "Login", "{'userName':'user','password':'pass'}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void theServiceContentIsThatOfAHost() throws Exception {
    JsonNode content = server.read("ServiceInstance/ServiceInstance", "content");

    assertThat(content.at("/about/apiType").stringValue()).isEqualTo("HostAgent");
    assertThat(content.at("/about/productLineId").stringValue()).isEqualTo("embeddedEsx");
    assertThat(content.at("/about/instanceUuid").isMissingNode()).isTrue();
    assertThat(content.at("/rootFolder/value").stringValue()).isEqualTo("ha-folder-root");
    assertThat(content.at("/taskManager/value").stringValue()).isEqualTo("ha-taskmgr");
    for (String absent :
        new String[] {
          "scheduledTaskManager",
          "alarmManager",
          "extensionManager",
          "customFieldsManager",
          "ipPoolManager",
          "hostProfileManager",
          "vmProvisioningChecker"
        }) {
      assertThat(content.has(absent)).as(absent).isFalse();
    }
  }

  @Test
  void theInventoryHasOneHostAndNumbersForMachines() throws Exception {
    JsonNode machines = server.read("Folder/ha-folder-vm", "childEntity");

    assertThat(machines.findValuesAsString("value")).containsExactly("1", "2");
    assertThat(server.read("VirtualMachine/1", "name").stringValue()).isEqualTo("ha-host_VM0");
    assertThat(server.read("ResourcePool/ha-root-pool", "owner").get("value").stringValue())
        .isEqualTo("ha-compute-res");
    assertThat(server.read("HostSystem/ha-host", "vm")).hasSize(2);
    assertThat(server.read("Datacenter/ha-datacenter", "network").findValuesAsString("value"))
        .containsExactly("HaNetwork-VM Network");
    JsonNode found =
        server.call(
            "SearchIndex/ha-searchindex",
            "FindByInventoryPath",
            "{'inventoryPath':'ha-datacenter/vm/ha-host_VM1'}");
    assertThat(found.get("value").stringValue()).isEqualTo("2");
  }

  @Rule(
      value = "D4",
      says = "A host names a task by its entity, its method and a number.",
      by = Witness.OBSERVED)
  @Test
  void aTaskIsNamedByEntityMethodAndNumber() throws Exception {
    JsonNode task =
        server.call(
            "VirtualMachine/1",
            "CreateSnapshot_Task",
            "{'name':'s','memory':false,'quiesce':false}");

    assertThat(task.get("value").stringValue())
        .matches("haTask-1-vim\\.VirtualMachine\\.createSnapshot-\\d+");
    JsonNode info = server.read("Task/" + task.get("value").stringValue(), "info");
    assertThat(info.get("key").stringValue()).isEqualTo(task.get("value").stringValue());
    assertThat(info.at("/entity/value").stringValue()).isEqualTo("1");
  }

  @Test
  void permissionsBeginAtTheHostsOwnRootFolder() throws Exception {
    JsonNode all = server.call("AuthorizationManager/ha-authmgr", "RetrieveAllPermissions", "{}");

    assertThat(all.findValues("entity"))
        .isNotEmpty()
        .allSatisfy(
            entity -> assertThat(entity.get("value").stringValue()).isEqualTo("ha-folder-root"));
    assertThat(server.read("Folder/ha-folder-root", "effectiveRole").isEmpty()).isFalse();
  }

  @Test
  void whatOnlyAVcenterCanIsNotSupported() throws Exception {
    JsonNode fault =
        server.call(
            "VirtualMachine/2",
            "CloneVM_Task",
            "{'folder':{'type':'Folder','value':'ha-folder-vm'},'name':'c','spec':{'_typeName':"
                + "'VirtualMachineCloneSpec','location':{'_typeName':'VirtualMachineRelocateSpec'},"
                + "'powerOn':false,'template':false}}");

    assertThat(fault.get("_typeName").stringValue()).isEqualTo("NotSupported");
    assertThat(server.status("/api/vcenter/vm")).isEqualTo(404);
    assertThat(server.status("/rest/vcenter/vm")).isEqualTo(404);
  }

  @Test
  void theSameFilesServeAVcenterWithAnInventoryOfItsOwn(@TempDir Path shared) throws Exception {
    try (var host = new WholeServer(shared, "--vcsnap.personality=esxi", "--vcsnap.machines=2")) {
      host.call("SessionManager/ha-sessionmgr", "Login", "{'userName':'user','password':'pass'}");
      assertThat(host.read("VirtualMachine/1", "name").stringValue()).isEqualTo("ha-host_VM0");
    }
    try (var vcenter = new WholeServer(shared)) {
      vcenter.call(
          "SessionManager/SessionManager", "Login", "{'userName':'user','password':'pass'}");
      JsonNode machines = vcenter.read("Folder/group-v3", "childEntity");
      assertThat(machines).hasSize(2);
      String id = machines.get(0).get("value").stringValue();
      assertThat(id).matches("vm-\\d+");
      assertThat(vcenter.read("VirtualMachine/" + id, "name").stringValue())
          .isEqualTo("ha-host_VM0");
    }
  }
}
