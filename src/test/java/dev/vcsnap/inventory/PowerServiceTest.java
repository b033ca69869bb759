package dev.vcsnap.inventory;

import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOff;
import static dev.vcsnap.vim.VirtualMachinePowerState.poweredOn;
import static dev.vcsnap.vim.VirtualMachinePowerState.suspended;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.vim.InvalidPowerState;
import dev.vcsnap.vim.ToolsUnavailable;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachineRuntimeInfo;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerServiceTest {

  @TempDir Path root;
  private MachineLab lab;
  private VirtualMachine machine;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    machine = lab.machine("VM");
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void each_change_is_kept_and_shown() {
    lab.power.suspend(machine);
    assertThat(runtime().powerState).isEqualTo(suspended);
    lab.power.powerOn(machine);
    assertThat(runtime().powerState).isEqualTo(poweredOn);
    lab.power.powerOff(machine);
    assertThat(runtime().powerState).isEqualTo(poweredOff);
    assertThat(runtime().bootTime).isNull();
    lab.power.powerOn(machine);
    assertThat(runtime().bootTime).isNotNull();
    assertThat(lab.notedPower).containsExactly(suspended, poweredOn, poweredOff, poweredOn);
  }

  @Test
  @Rule(
      value = "A20",
      says = "An operation in the wrong power state is InvalidPowerState.",
      by = Witness.DOCUMENT)
  void what_the_present_state_does_not_allow_is_refused_and_names_it() {
    refused(() -> lab.power.powerOn(machine));
    lab.power.powerOff(machine);
    refused(() -> lab.power.powerOff(machine));
    refused(() -> lab.power.suspend(machine));
    refused(() -> lab.power.reset(machine));
    assertThat(lab.power.toolsUnavailable(machine).fault()).isInstanceOf(InvalidPowerState.class);
  }

  @Test
  void a_running_guest_without_tools_cannot_be_asked_to_shut_down() {
    assertThat(lab.power.toolsUnavailable(machine).fault()).isInstanceOf(ToolsUnavailable.class);
  }

  @Test
  void the_power_state_that_a_revert_brings_back_is_kept_too() {
    int uid = lab.snapshot(machine, "disks only");
    lab.snapshots.revert(machine, uid, false, percent -> {});
    assertThat(runtime().powerState).isEqualTo(poweredOff);
    assertThat(lab.notedPower).containsExactly(poweredOff);
  }

  private void refused(ThrowingCallable operation) {
    var before = machine.power();
    assertThatThrownBy(operation)
        .isInstanceOfSatisfying(
            VimException.class,
            thrown ->
                assertThat(((InvalidPowerState) thrown.fault()).existingState).isEqualTo(before));
  }

  private VirtualMachineRuntimeInfo runtime() {
    return (VirtualMachineRuntimeInfo) machine.object().get("runtime");
  }
}
