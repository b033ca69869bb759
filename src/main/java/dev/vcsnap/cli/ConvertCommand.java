package dev.vcsnap.cli;

import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.disk.convert.DiskConverter;
import dev.vcsnap.disk.vmdk.streamoptimized.StreamWriter;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code vcsnap convert}: makes one flat disk or one stream of any disk that can be read. */
@Command(
    name = "convert",
    mixinStandardHelpOptions = true,
    description = {
      "Copies a disk into a new one: a chain is flattened, a sparse or stream file unpacked.",
      "SOURCE is the descriptor of any link or of several extents (twoGbMaxExtentSparse, ...),",
      "or a monolithicSparse or streamOptimized file.",
      "Nothing is overwritten, and what fails or is interrupted leaves nothing behind.",
      "Exit status: 0 the disk was made, 1 it was not, 2 the command is misspelt.",
      ""
    })
final class ConvertCommand implements Callable<Integer> {

  /** What can be made. */
  enum Form {
    FLAT,
    STREAM
  }

  /** Thin or thick, not both. */
  static final class Provisioning {

    @Option(names = "--thin", description = "flat: storage only where there is data (default).")
    private boolean thin;

    @Option(names = "--thick", description = "flat: storage for the whole disk.")
    private boolean thick;

    boolean wantsThin() {
      return thin && !thick;
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(index = "0", paramLabel = "SOURCE", description = "The disk to read.")
  private Path source = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "The disk to make: X.vmdk.")
  private Path target = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "flat|stream",
      description = "flat: X.vmdk with X-flat.vmdk (default); stream: one compressed file.")
  private Form form = Form.FLAT;

  @ArgGroup private @Nullable Provisioning provisioning;

  @Override
  public Integer call() {
    if (!target.toString().endsWith(".vmdk")) {
      throw misspelt("The name of the target must end in '.vmdk'.");
    }
    if (form == Form.STREAM && provisioning != null) {
      throw misspelt("--thin and --thick are for flat disks.");
    }
    Path from = source.toAbsolutePath().normalize();
    Path to = target.toAbsolutePath().normalize();
    boolean thin = provisioning == null || provisioning.wantsThin();
    int processors = Runtime.getRuntime().availableProcessors();
    ProgressLine progress = ProgressLine.onErrorStream();
    try (ExecutorService packers = Executors.newFixedThreadPool(processors);
        Interruption interruption = Interruption.watch()) {
      StreamWriter streams = new StreamWriter(packers, 4 * processors);
      DiskConverter converter =
          new DiskConverter(new Ids(Dice.unpredictable()), new SystemClock(), streams);
      ConversionProgress watched = watched(progress, interruption);
      long sizeBytes =
          switch (form) {
            case FLAT -> converter.toFlat(from, to, thin, watched);
            case STREAM -> converter.toStream(from, to, watched);
          };
      progress.clear();
      System.out.printf(
          Locale.ROOT,
          "%s: a disk of %d bytes, %s.%n",
          target,
          sizeBytes,
          form == Form.STREAM ? "as a stream" : thin ? "flat and thin" : "flat and thick");
    } finally {
      progress.clear();
    }
    return 0;
  }

  private static ConversionProgress watched(ProgressLine line, Interruption interruption) {
    return new ConversionProgress() {
      @Override
      public void converted(long bytesDone, long bytesTotal) {
        line.show(bytesDone, bytesTotal);
      }

      @Override
      public boolean cancelled() {
        return interruption.requested();
      }
    };
  }

  private ParameterException misspelt(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }
}
