package dev.vcsnap.alarm;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When the default alarms go off. The limits follow the vendor's advice for snapshots in
 * production.
 *
 * @param enabled false for a server without default alarms
 * @param snapshotAgeMax how old a snapshot may become
 * @param snapshotChainMax how many snapshots the running disks may depend on
 * @param deltaShareMax how large one delta may become, in percent of its disk's capacity (assumed)
 * @param checkEvery how often the size of deltas is looked at, which grow without an operation
 */
@ConfigurationProperties("vcsnap.alarms")
record AlarmProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("24h") Duration snapshotAgeMax,
    @DefaultValue("3") int snapshotChainMax,
    @DefaultValue("50") int deltaShareMax,
    @DefaultValue("5m") Duration checkEvery) {

  AlarmProperties {
    if (snapshotAgeMax.isNegative() || snapshotChainMax < 0 || deltaShareMax < 0) {
      throw new IllegalArgumentException("The limits of vcsnap.alarms must not be negative");
    }
    if (checkEvery.compareTo(Duration.ofSeconds(1)) < 0) {
      throw new IllegalArgumentException(
          "vcsnap.alarms.check-every is " + checkEvery + ", and at least 1s is expected");
    }
  }
}
