package dev.vcsnap.cli;

import dev.vcsnap.disk.block.BlockError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * The program's command line: names the commands and turns failures into a sentence and an exit
 * status.
 */
@Command(
    name = "vcsnap",
    mixinStandardHelpOptions = true,
    versionProvider = VersionText.class,
    description = "A vCenter whose snapshots are real.",
    subcommands = {
      ServeCommand.class,
      DemoCommand.class,
      EnvCommand.class,
      CheckCommand.class,
      MapCommand.class,
      VerifyCommand.class,
      ConvertCommand.class,
      NbdCommand.class,
      RehearseCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Start with 'vcsnap demo', then 'vcsnap serve'. 'vcsnap COMMAND --help' explains a command."
    })
public final class VcsnapCommand implements Runnable {

  @Spec private @Nullable CommandSpec spec;

  private VcsnapCommand() {}

  /** Runs the command line; returns the exit status: 0 done, 1 failed, 2 misspelt. */
  public static int run(String[] arguments) {
    return new CommandLine(new VcsnapCommand())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(VcsnapCommand::explain)
        .execute(arguments);
  }

  @Override
  public void run() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.usage(commandLine.getOut());
  }

  private static int explain(
      Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
    commandLine.getErr().println("vcsnap: " + sentence(failure));
    return CommandLine.ExitCode.SOFTWARE;
  }

  /**
   * What the engine says about a failure is meant for people; of anything else, the first cause
   * says most.
   */
  private static String sentence(Throwable failure) {
    Throwable deepest = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof BlockError) {
        return String.valueOf(at.getMessage());
      }
      deepest = at.getMessage() == null ? deepest : at;
    }
    return String.valueOf(deepest.getMessage());
  }
}
