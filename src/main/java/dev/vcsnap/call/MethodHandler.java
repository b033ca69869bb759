package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import org.jspecify.annotations.Nullable;

/** The code behind one method of one managed type. */
@FunctionalInterface
public interface MethodHandler {

  /**
   * Does the work, or starts the task that does it.
   *
   * @param self the object that the method is called on; it exists and has the right type
   * @return the result as the interface declares it; null for void and for an unset result
   * @throws dev.vcsnap.vim.VimException the fault for the client
   */
  @Nullable Object invoke(CallContext context, ManagedObject self, Arguments arguments);
}
