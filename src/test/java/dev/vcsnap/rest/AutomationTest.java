package dev.vcsnap.rest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.rest.AutomationServer.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class AutomationTest {

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

  @Test
  void machinesAreListedInBothForms() throws Exception {
    JsonNode machines = server.get("/api/vcenter/vm").json();

    assertThat(names(machines))
        .containsExactlyInAnyOrder("DC0_H0_VM0", "DC0_H0_VM1", "DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1");
    assertThat(machines.get(0).propertyNames())
        .containsExactlyInAnyOrder("vm", "name", "power_state", "cpu_count", "memory_size_MiB");
    assertThat(server.get("/rest/vcenter/vm").json().get("value")).isEqualTo(machines);
  }

  @Test
  void filtersNarrowAListAndMayBeRepeated() throws Exception {
    assertThat(listed("vm?names=DC0_H0_VM0&names=DC0_C0_RP0_VM1")).hasSize(2);
    assertThat(listed("vm?power_states=POWERED_OFF&names=DC0_C0_RP0_VM1")).isEmpty();
    assertThat(listed("vm?hosts=host-14")).containsExactlyInAnyOrder("DC0_H0_VM0", "DC0_H0_VM1");
    assertThat(listed("vm?clusters=domain-c15"))
        .containsExactlyInAnyOrder("DC0_C0_RP0_VM0", "DC0_C0_RP0_VM1");
    assertThat(listed("vm?resource_pools=resgroup-13")).hasSize(2);
    assertThat(listed("vm?datacenters=datacenter-2&folders=group-v3")).hasSize(4);
    assertThat(listed("vm?datacenters=datacenter-9")).isEmpty();
    assertThat(names(server.get("/rest/vcenter/vm?filter.names.1=DC0_H0_VM0").json().get("value")))
        .containsExactly("DC0_H0_VM0");
  }

  @Test
  void aFilterThatDoesNotExistIsRefusedByName() throws Exception {
    Reply reply = server.get("/api/vcenter/vm?colour=red");

    assertThat(reply.status()).isEqualTo(400);
    assertThat(reply.json().get("error_type").stringValue()).isEqualTo("UNEXPECTED_INPUT");
    assertThat(reply.body()).contains("'colour'");
    assertThat(server.get("/api/vcenter/vm?power_states=MELTED").json().get("error_type"))
        .hasToString("\"INVALID_ARGUMENT\"");
  }

  @Test
  void oneMachineIsDescribedWithItsDevicesByNumber() throws Exception {
    String id = idOf("DC0_H0_VM0");
    JsonNode vm = server.get("/api/vcenter/vm/" + id).json();

    assertThat(vm.at("/identity/bios_uuid").stringValue()).hasSize(36);
    assertThat(vm.get("guest_OS").stringValue()).isEqualTo("OTHER_64");
    assertThat(vm.at("/hardware/version").stringValue()).isEqualTo("VMX_19");
    assertThat(vm.at("/memory/size_MiB").intValue()).isEqualTo(32);
    assertThat(vm.at("/disks/2000/capacity").longValue()).isEqualTo(1L << 30);
    assertThat(vm.at("/disks/2000/backing/vmdk_file").stringValue())
        .isEqualTo("[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmdk");
    assertThat(vm.at("/nics/4000/backing/type").stringValue()).isEqualTo("DISTRIBUTED_PORTGROUP");
    assertThat(vm.at("/scsi_adapters/1000/type").stringValue()).isEqualTo("PVSCSI");
    JsonNode older = server.get("/rest/vcenter/vm/" + id).json().get("value");
    assertThat(older.at("/disks/0/key").stringValue()).isEqualTo("2000");
    assertThat(older.at("/disks/0/value")).isEqualTo(vm.at("/disks/2000"));
  }

  @Test
  void hardwareIsListedAndDescribedDeviceByDevice() throws Exception {
    String hardware = "/api/vcenter/vm/" + idOf("DC0_H0_VM1") + "/hardware";

    assertThat(server.get(hardware + "/disk").body()).isEqualTo("[{\"disk\":\"2000\"}]");
    assertThat(server.get(hardware + "/disk/2000").json().get("label").stringValue())
        .isEqualTo("Hard disk 1");
    assertThat(server.get(hardware + "/disk/2001").status()).isEqualTo(404);
    assertThat(server.get(hardware + "/ethernet").body()).isEqualTo("[{\"nic\":\"4000\"}]");
    assertThat(server.get(hardware + "/ethernet/4000").json().get("type").stringValue())
        .isEqualTo("VMXNET3");
    assertThat(server.get(hardware + "/cdrom").body()).isEqualTo("[]");
    assertThat(server.get(hardware + "/adapter/scsi").json().at("/0/adapter").stringValue())
        .isEqualTo("1000");
    assertThat(server.get(hardware + "/cpu").json().get("count").intValue()).isEqualTo(1);
  }

  @Test
  void aMachineThatDoesNotExistIsA404InBothForms() throws Exception {
    Reply reply = server.get("/api/vcenter/vm/vm-999");

    assertThat(reply.status()).isEqualTo(404);
    assertThat(reply.json().get("error_type").stringValue()).isEqualTo("NOT_FOUND");
    assertThat(reply.json().at("/messages/0/id").stringValue())
        .isEqualTo("com.vmware.api.vcenter.vm.not_found");
    Reply older = server.get("/rest/vcenter/vm/vm-999");
    assertThat(older.status()).isEqualTo(404);
    assertThat(older.json().get("type").stringValue())
        .isEqualTo("com.vmware.vapi.std.errors.not_found");
    assertThat(older.json().get("value")).isEqualTo(reply.json());
  }

  @Test
  void powerChangesAreDoneWhenTheReplyComes() throws Exception {
    String power = "/api/vcenter/vm/" + idOf("DC0_C0_RP0_VM0") + "/power";

    Reply on = server.post(power + "?action=start", "");
    assertThat(on.status()).isEqualTo(400);
    assertThat(on.json().get("error_type").stringValue()).isEqualTo("ALREADY_IN_DESIRED_STATE");
    assertThat(server.post(power + "?action=stop", "").status()).isEqualTo(204);
    assertThat(server.get(power).json().get("state").stringValue()).isEqualTo("POWERED_OFF");
    assertThat(server.post(power + "?action=suspend", "").json().get("error_type").stringValue())
        .isEqualTo("NOT_ALLOWED_IN_CURRENT_STATE");
    Reply older = server.post(power.replace("/api/", "/rest/") + "/start", "");
    assertThat(older).isEqualTo(new Reply(200, ""));
    assertThat(server.get(power).body()).isEqualTo("{\"state\":\"POWERED_ON\"}");
    assertThat(server.post(power + "?action=explode", "").status()).isEqualTo(404);
  }

  @Test
  void theInventoryAroundTheMachinesIsListed() throws Exception {
    assertThat(listed("datacenter")).containsExactly("DC0");
    assertThat(server.get("/api/vcenter/datacenter/datacenter-2").json().get("vm_folder"))
        .hasToString("\"group-v3\"");
    assertThat(listed("cluster")).containsExactly("DC0_C0");
    assertThat(server.get("/api/vcenter/cluster/domain-c15").body())
        .isEqualTo("{\"name\":\"DC0_C0\",\"resource_pool\":\"resgroup-16\"}");
    assertThat(listed("host")).hasSize(4);
    assertThat(listed("host?standalone=true")).containsExactly("DC0_H0");
    assertThat(listed("host?clusters=domain-c15&names=DC0_C0_H2")).containsExactly("DC0_C0_H2");
    assertThat(listed("datastore")).containsExactly("LocalDS_0");
    assertThat(listed("datastore?types=NFS")).isEmpty();
    assertThat(listed("resource-pool?clusters=domain-c15")).containsExactly("Resources");
    assertThat(listed("resource-pool?hosts=host-14")).hasSize(1);
    assertThat(server.get("/api/vcenter/resource-pool/resgroup-16").json().get("cpu_allocation"))
        .isNotNull();
    assertThat(listed("network?types=DISTRIBUTED_PORTGROUP")).contains("DC0_DVPG0");
    assertThat(listed("network?names=VM Network".replace(" ", "%20")))
        .containsExactly("VM Network");
    assertThat(server.get("/api/vcenter/folder?type=VIRTUAL_MACHINE").body())
        .isEqualTo("[{\"folder\":\"group-v3\",\"name\":\"vm\",\"type\":\"VIRTUAL_MACHINE\"}]");
    assertThat(listed("folder")).hasSize(5);
    assertThat(server.get("/api/vcenter/datastore/datastore-20").json().get("type"))
        .hasToString("\"VMFS\"");
  }

  @Test
  void nothingIsToldWithoutASession() throws Exception {
    Reply reply = server.anonymous("GET", "/api/vcenter/vm");

    assertThat(reply.status()).isEqualTo(401);
    assertThat(reply.json().get("error_type").stringValue()).isEqualTo("UNAUTHENTICATED");
    assertThat(server.anonymous("GET", "/rest/vcenter/vm").json().get("type").stringValue())
        .isEqualTo("com.vmware.vapi.std.errors.unauthenticated");
  }

  @Test
  void theVersionIsTold() throws Exception {
    JsonNode version = server.get("/api/appliance/system/version").json();

    assertThat(version.get("version").stringValue()).startsWith("8.0.3");
    assertThat(version.get("product").stringValue()).isEqualTo("VMware vCenter Server");
  }

  @Test
  void theDocumentHasEveryRouteAndEveryReferenceLeadsSomewhere() throws Exception {
    JsonNode document = server.anonymous("GET", "/openapi-rest.json").json();

    assertThat(document.at("/paths").propertyNames())
        .contains(
            "/api/session",
            "/api/vcenter/vm/{vm}/power?action=start",
            "/api/cis/tagging/tag-association/{tag_id}?action=attach");
    for (JsonNode reference : document.findValues("$ref")) {
      String place = reference.stringValue().substring(1);
      assertThat(document.at(place).isMissingNode()).as(place).isFalse();
    }
  }

  private static List<String> listed(String path) throws Exception {
    return names(server.get("/api/vcenter/" + path).json());
  }

  private static List<String> names(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(each -> each.get("name").stringValue())
        .toList();
  }

  private static String idOf(String machine) throws Exception {
    return server.get("/api/vcenter/vm?names=" + machine).json().at("/0/vm").stringValue();
  }
}
