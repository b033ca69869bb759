package dev.vcsnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.check.ChainMap;
import dev.vcsnap.disk.check.ChainMap.Kind;
import dev.vcsnap.disk.check.ChainMap.LinkRuns;
import dev.vcsnap.disk.check.ChainMap.Run;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapCommandTest {

  @TempDir Path directory;

  @Test
  void the_map_as_json() {
    ChainMap map =
        new ChainMap(
            8192,
            List.of(
                new LinkRuns(Path.of("/d/VM.vmdk"), "vmfs", 512, List.of()),
                new LinkRuns(
                    Path.of("/d/VM-\"1.vmdk"),
                    "seSparse",
                    4096,
                    List.of(new Run(0, 4096, Kind.DATA)))));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    MapJson.write(map, out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo(
            "{'sizeBytes':8192,'links':[{'index':0,'descriptor':'/d/VM.vmdk','type':'vmfs',"
                    .replace('\'', '"')
                + "'grainBytes':512,'dataBytes':0,'zeroBytes':0,'runs':[]},".replace('\'', '"')
                + "{'index':1,'descriptor':'/d/VM-\\'1.vmdk','type':'seSparse',".replace('\'', '"')
                + "'grainBytes':4096,'dataBytes':4096,'zeroBytes':0,".replace('\'', '"')
                + "'runs':[{'offset':0,'length':4096,'kind':'data'}]}],".replace('\'', '"')
                + "'owners':[{'offset':0,'length':4096,'link':1,'kind':'data'},".replace('\'', '"')
                + "{'offset':4096,'length':4096,'link':0,'kind':'hole'}]}\n".replace('\'', '"'));
  }

  @Test
  void the_exit_status_tells_what_happened() {
    Path disk = directory.resolve("VM.vmdk");
    new DiskFactory(new Ids(new Dice(3)), new SystemClock()).createFlat(disk, 1 << 20, true);
    assertThat(VcsnapCommand.run(new String[] {"map", disk.toString()})).isZero();
    assertThat(VcsnapCommand.run(new String[] {"map", disk.toString(), "--json"})).isZero();
    assertThat(VcsnapCommand.run(new String[] {"map", disk + "x"})).isEqualTo(1);
    assertThat(VcsnapCommand.run(new String[] {"map"})).isEqualTo(2);
    assertThat(VcsnapCommand.run(new String[] {"check", directory.toString()})).isZero();
  }
}
