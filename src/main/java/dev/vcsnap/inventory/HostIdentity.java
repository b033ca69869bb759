package dev.vcsnap.inventory;

/**
 * How the hosts are reached, which is how this server is reached: it answers for all of them.
 *
 * @param address the IP address that the management network shows
 * @param sslThumbprint the SHA-1 thumbprint of the certificate that clients meet, as
 *     colon-separated pairs of upper-case hexadecimal digits; empty when TLS is off
 */
public record HostIdentity(String address, String sslThumbprint) {}
