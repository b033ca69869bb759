package dev.vcsnap.datastore;

import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.disk.io.DiskFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The folder of one machine: its configuration, snapshot list and state files, each replaced as a
 * whole.
 *
 * <p>The machine's files are named after its {@code .vmx}. Whoever changes several of them keeps
 * the order in which every prefix is a state that a start can finish or undo; nothing here locks.
 */
public final class VmDirectory {

  /** What a configuration's name ends with. */
  public static final String MACHINE = ".vmx";

  /** What a template's configuration's name ends with. */
  public static final String TEMPLATE = ".vmtx";

  /** The most that a small file may hold; an .nvram has less than 1 MiB. */
  private static final int FILE_BYTES_MAX = 16 << 20;

  private final Datastore datastore;
  private final DatastorePath vmxPath;
  private final String baseName;

  /** The folder of the machine whose configuration is, or will be, {@code vmxPath}. */
  public VmDirectory(Datastore datastore, DatastorePath vmxPath) {
    String fileName = vmxPath.fileName();
    if (!isConfiguration(fileName)) {
      throw new DatastorePathException(
          vmxPath.toString(),
          "is not a configuration file: expected a name that ends in \".vmx\" or \".vmtx\"");
    }
    this.datastore = datastore;
    this.vmxPath = vmxPath;
    this.baseName = fileName.substring(0, fileName.lastIndexOf('.'));
  }

  /** True for the name of a machine's configuration or of a template's. */
  public static boolean isConfiguration(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0
        && (fileName.substring(dot).equals(MACHINE) || fileName.substring(dot).equals(TEMPLATE));
  }

  /**
   * The folder of a machine that is found under the given name, or under the other one if it was
   * made a template, or a machine again, when the server ended.
   */
  public static VmDirectory find(Datastore datastore, DatastorePath vmxPath) {
    var files = new VmDirectory(datastore, vmxPath);
    DatastorePath other = files.named(files.isTemplate() ? MACHINE : TEMPLATE);
    boolean renamed = !datastore.exists(vmxPath) && datastore.exists(other);
    return renamed ? new VmDirectory(datastore, other) : files;
  }

  /** True if the configuration has a template's name. */
  public boolean isTemplate() {
    return vmxPath.fileName().endsWith(TEMPLATE);
  }

