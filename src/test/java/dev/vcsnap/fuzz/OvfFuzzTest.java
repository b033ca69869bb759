package dev.vcsnap.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vcsnap.hardware.Networks;
import dev.vcsnap.ovf.OvfService;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.OvfCreateImportSpecParams;
import dev.vcsnap.vim.OvfCreateImportSpecResult;
import dev.vcsnap.vim.VirtualMachineImportSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever is called a descriptor becomes a specification, or is refused by what is wrong with it.
 */
class OvfFuzzTest {

  private static final long SEED = 20_261_129;
  private static final int ROUNDS = 2_000;

  private static final Networks NETWORKS =
      new Networks() {
        private final Network only =
            new Network(new ManagedObjectReference("Network", "network-7"), "VM Network", null);

        @Override
        public Optional<Network> byId(String id) {
          return Optional.of(only);
        }

        @Override
        public Optional<Network> named(String name) {
          return Optional.of(only);
        }
      };

  private final OvfService ovf = new OvfService(NETWORKS, "VM Network");

  static Stream<byte[]> descriptors() {
    return Stream.of(seeds());
  }

  private static byte[][] seeds() {
    return new byte[][] {resource("of-a-vcenter.ovf"), resource("of-a-desktop.ovf")};
  }

  private static byte[] resource(String name) {
    try (InputStream in = OvfFuzzTest.class.getResourceAsStream("/dev/vcsnap/ovf/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @MethodSource("descriptors")
  @FuzzTest(maxDuration = "1m")
  void descriptor(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    var params = new OvfCreateImportSpecParams();
    params.entityName = "machine";
    OvfCreateImportSpecResult result = ovf.importSpec(text, "ds", params);
    if (result.error == null) {
      assertThat(((VirtualMachineImportSpec) result.importSpec).configSpec.name)
          .isEqualTo("machine");
    } else {
      assertThat(result.error.getFirst().localizedMessage).isNotEmpty();
    }
    assertThat(ovf.parse(text).annotation).isNotNull();
  }

  @Test
  void damaged_descriptors() {
    Mutations.each(seeds(), ROUNDS, SEED, this::descriptor);
  }
}
