package dev.vcsnap.inventory;

import dev.vcsnap.datastore.DatastorePathException;
import dev.vcsnap.disk.block.BlockError;
import dev.vcsnap.vim.Faults;
import dev.vcsnap.vim.FileFault;
import dev.vcsnap.vim.FileLocked;
import dev.vcsnap.vim.FileNotFound;
import dev.vcsnap.vim.InvalidDatastorePath;
import dev.vcsnap.vim.InvalidDiskFormat;
import dev.vcsnap.vim.LocalizableMessage;
import dev.vcsnap.vim.NoDiskSpace;
import dev.vcsnap.vim.RequestCanceled;
import dev.vcsnap.vim.VimException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns failures of the disk engine and the datastore into the faults that real servers give for
 * them.
 */
public final class DiskFaults {

  private static final Logger LOG = LoggerFactory.getLogger(DiskFaults.class);
  private static final String UNSPECIFIED = "<unspecified filename>";

  private DiskFaults() {}

  /**
   * The fault for any failure below the features; an unexpected one is logged and becomes a
   * SystemError.
   */
  public static VimException translate(RuntimeException failure) {
    return switch (failure) {
      case VimException fault -> fault;
      case BlockError error -> of(error);
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

  private static VimException of(BlockError error) {
    return switch (error.kind()) {
      case NO_SPACE -> {
        var fault = new NoDiskSpace();
        fault.datastore = "";
        yield file(fault, "There is not enough space in the file system: ", error);
      }
      case LOCKED -> file(new FileLocked(), "Unable to access file since it is locked: ", error);
      case NOT_FOUND -> file(new FileNotFound(), "File was not found: ", error);
      case NOT_THIS_FORMAT, CORRUPT, TOO_NEW, UNSUPPORTED -> {
        var fault = new InvalidDiskFormat();
        yield new VimException(
            fault,
            "The disk is corrupted or of an unsupported format: " + error.getMessage(),
            error);
      }
      case IO, ALREADY_EXISTS, OUT_OF_BOUNDS, READ_ONLY, CLOSED ->
          file(new FileFault(), "Error caused by file: ", error);
    };
  }

  private static VimException file(FileFault fault, String text, BlockError error) {
    fault.file = UNSPECIFIED;
    var message = new LocalizableMessage();
    message.key = "msg.disk." + error.kind().name().toLowerCase(java.util.Locale.ROOT);
    message.message = error.getMessage();
    fault.faultMessage = List.of(message);
    return new VimException(fault, text + error.getMessage(), error);
  }
}
