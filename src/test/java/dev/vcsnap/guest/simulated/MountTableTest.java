package dev.vcsnap.guest.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.evidence.Rule;
import dev.vcsnap.evidence.Witness;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountTableTest {

  @Test
  @Rule(
      value = "A45",
      says =
          "Local file systems are frozen last mounted first, each device once where it was mounted"
              + " first, without remote ones.",
      by = Witness.SOURCE)
  void freezesLocalFileSystemsLastMountedFirst() {
    assertThat(
            folders(
                "/dev/sda1 / ext4; proc /proc proc; /dev/sdb1 /data xfs; nas:/x /mnt/nas nfs4;"
                    + " /dev/loop0 /data/image ext4; /dev/sdb1 /srv xfs; //nas/y /mnt/y cifs;"
                    + " HTTPS://web/z /mnt/z davfs; auto /home autofs"))
        .containsExactly("/data/image", "/data", "/proc", "/");
  }

  @Test
  @Rule(
      value = "A45",
      says =
          "excludedFileSystems leaves out what a pattern matches, in which * and ? stand for"
              + " slashes too.",
      by = Witness.SOURCE)
  void leavesOutWhatIsExcluded() {
    String table = "/dev/a / ext4; /dev/b /data/one ext4; /dev/c /data/two ext4; /dev/d /d.1 ext4";
    assertThat(folders(table, "/data/*")).containsExactly("/d.1", "/");
    assertThat(folders(table, "/da*o*")).containsExactly("/d.1", "/");
    assertThat(folders(table, "/data?t?o", "/")).containsExactly("/d.1", "/data/one");
    assertThat(folders(table, "/d?1")).containsExactly("/data/two", "/data/one", "/");
    assertThat(folders(table, "/data")).hasSize(4);
    assertThat(folders(table, "*")).isEmpty();
  }

  private static List<String> folders(String table, String... excluded) {
    return MountTable.parse(table).toFreeze(Arrays.asList(excluded)).stream()
        .map(MountTable.Mount::folder)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dev/sda1 /", "/dev/sda1 data ext4", "a /b c d"})
  void aLineThatIsNoMountIsRefusedByName(String line) {
    assertThatThrownBy(() -> MountTable.parse(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(line);
  }

  @Test
  void theKeysOfToolsConfAreThoseOfVmbackup() {
    ToolsConf conf = ToolsConf.parse("enableVSS = false ; timeout=60; excludedFileSystems=/a*,,/b");
    assertThat(conf.flag("enableVSS", true)).isFalse();
    assertThat(conf.flag("enableSyncDriver", true)).isTrue();
    assertThat(conf.timeout().orElseThrow()).hasMinutes(1);
    assertThat(conf.excludedFileSystems()).containsExactly("/a*", "/b");
    assertThat(ToolsConf.parse(" ")).isEqualTo(ToolsConf.EMPTY);
    for (String wrong : List.of("enableVss=false", "enableVSS=no", "timeout=1m", "timeout")) {
      assertThatThrownBy(() -> ToolsConf.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
