package dev.vcsnap.datastore;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;

/** The golden files of this package. */
final class Golden {

  private Golden() {}

  static byte[] read(String name) throws IOException {
    try (InputStream file = Golden.class.getResourceAsStream(name)) {
      if (file == null) {
        throw new FileNotFoundException(name);
      }
      return file.readAllBytes();
    }
  }
}
