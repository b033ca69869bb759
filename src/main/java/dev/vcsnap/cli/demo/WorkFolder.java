package dev.vcsnap.cli.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** The folder of one demonstration: the user's own, which stays, or a temporary one, which goes. */
public final class WorkFolder {

  private final Path path;
  private final boolean temporary;

  private WorkFolder(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
  }

  /** A folder that {@link #remove} leaves alone. */
  public static WorkFolder kept(Path path) {
    return new WorkFolder(path, false);
  }

  /** A new folder that {@link #remove} removes with all that is in it. */
  public static WorkFolder temporary() {
    try {
      return new WorkFolder(Files.createTempDirectory("vcsnap-demo-"), true);
    } catch (IOException e) {
      throw new DemoFailure("A temporary folder cannot be made: " + e.getMessage(), e);
    }
  }

  public Path path() {
    return path;
  }

  /** Removes the folder if it is a temporary one; harmless when repeated. */
  public synchronized void remove() {
    if (temporary && Files.exists(path)) {
      try {
        Files.walkFileTree(path, new Removal());
      } catch (IOException e) {
        throw new DemoFailure(
            "The temporary folder '" + path + "' cannot be removed: " + e.getMessage(), e);
      }
    }
  }

  private static final class Removal extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException problem)
        throws IOException {
      if (problem != null) {
        throw problem;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
