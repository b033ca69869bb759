package dev.vcsnap.inventory;

import dev.vcsnap.datastore.Datastore;
import dev.vcsnap.datastore.DatastorePath;
import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.CannotAccessFile;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.FileAlreadyExists;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.FileLocked;
import dev.vcsnap.vim.FileNotFound;
import dev.vcsnap.vim.InvalidDatastorePath;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.NoDiskSpace;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.VimException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns failures of the disk engine and the datastore into the faults that real servers give for
 * them (rules A18, B22).
 */
public final class DiskFaults {

  private static final Logger LOG = LoggerFactory.getLogger(DiskFaults.class);
  private static final String UNSPECIFIED = "<unspecified filename>";

  private DiskFaults() {}

  /** {@link #translate(RuntimeException, Collection)} where no datastore is known. */
  public static VimException translate(RuntimeException failure) {
    return translate(failure, List.of());
  }

  /**
   * The fault for any failure below the features; an unexpected one is logged and becomes a
   * SystemError.
   *
   * @param datastores where a file may be that the fault is to name
   */
  public static VimException translate(RuntimeException failure, Collection<Datastore> datastores) {
    return switch (failure) {
      case VimException fault -> fault;
      case BlockError error -> of(error, datastores);
      case CancellationException cut ->
          new VimException(
              new RequestCanceled(), "The operation was cancelled: " + cut.getMessage(), cut);
      case DatastorePathException error -> {
        var fault = new InvalidDatastorePath();
        fault.datastorePath = error.path();
        yield new VimException(fault, error.getMessage(), error);
      }
      default -> {
        LOG.error("Unexpected failure", failure);
        yield Faults.systemError(failure.toString(), failure);
      }
    };
  }

  private static VimException of(BlockError error, Collection<Datastore> datastores) {
    Optional<DatastorePath> path = error.file().flatMap(file -> nameOf(file, datastores));
    String name = path.map(DatastorePath::toString).orElse(UNSPECIFIED);
    return switch (error.kind()) {
      case NO_SPACE -> {
        var fault = new NoDiskSpace();
        fault.datastore = path.map(DatastorePath::datastore).orElse("");
        yield file(fault, name, "There is not enough space in the file system for " + name, error);
      }
      case LOCKED ->
          file(
              new FileLocked(),
              name,
              "Unable to access file " + name + " since it is locked",
              error);
      case NOT_FOUND -> file(new FileNotFound(), name, "File " + name + " was not found", error);
      case READ_ONLY -> file(new CannotAccessFile(), name, "Cannot access file " + name, error);
      case NOT_THIS_FORMAT, CORRUPT, TOO_NEW, UNSUPPORTED -> {
        var fault = new InvalidDiskFormat();
        yield new VimException(
            fault,
            "The disk is corrupted or of an unsupported format: " + error.getMessage(),
            error);
      }
      case ALREADY_EXISTS ->
          file(
              new FileAlreadyExists(),
              name,
              "Cannot complete the operation because the file or folder "
                  + name
                  + " already exists",
              error);
      case IO, OUT_OF_BOUNDS, CLOSED ->
          file(new FileFault(), name, "Error caused by file " + name, error);
    };
  }

  private static Optional<DatastorePath> nameOf(Path file, Collection<Datastore> datastores) {
    return datastores.stream().flatMap(datastore -> datastore.find(file).stream()).findFirst();
  }

  private static VimException file(FileFault fault, String name, String text, BlockError error) {
    fault.file = name;
    var message = new LocalizableMessage();
    message.key = "msg.disk." + error.kind().name().toLowerCase(Locale.ROOT);
    message.message = error.getMessage();
    fault.faultMessage = List.of(message);
    return new VimException(fault, text + ": " + error.getMessage(), error);
  }
}
