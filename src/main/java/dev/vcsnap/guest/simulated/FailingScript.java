package dev.vcsnap.guest.simulated;

import dev.vcsnap.ground.clock.Timers;
import java.util.Optional;

/** The script that is there only to misbehave. */
final class FailingScript {

  private FailingScript() {}

  /** The script that a behaviour asks for, if it asks for one. */
  static Optional<Script> of(Behaviour behaviour, Timers timers) {
    int freeze =
        behaviour.has("script-hangs") ? NamedScript.HANGS : behaviour.status("script-exits");
    int thaw = behaviour.status("thaw-script-exits");
    return freeze == 0 && thaw == 0
        ? Optional.empty()
        : Optional.of(
            new NamedScript(
                "misbehaving",
                timers,
                verb ->
                    switch (verb) {
                      case "freeze" -> freeze;
                      case "thaw" -> thaw;
                      default -> 0;
                    }));
  }
}
