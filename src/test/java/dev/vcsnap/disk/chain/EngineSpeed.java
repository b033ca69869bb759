package dev.vcsnap.disk.chain;
import java.nio.*; import java.nio.file.*; import java.util.*;
public class EngineSpeed {
  public static void main(String[] a) throws Exception {
    Path d = Files.createTempDirectory(Path.of(a[0]), "speed"); DiskBench b = new DiskBench(d);
    long size = 1L<<30; RunningDisk disk = b.create(size);
    ByteBuffer big = ByteBuffer.allocateDirect(1<<20); new Random(1).nextInt(); for (int i=0;i<1<<20;i++) big.put(i,(byte)i);
    for (long o=0;o<size;o+=1<<20) disk.writeAt(o, big.clear());
    Random r = new Random(2);
    int depth=Integer.parseInt(a[1]);
    for (int i=0;i<depth;i++){ b.fork(disk); for (int k=0;k<500;k++) disk.writeAt((long)r.nextInt((int)(size>>16))<<16, big.clear().limit(65536)); }
    if (depth>0) b.fork(disk);
    ByteBuffer x = ByteBuffer.allocateDirect(4096);
    for (int rep=0;rep<3;rep++){
      int n=200000; long t=System.nanoTime(); for (int i=0;i<n;i++){ disk.readAt((long)r.nextInt((int)(size>>12))<<12, x.clear()); }
      System.out.printf("rr4k %.0f k/s%n", n*1e6/(System.nanoTime()-t));
      n=20000; t=System.nanoTime(); for (int i=0;i<n;i++){ disk.writeAt((long)r.nextInt((int)(size>>12))<<12, x.clear()); }
      System.out.printf("rw4k first/mixed %.0f k/s%n", n*1e6/(System.nanoTime()-t));
      t=System.nanoTime(); for (long o=0;o<size;o+=1<<20) disk.readAt(o, big.clear()); System.out.printf("seqr %.0f MiB/s%n", 1024e9/(System.nanoTime()-t));
    }
    long t=System.nanoTime(); for (long o=0;o<256<<20;o+=1<<20) disk.writeAt(o, big.clear()); System.out.printf("seqw1m first %.0f MiB/s%n", 256e9/(System.nanoTime()-t));
    t=System.nanoTime(); int n=300; for (int i=0;i<n;i++){ disk.writeAt((long)r.nextInt((int)(size>>12))<<12, x.clear()); disk.flush(); } System.out.printf("rw4k fsync %.2f k/s%n", n*1e6/(System.nanoTime()-t));
    if (depth>0){ t=System.nanoTime(); PreparedFork f = disk.prepareFork(b.nextName()); long t2=System.nanoTime(); f.closeGate(); f.commit(); System.out.println("prepare ms "+(t2-t)/1e6+" stun "+f.openGate());
    t=System.nanoTime(); disk.commitInto(b.base, MergeProgress.unwatched()); System.out.printf("remove all %.0f ms; map bytes %d%n", (System.nanoTime()-t)/1e6, disk.ownerMapBytes()); }
    disk.close(); DiskBench.deleteTree(d);
  }
}
