package dev.vcsnap.guest.qga;

import dev.vcsnap.ground.clock.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a freeze hook in the guest can vouch for its applications. The agent runs hooks and hides how
 * they ended: Debian's runner of them always succeeds. So a word is put into {@value #WISH} before
 * the freeze, and a hook that has put its applications in order copies it to {@value #FULFILLED},
 * which is read after the thaw. Without that the snapshot is one of file systems.
 */
final class HookMarker {

  static final String WISH = "/run/vcsnap-freeze";
  static final String FULFILLED = "/run/vcsnap-frozen";

  private static final Logger LOG = LoggerFactory.getLogger(HookMarker.class);
  private static final int WORD_MAX = 256;

  private final QgaChannel channel;
  private final String word;
  private boolean wished;

  /**
   * Makes the marker of one freeze.
   *
   * @param wanted whether applications are to be in order
   */
  HookMarker(QgaChannel channel, Clock clock, boolean wanted) {
    this.channel = channel;
    this.word = wanted ? clock.now() + " " + clock.nanoTime() : "";
  }

  /** Tells the hooks that applications are to be in order. */
  void wish() throws IOException {
    if (word.isEmpty()) {
      return;
    }
    try {
      long file = open(WISH, "w");
      channel.ask(
          "guest-file-write",
          Map.of(
              "handle",
              file,
              "buf-b64",
              Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8))));
      close(file);
      wished = true;
    } catch (QgaException e) {
      LOG.debug("A guest takes no files: {}", e.getMessage());
    }
  }

  /** Whether a hook answered the wish. */
  boolean isFulfilled() throws IOException {
    if (!wished) {
      return false;
    }
    try {
      long file = open(FULFILLED, "r");
      String read =
          channel
              .ask("guest-file-read", Map.of("handle", file, "count", WORD_MAX))
              .path("buf-b64")
              .asString("");
      close(file);
      return read.equals(Base64.getEncoder().encodeToString(word.getBytes(StandardCharsets.UTF_8)));
    } catch (QgaException e) {
      LOG.debug("No hook vouches for applications: {}", e.getMessage());
      return false;
    }
  }

  private long open(String path, String mode) throws IOException {
    return channel.ask("guest-file-open", Map.of("path", path, "mode", mode)).asLong(-1);
  }

  private void close(long file) throws IOException {
    channel.ask("guest-file-close", Map.of("handle", file));
  }
}
