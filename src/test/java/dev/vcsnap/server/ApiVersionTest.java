package dev.vcsnap.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vcsnap.inventory.ProductVersion;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiVersionTest {

  @Test
  void anOlderServerSaysSoAndSpeaksNothingNewer(@TempDir Path data) throws Exception {
    try (var server = new WholeServer(data, "--vcsnap.api-version=7.0.3")) {
      String content =
          server.soap("8.0.3.0", "ServiceInstance", "ServiceInstance", "RetrieveServiceContent");
      assertThat(content)
          .contains("<version>7.0.3</version>")
          .contains("<apiVersion>7.0.3.0</apiVersion>")
          .contains("<licenseProductVersion>7.0</licenseProductVersion>");
      assertThat(server.text("/sdk/vimServiceVersions.xml"))
          .contains("<version>7.0.3.0</version><priorVersions><version>7.0.2.1</version>")
          .doesNotContain("8.0");
      assertThat(server.status("/sdk/vim25/7.0.3.0/ServiceInstance/ServiceInstance/content"))
          .isEqualTo(404);
    }
  }

  @Test
  void aVersionThatDoesNotExistIsRefusedWithTheOnesThatDo() {
    assertThatThrownBy(() -> ProductVersion.of("6.5"))
        .hasMessageContaining("'6.5'")
        .hasMessageContaining("8.0.3")
        .hasMessageContaining("7.0.3");
  }
}
