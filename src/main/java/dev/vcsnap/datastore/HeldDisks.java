package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The disks of a file or folder, kept from being opened by anybody, here or in another process, for
 * as long as they are replaced, moved or deleted.
 */
public final class HeldDisks implements AutoCloseable {

  private static final String DISK = ".vmdk";

  private final List<DiskFile> open = new ArrayList<>();

  private HeldDisks() {}

  /** Nothing, for a name that nobody has yet. */
  public static HeldDisks none() {
    return new HeldDisks();
  }

  /**
   * Holds what is there: the file, all files of the folder, the extents of the disk; nothing if
   * there is no such file.
   *
   * @throws BlockError LOCKED, naming the file and who has it
   */
  public static HeldDisks of(StoredFile file) {
    return file.exists() ? of(filesOf(file)) : none();
  }

  /** Holds certain files. */
  static HeldDisks of(Collection<StoredFile> files) {
    var held = new HeldDisks();
    boolean complete = false;
    try {
      Set.copyOf(files).forEach(held::hold);
      complete = true;
    } finally {
      if (!complete) {
        held.close();
      }
    }
    return held;
  }

  /** The files whose locks say whether somebody has a disk of it open. */
  static Set<StoredFile> filesOf(StoredFile file) {
    Set<StoredFile> files = new LinkedHashSet<>();
    for (FileTree.Node node : FileTree.of(file).nodes()) {
      if (!node.directory() && node.file().path().path().endsWith(DISK)) {
        files.add(node.file());
      }
    }
    StoredDisk.find(file)
        .ifPresent(disk -> disk.extents().stream().filter(StoredFile::exists).forEach(files::add));
    return files;
  }

  private void hold(StoredFile file) {
    DiskFile opened = file.datastore().files().open(file.file(), false);
    open.add(opened);
    opened.lock(DiskFile.Lock.EXCLUSIVE);
  }

  @Override
  public void close() {
    open.forEach(DiskFile::close);
    open.clear();
  }
}
