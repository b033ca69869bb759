package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import dev.vcsnap.disk.io.DiskFiles;
import dev.vcsnap.disk.io.HostFiles;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A datastore: a name, and the folder that is its content.
 *
 * <p>No name given by a client leads out of the folder, whether by {@code ..}, an absolute path or
 * a symbolic link. Links inside the folder are followed. Clients cannot make links here, so a path
 * that was checked stays as it was.
 *
 * <p>Failures of the host are {@link BlockError}s; names that cannot be followed are {@link
 * DatastorePathException}s.
 */
public final class Datastore {

  private static final String VOLUMES = "/vmfs/volumes/";
  private static final Pattern UUID_FORM =
      Pattern.compile("[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{12}");
  private static final int BUFFER_BYTES = 128 * 1024;

  private final String name;
  private final Path root;
  private final ClosedFolder inside;
  private final String uuid;
  private final DiskFiles files;
  private final FileSystemType type;
  private final Staging staging;
  private final UnclaimedFiles unclaimed;
  private final FileClaims claims;

  /** A VMFS 6 datastore whose UUID, when it has none yet, follows from its name. */
  public Datastore(String name, Path root) {
    this(name, root, FileSystemType.VMFS6);
  }

  /** A datastore whose UUID, when it has none yet, follows from its name. */
  public Datastore(String name, Path root, FileSystemType type) {
    this(
        name,
        root,
        UUID.nameUUIDFromBytes(("datastore " + name).getBytes(StandardCharsets.UTF_8)),
        type);
  }

  /**
   * A datastore in {@code root}, which is made when it is missing; {@code uuidIfNew} is kept in it
   * from then on.
   */
  public Datastore(String name, Path root, UUID uuidIfNew, FileSystemType type) {
    this(name, root, uuidIfNew, type, new HostFiles());
  }

  /**
   * @param files through which the small files of machines are replaced; a test may record or break
   *     it
   */
  public Datastore(String name, Path root, UUID uuidIfNew, FileSystemType type, DiskFiles files) {
    this.type = type;
    this.files = files;
    this.name = new DatastorePath(name, "").datastore();
    try {
      this.root = Files.createDirectories(root).toRealPath();
    } catch (IOException e) {
      throw IoFailure.of("open the datastore's folder", root, e);
    }
    this.inside = new ClosedFolder(this.root);
    this.uuid = keptUuid(uuidIfNew);
    this.staging = new Staging(this);
    this.unclaimed = new UnclaimedFiles(this);
    this.claims = new FileClaims();
  }

  private Datastore(Datastore same, DiskFiles files) {
    this.name = same.name;
    this.root = same.root;
    this.inside = same.inside;
    this.uuid = same.uuid;
    this.type = same.type;
    this.staging = same.staging;
    this.files = files;
    this.unclaimed = same.unclaimed;
    this.claims = same.claims;
  }

  public String name() {
    return name;
  }

  /** The kind of volume that it appears as. */
  public FileSystemType type() {
    return type;
  }

  public Path root() {
    return root;
  }

  /** The same datastore through another door to the files of machines. */
  public Datastore through(DiskFiles otherFiles) {
    return new Datastore(this, otherFiles);
  }

  /** Where files are made before they get their names. */
  public Staging staging() {
    return staging;
  }

  /** What goes unless a machine claims it. */
  public UnclaimedFiles unclaimed() {
    return unclaimed;
  }

  /** Who is about to change or use which files. */
  public FileClaims claims() {
    return claims;
  }

  /** The door to the files of machines. */
  DiskFiles files() {
    return files;
  }

  /**
   * The folder as {@code datastore.info} and {@code summary.url} name it: absolute, with a slash at
   * the end.
   */
  public String url() {
    return root + "/";
  }

  /** The volume's UUID in VMFS's form, {@code 5f2a1c3e-8b7d1f2c-90aa-0050569b1234}. */
  public String uuid() {
    return uuid;
  }

  public long capacityBytes() {
    try {
      return Files.getFileStore(root).getTotalSpace();
    } catch (IOException e) {
      throw IoFailure.of("ask for the size of", root, e);
    }
  }

