package dev.vcsnap.nbd;

/** The forms that requests and answers of a connection have, as the handshake settled it. */
enum Headers {
  /** Short requests, and answers that can say nothing but an error number. */
  SIMPLE(28, Protocol.REQUEST_MAGIC, 16),

  /** Short requests, and answers in chunks where there is something to tell. */
  STRUCTURED(28, Protocol.REQUEST_MAGIC, 20),

  /** Requests with a length of 64 bits, and all answers in chunks. */
  EXTENDED(32, Protocol.EXTENDED_REQUEST_MAGIC, 32);

  private final int requestBytes;
  private final int requestMagic;
  private final int replyBytes;

  Headers(int requestBytes, int requestMagic, int replyBytes) {
    this.requestBytes = requestBytes;
    this.requestMagic = requestMagic;
    this.replyBytes = replyBytes;
  }

  /** Bytes of a request without its payload. */
  int requestBytes() {
    return requestBytes;
  }

  int requestMagic() {
    return requestMagic;
  }

  /** Bytes in front of what an answer tells. */
  int replyBytes() {
    return replyBytes;
  }

  /** Whether answers can come in chunks. */
  boolean chunked() {
    return this != SIMPLE;
  }
}
