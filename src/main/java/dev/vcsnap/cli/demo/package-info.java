/**
 * The demonstration: a small backup program that knows the server only from outside, through HTTPS
 * and NBD, and a guest that keeps writing meanwhile.
 */
@NullMarked
package dev.vcsnap.cli.demo;

import org.jspecify.annotations.NullMarked;