  public long freeBytes() {
    try {
      return Files.getFileStore(root).getUsableSpace();
    } catch (IOException e) {
      throw IoFailure.of("ask for the free space of", root, e);
    }
  }

  /** The root's own name, {@code [name]}. */
  public DatastorePath rootPath() {
    return new DatastorePath(name, "");
  }

  /**
   * The file behind a name, existing or not.
   *
   * @throws DatastorePathException when the name is of another datastore or leaves this one
   */
  public Path fileOf(DatastorePath path) {
    if (!path.datastore().equals(name)) {
      throw new DatastorePathException(path.toString(), "is not in the datastore \"" + name + "\"");
    }
    return inside.fileOf(path);
  }

  /**
   * The name of a file of this datastore.
   *
   * @throws DatastorePathException when the file lies elsewhere
   */
  public DatastorePath nameOf(Path file) {
    return find(file)
        .orElseThrow(() ->
            new DatastorePathException(
                file.toString(), "is not in the datastore \"" + name + "\""));
  }

  /** The name of a file, if it is of this datastore. */
  public Optional<DatastorePath> find(Path file) {
    return inside.pathOf(file).map(path -> new DatastorePath(name, path));
  }

  /** The name as a host sees it, {@code /vmfs/volumes/<uuid>/VM/VM.vmdk}: what faults carry. */
  public String absoluteName(DatastorePath path) {
    String volume = VOLUMES + uuid;
    return path.isRoot() ? volume : volume + "/" + String.join("/", ClosedFolder.components(path));
  }

  /**
   * The file that an absolute name inside a {@code .vmx} or descriptor means, if it is of this
   * datastore: under {@code /vmfs/volumes/} with its UUID or name, or under its URL.
   */
  public Optional<DatastorePath> find(String absoluteName) {
    for (String prefix : List.of(VOLUMES + uuid + "/", VOLUMES + name + "/", url())) {
      if (absoluteName.startsWith(prefix)) {
        return Optional.of(new DatastorePath(name, absoluteName.substring(prefix.length())));
      }
    }
    return Optional.empty();
  }

  /** True when there is a file or a folder of that name. */
  public boolean exists(DatastorePath path) {
    return entry(path).isPresent();
  }

