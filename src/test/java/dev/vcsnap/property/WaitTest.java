package dev.vcsnap.property;

import static dev.vcsnap.property.RetrieveTest.assertFault;
import static dev.vcsnap.property.Server.DEFAULT;
import static dev.vcsnap.property.Specs.linesOf;
import static dev.vcsnap.property.Specs.of;
import static dev.vcsnap.property.Specs.options;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.NotAuthenticated;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.UpdateSet;
import dev.vcsnap.vim.VimException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class WaitTest {

  private final Server server = new Server();
  private final ManagedObject vm = server.addVm("vm-20");
  private final ManagedObjectReference collector =
      server.collectors.createCollector(server.session);

  /** A wait on a thread of its own. */
  private final class Waiting {
    private final CompletableFuture<UpdateSet> answer = new CompletableFuture<>();
    private final Thread thread;

    Waiting(ManagedObjectReference on, String version) {
      thread =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  answer.complete(server.collectors.waitForUpdates(server.session, on, version));
                } catch (RuntimeException e) {
                  answer.completeExceptionally(e);
                }
              });
    }

    Waiting blocked() {
      while (thread.getState() != Thread.State.WAITING
          && thread.getState() != Thread.State.TIMED_WAITING) {
        Thread.onSpinWait();
      }
      return this;
    }

    UpdateSet answer() throws Exception {
      return answer.get(20, TimeUnit.SECONDS);
    }

    void assertEndsWith(Class<?> fault) throws Exception {
      try {
        assertThat(answer()).isNull();
      } catch (ExecutionException e) {
        assertThat(e.getCause())
            .isInstanceOfSatisfying(
                VimException.class, v -> assertThat(v.fault()).isExactlyInstanceOf(fault));
      }
    }
  }

  @Test
  void theFirstWaitReturnsAtOnce() {
    watch();
    assertThat(linesOf(server.collectors.waitForUpdates(server.session, collector, ""))).hasSize(1);
  }

  @Test
  void aWaitEndsWithTheChangeItWaitsFor() throws Exception {
    watch();
    var waiting = new Waiting(collector, first()).blocked();
    server.set(vm, "name", "new");
    assertThat(linesOf(waiting.answer())).containsExactly("modify vm-20 name assign=new");
  }

  @Test
  void changesOfOtherObjectsDoNotEndAWait() throws Exception {
    watch();
    var waiting = new Waiting(collector, first()).blocked();
    server.addVm("vm-21");
    server.set(vm, "parent", server.host.reference());
    assertThat(waiting.blocked().answer.isDone()).isFalse();
    server.set(vm, "name", "new");
    assertThat(linesOf(waiting.answer())).containsExactly("modify vm-20 name assign=new");
  }

  @Test
  void aWaitWithoutFiltersEndsWhenOneIsMade() throws Exception {
    var waiting = new Waiting(collector, "").blocked();
    watch();
    assertThat(linesOf(waiting.answer())).containsExactly("enter vm-20 name assign=vm-20");
  }

  @Test
  void aWaitOfNoTimeIsAPoll() {
    watch();
    assertThat(poll(first(), 0)).isNull();
  }

  @Test
  void aWaitReturnsNothingWhenItsTimeIsOver() {
    watch();
    String version = first();
    long start = System.nanoTime();
    assertThat(poll(version, 1)).isNull();
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(1_000_000_000L);
    server.set(vm, "name", "new");
    assertThat(linesOf(poll(version, 1))).hasSize(1);
  }

  @Test
  void optionsOutsideTheirRangeAreRefused() {
    assertFault(() -> poll("", -1), InvalidArgument.class);
    assertFault(
        () -> server.collectors.waitForUpdatesEx(server.session, collector, "", options(null, 0)),
        InvalidArgument.class);
  }

  @Test
  void aCanceledWaitEndsWithRequestCanceled() throws Exception {
    watch();
    String version = first();
    var waiting = new Waiting(collector, version).blocked();
    server.collectors.cancelWaitForUpdates(server.session, collector);
    waiting.assertEndsWith(RequestCanceled.class);
    assertThat(poll(version, 0)).isNull();
  }

  @Test
  void aWaitEndsWithItsSession() throws Exception {
    watch();
    var waiting = new Waiting(collector, first()).blocked();
    server.sessions.end(server.session);
    waiting.assertEndsWith(NotAuthenticated.class);
  }

  @Test
  void aWaitEndsWithItsCollector() throws Exception {
    watch();
    var waiting = new Waiting(collector, first()).blocked();
    server.collectors.destroyCollector(server.session, collector);
    waiting.assertEndsWith(ManagedObjectNotFound.class);
  }

  @Test
  void aWaitEndsWhenTheServerStops() throws Exception {
    watch();
    var waiting = new Waiting(collector, first()).blocked();
    server.collectors.close();
    waiting.assertEndsWith(RequestCanceled.class);
  }

  @Test
  void twoWaitsFromOneVersionGetTheSameChanges() throws Exception {
    watch();
    String version = first();
    List<Waiting> both =
        List.of(
            new Waiting(collector, version).blocked(), new Waiting(collector, version).blocked());
    server.set(vm, "name", "new");
    for (Waiting waiting : both) {
      assertThat(linesOf(waiting.answer())).containsExactly("modify vm-20 name assign=new");
    }
  }

  @Test
  void theDefaultCollectorOfAnotherSessionIsNotDisturbed() throws Exception {
    server.collectors.createFilter(server.session, DEFAULT, of(vm, "name"), false);
    String version = server.collectors.waitForUpdates(server.session, DEFAULT, "").version;
    var waiting = new Waiting(DEFAULT, version).blocked();
    server.collectors.cancelWaitForUpdates(server.login(), DEFAULT);
    assertThat(waiting.blocked().answer.isDone()).isFalse();
    server.collectors.cancelWaitForUpdates(server.session, DEFAULT);
    waiting.assertEndsWith(RequestCanceled.class);
  }

  private void watch() {
    server.collectors.createFilter(server.session, collector, of(vm, "name"), false);
  }

  private String first() {
    return server.collectors.checkForUpdates(server.session, collector, "").version;
  }

  private UpdateSet poll(String version, int seconds) {
    return server.collectors.waitForUpdatesEx(
        server.session, collector, version, options(seconds, null));
  }
}
