package dev.vcsnap.browse;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.ReadableFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.Globals;

/**
 * Answers with a file or a part of it.
 *
 * <p>The length is that of the moment of opening and always announced: clients take a disk's size
 * from it, so nothing here is chunked or compressed. The type is the same for every file, because
 * one client takes anything else for a folder.
 */
final class FileAnswer {

  private static final String TYPE = "application/octet-stream";

  /** Below this the copy through memory is as fast, and needs the file opened only once. */
  private static final long ZERO_COPY_FROM_BYTES = 256 * 1024;

  private FileAnswer() {}

  static void send(
      Datastore datastore,
      DatastorePath path,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    try (ReadableFile file = datastore.open(path)) {
      response.setHeader("Accept-Ranges", "bytes");
      response.setDateHeader("Last-Modified", file.modified().toEpochMilli());
      response.setContentType(TYPE);
      switch (range(request, file.size())) {
        case ByteRange.Whole whole -> {
          response.setContentLengthLong(file.size());
          sendBytes(datastore, path, file, 0, file.size(), request, response);
        }
        case ByteRange.Part(long offset, long length) -> {
          response.setStatus(HttpServletResponse.SC_PARTIAL_CONTENT);
          response.setHeader(
              "Content-Range", new ByteRange.Part(offset, length).contentRange(file.size()));
          response.setContentLengthLong(length);
          sendBytes(datastore, path, file, offset, length, request, response);
        }
        case ByteRange.Outside outside -> {
          response.setStatus(HttpServletResponse.SC_REQUESTED_RANGE_NOT_SATISFIABLE);
          response.setHeader("Content-Range", "bytes */" + file.size());
          response.setContentLength(0);
        }
      }
    }
  }

  /** A file that is being written has no validator that a client could make a range depend on. */
  private static ByteRange range(HttpServletRequest request, long size) {
    return isHead(request) || request.getHeader("If-Range") != null
        ? new ByteRange.Whole()
        : ByteRange.of(request.getHeader("Range"), size);
  }

  private static void sendBytes(
      Datastore datastore,
      DatastorePath path,
      ReadableFile file,
      long offset,
      long length,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    if (isHead(request)) {
      return;
    }
    // Tomcat offers this over plain HTTP only: it has the kernel copy file to socket afterwards.
    if (length >= ZERO_COPY_FROM_BYTES
        && Boolean.TRUE.equals(request.getAttribute(Globals.SENDFILE_SUPPORTED_ATTR))) {
      request.setAttribute(Globals.SENDFILE_FILENAME_ATTR, datastore.fileOf(path).toString());
      request.setAttribute(Globals.SENDFILE_FILE_START_ATTR, offset);
      request.setAttribute(Globals.SENDFILE_FILE_END_ATTR, offset + length);
    } else {
      file.copyTo(offset, length, response.getOutputStream());
    }
  }

  private static boolean isHead(HttpServletRequest request) {
    return request.getMethod().equals("HEAD");
  }
}
