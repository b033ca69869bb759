package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.Property;

/**
 * What a read of a single property asks for.
 *
 * @param object the object that has it
 * @param property its description
 */
public record PropertyTarget(ManagedObject object, Property property) {}
