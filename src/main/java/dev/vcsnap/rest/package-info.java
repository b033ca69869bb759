/**
 * vCenter's Automation interface, as far as clients use it: sessions, lists of the inventory,
 * machines and their power, tags.
 *
 * <p>Each operation is one {@link dev.vcsnap.rest.Route} in one table, and is served in two
 * spellings: {@code /api} with bare values, and {@code /rest} for older clients. A session opened
 * here is the same as one opened by SOAP or VI/JSON, and what a vSphere method or property stands
 * behind goes through {@link dev.vcsnap.call.CallService} as any other call.
 */
@NullMarked
package dev.vcsnap.rest;

import org.jspecify.annotations.NullMarked;
