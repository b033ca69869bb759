package dev.vcsnap.schedule;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.TaskReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Calls methods on a user's behalf, through the same door as the user's own calls. */
public interface MethodCaller {

  /**
   * Refuses what could never be called.
   *
   * @param arguments in the order of the method's parameters
   * @throws dev.vcsnap.vim.VimException MethodNotFound, NotSupported or InvalidArgument
   */
  void check(ManagedObject target, String method, List<@Nullable Object> arguments);

  /**
   * Calls.
   *
   * @param reason for tasks that the call starts
   * @return what the method returns
   * @throws dev.vcsnap.vim.VimException what a client would get
   */
  @Nullable Object call(
      String userName,
      ManagedObject target,
      String method,
      List<@Nullable Object> arguments,
      TaskReason reason);
}
