package dev.vcsnap.datastore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFileTest {

  @TempDir Path root;

  private final DiskFactory factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
  private Path ours;
  private Path theirs;

  @BeforeEach
  void twoDatastores() throws IOException {
    ours = Files.createDirectory(root.resolve("ours"));
    theirs = Files.createDirectory(root.resolve("theirs"));
  }

  private BlockDevice open(String name) {
    var store = new Datastore("ds", ours);
    return new StoredFile(store, new DatastorePath("ds", name)).openDisk(factory);
  }

  private void base(Path descriptor) {
    factory.createFlat(descriptor, 1 << 20, true);
    try (RunningDisk disk = factory.open(descriptor, OpenMode.READ_WRITE)) {
      disk.writeAt(0, ByteBuffer.wrap(new byte[] {7}));
    }
  }

  @Test
  void a_chain_within_the_datastore_is_read() {
    base(ours.resolve("base.vmdk"));
    factory.createDelta(ours.resolve("delta.vmdk"), ours.resolve("base.vmdk"));
    try (BlockDevice disk = open("delta.vmdk")) {
      ByteBuffer one = ByteBuffer.allocate(1);
      disk.readAt(0, one);
      assertThat(one.get(0)).isEqualTo((byte) 7);
    }
  }

  @Test
  void a_delta_shows_no_bytes_of_another_datastore() {
    base(theirs.resolve("secret.vmdk"));
    factory.createDelta(ours.resolve("delta.vmdk"), theirs.resolve("secret.vmdk"));
    factory.createDelta(ours.resolve("deeper.vmdk"), ours.resolve("delta.vmdk"));
    for (String name : new String[] {"delta.vmdk", "deeper.vmdk"}) {
      assertThatExceptionOfType(BlockError.class)
          .isThrownBy(() -> open(name))
          .withMessageContaining("another datastore")
          .satisfies(refused -> assertThat(refused.kind()).isEqualTo(BlockError.Kind.UNSUPPORTED));
    }
  }
}
