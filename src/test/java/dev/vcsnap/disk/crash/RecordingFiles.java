package dev.vcsnap.disk.crash;

import dev.vcsnap.disk.crash.FileChange.Created;
import dev.vcsnap.disk.crash.FileChange.Deleted;
import dev.vcsnap.disk.crash.FileChange.DirectorySynced;
import dev.vcsnap.disk.crash.FileChange.Renamed;
import dev.vcsnap.disk.crash.FileChange.Resized;
import dev.vcsnap.disk.crash.FileChange.Synced;
import dev.vcsnap.disk.crash.FileChange.Written;
import dev.vcsnap.disk.crash.FileChange.Zeroed;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.ForwardingFile;
import dev.vcsnap.disk.io.Replacement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Writes down every change that goes through it, in the order in which the changes happened.
 *
 * <p>{@link #replace} is done by the code that does it on the host, and written down in its single
 * steps. The steps of several threads do not overlap here.
 */
public final class RecordingFiles implements DiskFiles {

  private final DiskFiles files;
  private final BiConsumer<Path, Path> rename;
  private final FileTree start;
  private final Map<Path, Integer> names;
  private final Replacement replacement = new Replacement(this, this::rename);
  private final List<FileChange> log = new ArrayList<>();
  private Runnable beforeSync = () -> {};
  private int nextFile;

  /** Records from here on, over files in memory. */
  public static RecordingFiles inMemory(FileTree start) {
    MemoryFiles memory = new MemoryFiles(start.copy());
    return new RecordingFiles(memory, memory::rename, start.copy());
  }

  /**
   * @param files has what {@code start} has
   * @param rename gives a file of {@code files} another name
   */
  public RecordingFiles(DiskFiles files, BiConsumer<Path, Path> rename, FileTree start) {
    this.files = files;
    this.rename = rename;
    this.start = start;
    this.names = new HashMap<>(start.names);
    this.nextFile = start.nextFile();
  }

  /** What there was before the first change. */
  public FileTree start() {
    return start;
  }

  /** How many changes there were so far. */
  public synchronized int length() {
    return log.size();
  }

  public synchronized List<FileChange> log() {
    return List.copyOf(log);
  }

  /** From now on this happens before a file is made durable: what another thread might do. */
  public void beforeSync(Runnable event) {
    beforeSync = event;
  }

  @Override
  public synchronized DiskFile open(Path path, boolean writable) {
    DiskFile file = files.open(path, writable);
    Integer number = names.get(path);
    if (number == null) {
      throw new IllegalStateException("'" + path + "' was not made through this recorder");
    }
    return new RecordedFile(file, number);
  }

  @Override
  public synchronized DiskFile create(Path path) {
    DiskFile file = files.create(path);
    int number = nextFile++;
    names.put(path, number);
    log.add(new Created(path, number));
    return new RecordedFile(file, number);
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    return files.read(path, maximumBytes);
  }

  @Override
  public void replace(Path path, byte[] content) {
    replacement.replace(path, content);
  }

  @Override
  public void put(Path path, byte[] content) {
    replacement.put(path, content);
  }

  /** Gives a file another name, not yet durably. */
  public synchronized void rename(Path from, Path to) {
    rename.accept(from, to);
    int number = names.remove(from);
    names.put(to, number);
    log.add(new Renamed(from, to, number));
  }

  @Override
  public void delete(Path path) {
    if (unlink(path)) {
      syncDirectory(path.getParent());
    }
  }

  @Override
  public void remove(Path path) {
    boolean _ = unlink(path);
  }

  private synchronized boolean unlink(Path path) {
    if (names.remove(path) == null) {
      return false;
    }
    files.remove(path);
    log.add(new Deleted(path));
    return true;
  }

  @Override
  public boolean exists(Path path) {
    return files.exists(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public List<Path> list(Path directory) {
    return files.list(directory);
  }

  @Override
  public synchronized void syncDirectory(Path directory) {
    files.syncDirectory(directory);
    log.add(new DirectorySynced(directory));
  }

  private final class RecordedFile extends ForwardingFile {

    private final DiskFile file;
    private final int number;

    RecordedFile(DiskFile file, int number) {
      super(file);
      this.file = file;
      this.number = number;
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      byte[] bytes = new byte[source.remaining()];
      source.duplicate().get(bytes);
      synchronized (RecordingFiles.this) {
        file.writeAt(offset, source);
        log.add(new Written(number, offset, bytes));
      }
    }

    @Override
    public void resize(long size) {
      synchronized (RecordingFiles.this) {
        file.resize(size);
        log.add(new Resized(number, size));
      }
    }

    @Override
    public void punch(long offset, long length) {
      synchronized (RecordingFiles.this) {
        file.punch(offset, length);
        log.add(new Zeroed(number, offset, length));
      }
    }

    @Override
    public void zero(long offset, long length) {
      synchronized (RecordingFiles.this) {
        file.zero(offset, length);
        log.add(new Zeroed(number, offset, length));
      }
    }

    @Override
    public void sync() {
      beforeSync.run();
      synchronized (RecordingFiles.this) {
        file.sync();
        log.add(new Synced(number));
      }
    }
  }
}
