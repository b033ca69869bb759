package dev.vcsnap.vijson;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.call.Arguments;
import dev.vcsnap.vim.ArrayOf;
import dev.vcsnap.vim.InvalidRequest;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodType;
import dev.vcsnap.vim.ScsiLunDurableName;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.TypeRef.Kind;
import dev.vcsnap.vim.Vim25;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualDeviceConfigSpec;
import dev.vcsnap.vim.VirtualDisk;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import dev.vcsnap.vim.VirtualMachineGuestQuiesceSpec;
import dev.vcsnap.vim.VirtualMachineWindowsQuiesceSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.AbstractStringAssert;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class VimJsonReaderTest {

  private final VimJson json = new VimJson();

  @Test
  void theTypeNameOfTheArgumentsDoesNotMatter() {
    for (String name :
        List.of("", "\"_typeName\":\"CreateSnapshotEx_Task\",", "\"_typeName\":\"Anything\",")) {
      Arguments arguments =
          arguments("CreateSnapshotEx_Task", "{" + name + "\"name\":\"s1\",\"memory\":false}");
      assertThat(arguments.string("name")).isEqualTo("s1");
      assertThat(arguments.get("quiesceSpec")).isNull();
    }
  }

  @Test
  void anEmptyBodyHasNoArguments() {
    assertThat(arguments("CreateSnapshotEx_Task", "").get("name")).isNull();
    assertThat(arguments("CreateSnapshotEx_Task", " \n").get("name")).isNull();
  }

  @Test
  void aNullCountsAsUnset() {
    assertThat(arguments("CreateSnapshotEx_Task", "{\"description\":null}").get("description"))
        .isNull();
  }

  @Test
  void aTypeNameMayStandAnywhereInItsObject() {
    Arguments arguments =
        arguments(
            "CreateSnapshotEx_Task",
            "{\"quiesceSpec\":{\"vssBackupContext\":\"ctx_auto\",\"timeout\":10,"
                + "\"_typeName\":\"VirtualMachineWindowsQuiesceSpec\"},\"name\":\"s1\"}");
    assertThat(arguments.data("quiesceSpec", VirtualMachineGuestQuiesceSpec.class))
        .isInstanceOfSatisfying(
            VirtualMachineWindowsQuiesceSpec.class,
            spec -> {
              assertThat(spec.timeout).isEqualTo(10);
              assertThat(spec.vssBackupContext).isEqualTo("ctx_auto");
            });
  }

  @Test
  void typeNamesInAnyOrderStayWithTheirObjects() {
    Arguments arguments =
        arguments(
            "ReconfigVM_Task",
            """
            {"spec": {
              "deviceChange": [
                {"device": {"backing": {"fileName": "[ds] a.vmdk", "diskMode": "persistent",
                                        "_typeName": "VirtualDiskFlatVer2BackingInfo"},
                            "key": -1, "capacityInKB": 1024, "_typeName": "VirtualDisk"},
                 "operation": "add", "fileOperation": "create"},
                {"_typeName": "VirtualDeviceConfigSpec",
                 "device": {"_typeName": "VirtualDisk", "key": 2000, "capacityInKB": 2048}}],
              "extraConfig": [{"value": {"_value": "TRUE", "_typeName": "string"}, "key": "ctkEnabled"}],
              "changeTrackingEnabled": true}}
            """);
    var spec = arguments.data("spec", VirtualMachineConfigSpec.class);
    assertThat(spec.changeTrackingEnabled).isTrue();
    assertThat(spec.deviceChange).hasSize(2);
    VirtualDeviceConfigSpec first = spec.deviceChange.getFirst();
    assertThat(((VirtualDisk) first.device).capacityInKB).isEqualTo(1024);
    assertThat(first.device.backing.vimType().name()).isEqualTo("VirtualDiskFlatVer2BackingInfo");
    assertThat(spec.extraConfig.getFirst().value).isEqualTo("TRUE");
  }

  @Test
  void aReferenceNeedsNoTypeName() {
    for (String name : List.of("", "\"_typeName\":\"ManagedObjectReference\",")) {
      Arguments arguments =
          arguments(
              "QueryChangedDiskAreas",
              "{\"snapshot\":{" + name + "\"type\":\"VirtualMachineSnapshot\",\"value\":\"s-1\"}}");
      assertThat(arguments.reference("snapshot"))
          .isEqualTo(new ManagedObjectReference("VirtualMachineSnapshot", "s-1"));
    }
  }

  @Test
  void bytesMayComeAsNumbersSignedOrNotOrAsBase64() {
    for (String bytes : List.of("[1,-1]", "[1,255]", "\"Af8=\"")) {
      var name =
          (ScsiLunDurableName)
              json.decode(
                  new TypeRef(Kind.DATA, "ScsiLunDurableName", false),
                  utf8("{\"namespace\":\"n\",\"namespaceId\":1,\"data\":" + bytes + "}"));
      assertThat(name.data).containsExactly((byte) 1, (byte) -1);
    }
  }

  @Test
  void timesComeWithZoneFractionOrNeither() {
    assertThat(time("2026-11-24T12:00:00+02:00")).isEqualTo(Instant.parse("2026-11-24T10:00:00Z"));
    assertThat(time("2026-11-24T10:00:00")).isEqualTo(Instant.parse("2026-11-24T10:00:00Z"));
    assertThat(time("2026-11-24T10:00:00.123456Z"))
        .isEqualTo(Instant.parse("2026-11-24T10:00:00.123456Z"));
  }

  @Test
  void arraysOfAnyTypeAreReadByTheirName() {
    assertThat(any("{\"_typeName\":\"ArrayOfInt\",\"_value\":[1,2]}"))
        .isEqualTo(new ArrayOf(new TypeRef(Kind.INT, "int", false), List.of(1, 2)));
    assertThat(any("{\"_typeName\":\"ArrayOfString\",\"_value\":[]}"))
        .isEqualTo(new ArrayOf(new TypeRef(Kind.STRING, "string", false), List.of()));
  }

  @Test
  void malformedJsonIsRefusedWithLineAndColumn() {
    assertRefused("{\"name\": \"s1\",\n \"memory\": flase}")
        .contains("not valid JSON")
        .contains("line 2");
    assertRefused("{\"name\": \"s1\"").contains("not valid JSON").contains("line 1");
    assertRefused("{\"name\": \"s1\"} {}").contains("one JSON value");
    assertRefused("{\"name\": \"s1\", \"name\": \"s2\"}").contains("not valid JSON");
    assertRefused("[]").contains("must be a JSON object");
    assertRefused("\u0000").contains("not valid JSON");
  }

  @Test
  void anUnknownParameterIsRefusedByName() {
    assertRefused("{\"nmae\": \"s1\"}")
        .contains("'nmae' is not a parameter of CreateSnapshotEx_Task")
        .contains("line 1");
  }

  @Test
  void anUnknownMemberIsRefusedWithItsPath() {
    assertRefused("{\"quiesceSpec\": {\"timeuot\": 1}}")
        .contains("'timeuot' is not a member of VirtualMachineGuestQuiesceSpec")
        .contains("/quiesceSpec/timeuot");
  }

  @Test
  void aTypeThatIsNotTheDeclaredOneIsRefused() {
    assertRefused("{\"quiesceSpec\": {\"_typeName\": \"VirtualDisk\"}}")
        .contains("'VirtualDisk' is not a VirtualMachineGuestQuiesceSpec");
    assertRefused("{\"quiesceSpec\": {\"_typeName\": \"NoSuchType\"}}").contains("'NoSuchType'");
    assertRefused("{\"quiesceSpec\": {\"_typeName\": \"VirtualMachine\"}}")
        .contains("'VirtualMachine' is not a data object type");
    assertRefused("{\"quiesceSpec\": {\"_typeName\": 7}}").contains("must be a string");
    assertRefused("{\"quiesceSpec\": []}").contains("Expected an object");
    assertRefused("{\"name\": 5}").contains("Expected a string, found 5");
    assertRefused("{\"memory\": \"yes\"}").contains("Expected true or false, found \"yes\"");
  }

  @Test
  void aNumberOutOfRangeIsRefusedWithItsValue() {
    assertRefused("{\"quiesceSpec\": {\"timeout\": 2147483648}}")
        .contains("2147483648 is out of the range of int");
    assertRefused("{\"quiesceSpec\": {\"timeout\": 1.5}}").contains("found 1.5");
    assertRefused("QueryChangedDiskAreas", "{\"startOffset\": 9223372036854775808}")
        .contains("9223372036854775808 is out of the range of long");
    assertRefusedAny("{\"_typeName\":\"short\",\"_value\":-32769}").contains("-32769");
    assertRefusedAny("{\"_typeName\":\"byte\",\"_value\":256}").contains("256");
    assertRefusedAny("{\"_typeName\":\"float\",\"_value\":1e39}").contains("range of float");
    assertRefusedAny("{\"_typeName\":\"double\",\"_value\":1e309}").contains("range of double");
  }

  @Test
  void aValueThatIsNotOfTheEnumIsRefusedByName() {
    assertRefusedAny("{\"_typeName\":\"VirtualMachinePowerState\",\"_value\":\"off\"}")
        .contains("'off' is not a value of VirtualMachinePowerState");
  }

  @Test
  void aValueOfAnyTypeWithoutItsTypeIsRefused() {
    assertRefusedAny("\"x\"").contains("needs its type");
    assertRefusedAny("{\"_value\":1}").contains("needs its '_typeName'");
    assertRefusedAny("{\"_typeName\":\"int\"}").contains("needs its '_value'");
    assertRefusedAny("{\"_typeName\":\"int\",\"_value\":null}").contains("found null");
    assertRefusedAny("{\"_typeName\":\"anyType\",\"_value\":1}").contains("'anyType'");
    assertRefusedAny("{\"_typeName\":\"ArrayOf\",\"_value\":[]}").contains("'ArrayOf'");
    assertRefusedAny("{\"_typeName\":\"int\",\"_value\":1,\"more\":2}").contains("'more'");
  }

  @Test
  void aMissingRequiredMemberIsRefusedByName() {
    assertRefusedAny("{\"_typeName\":\"KeyAnyValue\",\"key\":\"k\"}")
        .contains("required member 'value' of KeyAnyValue");
    assertRefusedAny("{\"_typeName\":\"ManagedObjectReference\",\"value\":\"vm-1\"}")
        .contains("needs 'type' and 'value'");
  }

  @Test
  void aBadTimeOrBinaryIsRefused() {
    assertRefusedAny("{\"_typeName\":\"dateTime\",\"_value\":\"yesterday\"}")
        .contains("'yesterday'");
    assertRefusedAny("{\"_typeName\":\"binary\",\"_value\":\"*\"}").contains("Base64");
  }

  @Test
  void aBodyThatNestsTooDeeplyIsRefused() {
    int depth = VimJson.DEPTH_MAX + 1;
    assertRefused("{\"name\":" + "[".repeat(depth) + "]".repeat(depth) + "}").contains("epth");
  }

  @Test
  void aBodyThatIsTooLargeIsRefused() {
    assertRefused(" ".repeat(VimJson.BODY_BYTES_MAX + 1)).contains("larger than 16777216 bytes");
  }

  private AbstractStringAssert<?> assertRefused(String body) {
    return assertRefused("CreateSnapshotEx_Task", body);
  }

  private AbstractStringAssert<?> assertRefused(String method, String body) {
    return refusal(() -> arguments(method, body));
  }

  private AbstractStringAssert<?> assertRefusedAny(String body) {
    return refusal(() -> any(body));
  }

  private static AbstractStringAssert<?> refusal(ThrowingCallable reading) {
    var message = new String[1];
    assertThatThrownBy(reading)
        .isInstanceOfSatisfying(
            VimException.class,
            fault -> {
              assertThat(fault.fault()).isExactlyInstanceOf(InvalidRequest.class);
              message[0] = fault.getMessage();
            });
    return assertThat(message[0]);
  }

  private Arguments arguments(String method, String body) {
    MethodType type = Objects.requireNonNull(Vim25.managed("VirtualMachine")).methods().get(method);
    return json.decodeArguments(type, utf8(body));
  }

  private Object any(String body) {
    return json.decode(new TypeRef(Kind.ANY, "anyType", false), utf8(body));
  }

  private Instant time(String text) {
    return (Instant) any("{\"_typeName\":\"dateTime\",\"_value\":\"" + text + "\"}");
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
