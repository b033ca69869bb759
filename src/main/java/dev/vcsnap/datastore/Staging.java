package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.convert.BaseDisk;
import dev.vcsnap.disk.io.DiskFile;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The folder of a datastore in which files are made before they get their names, so that nobody
 * sees half a file and nothing half made outlives a crash.
 *
 * <p>Each work has a folder of its own there. When it is done, a list of who becomes what is made
 * durable, and then the names are given: a start that finds the list gives the rest of the names,
 * one that finds none removes the work.
 */
public final class Staging {

  private static final String FOLDER = AtomicFile.RESERVED_PREFIX + "staging";
  private static final String LIST = AtomicFile.RESERVED_PREFIX + "names";
  private static final int LIST_BYTES_MAX = 1 << 20;
  private static final int BUFFER_BYTES = 1 << 18;

  private final Datastore datastore;
  private final Path root;
  private final AtomicLong numbers = new AtomicLong();

  Staging(Datastore datastore) {
    this.datastore = datastore;
    this.root = datastore.root().resolve(FOLDER);
  }

  /**
   * One name to give.
   *
   * @param staged the file or folder as it was made
   * @param target what it becomes
   */
  public record Naming(Path staged, Path target) {}

  /** The folder, for single files that are on their way in. */
  Path folder() {
    try {
      return Files.createDirectories(root);
    } catch (IOException e) {
      throw IoFailure.of("make the folder", root, e);
    }
  }

  /** Starts a work in an empty folder. */
  public Work begin() {
    Path folder = root.resolve("work-" + numbers.incrementAndGet());
    try {
      if (Files.exists(folder)) {
        TreeDeletion.delete(folder);
      }
      return new Work(Files.createDirectories(folder));
    } catch (IOException e) {
      throw IoFailure.of("make the folder", folder, e);
    }
  }

  /** Ends or removes what a crash left; only while nobody works here. */
  public void recover() {
    if (!Files.exists(root)) {
      return;
    }
    try (DirectoryStream<Path> works = Files.newDirectoryStream(root)) {
      for (Path folder : works) {
        Path list = folder.resolve(LIST);
        if (Files.exists(list)) {
          give(read(folder, SmallFile.read(list, LIST_BYTES_MAX)));
        }
        TreeDeletion.delete(folder);
      }
    } catch (IOException e) {
      throw IoFailure.of("clean up", root, e);
    }
  }

  /** Gives the names that were not given yet. */
  private static void give(List<Naming> namings) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Naming naming : namings) {
      if (Files.exists(naming.staged())) {
        Files.move(
            naming.staged(),
            naming.target(),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
      }
      folders.add(parentOf(naming.target()));
    }
    for (Path folder : folders) {
      AtomicFile.syncFolder(folder);
    }
  }

  /** A listed target is a path from the datastore's root, which may have moved since. */
  private List<Naming> read(Path folder, byte[] list) throws IOException {
    List<Naming> namings = new ArrayList<>();
    try (var in = new DataInputStream(new ByteArrayInputStream(list))) {
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        Path staged = folder.resolve(in.readUTF());
        namings.add(new Naming(staged, parentOf(root).resolve(in.readUTF())));
      }
    }
    return namings;
  }

  private byte[] write(Path folder, List<Naming> namings) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(namings.size());
      for (Naming naming : namings) {
        out.writeUTF(folder.relativize(naming.staged()).toString());
        out.writeUTF(parentOf(root).relativize(naming.target()).toString());
      }
    }
    return bytes.toByteArray();
  }

  private static Path parentOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("\"" + file + "\" is a root");
    }
    return parent;
  }

  /** Files on the way; closing removes what got no name. */
  public final class Work implements AutoCloseable {

    private final Path folder;

    private Work(Path folder) {
      this.folder = folder;
    }

    Datastore datastore() {
      return datastore;
    }

    /** Opens a flat disk that was made here. */
    public BaseDisk openDisk(Path staged) {
      return BaseDisk.open(datastore.files(), staged);
    }

    /**
     * Takes a file in that is on its way.
     *
     * @param bytesMax how large it may be
     * @throws BlockError OUT_OF_BOUNDS for a larger one
     */
    public Path receive(InputStream content, long bytesMax) throws IOException {
      Path file = folder.resolve("incoming");
      try (OutputStream out = Files.newOutputStream(file)) {
        byte[] buffer = new byte[BUFFER_BYTES];
        long written = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
          written += count;
          if (written > bytesMax) {
            throw new BlockError(
                BlockError.Kind.OUT_OF_BOUNDS, "what comes has more than " + bytesMax + " bytes");
          }
          out.write(buffer, 0, count);
        }
      } catch (FileSystemException e) {
        throw IoFailure.of("write", file, e);
      }
      return file;
    }

    /** Opens a file that was taken in, to read it. */
    public DiskFile openFile(Path staged) {
      return datastore.files().open(staged, false);
    }

    /** Where to make them. */
    public Path folder() {
      return folder;
    }

    /**
     * Gives the names, in order, all or none; what is staged must be durable already.
     *
     * @param replace takes names from files that have them
     * @throws BlockError ALREADY_EXISTS when a name is taken, NOT_FOUND when a folder for it is
     *     missing
     */
    public void publish(List<Naming> namings, boolean replace) {
      synchronized (Staging.this) {
        namings.forEach(naming -> requireRoom(naming.target(), replace));
        Path list = folder.resolve(LIST);
        try {
          AtomicFile.replace(list, write(folder, namings));
          give(namings);
          Files.delete(list);
        } catch (IOException e) {
          BlockError failure = IoFailure.of("give its name to", namings.getFirst().target(), e);
          takeBack(list, namings, failure);
          throw failure;
        }
      }
    }

    private static void requireRoom(Path target, boolean replace) {
      if (!Files.isDirectory(parentOf(target))) {
        throw new BlockError(
            BlockError.Kind.NOT_FOUND,
            parentOf(target),
            "There is no folder \"" + parentOf(target) + "\"",
            null);
      }
      if (Files.exists(target) && (!replace || Files.isDirectory(target))) {
        throw new BlockError(
            BlockError.Kind.ALREADY_EXISTS, target, "\"" + target + "\" exists", null);
      }
    }

    /** What has a name already loses it: the work is not done, and a start shall not end it. */
    private static void takeBack(Path list, List<Naming> namings, BlockError failure) {
      try {
        Files.deleteIfExists(list);
        for (Naming naming : namings) {
          if (!Files.exists(naming.staged())) {
            Files.move(naming.target(), naming.staged(), StandardCopyOption.ATOMIC_MOVE);
          }
        }
      } catch (IOException e) {
        failure.addSuppressed(e);
      }
    }

    @Override
    public void close() {
      try {
        TreeDeletion.delete(folder);
      } catch (IOException e) {
        throw IoFailure.of("clean up", folder, e);
      }
    }
  }
}
