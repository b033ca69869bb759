package dev.vcsnap.call;

import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.MethodType;

/**
 * What a request calls.
 *
 * @param object the object behind {@code _this}
 * @param method the description of the method
 */
public record Target(ManagedObject object, MethodType method) {}
