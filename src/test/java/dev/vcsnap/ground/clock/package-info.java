@NullMarked
package dev.vcsnap.ground.clock;

import org.jspecify.annotations.NullMarked;
