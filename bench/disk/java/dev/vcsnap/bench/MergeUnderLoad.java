package dev.vcsnap.bench;

import dev.vcsnap.disk.chain.DiskFactory;
import dev.vcsnap.disk.chain.MergeProgress;
import dev.vcsnap.disk.chain.OpenMode;
import dev.vcsnap.disk.chain.RunningDisk;
import dev.vcsnap.ground.clock.SystemClock;
import dev.vcsnap.nbd.NbdListener;
import dev.vcsnap.nbd.NbdServer;
import dev.vcsnap.nbd.NbdTls;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * Serves a chain at a socket and merges its leaf into the parent when it is told to: {@code
 * MergeUnderLoad LEAF SOCKET KIND}.
 *
 * <p>Each line of standard input is a command: {@code count SECONDS} prints the requests served in
 * that time, {@code merge} prints the seconds that the merge took and the requests served
 * meanwhile. The end of the input ends the program.
 */
final class MergeUnderLoad {

  private static final int PIECE_BYTES = 64 << 10;
  private static final long WARM_UP_BYTES = 16 << 20;
  private static final int WARM_UP_ROUNDS = 60;

  private final RunningDisk disk;
  private final LongAdder served = new LongAdder();

  private MergeUnderLoad(RunningDisk disk) {
    this.disk = disk;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path leaf = Path.of(arguments[0]);
    warmUp(Files.createTempDirectory(leaf.getParent(), "warm"), arguments[2]);
    try (RunningDisk disk = Engine.disks().open(leaf, OpenMode.READ_WRITE)) {
      new MergeUnderLoad(disk).serve(Path.of(arguments[1]));
    }
  }

  /**
   * Merges small disks until the code is compiled, as that of a server is which has been running
   * for a while.
   */
  private static void warmUp(Path folder, String kind) throws IOException {
    DiskFactory disks = Engine.disks();
    Path base = folder.resolve("base.vmdk");
    Path delta = folder.resolve("delta.vmdk");
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    disks.createFlat(base, WARM_UP_BYTES, true);
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      Engine.createDelta(disks, delta, base, kind);
      try (RunningDisk disk = disks.open(delta, OpenMode.READ_WRITE)) {
        for (long at = 0; at < WARM_UP_BYTES; at += 4L * PIECE_BYTES) {
          disk.writeAt(at, piece.clear());
        }
        disk.commit(delta, MergeProgress.unwatched());
      }
    }
    for (String name : List.of("base.vmdk", "base-flat.vmdk")) {
      Files.delete(folder.resolve(name));
    }
    Files.delete(folder);
  }

  private void serve(Path socket) throws IOException, InterruptedException {
    var listener =
        new NbdListener() {
          @Override
          public void served(int requests, int failures, long readBytes, long writtenBytes) {
            served.add(requests);
          }
        };
    var address = UnixDomainSocketAddress.of(socket);
    try (var server =
            new NbdServer(new OneDisk(disk), address, NbdTls.NONE, new SystemClock(), listener);
        var commands =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      server.start();
      System.out.println("ready");
      for (String line = commands.readLine(); line != null; line = commands.readLine()) {
        obey(line.split(" "));
      }
    }
  }

  private void obey(String[] command) throws InterruptedException {
    long before = served.sum();
    long start = System.nanoTime();
    switch (command[0]) {
      case "merge" -> disk.commit(disk.leaf(), MergeProgress.unwatched());
      case "count" -> Thread.sleep((long) (Double.parseDouble(command[1]) * 1000));
      default -> throw new IllegalArgumentException(command[0]);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%.4f %d%n", seconds, served.sum() - before);
  }
}
