package dev.vcsnap.property;

import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Specs.filter;
import static dev.vcsnap.property.Specs.object;
import static dev.vcsnap.property.Specs.options;
import static dev.vcsnap.property.Specs.properties;
import static dev.vcsnap.property.Specs.skipped;
import static dev.vcsnap.property.Specs.traverse;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.ObjectContent;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.UpdateSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Readers on one thread, transactions on others: nobody sees half of a transaction. */
@Timeout(60)
class ConsistencyTest {

  private static final int MACHINES = 20;

  private final Server server = new Server();
  private final List<ManagedObject> machines = new ArrayList<>();
  private final AtomicBoolean stop = new AtomicBoolean();

  ConsistencyTest() {
    for (int i = 0; i < MACHINES; i++) {
      machines.add(server.addVm("vm-2" + i));
    }
    rename(0);
  }

  @Test
  void aWaitingClientAlwaysHoldsTheStateAfterATransaction() throws Exception {
    server.collectors.createFilter(server.session, DEFAULT, machinesInFolder(), false);
    Map<String, Object> held = new HashMap<>();
    Thread writer = Thread.ofPlatform().start(this::renameUntilStopped);
    String version = "";
    int sets = 0;
    try {
      while (sets < 300) {
        UpdateSet set =
            server.collectors.waitForUpdatesEx(server.session, DEFAULT, version, options(20, null));
        version = set.version;
        sets++;
        set.filterSet.stream()
            .flatMap(filter -> filter.objectSet.stream())
            .forEach(update ->
                update.changeSet.forEach(change -> held.put(update.obj.value(), change.val)));
        assertThat(held).hasSize(MACHINES);
        assertThat(held.values().stream().distinct()).as("after set %d", sets).hasSize(1);
      }
    } finally {
      stop.set(true);
      writer.join();
    }
  }

  @Test
  void aReadGivesTheStateAfterATransaction() throws Exception {
    List<Thread> writers =
        List.of(
            Thread.ofPlatform().start(this::renameUntilStopped),
            Thread.ofPlatform().start(this::renameUntilStopped));
    try {
      for (int i = 0; i < 2_000; i++) {
        List<ObjectContent> contents =
            server.collectors.retrieve(server.session, List.of(machinesInFolder()));
        assertThat(contents).hasSize(MACHINES);
        assertThat(contents.stream().map(content -> content.propSet.getFirst().val).distinct())
            .as("read %d", i)
            .hasSize(1);
      }
    } finally {
      stop.set(true);
      for (Thread writer : writers) {
        writer.join();
      }
    }
  }

  @Test
  void noChangeIsMissedBetweenLookingAndWaiting() throws Exception {
    ManagedObject vm = machines.getFirst();
    server.collectors.createFilter(server.session, DEFAULT, Specs.of(vm, "name"), false);
    String version = server.collectors.checkForUpdates(server.session, DEFAULT, "").version;
    var turn = new SynchronousQueue<Integer>();
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              try {
                for (int i = turn.take(); i >= 0; i = turn.take()) {
                  server.set(vm, "name", "turn " + i);
                }
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    for (int i = 0; i < 5_000; i++) {
      turn.put(i);
      UpdateSet set =
          server.collectors.waitForUpdatesEx(server.session, DEFAULT, version, options(20, null));
      assertThat(set).as("turn %d", i).isNotNull();
      assertThat(Specs.linesOf(set))
          .containsExactly("modify " + vm.id() + " name assign=turn " + i);
      version = set.version;
    }
    turn.put(-1);
    writer.join();
  }

  private PropertyFilterSpec machinesInFolder() {
    return filter(
        properties("VirtualMachine", "name"),
        skipped(object(server.vmFolder, traverse("Folder", "childEntity"))));
  }

  private void renameUntilStopped() {
    for (int i = 1; !stop.get(); i++) {
      rename(i);
    }
  }

  private void rename(int number) {
    String name = Thread.currentThread().threadId() + "-" + number;
    server.objects.change(tx -> machines.forEach(vm -> tx.set(vm, "name", name)));
  }
}
