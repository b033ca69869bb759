package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UninterruptedTest {

  @TempDir Path temp;

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  @Test
  void aCancelledTaskStillWritesAndReadsItsMachinesState() {
    VmDirectory vm =
        new VmDirectory(new Datastore("ds", temp), DatastorePath.parse("[ds] web/web.vmx"));
    Thread.currentThread().interrupt();

    vm.create(new Vmx());
    Vmx vmx = vm.readVmx();
    vmx.putFlag("ctkEnabled", true);
    vm.writeVmx(vmx);
    vm.writeVmsd(new Vmsd(3, 0, true, java.util.List.of()));
    vm.deleteFile("web.nvram");

    assertThat(vm.readVmx().flag("ctkEnabled")).isTrue();
    assertThat(vm.readVmsd().lastUid()).isEqualTo(3);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(vm.names().existing()).containsExactlyInAnyOrder("web.vmx", "web.vmsd");
  }
}
