package dev.vcsnap.guest;

import dev.vcsnap.inventory.GuestTools;
import dev.vcsnap.inventory.GuestWish;
import dev.vcsnap.inventory.Guests;
import dev.vcsnap.inventory.VirtualMachine;
import dev.vcsnap.quiesce.GuestAgent;
import dev.vcsnap.quiesce.GuestAgents;
import dev.vcsnap.vim.VirtualMachinePowerState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Gives each machine its guest: by the provider that its configuration names, else by the default.
 */
final class ProvidedGuests implements GuestAgents, Guests {

  /** The configuration's key, settable as {@code extraConfig}, and the name of the setting. */
  static final String KEY = "vcsnap.guest.provider";

  /** The word for machines without a guest that has Tools. */
  static final String NONE = "none";

  private final Map<String, GuestProvider> providers;
  private final String byDefault;

  /**
   * Makes the choice.
   *
   * @throws IllegalArgumentException if the default is no provider's name
   */
  ProvidedGuests(List<GuestProvider> providers, String byDefault) {
    this.providers =
        providers.stream().collect(Collectors.toMap(GuestProvider::name, Function.identity()));
    this.byDefault = byDefault;
    if (!byDefault.equals(NONE) && !this.providers.containsKey(byDefault)) {
      throw new IllegalArgumentException(
          KEY + " is '" + byDefault + "'; there are " + NONE + " and " + this.providers.keySet());
    }
  }

  @Override
  public Optional<GuestAgent> of(VirtualMachine machine) {
    return providerOf(machine).flatMap(provider -> provider.agentOf(machine));
  }

  @Override
  public GuestTools toolsOf(VirtualMachine machine) {
    return providerOf(machine).map(provider -> provider.toolsOf(machine)).orElse(GuestTools.NONE);
  }

  @Override
  public GuestWish.Answer ask(VirtualMachine machine, GuestWish wish) {
    return providerOf(machine)
        .map(provider -> provider.ask(machine, wish))
        .orElse(GuestWish.Answer.NOBODY);
  }

  @Override
  public void shown(VirtualMachine machine) {
    Optional<GuestProvider> chosen =
        machine.power() == VirtualMachinePowerState.poweredOn
            ? providerOf(machine)
            : Optional.empty();
    for (GuestProvider provider : providers.values()) {
      provider.follow(machine, chosen.filter(provider::equals).isPresent());
    }
  }

  @Override
  public void withdrawn(VirtualMachine machine) {
    providers.values().forEach(provider -> provider.withdrawn(machine));
  }

  /** A name that is nobody's leaves the machine without Tools. */
  private Optional<GuestProvider> providerOf(VirtualMachine machine) {
    return Optional.ofNullable(providers.get(machine.setting(KEY).orElse(byDefault)));
  }
}
