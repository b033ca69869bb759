package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.session.Session;
import dev.vcsnap.vim.AboutInfo;
import dev.vcsnap.vim.AuthorizationRole;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.ServiceContent;
import dev.vcsnap.vim.UserSession;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceObjectsTest {

  @TempDir Path folder;
  private Inventory inventory;

  @BeforeEach
  void start() {
    inventory = new Inventory(folder);
  }

  @Test
  void entryPointsHaveTheIdsOfARecordedVcenter() {
    ServiceContent content = inventory.service.content();
    assertThat(
            List.of(
                content.rootFolder,
                content.propertyCollector,
                content.viewManager,
                content.sessionManager,
                content.searchIndex,
                content.taskManager,
                content.ovfManager,
                content.setting,
                content.virtualDiskManager))
        .extracting(ManagedObjectReference::value)
        .containsExactly(
            "group-d1",
            "propertyCollector",
            "ViewManager",
            "SessionManager",
            "SearchIndex",
            "TaskManager",
            "OvfManager",
            "VpxSettings",
            "virtualDiskManager");
    assertThat(inventory.find("ServiceInstance").get("content")).isEqualTo(content);
  }

  @Test
  void everyManagerOfTheInterfaceExistsButTheHostsOwn() {
    ServiceContent content = inventory.service.content();
    for (Property member : ServiceContent.TYPE.properties()) {
      Object value = content.get(ServiceContent.TYPE.indexOf(member.name()));
      if (value instanceof ManagedObjectReference reference) {
        assertThat(inventory.objects.find(reference)).as(member.name()).isNotNull();
      }
    }
    assertThat(content.accountManager).isNull();
    assertThat(content.virtualizationManager).isNull();
  }

  @Test
  void aboutIsWhatClientsDecideBy() {
    AboutInfo about = inventory.service.content().about;
    assertThat(about.name).isEqualTo("VMware vCenter Server");
    assertThat(about.fullName).isEqualTo("VMware vCenter Server 8.0.3 build-" + about.build);
    assertThat(about.version).matches("[0-9]+\\.[0-9]+\\.[0-9]+");
    assertThat(about.build).matches("[0-9]+");
    assertThat(about.apiVersion).isEqualTo("8.0.3.0");
    assertThat(about.apiType).isEqualTo("VirtualCenter");
    assertThat(about.productLineId).isEqualTo("vpx");
    assertThat(about.osType).isEqualTo("linux-x64");
    assertThat(about.instanceUuid).isEqualTo(Inventory.INSTANCE_UUID);
    assertThat(about.licenseProductName).isEqualTo("VMware VirtualCenter Server");
    assertThat(about.licenseProductVersion).isEqualTo("8.0");
  }

  @Test
  void aServerWhoseOwnIdIsNoUuidGetsOneMadeOfIt() {
    String made = Personality.vcenter("5f2a1c3e-8b7d1f2c-90aa-0050569b1234").instanceUuid();
    assertThat(made).hasSize(36).isEqualTo(UUID.fromString(made).toString());
    assertThat(Personality.vcenter("5f2a1c3e-8b7d1f2c-90aa-0050569b1234").instanceUuid())
        .isEqualTo(made);
    assertThat(Personality.vcenter("another").instanceUuid()).isNotEqualTo(made);
  }

  @Test
  void serverClockIsNow() {
    inventory.clock.advance(Duration.ofHours(3));
    assertThat(inventory.find("ServiceInstance").get("serverClock"))
        .isEqualTo(inventory.clock.now());
  }

  @Test
  void eachReaderSeesItsOwnSession() {
    Session one = login();
    Session two = login();
    var manager = inventory.find("SessionManager");
    assertThat(manager.get("currentSession", null)).isNull();
    assertThat(manager.get("currentSession", "stale")).isNull();
    assertThat(((UserSession) manager.get("currentSession", one.id())).key).isEqualTo(one.key());
    assertThat(((UserSession) manager.get("currentSession", two.id())).key).isEqualTo(two.key());
    assertThat((List<?>) manager.get("sessionList", one.id())).hasSize(2);
    inventory.sessions.end(one);
    assertThat(manager.get("currentSession", one.id())).isNull();
  }

  @Test
  void aSessionIsShownWholeAndWithoutItsSecret() {
    Session session = login();
    UserSession shown = SessionProjection.of(session);
    assertThat(Conformance.problems("session", shown)).isEmpty();
    assertThat(shown.toString()).doesNotContain(session.id());
    assertThat(shown.locale).isEqualTo("en_US");
  }

  @Test
  void administratorHasEveryPrivilegeThatIsListed() {
    var manager = inventory.find("AuthorizationManager");
    var roles = (List<?>) manager.get("roleList");
    AuthorizationRole admin =
        roles.stream()
            .map(AuthorizationRole.class::cast)
            .filter(role -> role.roleId == -1)
            .findFirst()
            .orElseThrow();
    assertThat(admin.privilege)
        .hasSize(((List<?>) manager.get("privilegeList")).size())
        .contains(
            "System.View",
            "VirtualMachine.State.CreateSnapshot",
            "VirtualMachine.Provisioning.DiskRandomRead");
  }

  @Test
  void livePropertiesComeFromWhoeverKnowsThem() {
    var task = new ManagedObjectReference("Task", "task-1");
    var live = new LiveProperties().with("TaskManager", "recentTask", session -> List.of(task));
    var objects = new dev.vcsnap.objects.ObjectRegistry();
    new ServiceObjects(inventory.clock, inventory.sessions, inventory.personality, live)
        .publish(objects);
    assertThat(objects.find("TaskManager").get("recentTask")).isEqualTo(List.of(task));
    assertThat(inventory.find("TaskManager").get("recentTask")).isEqualTo(List.of());
  }

  private Session login() {
    return inventory.sessions.login("user", "pass", "en_US", "127.0.0.1", "test").orElseThrow();
  }
}
