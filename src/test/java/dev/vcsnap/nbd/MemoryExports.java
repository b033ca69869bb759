package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.lease.DiskExport;
import dev.vcsnap.lease.DiskExports;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Exports of a test, which know who has what open. */
final class MemoryExports implements DiskExports {

  private final Map<String, BlockDevice> disks = new ConcurrentSkipListMap<>();
  private final Set<String> readOnly = ConcurrentHashMap.newKeySet();
  private final Set<String> locked = ConcurrentHashMap.newKeySet();
  private final Set<DiskExport> open = ConcurrentHashMap.newKeySet();

  void add(String name, BlockDevice disk) {
    disks.put(name, disk);
  }

  void addReadOnly(String name, BlockDevice disk) {
    disks.put(name, disk);
    readOnly.add(name);
  }

  void addLocked(String name) {
    disks.put(name, new MemoryDisk(4096));
    locked.add(name);
  }

  int openCount() {
    return open.size();
  }

  @Override
  public List<String> names() {
    return List.copyOf(disks.keySet());
  }

  @Override
  public DiskExport open(String name) {
    BlockDevice disk = disks.get(name);
    if (disk == null) {
      throw new BlockError(BlockError.Kind.NOT_FOUND, "no export \"%s\"".formatted(name));
    }
    if (locked.contains(name)) {
      throw new BlockError(BlockError.Kind.LOCKED, "\"%s\" is being merged".formatted(name));
    }
    DiskExport export = new OpenDisk(name, disk, readOnly.contains(name));
    open.add(export);
    return export;
  }

  private final class OpenDisk implements DiskExport {

    private final String name;
    private final BlockDevice device;
    private final boolean readOnly;
    private final AtomicBoolean closed = new AtomicBoolean();

    OpenDisk(String name, BlockDevice device, boolean readOnly) {
      this.name = name;
      this.device = device;
      this.readOnly = readOnly;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public BlockDevice device() {
      return device;
    }

    @Override
    public boolean readOnly() {
      return readOnly;
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        open.remove(this);
      }
    }
  }
}
