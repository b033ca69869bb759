package dev.vcsnap.vim;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes faults with the texts that clients compare. */
public final class Faults {

  private Faults() {}

  /** The caller has no session. */
  public static VimException notAuthenticated() {
    var fault = new NotAuthenticated();
    fault.object = new ManagedObjectReference("Folder", "group-d1");
    fault.privilegeId = "System.View";
    return new VimException(fault, "The session is not authenticated.");
  }

  /** The caller lacks a privilege. */
  public static VimException noPermission(ManagedObjectReference object, String privilegeId) {
    return noPermission(Map.of(object, List.of(privilegeId)));
  }

  /**
   * The caller lacks privileges.
   *
   * @param missing by object, in the order in which they were asked for; at least one. Older
   *     clients are told of the first only
   */
  public static VimException noPermission(Map<ManagedObjectReference, List<String>> missing) {
    var fault = new NoPermission();
    fault.missingPrivileges = new ArrayList<>();
    missing.forEach((object, privilegeIds) -> {
      var entity = new NoPermissionEntityPrivileges();
      entity.entity = object;
      entity.privilegeIds = privilegeIds;
      fault.missingPrivileges.add(entity);
    });
    fault.object = fault.missingPrivileges.getFirst().entity;
    fault.privilegeId = fault.missingPrivileges.getFirst().privilegeIds.getFirst();
    return new VimException(fault, "Permission to perform this operation was denied.");
  }

  /** Wrong user name or password. */
  public static VimException invalidLogin() {
    return new VimException(
        new InvalidLogin(), "Cannot complete login due to an incorrect user name or password.");
  }

  /** An argument is missing or has a value that is not allowed. */
  public static VimException invalidArgument(String property) {
    var fault = new InvalidArgument();
    fault.invalidProperty = property;
    return new VimException(fault, "A specified parameter was not correct: " + property);
  }

  /** A name that the client chose cannot be taken. */
  public static VimException invalidName(String name, ManagedObjectReference entity) {
    var fault = new InvalidName();
    fault.name = name;
    fault.entity = entity;
    return new VimException(fault, "The name '" + name + "' is invalid.");
  }

  /** A reference points to nothing. */
  public static VimException notFound(ManagedObjectReference reference) {
    var fault = new ManagedObjectNotFound();
    fault.obj = reference;
    return new VimException(
        fault,
        "The object '"
            + Vim25.vmodlName(reference.type())
            + ":"
            + reference.value()
            + "' has already been deleted or has not been completely created");
  }

  /** The object has no method of that name. */
  public static VimException methodNotFound(ManagedObjectReference receiver, String method) {
    var fault = new MethodNotFound();
    fault.receiver = receiver;
    fault.method = method;
    return new VimException(
        fault, "The method '" + method + "' is not a method of " + receiver.type());
  }

  /** A method of the interface that this server does not serve. */
  public static VimException notSupported(String method) {
    return new VimException(
        new NotSupported(), "The operation is not supported on the object: " + method);
  }

  /** The request cannot be understood. */
  public static VimException invalidRequest(String problem) {
    return new VimException(new InvalidRequest(), problem);
  }

  /** A property path names nothing. */
  public static VimException invalidProperty(String name) {
    var fault = new InvalidProperty();
    fault.name = name;
    return new VimException(fault, "The property '" + name + "' is not a property of the object");
  }

  /** Another object, which is named, has that name where it may occur once. */
  public static VimException duplicateName(String name, ManagedObjectReference other) {
    var fault = new DuplicateName();
    fault.name = name;
    fault.object = other;
    return new VimException(fault, "The name '" + name + "' already exists.");
  }

  /** Another operation on the same object is not finished. */
  /** A name that must be the only one is taken; {@code text} is a sentence. */
  public static VimException alreadyExists(String name, String text) {
    var fault = new AlreadyExists();
    fault.name = name;
    return new VimException(fault, text);
  }

  /** There is no datastore of that name; {@code text} is a sentence. */
  public static VimException invalidDatastore(String name, String text) {
    var fault = new InvalidDatastore();
    fault.name = name;
    return new VimException(fault, text);
  }

  /** The object is in no state for the operation; {@code why} is a sentence. */
  public static VimException invalidState(String why) {
    return new VimException(
        new InvalidState(), "The operation is not allowed in the current state: " + why);
  }

  public static VimException taskInProgress(ManagedObjectReference task) {
    var fault = new TaskInProgress();
    fault.task = task;
    return new VimException(fault, "Another task is already in progress.");
  }

  /** The machine is not in the power state that the operation needs. */
  public static VimException invalidPowerState(
      VirtualMachinePowerState requested, VirtualMachinePowerState existing) {
    var fault = new InvalidPowerState();
    fault.requestedState = requested;
    fault.existingState = existing;
    return new VimException(
        fault,
        "The attempted operation cannot be performed in the current state ("
            + switch (existing) {
              case poweredOn -> "Powered on";
              case poweredOff -> "Powered off";
              case suspended -> "Suspended";
            }
            + ").");
  }

  /** A failure of the server itself; {@code reason} says what broke. */
  public static VimException systemError(String reason, Throwable cause) {
    var fault = new SystemError();
    fault.reason = reason;
    return new VimException(fault, "A general system error occurred: " + reason, cause);
  }
}
