package dev.vcsnap.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes between a client and the server, as they are or under TLS; one thread uses it. */
interface Wire extends AutoCloseable {

  /** Waits for some bytes and puts them into {@code target}; negative at the client's end. */
  int read(ByteBuffer target) throws IOException;

  /** Sends at least some of {@code source}. */
  void write(ByteBuffer source) throws IOException;

  /** Says goodbye; the channel stays open. */
  @Override
  void close() throws IOException;
}
