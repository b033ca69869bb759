@NullMarked
package dev.vcsnap.guest.rpc;

import org.jspecify.annotations.NullMarked;
