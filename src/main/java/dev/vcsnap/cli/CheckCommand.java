package dev.vcsnap.cli;

import dev.vcsnap.disk.check.DiskCheck;
import dev.vcsnap.disk.check.Finding;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code vcsnap check}: says what is wrong with a machine's folder or with one chain, and changes
 * nothing.
 */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the disks of a folder, or one disk with its parents, without changing anything.",
      "Every table of every file is walked, and every packed grain is unpacked.",
      "Exit status: 0 all is well, 1 something is wrong or cannot be read, 2 the command is"
          + " misspelt.",
      ""
    })
final class CheckCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "DIR|VMDK",
      description = "A folder with disks, a descriptor, or a sparse or stream file.")
  private Path place = Path.of("");

  @Override
  public Integer call() {
    List<Finding> findings = new DiskCheck().check(place.toAbsolutePath().normalize());
    findings.forEach(finding -> System.out.println(finding.file() + ": " + finding.problem()));
    System.out.println(
        switch (findings.size()) {
          case 0 -> "No problem found.";
          case 1 -> "1 problem found.";
          default -> findings.size() + " problems found.";
        });
    return findings.isEmpty() ? 0 : 1;
  }
}
