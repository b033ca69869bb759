package dev.vcsnap.lease;

import java.time.Duration;

/**
 * What holds for all leases of a server.
 *
 * @param timeout how long a client may be silent; 5 minutes on real servers
 * @param leasesMax how many may be held at a time (assumed)
 * @param sslThumbprint of the certificate that clients meet, empty without TLS
 */
record LeaseLimits(Duration timeout, int leasesMax, String sslThumbprint) {}
