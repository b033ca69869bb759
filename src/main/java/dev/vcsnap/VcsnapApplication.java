package dev.vcsnap;

import dev.vcsnap.cli.VcsnapCommand;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The program: hands the command line to its commands; {@code serve} starts this application. */
@SpringBootApplication
public class VcsnapApplication {

  /**
   * A virtual thread keeps its carrier while it waits for a disk, so a few processors need more
   * carriers than there are of them.
   */
  private static final int CARRIERS_MIN = 8;

  private static final String CARRIERS = "jdk.virtualThreadScheduler.parallelism";

  public static void main(String[] arguments) {
    if (System.getProperty(CARRIERS) == null) {
      int processors = Runtime.getRuntime().availableProcessors();
      System.setProperty(CARRIERS, String.valueOf(Math.max(CARRIERS_MIN, processors)));
    }
    System.exit(VcsnapCommand.run(arguments));
  }
}
