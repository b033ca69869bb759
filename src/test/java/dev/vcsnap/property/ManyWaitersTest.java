package dev.vcsnap.property;

import static dev.vcsnap.property.Specs.linesOf;
import static dev.vcsnap.property.Specs.membersOf;
import static dev.vcsnap.property.Specs.of;
import static dev.vcsnap.property.Specs.properties;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.session.Session;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.PropertyFilterSpec;
import dev.vcsnap.vim.UpdateSet;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hundreds of sessions that wait for changes of thousands of machines. */
@Timeout(120)
class ManyWaitersTest {

  private static final int MACHINES = 10_000;
  private static final int WAITERS = 500;

  private final Server server = new Server();
  private final List<ManagedObject> machines = new ArrayList<>();

  /** A session with a filter, and its call that waits on a virtual thread. */
  private final class Waiter {
    private final Session session = server.login();
    private final ManagedObjectReference collector = server.collectors.createCollector(session);
    private String version;
    private Thread thread;
    private CompletableFuture<UpdateSet> answer;

    Waiter(PropertyFilterSpec spec) {
      server.collectors.createFilter(session, collector, spec, false);
      version = server.collectors.checkForUpdates(session, collector, "").version;
    }

    void await() {
      answer = new CompletableFuture<>();
      thread =
          Thread.startVirtualThread(
              () -> answer.complete(server.collectors.waitForUpdates(session, collector, version)));
    }

    void requireBlocked() {
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        assertThat(answer.isDone()).isFalse();
        Thread.onSpinWait();
      }
    }

    List<String> told() throws Exception {
      UpdateSet set = answer.get(60, TimeUnit.SECONDS);
      version = set.version;
      return linesOf(set);
    }
  }

  @Test
  void whoWatchesEveryMachineIsToldOfTheOneThatChanged() throws Exception {
    addMachines();
    ManagedObjectReference root = server.root.reference();
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      var waiter =
          new Waiter(
              membersOf(
                  server.views.createContainerView(
                      server.session, root, List.of("VirtualMachine"), true),
                  properties("VirtualMachine", "name", "snapshot")));
      waiters.add(waiter);
    }
    for (int round = 0; round < 5; round++) {
      waiters.forEach(Waiter::await);
      waiters.forEach(Waiter::requireBlocked);
      ManagedObject vm = machines.get(round * 1_999);
      String name = "changed in round " + round;
      server.set(vm, "name", name);
      for (Waiter waiter : waiters) {
        assertThat(waiter.told()).containsExactly("modify " + vm.id() + " name assign=" + name);
      }
    }
  }

  @Test
  void aChangeAnswersTheOneWaiterWhoWatchesTheObject() throws Exception {
    addMachines();
    List<Waiter> waiters = new ArrayList<>();
    for (int i = 0; i < WAITERS; i++) {
      waiters.add(new Waiter(of(machines.get(i), "name")));
    }
    waiters.forEach(Waiter::await);
    waiters.forEach(Waiter::requireBlocked);
    server.set(machines.get(WAITERS), "name", "watched by nobody");
    for (int i = WAITERS - 1; i >= 0; i--) {
      assertThat(waiters.get(i).answer.isDone()).isFalse();
      server.set(machines.get(i), "name", "new");
      assertThat(waiters.get(i).told())
          .containsExactly("modify " + machines.get(i).id() + " name assign=new");
    }
  }

  private void addMachines() {
    for (int i = 0; i < MACHINES; i++) {
      machines.add(new ManagedObject("VirtualMachine", "vm-" + (1000 + i)));
    }
    server.objects.change(tx -> {
      machines.forEach(vm -> tx.add(vm).set(vm, "name", vm.id()));
      tx.set(
          server.vmFolder, "childEntity", machines.stream().map(ManagedObject::reference).toList());
    });
  }
}
