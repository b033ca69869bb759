package dev.vcsnap.guest.qga;

import dev.vcsnap.datastore.DataDirectory;
import dev.vcsnap.ground.clock.Clock;
import dev.vcsnap.guest.ConnectingGuests;
import dev.vcsnap.guest.DepartedGuests;
import dev.vcsnap.inventory.VmPublisher;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires guests with a QEMU guest agent. */
@Configuration(proxyBeanMethods = false)
class QgaConfiguration {

  /** The publisher asks for guests, so neither it nor what needs it can be there before them. */
  @Bean
  ConnectingGuests qgaGuests(
      DataDirectory data,
      Clock clock,
      ObjectProvider<VmPublisher> publisher,
      ObjectProvider<DepartedGuests> departed,
      @Value("${vcsnap.guest.qga.patience:60s}") Duration patience) {
    return new ConnectingGuests(
        "qga",
        (place, configured, listener) -> new QgaGuest(place, clock, patience, listener),
        id -> data.serverFile("guest").resolve(id),
        machine -> publisher.getObject().publishGuest(machine),
        (machine, wish, still) -> departed.getObject().gone(machine, wish, still));
  }
}
