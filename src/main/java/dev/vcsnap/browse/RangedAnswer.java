package dev.vcsnap.browse;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Answers with bytes or the part of them that a {@code Range} header asks for.
 *
 * <p>The length is that of the moment of opening and always announced: clients take a disk's size
 * from it, so nothing here is chunked or compressed. The type is always the same, because one
 * client takes anything else for a folder.
 */
public final class RangedAnswer {

  private static final String TYPE = "application/octet-stream";

  /** What puts the bytes into the answer, after its headers. */
  public interface Body {

    /** Sends a range, all of which is there; not called for HEAD. */
    void send(long offset, long length) throws IOException;
  }

  private RangedAnswer() {}

  /**
   * Gives the answer.
   *
   * @param size in bytes, of everything
   */
  public static void send(
      long size, HttpServletRequest request, HttpServletResponse response, Body body)
      throws IOException {
    response.setHeader("Accept-Ranges", "bytes");
    response.setContentType(TYPE);
    switch (range(request, size)) {
      case ByteRange.Whole whole -> {
        response.setContentLengthLong(size);
        if (!isHead(request)) {
          body.send(0, size);
        }
      }
      case ByteRange.Part part -> {
        response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
        response.setHeader("Content-Range", part.contentRange(size));
        response.setContentLengthLong(part.length());
        body.send(part.offset(), part.length());
      }
      case ByteRange.Outside outside -> {
        response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
        response.setHeader("Content-Range", "bytes */" + size);
        response.setContentLength(0);
      }
    }
  }

  /** What is being written has no validator that a client could make a range depend on. */
  private static ByteRange range(HttpServletRequest request, long size) {
    return isHead(request) || request.getHeader("If-Range") != null
        ? new ByteRange.Whole()
        : ByteRange.of(request.getHeader("Range"), size);
  }

  private static boolean isHead(HttpServletRequest request) {
    return request.getMethod().equals("HEAD");
  }
}
