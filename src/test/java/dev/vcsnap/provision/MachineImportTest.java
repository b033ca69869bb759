package dev.vcsnap.provision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An import that does not become a machine. */
class MachineImportTest {

  @TempDir Path root;

  @Test
  void nothing_of_it_is_left_when_the_database_is_gone() {
    try (var lab = new ProvisionLab(root)) {
      MachineImport imported =
          lab.provision
              .beginImport(ProvisionLab.spec("VM", "[ds]", 1), lab.pool(), null, null)
              .apply(machine -> {});
      lab.registrations.lose();
      assertThatThrownBy(imported::undo).hasMessage("The database is gone");
      assertThat(lab.machines.all()).isEmpty();
      assertThat(lab.objects.find(imported.machine().object().id())).isNull();
      assertThat(lab.directories()).isEmpty();
    }
  }
}
