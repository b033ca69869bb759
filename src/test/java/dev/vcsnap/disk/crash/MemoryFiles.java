package dev.vcsnap.disk.crash;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.block.BlockError.Kind;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.Replacement;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file system in memory: directories are where files are, and nothing needs to be synced. */
public final class MemoryFiles implements DiskFiles {

  private final FileTree tree;
  private final Map<MemoryFile, DiskFile.Lock> locks = new HashMap<>();
  private final Replacement replacement = new Replacement(this, this::rename);
  private int nextFile;

  public MemoryFiles() {
    this(new FileTree());
  }

  /** Goes on with what is there, and changes it. */
  public MemoryFiles(FileTree tree) {
    this.tree = tree;
    this.nextFile = tree.nextFile();
  }

  public synchronized FileTree tree() {
    return tree;
  }

  @Override
  public synchronized DiskFile open(Path path, boolean writable) {
    Integer file = tree.names.get(path);
    if (file == null) {
      throw new BlockError(Kind.NOT_FOUND, "'%s': no such file".formatted(path));
    }
    return new MemoryFile(path, file, writable);
  }

  @Override
  public synchronized DiskFile create(Path path) {
    if (tree.names.containsKey(path)) {
      throw new BlockError(Kind.ALREADY_EXISTS, "'%s': the name is taken".formatted(path));
    }
    int file = nextFile++;
    tree.names.put(path, file);
    tree.files.put(file, new SparseBytes());
    return new MemoryFile(path, file, true);
  }

  @Override
  public synchronized byte[] read(Path path, int maximumBytes) {
    try (DiskFile file = open(path, false)) {
      if (file.size() > maximumBytes) {
        throw new BlockError(Kind.CORRUPT, "'%s' has %d bytes".formatted(path, file.size()));
      }
      ByteBuffer content = ByteBuffer.allocate((int) file.size());
      file.readAt(0, content);
      return content.array();
    }
  }

  @Override
  public synchronized void replace(Path path, byte[] content) {
    replacement.replace(path, content);
  }

  /** Gives a file another name, which it takes from whoever has it. */
  public synchronized void rename(Path from, Path to) {
    Integer file = tree.names.remove(from);
    if (file == null) {
      throw new BlockError(Kind.NOT_FOUND, "'%s': no such file".formatted(from));
    }
    tree.names.put(to, file);
  }

  @Override
  public synchronized void delete(Path path) {
    tree.names.remove(path);
  }

  @Override
  public synchronized boolean exists(Path path) {
    return tree.names.containsKey(path);
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    return tree.names.keySet().stream().anyMatch(file -> path.equals(file.getParent()));
  }

  @Override
  public synchronized List<Path> list(Path directory) {
    return tree.names.keySet().stream().filter(p -> directory.equals(p.getParent())).toList();
  }

  @Override
  public void syncDirectory(Path directory) {}

  private final class MemoryFile implements DiskFile {

    private final Path path;
    private final int file;
    private final SparseBytes bytes;
    private final boolean writable;
    private boolean closed;

    MemoryFile(Path path, int file, boolean writable) {
      this.path = path;
      this.file = file;
      this.bytes = tree.files.get(file);
      this.writable = writable;
    }

    @Override
    public Path path() {
      return path;
    }

    @Override
    public long size() {
      synchronized (MemoryFiles.this) {
        return opened().size();
      }
    }

    @Override
    public void readAt(long offset, ByteBuffer target) {
      synchronized (MemoryFiles.this) {
        if (offset + target.remaining() > opened().size()) {
          throw new BlockError(Kind.CORRUPT, "'%s' ends at byte %d".formatted(path, bytes.size()));
        }
        bytes.read(offset, target);
      }
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      synchronized (MemoryFiles.this) {
        changed().write(offset, source);
      }
    }

    @Override
    public void resize(long size) {
      synchronized (MemoryFiles.this) {
        changed().resize(size);
      }
    }

    @Override
    public void reserve(long offset, long length) {
      changed();
    }

    @Override
    public void punch(long offset, long length) {
      zero(offset, length);
    }

    @Override
    public void zero(long offset, long length) {
      synchronized (MemoryFiles.this) {
        changed().zero(offset, Math.min(length, Math.max(0, bytes.size() - offset)));
      }
    }

    @Override
    public long nextData(long offset) {
      synchronized (MemoryFiles.this) {
        return opened().nextData(offset);
      }
    }

    @Override
    public long nextHole(long offset) {
      synchronized (MemoryFiles.this) {
        return opened().nextHole(offset);
      }
    }

    @Override
    public void sync() {
      changed();
    }

    @Override
    public void lock(Lock lock) {
      synchronized (MemoryFiles.this) {
        opened();
        locks.forEach((other, held) -> {
          boolean meets = other != this && other.file == file;
          if (meets && (lock == Lock.EXCLUSIVE || held == Lock.EXCLUSIVE)) {
            throw new BlockError(Kind.LOCKED, "'%s' is in use".formatted(path));
          }
        });
        locks.put(this, lock);
      }
    }

    @Override
    public void close() {
      synchronized (MemoryFiles.this) {
        closed = true;
        locks.remove(this);
      }
    }

    private SparseBytes opened() {
      if (closed) {
        throw new BlockError(Kind.CLOSED, "'%s' is closed".formatted(path));
      }
      return bytes;
    }

    private SparseBytes changed() {
      if (!writable) {
        throw new BlockError(Kind.READ_ONLY, "'%s' is open for reading".formatted(path));
      }
      return opened();
    }
  }
}
