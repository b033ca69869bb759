package dev.vcsnap.disk.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.vmdk.DeltaKind;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfinedFilesTest {

  @TempDir Path directory;

  @Test
  void a_descriptor_does_not_lead_to_a_parent_elsewhere() throws Exception {
    Path root = Files.createDirectory(directory.toRealPath().resolve("root"));
    Path secret = root.resolveSibling("secret.vmdk");
    var free = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
    free.createFlat(secret, 1 << 20, true);
    Path child = root.resolve("child.vmdk");
    free.createDelta(child, secret, DeltaKind.SE_SPARSE);
    assertThat(free.linksOf(child)).containsExactly(secret, child);

    var confined =
        new DiskFactory(
            new Ids(new Dice(2)), new SystemClock(), new ConfinedFiles(new HostFiles(), root));
    assertThatThrownBy(() -> confined.linksOf(child))
        .isInstanceOfSatisfying(
            BlockError.class,
            error -> assertThat(error.kind()).isEqualTo(BlockError.Kind.UNSUPPORTED));
    confined.createFlat(root.resolve("own.vmdk"), 1 << 20, true);
    assertThat(confined.linksOf(root.resolve("own.vmdk"))).hasSize(1);
  }
}
