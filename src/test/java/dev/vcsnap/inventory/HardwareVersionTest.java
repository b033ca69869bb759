package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.vim.AlreadyUpgraded;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.VimException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareVersionTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;
  private HardwareVersion hardware;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
    hardware =
        new HardwareVersion(
            lab.clock,
            TestPublisher.of(
                lab.objects, lab.clock, lab.factory, new InventoryNetworks(lab.objects, lab.tree)));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void it_is_raised_to_a_version_and_to_the_newest() {
    lab.power.powerOff(machine);
    hardware.upgrade(machine, "vmx-20");
    assertThat(MachineLab.config(machine).version).isEqualTo("vmx-20");
    hardware.upgrade(machine, null);
    assertThat(MachineLab.config(machine).version).isEqualTo("vmx-21");
  }

  @Test
  void what_runs_what_is_as_new_and_what_there_is_not_are_refused() {
    assertThat(refused("vmx-20")).isInstanceOf(InvalidPowerState.class);
    lab.power.powerOff(machine);
    assertThat(refused("vmx-19")).isInstanceOf(AlreadyUpgraded.class);
    assertThat(refused("vmx-18")).isInstanceOf(AlreadyUpgraded.class);
    assertThat(refused("vmx-99")).isInstanceOf(InvalidArgument.class);
    assertThat(refused("19")).isInstanceOf(InvalidArgument.class);
    assertThat(MachineLab.config(machine).version).isEqualTo("vmx-19");
  }

  private MethodFault refused(@Nullable String version) {
    return catchThrowableOfType(VimException.class, () -> hardware.upgrade(machine, version))
        .fault();
  }
}
