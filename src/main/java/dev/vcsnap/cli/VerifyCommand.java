package dev.vcsnap.cli;

import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.convert.DiskOpener;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.quiesce.Consistency;
import dev.vcsnap.verify.ConsistencyCheck;
import dev.vcsnap.verify.Finding;
import dev.vcsnap.verify.Verdict;
import dev.vcsnap.verify.Verdict.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * {@code vcsnap verify}: says from a snapshot's bytes how consistent the guest was, or whether a
 * backup of them is complete.
 */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Says from the bytes of a snapshot's disks of which kind it is, without locks or changes.",
      "  crash        a file system was running: it needs recovery",
      "  fileSystem   file systems were frozen: nothing is to be replayed",
      "  application  applications were at rest too (what a simulated guest's ledger tells)",
      "  unknown      the bytes do not decide; the reason is said",
      "Looked at are MBR and GPT partitions, ext2, ext3, ext4 and a simulated guest's volume.",
      "With --areas it says instead whether a base copy and changed areas make the snapshot.",
      ""
    },
    footer = {
      "",
      VerdictJson.SCHEMA,
      "Exit status: 0 the bytes decide and do not exclude what is recorded, or prove the expected",
      "kind; 1 they do not, or cannot be read; 2 the command is misspelt.",
      "",
      AreasComparison.SCHEMA
    })
final class VerifyCommand implements Callable<Integer> {

  /** A kind by its word. */
  static final class KindConverter implements ITypeConverter<Consistency> {

    @Override
    public Consistency convert(String word) {
      return Arrays.stream(Consistency.values())
          .filter(kind -> kind.word().equalsIgnoreCase(word))
          .findFirst()
          .orElseThrow(() ->
              new TypeConversionException(
                  "'" + word + "' is no kind: expected crash, fileSystem or application"));
    }
  }

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "DISK",
      description = {
        "The descriptor of a snapshot's disk, or any disk that 'vcsnap convert' reads; all disks of"
            + " one moment together.",
        "With --snapshot the machine's .vmx.",
        "With --data also as '[datastore] folder/disk.vmdk'."
      })
  private List<String> places = List.of();

  @Option(
      names = "--snapshot",
      paramLabel = "NAME",
      description = {
        "The snapshot of the machine whose .vmx is given, by name or number: all its disks are",
        "looked at, and held against what the server recorded."
      })
  private @Nullable String snapshot;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "The server's data directory, for names like '[datastore] folder/disk.vmdk'.")
  private @Nullable Path data;

  @Option(
      names = "--expect",
      paramLabel = "KIND",
      converter = KindConverter.class,
      description = "crash, fileSystem or application: fails unless the bytes prove it.")
  private @Nullable Consistency expected;

  @Option(names = "--json", description = "Prints one JSON object.")
  private boolean json;

  @ArgGroup(exclusive = false, heading = "%nChanged areas:%n")
  private @Nullable AreasComparison comparison;

  @Override
  public Integer call() {
    return comparison == null ? consistency() : comparison.run(onlyDisk(), json);
  }

  /** The one disk that a copy can be held against. */
  private Path onlyDisk() {
    if (places.size() != 1 || expected != null) {
      throw misspelt("--areas goes with one disk, and without --expect.");
    }
    Path file = fileOf(places.getFirst());
    if (snapshot == null) {
      return file;
    }
    List<Path> disks = SnapshotFiles.of(file, snapshot).disks();
    if (disks.size() != 1) {
      throw misspelt("The snapshot has " + disks.size() + " disks; name one of them: " + disks);
    }
    return disks.getFirst();
  }

  private int consistency() {
    List<Finding> findings = new ArrayList<>();
    Consistency claimed = expected;
    for (String place : places) {
      if (snapshot == null) {
        findings.addAll(look(place, fileOf(place)));
      } else {
        SnapshotFiles files = SnapshotFiles.of(fileOf(place), snapshot);
        files.disks().forEach(disk -> findings.addAll(look(disk.toString(), disk)));
        claimed = expected == null ? files.recorded() : expected;
      }
    }
    Verdict verdict = new Verdict(findings);
    if (json) {
      VerdictJson.write(verdict, claimed, System.out);
    } else {
      print(verdict, claimed);
    }
    boolean good =
        expected != null
            ? verdict.to(expected) == Answer.CONFIRMED
            : verdict.kind().isPresent()
                && (claimed == null || verdict.to(claimed) != Answer.REFUTED);
    return good ? 0 : 1;
  }

  private static List<Finding> look(String name, Path disk) {
    HostFiles files = new HostFiles();
    var factory = new DiskFactory(new Ids(Dice.unpredictable()), new SystemClock(), files);
    try (DiskOpener.OpenDisk open = new DiskOpener(files, factory).open(disk)) {
      return new ConsistencyCheck().look(name, open.device());
    }
  }

  private Path fileOf(String disk) {
    if (!disk.startsWith("[")) {
      return Path.of(disk).toAbsolutePath().normalize();
    }
    if (data == null) {
      throw misspelt(
          "'" + disk + "' is the name of a datastore's file: --data says where datastores are.");
    }
    DatastorePath name = DatastorePath.parse(disk);
    return data.resolve(name.datastore()).resolve(name.path()).toAbsolutePath().normalize();
  }

  private ParameterException misspelt(String sentence) {
    return new ParameterException(Objects.requireNonNull(spec).commandLine(), sentence);
  }

  private void print(Verdict verdict, @Nullable Consistency claimed) {
    System.out.println(verdict.word());
    for (Finding finding : verdict.findings()) {
      System.out.println("  " + finding.place() + ": " + finding.content());
      finding.reasons().forEach(reason -> System.out.println("    " + reason));
    }
    if (claimed != null) {
      System.out.println(
          (expected == null ? "recorded as " : "")
              + claimed.word()
              + switch (verdict.to(claimed)) {
                case CONFIRMED -> ": the bytes prove it.";
                case POSSIBLE -> ": the bytes allow it, and do not prove it.";
                case REFUTED -> ": the bytes exclude it.";
              });
    }
  }
}
