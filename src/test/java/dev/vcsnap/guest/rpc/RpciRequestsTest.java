package dev.vcsnap.guest.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.quiesce.BackupEvent;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RpciRequestsTest {

  private final List<BackupEvent> events = new ArrayList<>();
  private final GuestReport report = new GuestReport();
  private int asleep;
  private final RpciRequests requests =
      new RpciRequests(
          new GuestVariables(),
          key -> Optional.ofNullable(Map.of("guestinfo.userdata", "hello").get(key)),
          report,
          event -> {
            events.add(event);
            return !event.name().equals(BackupEvent.COMMIT);
          },
          () -> {},
          () -> asleep++);

  private String answer(String request) {
    return new String(
        requests.answer(request.getBytes(StandardCharsets.UTF_8)).bytes(), StandardCharsets.UTF_8);
  }

  private GuestTools tools() {
    return report.tools(true);
  }

  @Test
  void tools_go_on_without_what_the_host_does_not_know() {
    assertThat(answer("vmx.guest.rtc 1\0")).isEqualTo("0 Unknown command");
    assertThat(answer("")).isEqualTo("0 Unknown command");
  }

  @Test
  void only_tools_that_are_ready_to_sleep_are_put_to_sleep() {
    assertThat(answer("tools.os.statechange.status 0 5\0")).isEqualTo("1 ");
    assertThat(answer("tools.os.statechange.status 1 1\0")).isEqualTo("1 ");
    assertThat(asleep).isZero();
    assertThat(answer("tools.os.statechange.status 1 5\0")).isEqualTo("1 ");
    assertThat(asleep).isEqualTo(1);
  }

  @Test
  void capabilities_are_taken() {
    assertThat(answer("vmx.capability.unified_loop toolbox\0")).isEqualTo("1 ");
    assertThat(answer("tools.capability.features 36=0\0")).isEqualTo("1 ");
  }

  @Rule(
      value = "A31",
      says =
          "Tools report each step as vmbackup.eventSet with a name, a code and a text, and learn"
              + " from the answer whether the host goes along.",
      by = Witness.SOURCE)
  @Test
  void events_have_a_name_a_code_and_a_text() {
    assertThat(answer("vmbackup.eventSet reset 0 \0")).isEqualTo("1 ");
    assertThat(answer("vmbackup.eventSet req.error 2 Custom quiesce script failed.\0"))
        .isEqualTo("1 ");
    assertThat(answer("vmbackup.eventSet prov.snapshotCommit 0 \0")).startsWith("0 ");
    assertThat(events)
        .containsExactly(
            new BackupEvent("reset", 0, ""),
            new BackupEvent("req.error", 2, "Custom quiesce script failed."),
            new BackupEvent("prov.snapshotCommit", 0, ""));
  }

  @Test
  void an_event_without_a_code_is_none() {
    assertThat(answer("vmbackup.eventSet reset")).isEqualTo("0 Invalid arguments");
    assertThat(answer("vmbackup.eventSet reset zero ")).isEqualTo("0 Invalid arguments");
    assertThat(events).isEmpty();
  }

  @Test
  void the_version_of_tools_is_known() {
    answer("tools.set.versiontype 12352 4\0");
    assertThat(tools().version()).isEqualTo(12352);
    assertThat(report.tools(false).state()).isEqualTo(GuestTools.State.NOT_RUNNING);
  }

  @Test
  void the_guest_tells_its_name_address_and_system() {
    answer("SetGuestInfo  1 web-1\0");
    answer("info-set guestinfo.ip 192.0.2.2\0");
    byte[] detailed = new byte[300];
    detailed[0] = 1;
    put(detailed, 4, "debian12-64");
    put(detailed, 132, "Linux 6.1 Debian GNU/Linux 12 (bookworm)");
    requests.answer(concatenated("SetGuestInfo  11 ", detailed));
    assertThat(tools().hostName()).isEqualTo("web-1");
    assertThat(tools().ipAddress()).isEqualTo("192.0.2.2");
    assertThat(tools().guestId()).isEqualTo("debian12_64Guest");
    assertThat(tools().fullName()).isEqualTo("Linux 6.1 Debian GNU/Linux 12 (bookworm)");
    assertThat(tools().family()).isEqualTo(GuestTools.Family.LINUX);
  }

  private static void put(byte[] bytes, int at, String text) {
    System.arraycopy(text.getBytes(StandardCharsets.US_ASCII), 0, bytes, at, text.length());
  }

  private static byte[] concatenated(String head, byte[] tail) {
    var all = new ByteArrayOutputStream();
    all.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    all.writeBytes(tail);
    return all.toByteArray();
  }

  @Test
  void the_guest_lists_its_file_systems() {
    assertThat(
            answer(
                "SetGuestDiskInfo {\n\"version\":\"1\",\n\"disks\":[\n{\"name\":\"/data\","
                    + "\"free\":\"1024\",\"size\":\"4096\",\"fsType\":\"ext4\"}\n]}\0"))
        .isEqualTo("1 ");
    assertThat(tools().disks())
        .singleElement()
        .satisfies(disk -> {
          assertThat(disk.diskPath).isEqualTo("/data");
          assertThat(disk.capacity).isEqualTo(4096);
          assertThat(disk.freeSpace).isEqualTo(1024);
          assertThat(disk.filesystemType).isEqualTo("ext4");
        });
    assertThat(answer("SetGuestDiskInfo {\"disks\":[")).isEqualTo("0 Invalid arguments");
  }

  @Test
  void the_guest_lists_its_adapters() {
    requests.answer(concatenated("SetGuestInfo  10 ", GuestInput.NICS));
    assertThat(tools().nics())
        .singleElement()
        .satisfies(nic -> {
          assertThat(nic.macAddress).isEqualTo("00:50:56:01:02:03");
          assertThat(nic.ipAddress).containsExactly("192.0.2.2", "fe80:0:0:0:2fc:ff:fe00:1");
          assertThat(nic.ipConfig.ipAddress.getFirst().prefixLength).isEqualTo(24);
        });
    byte[] cut = Arrays.copyOf(GuestInput.NICS, 60);
    assertThat(requests.answer(concatenated("SetGuestInfo  10 ", cut)).accepted()).isFalse();
  }

  @Test
  void a_guest_keeps_variables_and_sees_those_of_its_configuration() {
    assertThat(answer("info-get guestinfo.userdata\0")).isEqualTo("1 hello");
    assertThat(answer("info-set guestinfo.userdata two words\0")).isEqualTo("1 ");
    assertThat(answer("info-get guestinfo.userdata\0")).isEqualTo("1 two words");
    assertThat(answer("info-get guestinfo.other\0")).isEqualTo("0 No value found");
    assertThat(answer("info-get scsi0:0.fileName\0")).isEqualTo("0 Permission denied");
    assertThat(answer("info-set displayName x\0")).isEqualTo("0 Permission denied");
  }

  @Test
  void a_guest_cannot_fill_the_memory_of_its_host() {
    String large = "x".repeat(60_000);
    int taken = 0;
    while (taken < 1_000 && answer("info-set guestinfo." + taken + " " + large).equals("1 ")) {
      taken++;
    }
    assertThat(taken).isEqualTo(17);
    assertThat(answer("info-set guestinfo.0 short")).isEqualTo("1 ");
  }

  @Test
  void texts_of_a_guest_are_cut_and_carry_no_control_characters() {
    answer("SetGuestInfo  1 a\nb\u001b[31m" + "c".repeat(1_000));
    assertThat(tools().hostName()).startsWith("a?b?[31mccc").hasSize(255);
  }
}
