package dev.vcsnap.datastore;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Deletes a file, or a folder with all it holds; a link goes, what it points at stays. */
final class TreeDeletion extends SimpleFileVisitor<Path> {

  private TreeDeletion() {}

  static void delete(Path victim) throws IOException {
    Files.walkFileTree(victim, new TreeDeletion());
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
    Files.delete(file);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
      throws IOException {
    if (failure != null) {
      throw failure;
    }
    Files.delete(directory);
    return FileVisitResult.CONTINUE;
  }
}
