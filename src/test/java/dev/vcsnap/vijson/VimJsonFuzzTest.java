package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.vim.InvalidRequest;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VimJsonFuzzTest {

  private static final String VALID =
      """
      {"_typeName": "ReconfigVM_Task", "spec": {"_typeName": "VirtualMachineConfigSpec",
       "deviceChange": [{"operation": "add", "device": {"_typeName": "VirtualDisk", "key": -1,
         "capacityInKB": 1024, "backing": {"_typeName": "VirtualDiskFlatVer2BackingInfo",
         "fileName": "[ds] a.vmdk", "diskMode": "persistent",
         "datastore": {"type": "Datastore", "value": "datastore-1"}}}}],
       "extraConfig": [{"key": "a", "value": {"_typeName": "ArrayOfInt", "_value": [1, -2]}}],
       "changeTrackingEnabled": true}}
      """;

  private static final String[] SPLICES = {
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"",
    "null",
    "true",
    "-1",
    "1e999",
    "\"_typeName\":",
    "\"_value\":",
    "{\"_typeName\":\"string\",\"_value\":\"x\"}",
    "99999999999999999999",
    "\\u0000",
    "\u00ff"
  };

  @Test
  void aMutatedRequestIsDecodedOrRefusedButNeverBreaks() {
    long seed = Long.getLong("vcsnap.seed", System.nanoTime());
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var json = new VimJson();
    MethodType method =
        Objects.requireNonNull(Vim25.managed("VirtualMachine")).methods().get("ReconfigVM_Task");
    byte[] valid = VALID.getBytes(StandardCharsets.UTF_8);
    json.decodeArguments(method, valid);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = mutate(valid, random);
      try {
        json.decodeArguments(method, mutated);
      } catch (VimException e) {
        assertThat(e.fault()).isInstanceOf(InvalidRequest.class);
      } catch (RuntimeException | StackOverflowError e) {
        throw new AssertionError("seed " + seed + ", body " + HexFormat.of().formatHex(mutated), e);
      }
    }
  }

  private static byte[] mutate(byte[] valid, Random random) {
    byte[] body = valid.clone();
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int at = random.nextInt(body.length);
      int end = Math.min(body.length, at + 1 + random.nextInt(12));
      body =
          switch (random.nextInt(4)) {
            case 0 -> concat(Arrays.copyOf(body, at), Arrays.copyOfRange(body, end, body.length));
            case 1 ->
                concat(
                    concat(
                        Arrays.copyOf(body, at),
                        SPLICES[random.nextInt(SPLICES.length)].getBytes(StandardCharsets.UTF_8)),
                    Arrays.copyOfRange(body, at, body.length));
            case 2 -> concat(Arrays.copyOf(body, end), Arrays.copyOfRange(body, at, body.length));
            default -> {
              byte[] copy = body.clone();
              copy[at] = (byte) random.nextInt();
              yield copy;
            }
          };
      if (body.length == 0) {
        return body;
      }
    }
    return body;
  }

  private static byte[] concat(byte[] one, byte[] two) {
    byte[] both = Arrays.copyOf(one, one.length + two.length);
    System.arraycopy(two, 0, both, one.length, two.length);
    return both;
  }
}
