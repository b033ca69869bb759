package dev.vcsnap.cli.demo;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * All that the demonstration knows about the server.
 *
 * @param web its web address without a path
 * @param nbd its NBD address
 * @param sha256Thumbprint its certificate's thumbprint, in colon-separated pairs
 */
public record DemoServer(URI web, InetSocketAddress nbd, String sha256Thumbprint) {}
