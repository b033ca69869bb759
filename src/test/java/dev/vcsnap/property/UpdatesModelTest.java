package dev.vcsnap.property;

import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Specs.options;
import static dev.vcsnap.property.Specs.properties;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.DynamicProperty;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.ObjectUpdate;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.PropertyChange;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.PropertyFilterUpdate;
import dev.vcsnap.vim.PropertySpec;
import dev.vcsnap.vim.TaskInfo;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VirtualCdrom;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotInfo;
import dev.vcsnap.vim.VirtualMachineSnapshotTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random changes of the inventory against a client that knows it from updates alone: whatever it
 * holds must be what a read would give.
 */
class UpdatesModelTest {

  /** What each filter asks for; no path of a filter begins with another one of it. */
  private static final List<List<PropertySpec>> PATHS =
      List.of(
          List.of(
              properties("VirtualMachine", "name", "config", "snapshot", "datastore"),
              properties("Task", "info")),
          List.of(
              properties(
                  "VirtualMachine",
                  "config.hardware.device",
                  "config.extraConfig",
                  "snapshot.rootSnapshotList"),
              properties("Task", "info.state", "info.error", "info.result")),
          List.of(
              properties(
                  "VirtualMachine",
                  "config.hardware.device[2001]",
                  "config.hardware.device[2002].deviceInfo.label",
                  "config.extraConfig[\"b.c\"].value"),
              properties("Task", "info.error.localizedMessage")));

  /** One filter and what its client holds: values by path by object. */
  private record Client(
      PropertyFilterSpec spec,
      ManagedObjectReference filter,
      List<String> paths,
      Map<String, Map<String, Object>> held) {}

  private final Server server = new Server();
  private final List<ManagedObject> machines = new ArrayList<>();
  private final List<ManagedObject> tasks = new ArrayList<>();
  private int created;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aClientThatAppliesUpdatesHoldsWhatTheRegistryHolds(boolean partial) {
    long seed = new Random().nextLong();
    System.out.println("UpdatesModelTest partial=" + partial + " seed=" + seed);
    run(new Random(seed), partial, "seed " + seed);
  }

  @Test
  void aFixedRunOfTheSameKind() {
    run(new Random(42), true, "seed 42");
  }

  private void run(Random random, boolean partial, String description) {
    ManagedObjectReference view =
        server.views.createContainerView(
            server.session, server.root.reference(), List.of("VirtualMachine"), true);
    ManagedObjectReference list = server.views.createListView(server.session, List.of());
    List<Client> clients = new ArrayList<>();
    for (List<PropertySpec> properties : PATHS) {
      PropertyFilterSpec spec =
          Specs.filter(
              properties,
              Specs.skipped(Specs.object(view, Specs.traverse("ContainerView", "view"))),
              Specs.skipped(Specs.object(list, Specs.traverse("ListView", "view"))));
      clients.add(
          new Client(
              spec,
              server.collectors.createFilter(server.session, DEFAULT, spec, partial),
              properties.stream().flatMap(p -> p.pathSet.stream()).toList(),
              new TreeMap<>()));
    }
    String version = "";
    for (int step = 0; step < 400; step++) {
      for (int i = random.nextInt(4); i >= 0; i--) {
        change(random, list);
      }
      Integer limit = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : null;
      UpdateSet set;
      do {
        if (!version.isEmpty() && random.nextInt(5) == 0) {
          // This answer gets lost on its way; the client asks from the same version again.
          server.collectors.waitForUpdatesEx(server.session, DEFAULT, version, options(0, limit));
          if (random.nextBoolean()) {
            change(random, list);
          }
        }
        set =
            server.collectors.waitForUpdatesEx(server.session, DEFAULT, version, options(0, limit));
        if (set != null) {
          apply(set, clients);
          version = set.version;
        }
      } while (set != null);
      for (Client client : clients) {
        assertThat(client.held)
            .as("%s, step %d, %s", description, step, client.paths)
            .isEqualTo(read(client.spec));
      }
    }
  }

  private Map<String, Map<String, Object>> read(PropertyFilterSpec spec) {
    Map<String, Map<String, Object>> values = new TreeMap<>();
    for (ObjectContent content : server.collectors.retrieve(server.session, List.of(spec))) {
      Map<String, Object> properties = new LinkedHashMap<>();
      for (DynamicProperty property : content.propSet) {
        properties.put(property.name, Trees.of(property.val));
      }
      values.put(content.obj.value(), properties);
    }
    return values;
  }

  private static void apply(UpdateSet set, List<Client> clients) {
    for (PropertyFilterUpdate update : set.filterSet) {
      Client client =
          clients.stream().filter(c -> c.filter.equals(update.filter)).findFirst().orElseThrow();
      update.objectSet.forEach(object -> apply(object, client));
    }
  }

