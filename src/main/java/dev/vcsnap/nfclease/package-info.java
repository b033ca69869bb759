/** The addresses of leases: {@code /nfc/<ticket>/<file>}. */
@NullMarked
package dev.vcsnap.nfclease;

import org.jspecify.annotations.NullMarked;
