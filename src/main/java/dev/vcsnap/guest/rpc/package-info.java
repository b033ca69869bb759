/**
 * The host's side of GuestRPC, by which VMware Tools in a guest talk to their host: a real vmtoolsd
 * connects here. Nothing that it says is trusted.
 */
@NullMarked
package dev.vcsnap.guest.rpc;

import org.jspecify.annotations.NullMarked;
