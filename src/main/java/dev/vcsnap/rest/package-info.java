/**
 * The few paths of vCenter's REST interface that vSphere clients need to log in.
 *
 * <p>A session opened here is the same as one opened by SOAP or VI/JSON: its id works everywhere.
 */
@NullMarked
package dev.vcsnap.rest;

import org.jspecify.annotations.NullMarked;
