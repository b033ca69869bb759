package dev.vcsnap.nbd;

import dev.vcsnap.disk.block.BlockDepth;
import dev.vcsnap.disk.block.BlockDevice;
import dev.vcsnap.disk.block.Layered;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.BiConsumer;

/** Disks that pass everything on, and do or tell something besides. */
final class Hooked {

  private Hooked() {}

  /** A disk that says of all it has that the newest link holds it. */
  static BlockDevice layered(BlockDevice disk) {
    return proxy((method, arguments) ->
        method.getName().equals("depthsOf")
            ? List.of(new BlockDepth((Long) arguments[0], (Long) arguments[1], 1))
            : pass(disk, method, arguments));
  }

  /** A disk of which is told what is zeroed or discarded, with its length. */
  static BlockDevice watched(BlockDevice disk, BiConsumer<String, Long> zeroed) {
    return proxy((method, arguments) -> {
      if (method.getName().equals("writeZeroesAt") || method.getName().equals("discardAt")) {
        zeroed.accept(method.getName(), (Long) arguments[1]);
      }
      return pass(disk, method, arguments);
    });
  }

  private interface Handler {
    Object handle(Method method, Object[] arguments) throws Throwable;
  }

  private static BlockDevice proxy(Handler handler) {
    return (BlockDevice)
        Proxy.newProxyInstance(
            Hooked.class.getClassLoader(),
            new Class<?>[] {BlockDevice.class, Layered.class},
            (self, method, arguments) -> handler.handle(method, arguments));
  }

  private static Object pass(BlockDevice disk, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(disk, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
