package dev.vcsnap.guest.simulated;

import java.time.Duration;

/**
 * How fast an agent's clockwork goes.
 *
 * @param poll between two looks at what it has begun
 * @param keepAlive after which it says that it is alive when it had nothing else to say
 * @param timeout after which it aborts when the host named no time; zero for never
 */
record AgentTimes(Duration poll, Duration keepAlive, Duration timeout) {

  /** Those of VMware Tools (rules A32, A35, A37). */
  static final AgentTimes DEFAULT =
      new AgentTimes(Duration.ofSeconds(1), Duration.ofMillis(2500), Duration.ofMinutes(15));

  /** With the limit that the guest is set up with. */
  AgentTimes of(ToolsConf conf) {
    return conf.timeout().map(own -> new AgentTimes(poll, keepAlive, own)).orElse(this);
  }
}
