package dev.vcsnap.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Volume;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.utility.DockerImageName;

/**
 * The image as users run it: read-only, without privileges, its data on a volume, and a snapshot
 * that outlives the container.
 *
 * <p>Needs a Docker engine and {@code target/vcsnap.jar}, so it only runs where its tag is asked
 * for. {@code VCSNAP_BASE_IMAGE} names the base image where the public one is out of reach.
 */
@Tag("docker")
class ContainerTest {
  private static final String IMAGE = "vcsnap:test";
  private static final String VOLUME = "vcsnap-test-" + UUID.randomUUID();
  private static final int HTTPS = 8989;
  private static final int NBD = 10809;

  /**
   * Docker's own client builds, because the builder behind Testcontainers runs every stage of a
   * Dockerfile, also the one that compiles.
   */
  @BeforeAll
  static void buildImage() throws Exception {
    List<String> command = new ArrayList<>(List.of("docker", "build", "-q", "-t", IMAGE));
    command.addAll(List.of("--build-arg", "JAR_STAGE=prebuilt"));
    String base = System.getenv("VCSNAP_BASE_IMAGE");
    if (base != null) {
      command.addAll(List.of("--build-arg", "BASE_IMAGE=" + base));
    }
    command.add(".");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("DOCKER_BUILDKIT", "1");
    Process build = builder.start();
    String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(build.waitFor()).as(said).isZero();
  }

  @AfterAll
  static void removeVolume() {
    DockerClientFactory.lazyClient().removeVolumeCmd(VOLUME).exec();
  }

  @Test
  void aSnapshotOutlivesItsContainer() throws Exception {
    try (GenericContainer<?> container = container()) {
      container.start();
      assertRunsWithoutPrivileges(container);
      assertGreetsNbdClients(container);
      JsonClient client = logIn(container);
      client.createSnapshot("before the upgrade");
      assertThat(client.snapshotNames()).containsExactly("before the upgrade");
      container
          .getDockerClient()
          .stopContainerCmd(container.getContainerId())
          .withTimeout(30)
          .exec();
      assertThat(
              container
                  .getDockerClient()
                  .inspectContainerCmd(container.getContainerId())
                  .exec()
                  .getState()
                  .getExitCodeLong())
          .as("the exit status after SIGTERM")
          .isIn(0L, 143L);
    }
    try (GenericContainer<?> container = container()) {
      container.start();
      assertThat(logIn(container).snapshotNames()).containsExactly("before the upgrade");
    }
  }

  private static GenericContainer<?> container() {
    return new GenericContainer<>(DockerImageName.parse(IMAGE))
        .withExposedPorts(HTTPS, NBD)
        .withTmpFs(Map.of("/tmp", "rw"))
        .withCreateContainerCmdModifier(create ->
            create
                .getHostConfig()
                .withReadonlyRootfs(true)
                .withCapDrop(Capability.ALL)
                .withSecurityOpts(List.of("no-new-privileges"))
                .withBinds(new Bind(VOLUME, new Volume("/data"))))
        .waitingFor(
            Wait.forHttp("/health")
                .forPort(HTTPS)
                .usingTls()
                .allowInsecure()
                .withStartupTimeout(Duration.ofMinutes(2)));
  }

  private static JsonClient logIn(GenericContainer<?> container) throws Exception {
    String address = "https://" + container.getHost() + ":" + container.getMappedPort(HTTPS);
    return JsonClient.logIn(URI.create(address), "DC0_H0_VM0");
  }

  private static void assertRunsWithoutPrivileges(GenericContainer<?> container) throws Exception {
    assertThat(container.execInContainer("id", "-u").getStdout().strip()).isEqualTo("10001");
    assertThat(container.execInContainer("touch", "/app/written").getExitCode()).isNotZero();
  }

  private static void assertGreetsNbdClients(GenericContainer<?> container) throws IOException {
    try (Socket socket = new Socket(container.getHost(), container.getMappedPort(NBD))) {
      assertThat(new String(socket.getInputStream().readNBytes(16), StandardCharsets.US_ASCII))
          .isEqualTo("NBDMAGICIHAVEOPT");
    }
  }
}
