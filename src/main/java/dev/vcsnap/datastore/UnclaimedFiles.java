package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Notes which files of a datastore go unless a machine is registered that they belong to, so that a
 * crash leaves neither half a new machine nor half a deleted one.
 *
 * <p>A note is made durable before the first file of a new machine is, and before a machine that is
 * to be deleted loses its registration. Registering a machine, or forgetting it, is then the moment
 * that decides: {@link #recover} takes away what an interrupted operation left.
 *
 * <p>One small file a note in a folder that clients cannot see, in the form of a {@code .vmx}: the
 * configuration's path, whether its folder is the machine's alone, and the names in it that stay.
 */
public final class UnclaimedFiles {

  private static final String FOLDER = AtomicFile.RESERVED_PREFIX + "unclaimed";
  private static final String MAGIC = "vcsnap unclaimed files";
  private static final int FORMAT = 1;
  private static final Pattern NOTE = Pattern.compile("([0-9]{1,9})\\.note");

  private final Datastore datastore;
  private final Path notes;

  /** The number of the last note; those of an earlier run that are left keep theirs. */
  private final AtomicInteger last = new AtomicInteger();

  /** What is being made or deleted now. */
  private final Set<DatastorePath> underway = ConcurrentHashMap.newKeySet();

  UnclaimedFiles(Datastore datastore) {
    this.datastore = datastore;
    this.notes = datastore.root().resolve(FOLDER);
  }

  /**
   * Notes that everything goes which the machine's folder does not hold yet.
   *
   * @param vmxPath the configuration of the machine that is to be made
   * @throws BlockError ALREADY_EXISTS while somebody else makes that machine
   */
  public Note noteNew(DatastorePath vmxPath) {
    Path folder = datastore.fileOf(vmxPath.folder());
    boolean own = !vmxPath.folder().isRoot() && !Files.exists(folder);
    return write(vmxPath, own, own ? Set.of() : new HashSet<>(namesIn(folder)));
  }

  /**
   * Notes that a machine's files go.
   *
   * @param files the names in the machine's folder that are its own
   */
  public Note noteOld(DatastorePath vmxPath, Set<String> files) {
    Set<String> kept = new HashSet<>(namesIn(datastore.fileOf(vmxPath.folder())));
    kept.removeAll(files);
    return write(vmxPath, !vmxPath.folder().isRoot(), kept);
  }

  /**
   * Carries out the notes of an interrupted run; only safe before anything else happens here.
   *
   * @param claimed tells whether a machine with that configuration is registered
   * @param failed is told what could not be carried out; the note stays for the next start
   * @return the configurations whose files went
   */
  public List<DatastorePath> recover(
      Predicate<DatastorePath> claimed, Consumer<RuntimeException> failed) {
    List<DatastorePath> gone = new ArrayList<>();
    if (!Files.isDirectory(notes)) {
      return gone;
    }
    AtomicFile.removeLeftovers(notes);
    for (String name : namesIn(notes)) {
      try {
        Note note = read(notes.resolve(name));
        if (claimed.test(note.vmxPath)) {
          note.settle();
        } else {
          note.remove();
          gone.add(note.vmxPath);
        }
      } catch (BlockError | DatastorePathException e) {
        failed.accept(e);
      }
    }
    namesIn(notes).forEach(name -> last.accumulateAndGet(numberOf(name), Math::max));
    return gone;
  }

  private static int numberOf(String noteName) {
    Matcher name = NOTE.matcher(noteName);
    return name.matches() ? Integer.parseInt(name.group(1)) : 0;
  }

  private Note write(DatastorePath vmxPath, boolean own, Set<String> kept) {
    if (!underway.add(vmxPath)) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS, "\"" + vmxPath + "\" is being made or deleted");
    }
    boolean written = false;
    try {
      Note note = writeDown(vmxPath, own, kept);
      written = true;
      return note;
    } finally {
      if (!written) {
        underway.remove(vmxPath);
      }
    }
  }

  private Note writeDown(DatastorePath vmxPath, boolean own, Set<String> kept) {
    var text = new Vmx();
    text.put("magic", MAGIC);
    text.putNumber("format", FORMAT);
    text.put("vmx", vmxPath.path());
    text.putFlag("own", own);
    int index = 0;
    for (String name : kept) {
      text.put("keep" + index++, name);
    }
    try {
      Files.createDirectories(notes);
    } catch (IOException e) {
      throw IoFailure.of("make the folder", notes, e);
    }
    Path file = notes.resolve(last.incrementAndGet() + ".note");
    datastore.files().replace(file, text.bytes());
    return new Note(file, vmxPath, own, kept);
  }

  private Note read(Path file) {
    Vmx text = Vmx.parse(SmallFile.read(file, KeyValueText.BYTES_MAX));
    if (!text.get("magic").orElse("").equals(MAGIC) || text.number("format").orElse(0) != FORMAT) {
      throw new BlockError(
          BlockError.Kind.CORRUPT,
          "\""
              + file
              + "\" is not a note of format "
              + FORMAT
              + "; look at the folder that it names, then delete it");
    }
    Set<String> kept = new HashSet<>();
    for (String key : text.keysStartingWith("keep")) {
      text.get(key).ifPresent(kept::add);
    }
    var path = new DatastorePath(datastore.name(), text.get("vmx").orElse(""));
    return new Note(file, path, text.flag("own"), kept);
  }

  private static List<String> namesIn(Path folder) {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      for (Path entry : entries) {
        names.add(String.valueOf(entry.getFileName()));
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw IoFailure.of("list", folder, e);
    }
    return names;
  }

  /** What goes unless a machine claims it; ends with {@link #settle} or {@link #remove}. */
  public final class Note {

    private final Path file;
    private final DatastorePath vmxPath;
    private final boolean own;
    private final Set<String> kept;

    private Note(Path file, DatastorePath vmxPath, boolean own, Set<String> kept) {
      this.file = file;
      this.vmxPath = vmxPath;
      this.own = own;
      this.kept = Set.copyOf(kept);
    }

    /** The decision is made, or the operation came to nothing: the note goes, the files stay. */
    public void settle() {
      datastore.files().delete(file);
      underway.remove(vmxPath);
    }

    /**
     * Deletes the files, the configuration first, so that no half machine can be registered; then
     * the folder if nothing is left in it, then the note.
     */
    public void remove() {
      Path folder = datastore.fileOf(vmxPath.folder());
      if (!kept.contains(vmxPath.fileName())) {
        datastore.files().delete(datastore.fileOf(vmxPath));
      }
      List<String> present = namesIn(folder);
      FolderShare share = shareOf(present);
      for (String name : present) {
        Path victim = folder.resolve(name);
        if (goes(name, share) && Files.isRegularFile(victim, LinkOption.NOFOLLOW_LINKS)) {
          datastore.files().delete(victim);
        }
      }
      if (own) {
        removeIfEmpty(folder);
      }
      settle();
    }

    /** The machines of the folder, those included that are only being made. */
    private FolderShare shareOf(List<String> present) {
      List<String> names = new ArrayList<>(present);
      underway.stream()
          .filter(path -> path.folder().equals(vmxPath.folder()))
          .map(DatastorePath::fileName)
          .forEach(names::add);
      return FolderShare.of(names);
    }

    /**
     * In a folder that others use too, a file that came meanwhile must carry the machine's name;
     * what is another machine's stays in any.
     */
    private boolean goes(String name, FolderShare share) {
      String base = FolderShare.baseOf(vmxPath.fileName());
      return !kept.contains(name)
          && !share.isOfAnother(name, base)
          && (own || AtomicFile.isTemporary(Path.of(name)) || FolderShare.carriesName(name, base));
    }

    private void removeIfEmpty(Path folder) {
      try {
        if (Files.deleteIfExists(folder) && folder.getParent() != null) {
          AtomicFile.syncFolder(folder.getParent());
        }
      } catch (DirectoryNotEmptyException e) {
        // Somebody keeps files of his own here; they were never the machine's.
        assert Files.isDirectory(folder);
      } catch (IOException e) {
        throw IoFailure.of("delete", folder, e);
      }
    }
  }
}
