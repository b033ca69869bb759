package dev.vcsnap.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What can be set about a server.
 *
 * @param data the folder that everything is kept in
 * @param seed fixes every id that is drawn at random; unset for unpredictable ids
 * @param accounts who may log in, each as {@code user:password}
 * @param sessionIdleLimit how long an unused session lives
 */
@ConfigurationProperties("vcsnap")
public record ServerProperties(
    @DefaultValue("vcsnap-data") Path data,
    @Nullable Long seed,
    @DefaultValue({"user:pass", "administrator@vsphere.local:VMware1!"}) List<String> accounts,
    @DefaultValue("30m") Duration sessionIdleLimit) {}
