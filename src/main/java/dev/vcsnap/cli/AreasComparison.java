package dev.vcsnap.cli;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.DiskOpener;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.verify.areas.AreaList;
import dev.vcsnap.verify.areas.AreaListReader;
import dev.vcsnap.verify.areas.AreasCheck;
import dev.vcsnap.verify.areas.AreasReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** The part of {@code vcsnap verify} that holds a base copy and changed areas against a disk. */
final class AreasComparison {

  /** The report, for the command's help. */
  static final String SCHEMA =
      """
      With --areas. JSON: {"equal": bool, "complete": bool, "sizeBytes", "baseBytes", "blockBytes",
        "areas": {"count", "bytes"}, "differingBytes", "missing": RANGES, "superfluous": RANGES,
        "problems": [text about the replies], "next": [text: what to do]}.
        RANGES: {"count", "bytes", "ranges": the first ones [{"start", "length"}]}.
      Exit status: 0 base and areas make the snapshot and the replies are complete; 1 not, or
      something cannot be read; 2 the command is misspelt.\
      """;

  @Option(
      names = "--areas",
      required = true,
      paramLabel = "FILE",
      description = {
        "The changed areas as JSON, - for standard input: [{\"start\", \"length\"}, ...], or the",
        "replies of QueryChangedDiskAreas as they came, which are then checked as well."
      })
  private Path areas = Path.of("");

  @Option(
      names = "--base",
      paramLabel = "FILE",
      description = {
        "The copy that the areas are laid over: plain bytes or a VMDK that 'vcsnap convert' reads.",
        "Without it there is nothing before, as for a full copy (change id *)."
      })
  private @Nullable Path base;

  @Option(
      names = "--list",
      paramLabel = "COUNT",
      defaultValue = "20",
      description = "How many ranges of each kind are named (${DEFAULT-VALUE}).")
  private int listed = 20;

  /** Compares and prints; returns the exit status. */
  int run(Path disk, boolean json) {
    HostFiles files = new HostFiles();
    var factory = new DiskFactory(new Ids(Dice.unpredictable()), new SystemClock(), files);
    DiskOpener opener = new DiskOpener(files, factory);
    AreaList.Builder told = told();
    try (DiskOpener.OpenDisk snapshot = opener.openOrRaw(disk);
        DiskOpener.OpenDisk before =
            base == null ? null : opener.openOrRaw(base.toAbsolutePath().normalize())) {
      AreasReport report =
          new AreasCheck(Math.max(0, listed))
              .run(before == null ? null : before.device(), snapshot.device(), told);
      if (json) {
        System.out.println(JsonMapper.shared().writeValueAsString(report));
      } else {
        print(report);
      }
      return report.good() ? 0 : 1;
    }
  }

  private AreaList.Builder told() {
    if (areas.toString().equals("-")) {
      return AreaListReader.read(System.in);
    }
    try (InputStream text = Files.newInputStream(areas)) {
      return AreaListReader.read(text);
    } catch (IOException failure) {
      throw new UncheckedIOException("'" + areas + "' cannot be read: " + failure, failure);
    }
  }

  private static void print(AreasReport report) {
    System.out.println(
        report.equal()
            ? "equal: base and areas make the snapshot"
            : "different: something changed that no area names");
    System.out.printf(
        "  disk %d bytes, base %d; %d areas of %d bytes; %d bytes differ%n",
        report.sizeBytes(),
        report.baseBytes(),
        report.areas().count(),
        report.areas().bytes(),
        report.differingBytes());
    print("missing", report.missing());
    print("superfluous", report.superfluous());
    report.problems().forEach(problem -> System.out.println("  problem: " + problem));
    report.next().forEach(step -> System.out.println("  next: " + step));
  }

  private static void print(String what, AreasReport.Ranges ranges) {
    if (ranges.count() > 0) {
      System.out.printf("  %s: %d ranges, %d bytes%n", what, ranges.count(), ranges.bytes());
      for (AreasReport.Piece piece : ranges.ranges()) {
        System.out.printf("    %d + %d%n", piece.start(), piece.length());
      }
      if (ranges.count() > ranges.ranges().size()) {
        System.out.println("    ... (--list names more)");
      }
    }
  }
}