  private static void apply(ObjectUpdate update, Client client) {
    String id = update.obj.value();
    switch (update.kind) {
      case enter ->
          assertThat(client.held.put(id, new LinkedHashMap<>()))
              .as("entered twice: %s", id)
              .isNull();
      case modify -> assertThat(update.changeSet).as("changes of %s", id).isNotEmpty();
      case leave -> assertThat(client.held.remove(id)).as("left: %s", id).isNotNull();
    }
    for (PropertyChange change : update.changeSet) {
      Map<String, Object> values = client.held.get(id);
      Trees.apply(values, client.paths, change);
      values.values().removeIf(Objects::isNull);
    }
  }

  private void change(Random random, ManagedObjectReference list) {
    switch (random.nextInt(10)) {
      case 0 -> {
        if (machines.size() < 6) {
          machines.add(server.addVm("vm-" + (100 + created++)));
        }
      }
      case 1 -> {
        if (machines.size() > 2) {
          server.removeVm(machines.remove(random.nextInt(machines.size())));
        }
      }
      case 2 -> {
        ManagedObject task = server.addTask("task-" + created++);
        tasks.add(task);
        List<ManagedObjectReference> drop =
            tasks.size() > 4 ? List.of(tasks.removeFirst().reference()) : List.of();
        server.views.modifyListView(server.session, list, Server.refs(task), drop);
      }
      case 3, 4 -> {
        if (!tasks.isEmpty()) {
          server.set(tasks.get(random.nextInt(tasks.size())), "info", randomInfo(random));
        }
      }
      default -> {
        if (!machines.isEmpty()) {
          changeMachine(random, machines.get(random.nextInt(machines.size())));
        }
      }
    }
  }

  private void changeMachine(Random random, ManagedObject vm) {
    server.objects.change(tx -> {
      for (int i = random.nextInt(3); i >= 0; i--) {
        switch (random.nextInt(4)) {
          case 0 -> tx.set(vm, "name", random.nextInt(4) == 0 ? null : "n" + random.nextInt(9));
          case 1 -> tx.set(vm, "snapshot", randomSnapshot(random));
          case 2 ->
              tx.set(
                  vm,
                  "datastore",
                  switch (random.nextInt(3)) {
                    case 0 -> null;
                    case 1 -> List.of();
                    default -> Server.refs(server.datastore);
                  });
          default -> tx.set(vm, "config", randomConfig(random));
        }
      }
    });
  }

  private static VirtualMachineConfigInfo randomConfig(Random random) {
    if (random.nextInt(20) == 0) {
      return null;
    }
    List<VirtualDevice> devices = new ArrayList<>();
    for (int key = 2000; key < 2005; key++) {
      switch (random.nextInt(4)) {
        case 0 -> devices.add(Server.disk(key, random.nextInt(3)));
        case 1 -> {
          var cdrom = new VirtualCdrom();
          cdrom.key = key;
          devices.add(cdrom);
        }
        case 2 -> devices.add(Server.disk(key, 1));
        default -> {}
      }
    }
    if (random.nextInt(5) == 0) {
      Collections.shuffle(devices, random);
    }
    if (random.nextInt(20) == 0 && !devices.isEmpty()) {
      devices.add(devices.getFirst());
    }
    VirtualMachineConfigInfo config =
        Server.config("c" + random.nextInt(2), devices.toArray(VirtualDevice[]::new));
    if (random.nextInt(8) == 0) {
      config.hardware.device = null;
    }
    List<OptionValue> options = new ArrayList<>();
    for (String key : List.of("a", "b.c", "d[0]", "e\"f")) {
      if (random.nextInt(3) > 0 && (key.length() < 4 || random.nextInt(4) == 0)) {
        options.add(Server.option(key, random.nextBoolean() ? (Object) 1 : "x"));
      }
    }
    config.extraConfig = random.nextInt(6) == 0 ? null : options;
    return config;
  }

  private static VirtualMachineSnapshotInfo randomSnapshot(Random random) {
    if (random.nextInt(3) == 0) {
      return null;
    }
    var snapshot = new VirtualMachineSnapshotInfo();
    List<VirtualMachineSnapshotTree> roots = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      var tree = new VirtualMachineSnapshotTree();
      tree.name = "s" + random.nextInt(3);
      roots.add(tree);
    }
    snapshot.rootSnapshotList = roots;
    return snapshot;
  }

  private static TaskInfo randomInfo(Random random) {
    List<TaskInfoState> states = Arrays.asList(TaskInfoState.values());
    TaskInfo info = Server.taskInfo(states.get(random.nextInt(states.size())));
    info.progress = random.nextBoolean() ? random.nextInt(100) : null;
    info.result =
        switch (random.nextInt(3)) {
          case 0 -> null;
          case 1 -> new ManagedObjectReference("VirtualMachineSnapshot", "snapshot-1");
          default -> "text";
        };
    if (random.nextInt(3) == 0) {
      info.error =
          dev.vcsnap.vim.Faults.invalidArgument(random.nextBoolean() ? "a" : "b").localized();
      info.error.fault = random.nextBoolean() ? info.error.fault : new MethodFault();
    }
    return info;
  }
}
