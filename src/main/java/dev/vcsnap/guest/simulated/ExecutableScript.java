package dev.vcsnap.guest.simulated;

import java.io.File;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A script that is a program of the host's, run with the server's rights. */
record ExecutableScript(File file) implements Script {

  private static final int NOT_STARTED = 127;

  @Override
  public String name() {
    return file.getName();
  }

  @Override
  public Running run(String verb, String argument) {
    List<String> command =
        argument.isEmpty()
            ? List.of(file.getPath(), verb)
            : List.of(file.getPath(), verb, argument);
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return new Started(process, process.onExit().thenApply(Process::exitValue));
    } catch (IOException e) {
      return new Started(null, CompletableFuture.completedFuture(NOT_STARTED));
    }
  }

  private record Started(
      @org.jspecify.annotations.Nullable Process process, CompletableFuture<Integer> status)
      implements Running {

    @Override
    public void kill() {
      if (process != null) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    }
  }
}
