package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.HostHardwareInfo;
import dev.vcsnap.vim.InvalidDatastore;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchIndexServiceTest {

  private static final ManagedObjectReference DC0 =
      new ManagedObjectReference("Datacenter", "datacenter-2");

  @TempDir Path folder;
  private Inventory inventory;
  private SearchIndexService search;
  private ManagedObject vm;
  private ManagedObject other;

  @BeforeEach
  void start() {
    inventory = new Inventory(folder);
    search = inventory.search;
    Placement placement = inventory.tree.placementOn(inventory.tree.defaultHost());
    vm = inventory.addMachine("DC0_H0_VM0", placement);
    other = inventory.addMachine("a%2fb", placement);
  }

  @Test
  void aMachineIsFoundByEitherUuidWhateverTheCase() {
    String bios = Inventory.biosUuid(vm.id());
    String instance = Inventory.instanceUuid(vm.id());
    for (ManagedObjectReference datacenter : new ManagedObjectReference[] {null, DC0}) {
      assertThat(search.findByUuid(datacenter, bios, true, false)).isEqualTo(vm.reference());
      assertThat(search.findByUuid(datacenter, bios.toUpperCase(Locale.ROOT), true, false))
          .isEqualTo(vm.reference());
      assertThat(search.findByUuid(datacenter, instance, true, true)).isEqualTo(vm.reference());
      assertThat(search.findByUuid(datacenter, instance, true, false)).isNull();
      assertThat(search.findByUuid(datacenter, bios, true, true)).isNull();
    }
    assertThat(search.findAllByUuid(null, bios, true, false)).containsExactly(vm.reference());
    assertThat(search.findAllByUuid(null, "nothing", true, false)).isEmpty();
  }

  @Test
  void aHostIsFoundByUuid() {
    ManagedObject host = inventory.tree.defaultHost();
    String uuid = ((HostHardwareInfo) host.get("hardware")).systemInfo.uuid;
    assertThat(search.findByUuid(null, uuid, false, false)).isEqualTo(host.reference());
    assertThat(search.findByUuid(null, uuid, true, false)).isNull();
  }

  @Test
  void aMachineThatArrivedAfterALookUpIsFound() {
    assertThat(search.findByUuid(null, Inventory.biosUuid("vm-23"), true, false)).isNull();
    ManagedObject late =
        inventory.addMachine("late", inventory.tree.placementOn(inventory.tree.defaultHost()));
    assertThat(search.findByUuid(null, Inventory.biosUuid("vm-23"), true, false))
        .isEqualTo(late.reference());
  }

  @Test
  void aUuidOutsideOfTheDatacenterIsNotFoundInIt() {
    var elsewhere = new ManagedObject("Datacenter", "datacenter-900");
    inventory.objects.change(tx -> tx.add(elsewhere));
    assertThat(search.findByUuid(elsewhere.reference(), Inventory.biosUuid(vm.id()), true, false))
        .isNull();
  }

  @Test
  void aUuidThatChangedIsFoundUnderTheNewOneOnly() {
    String before = Inventory.biosUuid(vm.id());
    assertThat(search.findByUuid(null, before, true, false)).isEqualTo(vm.reference());
    var config = new VirtualMachineConfigInfo();
    config.uuid = "564dffff-0000-4000-8000-000000000000";
    inventory.objects.change(tx -> tx.set(vm, "config", config));
    assertThat(search.findByUuid(null, before, true, false)).isNull();
    assertThat(search.findByUuid(null, config.uuid, true, false)).isEqualTo(vm.reference());
  }

  @Test
  void aMachineThatIsGoneIsNotFound() {
    String uuid = Inventory.biosUuid(vm.id());
    assertThat(search.findByUuid(null, uuid, true, false)).isNotNull();
    inventory.tree.restructure(tx -> {
      inventory.tree.displace(tx, vm.reference());
      tx.remove(vm.reference());
    });
    assertThat(search.findByUuid(null, uuid, true, false)).isNull();
    assertThat(search.findByInventoryPath("DC0/vm/DC0_H0_VM0")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "DC0/vm/DC0_H0_VM0,vm-21",
    "/DC0/vm/DC0_H0_VM0,vm-21",
    "DC0/vm/DC0_H0_VM0/,vm-21",
    "DC0/vm/a%2fb,vm-22",
    "DC0/vm/a%2Fb,vm-22",
    "/,group-d1",
    "'',group-d1",
    "DC0,datacenter-2",
    "DC0/host/DC0_C0/DC0_C0_H2,host-19",
    "DC0/host/DC0_C0/Resources,resgroup-16",
    "DC0/datastore/LocalDS_0,datastore-20",
    "DC0/network/VM Network,network-7",
  })
  void aPathLeadsToItsMember(String path, String id) {
    assertThat(search.findByInventoryPath(path).value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"DC1", "DC0/vm/none", "DC0/vm/a/b", "DC0/vm/dc0_h0_vm0", "Datacenters"})
  void aPathThatLeadsNowhereIsNull(String path) {
    assertThat(search.findByInventoryPath(path)).isNull();
  }

  @Test
  void theInventoryPathOfAMemberFindsItAgain() {
    for (ManagedObject object : inventory.objects.all()) {
      if (object.type().isA("ManagedEntity")) {
        assertThat(search.findByInventoryPath(inventory.tree.inventoryPath(object)))
            .isEqualTo(object.reference());
      }
    }
  }

  @Test
  void aChildIsFoundByName() {
    assertThat(search.findChild(inventory.tree.vmFolder().reference(), "a/b"))
        .isEqualTo(other.reference());
    assertThat(search.findChild(DC0, "vm")).isEqualTo(inventory.tree.vmFolder().reference());
    assertThat(search.findChild(DC0, "none")).isNull();
    assertThat(search.findChild(inventory.find("resgroup-13").reference(), "DC0_H0_VM0"))
        .isEqualTo(vm.reference());
    assertThatThrownBy(
            () -> search.findChild(new ManagedObjectReference("Folder", "group-v99"), "x"))
        .isInstanceOfSatisfying(
            VimException.class,
            e -> assertThat(e.fault()).isInstanceOf(ManagedObjectNotFound.class));
  }

  @Test
  void aMachineIsFoundByItsGuestsNameAndAddresses() {
    assertThat(search.findByDnsName(DC0, "dc0_h0_vm0.EXAMPLE", true)).isEqualTo(vm.reference());
    assertThat(search.findByDnsName(null, "nobody", true)).isNull();
    assertThat(search.findAllByIp(null, "10.0.0.5", true))
        .containsExactlyInAnyOrder(vm.reference(), other.reference());
    assertThat(search.findByIp(null, "fe80::5", true)).isNotNull();
    assertThat(search.findByIp(null, "10.0.0.6", true)).isNull();
  }

  @Test
  void aHostIsFoundByItsNameAndAddress() {
    ManagedObjectReference host = inventory.tree.defaultHost().reference();
    assertThat(search.findByDnsName(null, "dc0-h0.localdomain", false)).isEqualTo(host);
    assertThat(search.findByDnsName(null, "DC0_H0", false)).isEqualTo(host);
    assertThat(search.findAllByIp(DC0, "127.0.0.1", false)).hasSize(4).contains(host);
  }

  @Test
  void aMachineIsFoundByTheFileThatDefinesIt() {
    assertThat(search.findByDatastorePath(DC0, "[LocalDS_0] DC0_H0_VM0/DC0_H0_VM0.vmx"))
        .isEqualTo(vm.reference());
    assertThat(search.findByDatastorePath(DC0, "[LocalDS_0]DC0_H0_VM0/DC0_H0_VM0.vmx"))
        .isEqualTo(vm.reference());
    assertThat(search.findByDatastorePath(DC0, "[LocalDS_0] none/none.vmx")).isNull();
    assertThatThrownBy(() -> search.findByDatastorePath(DC0, "none/none.vmx"))
        .isInstanceOfSatisfying(
            VimException.class, e -> assertThat(e.fault()).isInstanceOf(InvalidDatastore.class));
  }

  @Test
  void aDatacenterThatDoesNotExistIsAFault() {
    var unknown = new ManagedObjectReference("Datacenter", "datacenter-99");
    assertThatThrownBy(() -> search.findByUuid(unknown, "x", true, false))
        .isInstanceOfSatisfying(
            VimException.class,
            e -> assertThat(e.fault()).isInstanceOf(ManagedObjectNotFound.class));
  }
}
