package dev.vcsnap;

import dev.vcsnap.cli.VcsnapCommand;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The program: hands the command line to its commands; {@code serve} starts this application. */
@SpringBootApplication
public class VcsnapApplication {

  public static void main(String[] arguments) {
    System.exit(VcsnapCommand.run(arguments));
  }
}
