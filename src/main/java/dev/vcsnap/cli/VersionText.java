package dev.vcsnap.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** The version of this build, as the build noted it. */
final class VersionText implements IVersionProvider {

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {"vcsnap " + version()};
  }

  static String version() throws IOException {
    var properties = new Properties();
    try (InputStream in =
        VersionText.class.getResourceAsStream("/META-INF/build-info.properties")) {
      if (in != null) {
        properties.load(in);
      }
    }
    return properties.getProperty("build.version", "(unpacked)");
  }
}
