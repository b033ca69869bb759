package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;

/**
 * What a method asks for beyond what the interface table says of it, where that depends on the
 * arguments.
 */
@FunctionalInterface
public interface PrivilegeRule {

  /**
   * Asks.
   *
   * @param self the object that the method is called on
   * @param arguments decoded, but not yet checked to be complete
   * @param needs takes what is asked for
   */
  void ask(ManagedObject self, Arguments arguments, Needs needs);
}
