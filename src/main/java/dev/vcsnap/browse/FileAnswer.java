package dev.vcsnap.browse;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.ReadableFile;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.apache.catalina.Globals;

/** Answers with a file or a part of it. */
final class FileAnswer {

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
      response.setDateHeader("Last-Modified", file.modified().toEpochMilli());
      RangedAnswer.send(
          file.size(),
          request,
          response,
          (offset, length) -> {
            if (length >= ZERO_COPY_FROM_BYTES && isKernelCopying(request)) {
              copyByKernel(datastore, path, offset, length, request);
            } else {
              file.copyTo(offset, length, response.getOutputStream());
            }
          });
    }
  }

  /** Tomcat offers it over plain HTTP only. */
  private static boolean isKernelCopying(HttpServletRequest request) {
    return Boolean.TRUE.equals(request.getAttribute(Globals.SENDFILE_SUPPORTED_ATTR));
  }

  /** Has the kernel copy file to socket, once the request is through. */
  private static void copyByKernel(
      Datastore datastore,
      DatastorePath path,
      long offset,
      long length,
      HttpServletRequest request) {
    request.setAttribute(Globals.SENDFILE_FILENAME_ATTR, datastore.fileOf(path).toString());
    request.setAttribute(Globals.SENDFILE_FILE_START_ATTR, offset);
    request.setAttribute(Globals.SENDFILE_FILE_END_ATTR, offset + length);
  }
}
