/** Time: the only place that reads the machine's clock. */
@NullMarked
package dev.vcsnap.ground.clock;

import org.jspecify.annotations.NullMarked;
