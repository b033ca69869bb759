package dev.vcsnap.cli;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.ChainMap;
import dev.vcsnap.disk.check.ChainPicture;
import dev.vcsnap.disk.convert.DiskOpener;
import dev.vcsnap.disk.io.HostFiles;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code vcsnap map}: shows which link of a chain holds which part of the disk. */
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    description = {
      "Shows which link of a chain holds which part of the disk, without locks or changes.",
      "Drawn: one row a link, the newest on top, one character for each 64th of the disk.",
      ""
    },
    footer = {
      "",
      MapJson.SCHEMA,
      "Exit status: 0 the map was printed, 1 the disk cannot be read, 2 the command is misspelt."
    })
final class MapCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "VMDK",
      description = {
        "The descriptor of the chain's last link; or a disk without",
        "parent: one of several extents, or a monolithicSparse or",
        "streamOptimized file."
      })
  private Path disk = Path.of("");

  @Option(names = "--json", description = "Prints one JSON object, with every run in bytes.")
  private boolean json;

  @Override
  public Integer call() {
    ChainMap map = read(disk.toAbsolutePath().normalize());
    if (json) {
      MapJson.write(map, System.out);
    } else {
      System.out.print(new ChainPicture(map).text());
    }
    return 0;
  }

  private static ChainMap read(Path path) {
    HostFiles files = new HostFiles();
    var factory = new DiskFactory(new Ids(Dice.unpredictable()), new SystemClock(), files);
    try (DiskOpener.OpenDisk open = new DiskOpener(files, factory).open(path)) {
      return open.device() instanceof RunningDisk chain
          ? ChainMap.of(chain)
          : ChainMap.of(path, open.type(), open.device());
    }
  }
}
