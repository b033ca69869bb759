package dev.vcsnap.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long records are kept.
 *
 * @param tasks how long tasks are kept after their end; 30 days as a vCenter's {@code task.maxAge}
 * @param tasksMax how many tasks are kept at most, about
 * @param events how long events are kept; 30 days as a vCenter's {@code event.maxAge}
 * @param eventsMax how many events are kept at most, about
 */
@ConfigurationProperties("vcsnap.retention")
public record RetentionProperties(
    @DefaultValue("30d") Duration tasks,
    @DefaultValue("100000") int tasksMax,
    @DefaultValue("30d") Duration events,
    @DefaultValue("100000") int eventsMax) {}
