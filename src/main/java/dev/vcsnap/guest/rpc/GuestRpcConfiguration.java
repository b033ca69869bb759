package dev.vcsnap.guest.rpc;

import dev.vcsnap.datastore.DataDirectory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.ConnectingGuests;
import dev.vcsnap.guest.DepartedGuests;
import dev.vcsnap.inventory.VmPublisher;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires guests with real VMware Tools. */
@Configuration(proxyBeanMethods = false)
class GuestRpcConfiguration {

  /** The publisher asks for guests, so neither it nor what needs it can be there before them. */
  @Bean
  ConnectingGuests toolsGuests(
      DataDirectory data,
      Clock clock,
      ObjectProvider<VmPublisher> publisher,
      ObjectProvider<DepartedGuests> departed) {
    return new ConnectingGuests(
        "guestrpc",
        (place, configured, listener) -> new ToolsGuest(place, clock, configured, listener),
        id -> data.serverFile("guest").resolve(id),
        machine -> publisher.getObject().publishGuest(machine),
        (machine, wish, still) -> departed.getObject().gone(machine, wish, still));
  }
}
