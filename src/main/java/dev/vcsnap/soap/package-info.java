/**
 * The SOAP encoding of the method table, at {@code /sdk}: decodes a request by the interface table,
 * calls, and encodes the answer in a real server's own spelling.
 *
 * <p>Clients look at the text and not only at the XML (prefixes, order of elements, where a type is
 * named), so what is written here follows recorded replies letter by letter.
 */
@NullMarked
package dev.vcsnap.soap;

import org.jspecify.annotations.NullMarked;
