package dev.vcsnap.objects;

import java.util.List;

/**
 * What one transaction changed.
 *
 * @param objects those with another value, those that came and those that went; each once
 * @param membership true if objects came or went
 */
public record Changes(List<ManagedObject> objects, boolean membership) {}
