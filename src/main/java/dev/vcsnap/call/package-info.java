/**
 * The one door: every method of the interface is called here, whatever encoding it came in.
 *
 * <p>Features register their methods in the table; bindings decode a request, resolve the method,
 * call it, and encode what comes back. Authentication and privileges are checked here and nowhere
 * else.
 */
@NullMarked
package dev.vcsnap.call;

import org.jspecify.annotations.NullMarked;
