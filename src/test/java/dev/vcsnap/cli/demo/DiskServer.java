package dev.vcsnap.cli.demo;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.ground.dice.Dice;
import dev.vcsnap.ground.ids.Ids;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import dev.vcsnap.nbd.NbdListener;
import dev.vcsnap.nbd.NbdServer;
import dev.vcsnap.nbd.NbdTls;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Serves empty thin disks over NBD. */
final class DiskServer implements AutoCloseable, DiskExports {

  private final Map<String, RunningDisk> disks = new TreeMap<>();
  private final NbdServer server;

  DiskServer(Path folder, long sizeBytes, String... names) {
    var factory = new DiskFactory(new Ids(new Dice(1)), new SystemClock());
    for (String name : names) {
      Path descriptor = folder.resolve(name + ".vmdk");
      factory.createFlat(descriptor, sizeBytes, true);
      disks.put(name, factory.open(descriptor, OpenMode.READ_WRITE));
    }
    server =
        new NbdServer(
            this,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            NbdTls.NONE,
            new SystemClock(),
            NbdListener.NONE);
    server.start();
  }

  NbdClient connect(String name) {
    return NbdClient.open(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()), name);
  }

  @Override
  public List<String> names() {
    return List.copyOf(disks.keySet());
  }

  @Override
  public DiskExport open(String name) {
    RunningDisk disk = disks.get(name);
    if (disk == null) {
      throw new BlockError(BlockError.Kind.NOT_FOUND, "no disk '" + name + "'");
    }
    return new Export(name, disk);
  }

  @Override
  public void close() {
    server.close();
    disks.values().forEach(RunningDisk::close);
  }

  private record Export(String name, BlockDevice device) implements DiskExport {

    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public void close() {}
  }
}
