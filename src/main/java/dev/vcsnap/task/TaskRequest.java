package dev.vcsnap.task;

import dev.vcsnap.objects.ManagedObject;

/**
 * What a task is about.
 *
 * @param entity the inventory object that the task works on
 * @param method the method's name on the wire, e.g. {@code CreateSnapshot_Task}
 * @param descriptionId the key of its label, e.g. {@code VirtualMachine.createSnapshot}
 * @param userName who asked
 */
public record TaskRequest(
    ManagedObject entity, String method, String descriptionId, String userName) {}
