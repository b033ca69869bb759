package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.convert.ConversionProgress;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CancellationException;

/**
 * Copies and moves files and whole folders, within a datastore or to another one.
 *
 * <p>The target appears when all of it is there and durable. Holes stay holes. What fails, is
 * cancelled or is cut by a crash leaves nothing behind.
 */
public final class FileTransfer {

  private static final int CHUNK_BYTES = 1 << 20;

  private final StoredFile source;
  private final StoredFile target;
  private final boolean replace;
  private final ConversionProgress progress;
  private boolean sourceHeld;
  private long done;
  private long total;

  /**
   * @param replace takes the target's name from a file that has it; a folder is never replaced
   */
  public FileTransfer(
      StoredFile source, StoredFile target, boolean replace, ConversionProgress progress) {
    this.source = source;
    this.target = target;
    this.replace = replace;
    this.progress = progress;
  }

  /**
   * Makes another one of it.
   *
   * @throws BlockError NOT_FOUND, ALREADY_EXISTS, NO_SPACE, or LOCKED for a disk that is written
   * @throws CancellationException when the progress asked for it
   */
  public void copy() {
    requireTarget();
    try (HeldDisks _ = HeldDisks.of(target)) {
      copyToHeld();
    }
  }

  private void copyToHeld() {
    FileTree tree = FileTree.of(source);
    total = tree.sizeBytes();
    if (total > target.datastore().freeBytes() && !isSparse(tree)) {
      throw new BlockError(
          BlockError.Kind.NO_SPACE,
          target.file(),
          "\"%s\" has %d bytes, the datastore has room for %d"
              .formatted(source, total, target.datastore().freeBytes()),
          null);
    }
    try (Staging.Work work = target.datastore().staging().begin()) {
      Path copy = work.folder().resolve("copy");
      for (FileTree.Node node : tree.nodes()) {
        copy(node, copy.resolve(source.file().relativize(node.file().file())));
      }
      work.publish(List.of(new Staging.Naming(copy, target.file())), replace);
    }
  }

  /**
   * Gives it another name; to another datastore its bytes are copied and then deleted here.
   *
   * @throws BlockError as {@link #copy}, and LOCKED when a disk in it is open
   */
  public void move() {
    requireTarget();
    try (HeldDisks _ = HeldDisks.of(source);
        HeldDisks _ = HeldDisks.of(target)) {
      moveHeld();
    }
  }

  private void moveHeld() {
    if (!source.datastore().root().equals(target.datastore().root())) {
      sourceHeld = true;
      copyToHeld();
      source.datastore().delete(source.path());
      return;
    }
    try {
      // A file of that name is given up here; a work of one step needs no list.
      Files.move(source.file(), target.file(), StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(target.folder().file());
      AtomicFile.syncFolder(source.folder().file());
    } catch (IOException e) {
      throw IoFailure.of("move", source.file(), e);
    }
  }

  /** Copies one file, which the caller holds, to a place that is not published yet. */
  static void copyFile(StoredFile source, Datastore store, Path copy, ConversionProgress progress) {
    var transfer =
        new FileTransfer(source, new StoredFile(store, store.rootPath()), false, progress);
    FileTree tree = FileTree.of(source);
    transfer.total = tree.sizeBytes();
    transfer.sourceHeld = true;
    transfer.copy(tree.nodes().getFirst(), copy);
  }

  /**
   * Refuses to put something into itself, or the datastore itself anywhere.
   *
   * @throws BlockError ALREADY_EXISTS
   */
  public static void requireApart(StoredFile source, StoredFile target) {
    if (source.path().isRoot() || target.path().isRoot()) {
      throw new DatastorePathException(
          (source.path().isRoot() ? source : target).toString(), "is the datastore itself");
    }
    if (target.file().startsWith(source.file()) || source.file().startsWith(target.file())) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS,
          target.file(),
          "\"%s\" cannot go to \"%s\": they are the same or one is in the other"
              .formatted(source, target),
          null);
    }
  }

  private void requireTarget() {
    requireApart(source, target);
    target
        .datastore()
        .entry(target.path())
        .filter(entry -> !replace || entry.directory())
        .ifPresent(entry -> {
          throw new BlockError(
              BlockError.Kind.ALREADY_EXISTS, target.file(), "\"" + target + "\" exists", null);
        });
    if (!target.folder().exists()) {
      throw new BlockError(
          BlockError.Kind.NOT_FOUND,
          target.folder().file(),
          "There is no folder \"" + target.folder() + "\"",
          null);
    }
  }

  /** A file with holes may need less than its length; then the copy itself finds out. */
  private static boolean isSparse(FileTree tree) {
    return tree.nodes().stream()
        .filter(node -> !node.directory() && node.sizeBytes() > 0)
        .anyMatch(node -> {
          try (DiskFile file = node.file().datastore().files().open(node.file().file(), false)) {
            return file.nextHole(0) < file.size();
          }
        });
  }

  private void copy(FileTree.Node node, Path copy) {
    if (node.directory()) {
      try {
        Files.createDirectory(copy);
      } catch (IOException e) {
        throw IoFailure.of("make the folder", copy, e);
      }
      return;
    }
    DiskFiles files = source.datastore().files();
    try (DiskFile from = files.open(node.file().file(), false);
        DiskFile to = target.datastore().files().create(copy)) {
      if (!sourceHeld) {
        from.lock(DiskFile.Lock.SHARED);
      }
      copy(from, to, node.sizeBytes());
      to.sync();
    }
    done += node.sizeBytes();
    report(done);
  }

  private void copy(DiskFile from, DiskFile to, long size) {
    ByteBuffer chunk = ByteBuffer.allocateDirect(Math.clamp(size, 1, CHUNK_BYTES));
    long at = from.nextData(0);
    while (at < size) {
      long end = Math.min(from.nextHole(at), size);
      while (at < end) {
        chunk.clear().limit((int) Math.min(CHUNK_BYTES, end - at));
        from.readAt(at, chunk);
        to.writeAt(at, chunk.flip());
        at += chunk.limit();
        report(done + at);
      }
      at = at < size ? from.nextData(at) : size;
    }
    to.resize(size);
  }

  private void report(long bytes) {
    if (progress.cancelled()) {
      throw new CancellationException("the copy was cancelled");
    }
    progress.converted(bytes, total);
  }
}
