package dev.vcsnap.cli;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.disk.check.ChainMap;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code vcsnap map}: draws which link of a chain holds which part of the disk. */
@Command(
    name = "map",
    mixinStandardHelpOptions = true,
    description = "Draws a chain: one row a link, one character for each 64th of the disk.")
final class MapCommand implements Callable<Integer> {

  @Parameters(paramLabel = "VMDK", description = "The descriptor of the chain's last link.")
  private Path descriptor = Path.of("");

  @Override
  public Integer call() {
    var factory = new DiskFactory(new Ids(Dice.unpredictable()), new SystemClock());
    try (RunningDisk disk =
        factory.open(descriptor.toAbsolutePath().normalize(), OpenMode.INSPECT)) {
      System.out.print(ChainMap.of(disk).picture());
    }
    return 0;
  }
}
