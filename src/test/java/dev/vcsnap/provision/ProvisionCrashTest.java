package dev.vcsnap.provision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.inventory.VirtualMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills the server before each file that an operation makes, replaces or deletes, and starts again
 * on a copy of the datastore at that moment.
 */
class ProvisionCrashTest {

  private static final Set<String> STEPS = Set.of("create", "replace", "delete");

  @TempDir Path temporary;

  private record Moment(Path root, String step, Set<DatastorePath> registered) {}

  private final List<Moment> moments = new ArrayList<>();
  private ProvisionLab lab;
  private boolean on;

  @Test
  void a_kill_during_creation_or_deletion_leaves_a_whole_machine_or_none() throws IOException {
    Path root = Files.createDirectories(temporary.resolve("live"));
    try (var made = new ProvisionLab(root, stepping(root))) {
      lab = made;
      on = true;
      VirtualMachine machine = lab.create(ProvisionLab.spec("VM", "[ds]", 2));
      on = false;
      lab.snapshot(machine, "first");
      on = true;
      lab.provision.destroy(machine.object(), percent -> {});
      on = false;
      assertThat(lab.directories()).isEmpty();
    }
    assertThat(moments).hasSizeGreaterThan(20);
    moments.forEach(ProvisionCrashTest::startAgain);
  }

  private static void startAgain(Moment moment) {
    try (var again = new ProvisionLab(moment.root())) {
      again
          .datastore
          .unclaimed()
          .recover(
              moment.registered()::contains,
              failure -> {
                throw failure;
              });
      assertThat(again.directories()).as(moment.step()).hasSize(moment.registered().size());
      for (DatastorePath path : moment.registered()) {
        VirtualMachine machine = again.register(path.toString());
        assertThat(machine.disks()).as(moment.step()).hasSize(2);
        again.provision.destroy(machine.object(), percent -> {});
      }
    } catch (RuntimeException e) {
      throw new AssertionError("After a kill before \"" + moment.step() + "\"", e);
    }
  }

  private DiskFiles stepping(Path root) {
    var files = new HostFiles();
    return (DiskFiles)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DiskFiles.class},
            (proxy, method, arguments) -> {
              if (on && STEPS.contains(method.getName())) {
                String step = method.getName() + " " + root.relativize((Path) arguments[0]);
                moments.add(new Moment(copy(root), step, Set.copyOf(lab.registered())));
              }
              try {
                return method.invoke(files, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Path copy(Path root) {
    Path target = temporary.resolve("copy" + moments.size());
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        Files.copy(file, target.resolve(root.relativize(file)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return target;
  }
}