  /** Gives the configuration a template's name or a machine's; the other files keep theirs. */
  public VmDirectory asTemplate(boolean template) {
    DatastorePath other = named(template ? TEMPLATE : MACHINE);
    if (datastore.exists(other)) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS, "\"" + other + "\" exists and would be replaced");
    }
    Path from = fileOf(vmxPath.fileName());
    try {
      Files.move(from, fileOf(other.fileName()), StandardCopyOption.ATOMIC_MOVE);
      AtomicFile.syncFolder(folder());
    } catch (IOException e) {
      throw IoFailure.of("rename", from, e);
    }
    return new VmDirectory(datastore, other);
  }

  private DatastorePath named(String suffix) {
    return vmxPath.sibling(baseName + suffix);
  }

  public Datastore datastore() {
    return datastore;
  }

  public DatastorePath vmxPath() {
    return vmxPath;
  }

  /** What the machine's files begin with. */
  public String baseName() {
    return baseName;
  }

  /**
   * Tells the machine's files from those of others in the same folder.
   *
   * @param present the names of all files in the folder
   */
  public Predicate<String> ownAmong(Collection<String> present) {
    var share = FolderShare.of(present);
    return name -> share.isOf(name, baseName);
  }

  /** The datastore path of a file that the machine's files name: in this folder, or absolute. */
  public DatastorePath pathOf(String fileName) {
    if (fileName.startsWith("/")) {
      return datastore
          .find(fileName)
          .orElseThrow(() ->
              new DatastorePathException(
                  fileName, "is not in the datastore \"" + datastore.name() + "\""));
    }
    return vmxPath.sibling(fileName);
  }

  /**
   * How the machine's files name a file: by its name alone when it lies in this folder, else as a
   * host sees it. The reverse of {@link #pathOf}.
   */
  public String nameInConfiguration(DatastorePath path) {
    return path.equals(vmxPath.sibling(path.fileName()))
        ? path.fileName()
        : datastore.absoluteName(path);
  }

  /** The file behind {@link #pathOf}. */
  public Path fileOf(String fileName) {
    return datastore.fileOf(pathOf(fileName));
  }

  public Path folder() {
    return datastore.fileOf(vmxPath.folder());
  }

  /**
   * Makes the folder with the configuration and an empty snapshot list, which clients expect beside
   * it.
   */
  public void create(Vmx vmx) {
    if (Files.exists(fileOf(vmxPath.fileName()))) {
      throw new BlockError(
          BlockError.Kind.ALREADY_EXISTS, "There is a machine at \"" + vmxPath + "\" already");
    }
    datastore.ensureDirectory(vmxPath.folder());
    writeVmsd(Vmsd.EMPTY);
    writeVmx(vmx);
  }

  public Vmx readVmx() {
    Path file = fileOf(vmxPath.fileName());
    return naming(file, () -> Vmx.parse(SmallFile.read(file, KeyValueText.BYTES_MAX)));
  }

  public void writeVmx(Vmx vmx) {
    datastore.files().replace(fileOf(vmxPath.fileName()), vmx.bytes());
  }

  /** The snapshot list; a missing file is one without snapshots. */
  public Vmsd readVmsd() {
    Path file = fileOf(baseName + ".vmsd");
    if (!Files.exists(file)) {
      return Vmsd.EMPTY;
    }
    return naming(file, () -> Vmsd.parse(SmallFile.read(file, KeyValueText.BYTES_MAX)));
  }

  public void writeVmsd(Vmsd vmsd) {
    datastore.files().replace(fileOf(baseName + ".vmsd"), vmsd.bytes());
  }

  /** Replaces the snapshot list, durably with the next {@link #syncNames}. */
  public void putVmsd(Vmsd vmsd) {
    datastore.files().put(fileOf(baseName + ".vmsd"), vmsd.bytes());
  }

  /** Makes durable which files the folder has, after names were put or removed. */
  public void syncNames() {
    datastore.files().syncDirectory(folder());
  }

  /** A state file, {@code .vmsn} or {@code .vmss}; what follows the state is memory. */
  public Vmsn readVmsn(String fileName) {
    Path file = fileOf(fileName);
    return naming(file, () -> Vmsn.parse(SmallFile.start(file, Vmsn.BYTES_MAX)));
  }

  public void writeVmsn(String fileName, Vmsn vmsn) {
    datastore.files().replace(fileOf(fileName), vmsn.bytes());
  }

  /** Writes a state file whose name is durable with the next {@link #syncNames}. */
  public void putVmsn(String fileName, Vmsn vmsn) {
    datastore.files().put(fileOf(fileName), vmsn.bytes());
  }

  /**
   * Makes the image of a memory: as long as the memory and without storage behind it, since there
   * is no guest whose memory could be kept.
   */
  public void writeMemory(String fileName, long sizeBytes) {
    Path file = fileOf(fileName);
    datastore.files().delete(file);
    try (DiskFile image = datastore.files().create(file)) {
      image.resize(sizeBytes);
      image.sync();
    }
    datastore.files().syncDirectory(folder());
  }

  /** Puts the image of a memory behind the state in a state file, as hosts did for old machines. */
  public void appendMemory(String fileName, long sizeBytes) {
    try (DiskFile state = datastore.files().open(fileOf(fileName), true)) {
      state.resize(state.size() + sizeBytes);
      state.sync();
    }
  }

  /** Writes a small file of another kind, such as {@code VM.nvram}. */
  public void writeFile(String fileName, byte[] content) {
    datastore.files().replace(fileOf(fileName), content);
  }

  /** Reads a small file of another kind. */
  public byte[] readFile(String fileName) {
    return SmallFile.read(fileOf(fileName), FILE_BYTES_MAX);
  }

  /** Deletes a file of the machine; a missing one is no failure. */
  public void deleteFile(String fileName) {
    datastore.files().delete(fileOf(fileName));
  }

  /** The same, durable with the next {@link #syncNames}. */
  public void removeFile(String fileName) {
    datastore.files().remove(fileOf(fileName));
  }

  /** The names in the folder at this moment, to choose new ones from. */
  public DiskNames names() {
    return DiskNames.in(folder());
  }

  /**
   * The machine's files in {@code layoutEx}'s words, by name; files of no such type are left out.
   */
  public List<VmFile> files() {
    List<DatastoreEntry> entries = datastore.list(vmxPath.folder());
    Set<String> names = entries.stream().map(DatastoreEntry::name).collect(Collectors.toSet());
    List<VmFile> files = new ArrayList<>();
    for (DatastoreEntry entry : entries) {
      if (!entry.directory()) {
        typeOf(entry.name(), names)
            .ifPresent(type ->
                files.add(new VmFile(vmxPath.sibling(entry.name()), type, entry.sizeBytes())));
      }
    }
    return files;
  }

  /** Removes what a crash left half written, and returns the names. */
  public List<String> recover() {
    return AtomicFile.removeLeftovers(folder());
  }

  private static Optional<VmFileType> typeOf(String name, Set<String> names) {
    int dot = name.lastIndexOf('.');
    return Optional.ofNullable(
        switch (name.substring(dot + 1)) {
          case "vmx", "vmtx" -> VmFileType.CONFIG;
          case "vmxf" -> VmFileType.EXTENDED_CONFIG;
          case "vmsd" -> VmFileType.SNAPSHOT_LIST;
          case "vmsn" -> VmFileType.SNAPSHOT_DATA;
          case "vmss" -> VmFileType.SUSPEND;
          case "vmem" ->
              name.contains("-Snapshot") ? VmFileType.SNAPSHOT_MEMORY : VmFileType.SUSPEND_MEMORY;
          case "vmdk" ->
              DiskNames.isExtent(name, names) ? VmFileType.DISK_EXTENT : VmFileType.DISK_DESCRIPTOR;
          case "nvram" -> VmFileType.NVRAM;
          case "vswp" -> VmFileType.SWAP;
          case "log" -> VmFileType.LOG;
          case "xml" ->
              name.endsWith("-aux.xml") || name.matches(".+-quiesce_manifest[0-9]+\\.xml")
                  ? VmFileType.SNAPSHOT_MANIFEST_LIST
                  : null;
          case "zip" ->
              name.matches(".+-vss_manifests[0-9]+\\.zip")
                  ? VmFileType.SNAPSHOT_MANIFEST_LIST
                  : null;
          default -> null;
        });
  }

  /** A parser knows the text only: say which file it was. */
  private static <T> T naming(Path file, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (BlockError e) {
      String message = String.valueOf(e.getMessage());
      if (message.contains(file.toString())) {
        throw e;
      }
      throw new BlockError(e.kind(), "\"" + file + "\": " + message, e);
    }
  }
}
