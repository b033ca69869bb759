/** Who is logged in: accounts, sessions by id, their end by logout or idleness. */
@NullMarked
package dev.vcsnap.session;

import org.jspecify.annotations.NullMarked;