  /** What a listing would say about the name. */
  public Optional<DatastoreEntry> entry(DatastorePath path) {
    Path file = fileOf(path);
    try {
      return entryOf(file);
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Optional.empty(); // below something that is a file, not a folder
      }
      throw IoFailure.of("look at", file, e);
    }
  }

  /**
   * The folder's content by name, without this server's own files and without links that lead out.
   */
  public List<DatastoreEntry> list(DatastorePath folder) {
    Path directory = fileOf(folder);
    List<DatastoreEntry> entries = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!isReserved(file)) {
          entryIn(file).ifPresent(entries::add);
        }
      }
    } catch (NotDirectoryException e) {
      throw new BlockError(BlockError.Kind.NOT_FOUND, "\"" + folder + "\" is not a folder", e);
    } catch (IOException e) {
      throw IoFailure.of("list", directory, e);
    }
    entries.sort(Comparator.comparing(DatastoreEntry::name));
    return entries;
  }

  /** Bytes of storage behind a file; its length where the host does not tell. */
  public long storedBytes(DatastorePath path) {
    try (DiskFile file = files.open(fileOf(path), false)) {
      return file.allocatedBytes();
    }
  }

  /** Opens a file for reading. */
  public ReadableFile open(DatastorePath path) {
    return ReadableFile.open(fileOf(path));
  }

  /**
   * Makes the stream's bytes the content of {@code path}; until all of them are on disk the name
   * keeps what it had.
   *
   * @param expectedBytes the announced length, or -1
   * @return the number of bytes written
   * @throws IOException when the stream fails or ends before its announced length; nothing is
   *     changed then
   */
  public long write(DatastorePath path, InputStream content, long expectedBytes)
      throws IOException {
    Path file = fileOf(path);
    Path folder = file.getParent();
    if (path.isRoot() || folder == null || Files.isDirectory(file)) {
      throw new BlockError(BlockError.Kind.ALREADY_EXISTS, "\"" + path + "\" is a folder");
    }
    try (Upload upload = new Upload(staging.folder(), file)) {
      byte[] buffer = new byte[BUFFER_BYTES];
      long written = 0;
      for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
        upload.write(ByteBuffer.wrap(buffer, 0, count));
        written += count;
      }
      if (expectedBytes >= 0 && written != expectedBytes) {
        throw new EOFException(
            "The upload of \""
                + path
                + "\" brought "
                + written
                + " of "
                + expectedBytes
                + " bytes");
      }
      upload.finish();
      return written;
    }
  }

  /** Makes a folder, with the missing ones above it if {@code withParents}. */
  public void makeDirectory(DatastorePath path, boolean withParents) {
    Path directory = fileOf(path);
    try {
      if (Files.exists(directory)) {
        throw new FileAlreadyExistsException(directory.toString());
      }
      if (withParents) {
        Files.createDirectories(directory);
      } else {
        Files.createDirectory(directory);
      }
      files.syncDirectory(Objects.requireNonNullElse(directory.getParent(), root));
    } catch (IOException e) {
      throw IoFailure.of("make the folder", directory, e);
    }
  }

  /**
   * Makes a folder with the missing ones above it unless it is there, for those who do not care who
   * makes it.
   *
   * @throws BlockError ALREADY_EXISTS when a file has the name
   */
  public void ensureDirectory(DatastorePath path) {
    Path directory = fileOf(path);
    if (Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.createDirectories(directory);
      files.syncDirectory(Objects.requireNonNullElse(directory.getParent(), root));
    } catch (IOException e) {
      throw IoFailure.of("make the folder", directory, e);
    }
  }

  /** Deletes a file, or a folder with all it holds; a link goes, what it points at stays. */
  public void delete(DatastorePath path) {
    if (ClosedFolder.components(path).isEmpty()) {
      throw new DatastorePathException(
          path.toString(), "is the datastore itself and cannot be deleted");
    }
    Path victim = fileOf(path);
    try {
      TreeDeletion.delete(victim);
      syncParent(victim);
    } catch (IOException e) {
      throw IoFailure.of("delete", victim, e);
    }
  }

  private static boolean isReserved(Path file) {
    return String.valueOf(file.getFileName()).startsWith(AtomicFile.RESERVED_PREFIX);
  }

  /** A file of a folder that lies inside, if it is still there: only a link can lead out of it. */
  private Optional<DatastoreEntry> entryIn(Path file) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        return inside.leadsOut(file) ? Optional.empty() : entryOf(file);
      }
      return Optional.of(entry(file, attributes));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Empty when there is no such file, or not any more. */
  private static Optional<DatastoreEntry> entryOf(Path file) throws IOException {
    try {
      return Optional.of(entry(file, Files.readAttributes(file, BasicFileAttributes.class)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static DatastoreEntry entry(Path file, BasicFileAttributes attributes) {
    return new DatastoreEntry(
        String.valueOf(file.getFileName()),
        attributes.isDirectory() ? 0 : attributes.size(),
        attributes.lastModifiedTime().toInstant(),
        attributes.isDirectory());
  }

  private static void syncParent(Path file) throws IOException {
    Path parent = file.getParent();
    if (parent != null) {
      AtomicFile.syncFolder(parent);
    }
  }

  /** The volume's UUID outlives renames and moves of the folder, so it is a file in it. */
  private String keptUuid(UUID uuidIfNew) {
    Path file = root.resolve(AtomicFile.RESERVED_PREFIX + "uuid");
    if (!Files.exists(file)) {
      String digits = uuidIfNew.toString().replace("-", "");
      String made =
          String.join(
              "-",
              digits.substring(0, 8),
              digits.substring(8, 16),
              digits.substring(16, 20),
              digits.substring(20));
      AtomicFile.replace(file, (made + "\n").getBytes(StandardCharsets.US_ASCII));
      return made;
    }
    String kept = new String(SmallFile.read(file, 100), StandardCharsets.ISO_8859_1).strip();
    if (!UUID_FORM.matcher(kept).matches()) {
      throw new BlockError(
          BlockError.Kind.CORRUPT,
          "\"" + file + "\" does not hold a volume UUID; delete it to get a new one");
    }
    return kept;
  }
}
