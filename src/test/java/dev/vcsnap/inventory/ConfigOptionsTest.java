package dev.vcsnap.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualIDEController;
import dev.vcsnap.vim.VirtualMachineConfigOption;
import dev.vcsnap.vim.VirtualPCIController;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigOptionsTest {

  @TempDir Path root;
  private MachineLab lab;
  private ConfigOptions options;

  @BeforeEach
  void open() {
    lab = new MachineLab(root);
    options = new ConfigOptions(lab.tree, new InventoryNetworks(lab.objects, lab.tree));
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void they_have_all_guests_and_the_devices_of_every_machine() {
    VirtualMachineConfigOption usual = options.of(null, List.of());
    assertThat(Conformance.problems("option", usual)).isEmpty();
    assertThat(usual.version).isEqualTo("vmx-19");
    assertThat(usual.guestOSDescriptor).hasSizeGreaterThan(100);
    assertThat(usual.defaultDevice)
        .hasAtLeastOneElementOfType(VirtualIDEController.class)
        .hasAtLeastOneElementOfType(VirtualPCIController.class)
        .doesNotHaveDuplicates();
    assertThat(options.of("vmx-21", List.of()).hardwareOptions.hwVersion).isEqualTo(21);
  }

  @Test
  void guests_are_told_of_by_their_ids() {
    VirtualMachineConfigOption some =
        options.of("vmx-19", List.of("ubuntu64Guest", "windows8_64Guest", "freebsd64Guest"));
    assertThat(some.guestOSDescriptor)
        .extracting(guest -> guest.id + ": " + guest.family)
        .containsExactlyInAnyOrder(
            "ubuntu64Guest: linuxGuest",
            "windows8_64Guest: windowsGuest",
            "freebsd64Guest: otherGuestFamily");
    assertThat(GuestNames.family("otherLinux64Guest")).isEqualTo("linuxGuest");
  }

  @Test
  void one_version_is_the_usual_one_and_others_than_these_are_refused() {
    assertThat(options.versions())
        .filteredOn(version -> version.defaultConfigOption)
        .extracting(version -> version.key)
        .containsExactly("vmx-19");
    assertThat(
            catchThrowableOfType(VimException.class, () -> options.of("vmx-99", List.of())).fault())
        .isInstanceOf(InvalidArgument.class);
  }
}
