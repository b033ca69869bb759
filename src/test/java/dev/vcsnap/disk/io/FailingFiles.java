package dev.vcsnap.disk.io;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiPredicate;

/**
 * The host's files, which fail where a test wants them to: a chosen call, counted over all files
 * and all kinds of calls, or every call that a rule picks. It does not wait for the host's disks.
 */
public final class FailingFiles extends ForwardingFiles {

  /** The calls that can fail. */
  public enum Call {
    OPEN,
    CREATE,
    READ,
    WRITE,
    RESIZE,
    RESERVE,
    PUNCH,
    SYNC,
    REPLACE,
    DELETE,
    SYNC_DIRECTORY;

    /** Whether a full file system can be the reason. */
    public boolean needsSpace() {
      return switch (this) {
        case CREATE, WRITE, RESERVE, SYNC, REPLACE -> true;
        default -> false;
      };
    }
  }

  private final DiskFiles host;
  private final AtomicInteger calls = new AtomicInteger();
  private volatile BiPredicate<Call, Path> rule = (call, path) -> false;
  private volatile BlockError.Kind kind = BlockError.Kind.IO;
  private volatile String failed = "";

  public FailingFiles() {
    this(new HostFiles());
  }

  private FailingFiles(DiskFiles host) {
    super(host);
    this.host = host;
  }

  /** From now on every call that the rule picks fails with that kind. */
  public void failWhere(BlockError.Kind failure, BiPredicate<Call, Path> picks) {
    kind = failure;
    rule = picks;
  }

  /** The call number {@code number} from now on fails, counted from 0; later ones succeed again. */
  public void failOnce(BlockError.Kind failure, int number) {
    calls.set(0);
    failed = "";
    failWhere(
        failure,
        (call, path) ->
            (failure != BlockError.Kind.NO_SPACE || call.needsSpace())
                && calls.getAndIncrement() == number);
  }

  /** As {@link #failOnce}, and all later ones too until it heals. */
  public void failFrom(BlockError.Kind failure, int number) {
    calls.set(0);
    failed = "";
    failWhere(
        failure,
        (call, path) ->
            (failure != BlockError.Kind.NO_SPACE || call.needsSpace())
                && calls.getAndIncrement() >= number);
  }

  /** Nothing fails any more. */
  public void heal() {
    rule = (call, path) -> false;
  }

  /** What failed last, empty if nothing did since {@link #failOnce}. */
  public String failed() {
    return failed;
  }

  private void pass(Call call, Path path) {
    if (rule.test(call, path)) {
      failed = call + " " + path.getFileName();
      throw new BlockError(kind, path, "'" + path + "': made to fail at " + call, null);
    }
  }

  @Override
  public DiskFile open(Path path, boolean writable) {
    pass(Call.OPEN, path);
    return new FailingFile(host.open(path, writable));
  }

  @Override
  public DiskFile create(Path path) {
    pass(Call.CREATE, path);
    return new FailingFile(host.create(path));
  }

  @Override
  public byte[] read(Path path, int maximumBytes) {
    pass(Call.READ, path);
    return host.read(path, maximumBytes);
  }

  /** Fails before the name has new content, or after, when only its durability is in doubt. */
  @Override
  public void replace(Path path, byte[] content) {
    pass(Call.REPLACE, path);
    replaceUnsynced(path, content);
    pass(Call.SYNC_DIRECTORY, path);
  }

  @Override
  public void put(Path path, byte[] content) {
    pass(Call.REPLACE, path);
    replaceUnsynced(path, content);
  }

  private static void replaceUnsynced(Path path, byte[] content) {
    Path temporary = path.resolveSibling("." + path.getFileName() + ".tmp");
    try {
      Files.write(temporary, content);
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void delete(Path path) {
    if (!host.exists(path)) {
      return;
    }
    pass(Call.DELETE, path);
    try {
      Files.delete(path);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void syncDirectory(Path directory) {
    pass(Call.SYNC_DIRECTORY, directory);
  }

  private final class FailingFile extends ForwardingFile {

    private final DiskFile file;

    FailingFile(DiskFile file) {
      super(file);
      this.file = file;
    }

    @Override
    public void readAt(long offset, ByteBuffer target) {
      pass(Call.READ, path());
      file.readAt(offset, target);
    }

    @Override
    public void writeAt(long offset, ByteBuffer source) {
      pass(Call.WRITE, path());
      file.writeAt(offset, source);
    }

    @Override
    public void resize(long size) {
      pass(Call.RESIZE, path());
      file.resize(size);
    }

    @Override
    public void reserve(long offset, long length) {
      pass(Call.RESERVE, path());
      file.reserve(offset, length);
    }

    @Override
    public void punch(long offset, long length) {
      pass(Call.PUNCH, path());
      file.punch(offset, length);
    }

    @Override
    public void zero(long offset, long length) {
      pass(Call.PUNCH, path());
      file.zero(offset, length);
    }

    @Override
    public void sync() {
      pass(Call.SYNC, path());
    }
  }
}
