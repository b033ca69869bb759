package dev.vcsnap.seed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineRegisterTest {

  private static final RegisteredMachine MACHINE =
      new RegisteredMachine(
          "vm-7",
          VirtualMachinePowerState.suspended,
          "DC0_H0",
          new DatastorePath("LocalDS_0", "a folder/VM [1].vmx"));

  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("machines.txt");
  }

  @Test
  void it_is_new_until_machines_were_put_and_finds_them_again() {
    var register = new MachineRegister(file);
    assertThat(register.isNew()).isTrue();
    assertThat(register.all()).isEmpty();
    register.put(List.of(MACHINE));
    assertThat(register.isNew()).isFalse();
    assertThat(new MachineRegister(file).all()).containsExactly(MACHINE);
  }

  @Test
  void a_damaged_file_is_refused_with_its_name() throws IOException {
    for (String text :
        new String[] {
          "",
          "something else\n",
          "vcsnap machines 1\nvm-1\tpoweredOn\tDC0_H0\n",
          "vcsnap machines 1\nvm-1\thalfOn\tDC0_H0\t[ds] a/a.vmx\n",
          "vcsnap machines 1\nvm-1\tpoweredOn\tDC0_H0\tno path\n"
        }) {
      Files.writeString(file, text);
      assertThatThrownBy(() -> new MachineRegister(file))
          .as(text)
          .isInstanceOf(BlockError.class)
          .hasMessageContaining(file.toString());
    }
  }

  @Test
  void bytes_that_are_no_text_are_refused() throws IOException {
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> new MachineRegister(file))
        .isInstanceOf(BlockError.class)
        .hasMessageContaining(file.toString());
  }
}
