package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Who is about to do what to the names of a datastore, from the first look until it is done: so
 * that nothing comes into use while it is being replaced, moved or deleted, and the other way
 * round.
 *
 * <p>Claims are made at once or refused. They say nothing of open disks, whose files are locked.
 */
public final class FileClaims {

  /** Ends when it is closed. */
  public interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  private final List<Held> held = new ArrayList<>();

  FileClaims() {}

  /**
   * Claims a file or a folder with all it holds, for whoever replaces, moves or deletes it.
   *
   * @throws BlockError LOCKED while it, or something in it, is changed or taken into use
   */
  public Claim toChange(StoredFile file) {
    return claim(file, new Held(file.file(), Optional.empty()));
  }

  /**
   * Claims a machine's configuration, and what carries its name beside it, for whoever takes the
   * machine into use.
   *
   * @throws BlockError LOCKED while one of them, or a folder above them, is changed
   */
  public Claim toUse(StoredFile configuration) {
    String base = FolderShare.baseOf(configuration.path().fileName());
    return claim(configuration, new Held(configuration.file(), Optional.of(base)));
  }

  private Claim claim(StoredFile file, Held claim) {
    synchronized (held) {
      for (Held other : held) {
        if (claim.excludes(other)) {
          throw new BlockError(
              BlockError.Kind.LOCKED,
              file.file(),
              "'%s' is being changed or taken into use".formatted(file),
              null);
        }
      }
      held.add(claim);
    }
    return claim;
  }

  /** One claim; a record would be equal to another one's. */
  private final class Held implements Claim {

    private final Path path;
    private final Optional<String> machine;

    /**
     * @param machine what the files of the machine that comes into use begin with; empty for a
     *     claim to change
     */
    private Held(Path path, Optional<String> machine) {
      this.path = path;
      this.machine = machine;
    }

    private boolean excludes(Held other) {
      if (machine.isPresent() && other.machine.isPresent()) {
        return false;
      }
      return path.startsWith(other.path)
          || other.path.startsWith(path)
          || isOf(other)
          || other.isOf(this);
    }

    /** True for a file of the machine that another claim takes into use. */
    private boolean isOf(Held other) {
      String name = String.valueOf(path.getFileName());
      return Objects.equals(path.getParent(), other.path.getParent())
          && other
              .machine
              .filter(base -> name.startsWith(base + ".") || name.startsWith(base + "-"))
              .isPresent();
    }

    @Override
    public void close() {
      synchronized (held) {
        held.remove(this);
      }
    }
  }
}
