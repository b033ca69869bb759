package dev.vcsnap.inventory;

import static dev.vcsnap.inventory.Inventory.members;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.FileSystemType;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.DatastoreCapability;
import dev.vcsnap.vim.DatastoreHostMount;
import dev.vcsnap.vim.DatastoreSummary;
import dev.vcsnap.vim.HostConfigInfo;
import dev.vcsnap.vim.HostCpuIdInfo;
import dev.vcsnap.vim.HostHardwareInfo;
import dev.vcsnap.vim.HostListSummary;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NasDatastoreInfo;
import dev.vcsnap.vim.VmfsDatastoreInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryTreeTest {

  @TempDir Path folder;
  private Inventory inventory;

  @BeforeEach
  void start() {
    inventory = new Inventory(folder);
  }

  @Test
  void hasVcsimsNamesUnderVcentersIds() {
    Map<String, String> idByPath = new TreeMap<>();
    for (ManagedObject object : inventory.objects.all()) {
      if (object.type().isA("ManagedEntity")) {
        idByPath.put(inventory.tree.inventoryPath(object), object.toString());
      }
    }
    assertThat(idByPath)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("/", "Folder:group-d1"),
                Map.entry("/DC0", "Datacenter:datacenter-2"),
                Map.entry("/DC0/vm", "Folder:group-v3"),
                Map.entry("/DC0/host", "Folder:group-h4"),
                Map.entry("/DC0/datastore", "Folder:group-s5"),
                Map.entry("/DC0/network", "Folder:group-n6"),
                Map.entry("/DC0/network/VM Network", "Network:network-7"),
                Map.entry("/DC0/network/DVS0", "VmwareDistributedVirtualSwitch:dvs-9"),
                Map.entry(
                    "/DC0/network/DVS0-DVUplinks-9", "DistributedVirtualPortgroup:dvportgroup-10"),
                Map.entry("/DC0/network/DC0_DVPG0", "DistributedVirtualPortgroup:dvportgroup-11"),
                Map.entry("/DC0/host/DC0_H0", "ComputeResource:domain-s12"),
                Map.entry("/DC0/host/DC0_H0/Resources", "ResourcePool:resgroup-13"),
                Map.entry("/DC0/host/DC0_H0/DC0_H0", "HostSystem:host-14"),
                Map.entry("/DC0/host/DC0_C0", "ClusterComputeResource:domain-c15"),
                Map.entry("/DC0/host/DC0_C0/Resources", "ResourcePool:resgroup-16"),
                Map.entry("/DC0/host/DC0_C0/DC0_C0_H0", "HostSystem:host-17"),
                Map.entry("/DC0/host/DC0_C0/DC0_C0_H1", "HostSystem:host-18"),
                Map.entry("/DC0/host/DC0_C0/DC0_C0_H2", "HostSystem:host-19"),
                Map.entry("/DC0/datastore/LocalDS_0", "Datastore:datastore-20")));
  }

  @Test
  void everyPublishedValueConformsToTheTable() {
    List<String> problems = new ArrayList<>();
    inventory.objects.all().forEach(object -> problems.addAll(Conformance.problems(object)));
    assertThat(problems).isEmpty();
  }

  @Test
  void everyReferenceLeadsSomewhere() {
    inventory.addMachine("DC0_H0_VM0", onDefaultHost());
    for (ManagedObject object : inventory.objects.all()) {
      for (ManagedObjectReference reference : Conformance.references(object)) {
        assertThat(inventory.objects.find(reference))
            .as("%s, named by %s", reference, object)
            .isNotNull();
      }
    }
  }

  @Test
  void idsDoNotDependOnTheNumberOfDatastores() throws Exception {
    var other =
        new Inventory(
            new Datastore("LocalDS_0", Files.createDirectory(folder.resolve("a"))),
            new Datastore("LocalDS_1", Files.createDirectory(folder.resolve("b"))));
    assertThat(other.tree.defaultHost().id()).isEqualTo("host-14");
    assertThat(other.tree.datastoreNamed("LocalDS_1").orElseThrow().object().id())
        .isEqualTo("datastore-21");
    assertThat(members(other.tree.datacenter(), "datastore")).hasSize(2);
    assertThat(other.tree.ids().next("vm")).isEqualTo("vm-22");
  }

  @Test
  void hostsKeepTheirUuidOverARestart() throws Exception {
    var again = new Inventory(Files.createDirectory(folder.resolve("again")));
    assertThat(hardware(again.tree.defaultHost()).systemInfo.uuid)
        .isEqualTo(hardware(inventory.tree.defaultHost()).systemInfo.uuid)
        .isNotEqualTo(
            hardware(inventory.tree.hostNamed("DC0_C0_H0").orElseThrow()).systemInfo.uuid);
  }

  @Test
  void hostsShowWhatLibvirtAsksAtConnect() {
    ManagedObject host = inventory.tree.defaultHost();
    HostHardwareInfo hardware = hardware(host);
    HostCpuIdInfo extended =
        hardware.cpuFeature.stream()
            .filter(feature -> feature.level == -2147483647)
            .findFirst()
            .orElseThrow();
    assertThat(extended.edx.replace(":", "").charAt(31 - 29)).as("long mode").isEqualTo('1');
    assertThat(hardware.cpuFeature)
        .allSatisfy(f -> assertThat(f.edx).matches("([01]{4}:){7}[01]{4}"));
    assertThat(hardware.numaInfo.numNodes).isEqualTo(2);
    assertThat(hardware.cpuInfo.numCpuThreads).isEqualTo((short) 32);
    var config = (HostConfigInfo) host.get("config");
    assertThat(config.network.dnsConfig.hostName).isEqualTo("dc0-h0");
    assertThat(config.storageDevice.hostBusAdapter).hasSize(1);
    var summary = (HostListSummary) host.get("summary");
    assertThat(summary.config.sslThumbprint).isEqualTo(Inventory.THUMBPRINT);
    assertThat(summary.managementServerIp).isEqualTo("127.0.0.1");
    assertThat(summary.config.product.version).isEqualTo("8.0.3");
  }

  @Test
  void aHostWithoutTlsHasNoThumbprint() throws Exception {
    var objects = new dev.vcsnap.objects.ObjectRegistry();
    var tree =
        new InventoryTree(
            objects,
            new StillClock(),
            Personality.vcenter("x"),
            new HostIdentity("127.0.0.1", ""),
            List.of(new Datastore("LocalDS_0", folder)));
    assertThat(((HostListSummary) tree.defaultHost().get("summary")).config.sslThumbprint).isNull();
  }

  @Test
  void a_host_sees_a_datastore_where_absolute_names_begin() {
    InventoryTree.Store store = inventory.tree.defaultDatastore();
    assertThat((List<?>) store.object().get("host"))
        .isNotEmpty()
        .allSatisfy(mount -> {
          String path = ((DatastoreHostMount) mount).mountInfo.path;
          assertThat(path).startsWith("/vmfs/volumes/");
          assertThat(store.datastore().find(path + "/VM/VM.vmdk").orElseThrow().path())
              .isEqualTo("VM/VM.vmdk");
        });
  }

  @Test
  void aDatastoreShowsItsFolderAndTheSpaceThereNow() throws Exception {
    ManagedObject datastore = inventory.tree.defaultDatastore().object();
    var info = (VmfsDatastoreInfo) datastore.get("info");
    var summary = (DatastoreSummary) datastore.get("summary");
    assertThat(Path.of(info.url)).isEqualTo(folder.toRealPath());
    assertThat(summary.url).isEqualTo(info.url);
    assertThat(summary.accessible).isTrue();
    assertThat(summary.capacity).isEqualTo(Files.getFileStore(folder).getTotalSpace());
    assertThat(summary.freeSpace).isBetween(1L, summary.capacity);
  }

  @Test
  void aDatastoreShowsTheTypeOfItsVolume() throws Exception {
    var other =
        new Inventory(
            new Datastore(
                "old", Files.createDirectory(folder.resolve("old")), FileSystemType.VMFS5),
            new Datastore(
                "share", Files.createDirectory(folder.resolve("share")), FileSystemType.NFS));

    ManagedObject old = other.tree.datastoreNamed("old").orElseThrow().object();
    assertThat(((VmfsDatastoreInfo) old.get("info")).vmfs.majorVersion).isEqualTo(5);
    assertThat(((DatastoreSummary) old.get("summary")).type).isEqualTo("VMFS");
    assertThat(((DatastoreCapability) old.get("capability")).seSparseSupported).isTrue();
    ManagedObject share = other.tree.datastoreNamed("share").orElseThrow().object();
    assertThat(((NasDatastoreInfo) share.get("info")).nas.type).isEqualTo("NFS");
    assertThat(((DatastoreSummary) share.get("summary")).type).isEqualTo("NFS");
    assertThat(((DatastoreCapability) share.get("capability")).seSparseSupported).isFalse();
    assertThat(Conformance.problems(old)).isEmpty();
    assertThat(Conformance.problems(share)).isEmpty();
  }

  @Test
  void aDatastoreWhoseFolderIsGoneIsShownAsInaccessible() throws Exception {
    Path lost = Files.createDirectory(folder.resolve("lost"));
    var other = new Inventory(lost);
    try (var files = Files.walk(lost)) {
      for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
    var summary = (DatastoreSummary) other.tree.defaultDatastore().object().get("summary");
    assertThat(summary.accessible).isFalse();
    assertThat(summary.freeSpace).isZero();
  }

  @Test
  void placingAMachineFillsAllListsInOneStep() {
    Placement placement = onDefaultHost();
    var steps = new AtomicInteger();
    inventory.objects.onChange(() -> {
      steps.incrementAndGet();
      assertThat(listsNaming("vm-21")).isIn(0L, 5L);
    });
    ManagedObject vm = inventory.addMachine("DC0_H0_VM0", placement);
    assertThat(steps).hasValue(1);
    assertThat(vm.id()).isEqualTo("vm-21");
    assertThat(listsNaming("vm-21")).isEqualTo(5);
    assertThat(members(inventory.tree.vmFolder(), "childEntity")).containsExactly(vm.reference());
    assertThat(members(inventory.tree.defaultHost(), "vm")).containsExactly(vm.reference());
    assertThat(members(inventory.find("resgroup-13"), "vm")).containsExactly(vm.reference());
    assertThat(members(inventory.find("datastore-20"), "vm")).containsExactly(vm.reference());
    assertThat(members(inventory.find("dvportgroup-11"), "vm")).containsExactly(vm.reference());
    assertThat(inventory.tree.placementOf(vm.reference())).contains(placement);

    inventory.tree.restructure(tx -> {
      inventory.tree.displace(tx, vm.reference());
      tx.remove(vm.reference());
    });
    assertThat(steps).hasValue(2);
    assertThat(listsNaming("vm-21")).isZero();
    assertThat(inventory.tree.placementOf(vm.reference())).isEmpty();
  }

  @Test
  void twoMachinesOfOneTransactionAreBothListed() {
    var one = new ManagedObject("VirtualMachine", "vm-100");
    var two = new ManagedObject("VirtualMachine", "vm-101");
    inventory.tree.restructure(tx -> {
      inventory.tree.place(tx.add(one), one, onDefaultHost());
      inventory.tree.place(tx.add(two), two, onDefaultHost());
    });
    assertThat(members(inventory.tree.vmFolder(), "childEntity"))
        .containsExactly(one.reference(), two.reference());
  }

  @Test
  void placingAgainMovesAMachine() {
    ManagedObject vm = inventory.addMachine("DC0_H0_VM0", onDefaultHost());
    ManagedObject host = inventory.tree.hostNamed("DC0_C0_H1").orElseThrow();
    inventory.tree.restructure(
        tx -> inventory.tree.place(tx, vm, inventory.tree.placementOn(host)));
    assertThat(members(inventory.tree.defaultHost(), "vm")).isEmpty();
    assertThat(members(inventory.find("resgroup-13"), "vm")).isEmpty();
    assertThat(members(host, "vm")).containsExactly(vm.reference());
    assertThat(members(inventory.find("resgroup-16"), "vm")).containsExactly(vm.reference());
    assertThat(members(inventory.tree.vmFolder(), "childEntity")).containsExactly(vm.reference());
  }

  @Test
  void aFailedRestructuringLeavesNothingBehind() {
    var vm = new ManagedObject("VirtualMachine", "vm-100");
    long version = inventory.objects.version();
    assertThatThrownBy(() ->
            inventory.tree.restructure(tx -> {
              inventory.tree.place(tx.add(vm), vm, onDefaultHost());
              throw new IllegalStateException("no space");
            }))
        .hasMessage("no space");
    assertThat(inventory.objects.version()).isEqualTo(version);
    assertThat(inventory.tree.placementOf(vm.reference())).isEmpty();
    assertThat(inventory.objects.find("vm-100")).isNull();
    inventory.addMachine("DC0_H0_VM0", onDefaultHost());
    assertThat(listsNaming("vm-100")).isZero();
  }

  @Test
  void placesChangeOnlyInsideARestructuring() {
    var vm = new ManagedObject("VirtualMachine", "vm-100");
    assertThatThrownBy(
            () -> inventory.objects.change(tx -> inventory.tree.place(tx, vm, onDefaultHost())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("restructure");
  }

  @Test
  void machinesThatArriveTogetherAreAllListed() throws Exception {
    int machines = 64;
    var go = new CountDownLatch(1);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < machines; i++) {
        String name = "vm" + i;
        threads.submit(() -> {
          go.await();
          return inventory.addMachine(name, onDefaultHost());
        });
      }
      go.countDown();
    }
    assertThat(members(inventory.tree.vmFolder(), "childEntity")).hasSize(machines);
    assertThat(members(inventory.find("datastore-20"), "vm")).hasSize(machines);
  }

  @Test
  void aFolderCanBeAddedAndUsedInTheSameStep() {
    var vm = new ManagedObject("VirtualMachine", "vm-100");
    inventory.tree.restructure(tx -> {
      ManagedObject nested = inventory.tree.addVmFolder(tx, inventory.tree.vmFolder(), "nested");
      Placement placement = onDefaultHost().inFolder(nested.reference());
      tx.add(vm).set(vm, "name", "a").set(vm, "parent", nested.reference());
      inventory.tree.place(tx, vm, placement);
    });
    assertThat(inventory.tree.inventoryPath(vm)).isEqualTo("/DC0/vm/nested/a");
    ManagedObject nested = inventory.find("group-v21");
    assertThat(members(nested, "childEntity")).containsExactly(vm.reference());
    assertThat(Conformance.problems(nested)).isEmpty();
    assertThat(inventory.tree.datacenterOf(vm)).contains(inventory.tree.datacenter());
    inventory.tree.restructure(tx -> {
      inventory.tree.displace(tx, vm.reference());
      inventory.tree.removeFolder(tx, nested);
    });
    assertThat(members(inventory.tree.vmFolder(), "childEntity")).isEmpty();
    assertThat(inventory.objects.find("group-v21")).isNull();
  }

  private Placement onDefaultHost() {
    return inventory.tree.placementOn(inventory.tree.defaultHost());
  }

  private long listsNaming(String vm) {
    return inventory.objects.all().stream()
        .filter(object -> !object.id().equals(vm))
        .flatMap(object -> Conformance.references(object).stream())
        .filter(reference -> reference.value().equals(vm))
        .count();
  }

  private static HostHardwareInfo hardware(ManagedObject host) {
    return (HostHardwareInfo) host.get("hardware");
  }
}
