package dev.vcsnap.nbd;

/**
 * Hears what the server does, so that somebody else can count it. Called on the connections' own
 * threads: an implementation returns quickly and does not throw.
 */
public interface NbdListener {

  /** Hears nothing. */
  NbdListener NONE = new NbdListener() {};

  /** A client connected. */
  default void connected() {}

  /** A client that had connected is gone, and what it held is given back. */
  default void disconnected() {}

  /** A client entered the transmission phase. */
  default void opened(String export) {}

  /**
   * A batch of requests was answered.
   *
   * @param requests how many
   * @param failures how many of them with an error
   * @param readBytes payload that went to the client
   * @param writtenBytes payload that came from it
   */
  default void served(int requests, int failures, long readBytes, long writtenBytes) {}
}
