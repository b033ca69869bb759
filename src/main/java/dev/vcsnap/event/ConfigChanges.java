package dev.vcsnap.event;

import dev.vcsnap.vim.ChangesInfoEventArgument;
import dev.vcsnap.vim.DataObject;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.Property;
import dev.vcsnap.vim.TypeRef;
import dev.vcsnap.vim.VirtualDevice;
import dev.vcsnap.vim.VirtualHardware;
import dev.vcsnap.vim.VirtualMachineConfigInfo;
import dev.vcsnap.vim.VirtualMachineConfigSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What differs between two configurations of a machine: as the specification that leads from one to
 * the other, and as the text of real servers, {@code config.name: "a" -> "b";}.
 */
final class ConfigChanges {

  private static final List<String> NOT_TOLD = List.of("changeVersion", "modified", "extraConfig");

  private final List<String> modified = new ArrayList<>();
  private final List<String> added = new ArrayList<>();
  private final List<String> deleted = new ArrayList<>();
  private final VirtualMachineConfigSpec spec = new VirtualMachineConfigSpec();

  private ConfigChanges() {}

  static ConfigChanges between(VirtualMachineConfigInfo was, VirtualMachineConfigInfo now) {
    var changes = new ConfigChanges();
    changes.compare("config", was, now, NOT_TOLD);
    changes.compareOptions(was.extraConfig, now.extraConfig);
    changes.fillSpec(was, now);
    return changes;
  }

  /** The members that differ and that a specification has too, with their new values. */
  VirtualMachineConfigSpec spec() {
    return spec;
  }

  ChangesInfoEventArgument text() {
    var text = new ChangesInfoEventArgument();
    text.modified = String.join(" ", modified);
    text.added = String.join(" ", added);
    text.deleted = String.join(" ", deleted);
    return text;
  }

  private void compare(String path, DataObject was, DataObject now, List<String> except) {
    List<Property> members = now.vimType().properties();
    for (int i = 0; i < members.size(); i++) {
      Property member = members.get(i);
      Object before = was.get(i);
      Object after = now.get(i);
      if (except.contains(member.name()) || Objects.equals(before, after)) {
        continue;
      }
      String at = path + "." + member.name();
      if (before instanceof List<?> || after instanceof List<?>) {
        // A controller has a list of that name too, of keys.
        if (now instanceof VirtualHardware && member.name().equals("device")) {
          compareDevices(at, devices(before), devices(after));
        }
      } else if (before instanceof DataObject one
          && after instanceof DataObject other
          && one.vimType() == other.vimType()) {
        compare(at, one, other, List.of());
      } else if (!(before instanceof DataObject) && !(after instanceof DataObject)) {
        modified.add(at + ": " + shown(before) + " -> " + shown(after) + ";");
      }
    }
  }

  private void compareDevices(
      String path, Map<Integer, VirtualDevice> was, Map<Integer, VirtualDevice> now) {
    now.forEach((key, device) -> {
      VirtualDevice before = was.get(key);
      String at = path + "(" + key + ")";
      if (before == null) {
        added.add(at + ": (" + device.vimType().name() + ");");
      } else if (before.vimType() == device.vimType()) {
        compare(at, before, device, List.of());
      }
    });
    was.forEach((key, device) -> {
      if (!now.containsKey(key)) {
        deleted.add(path + "(" + key + "): (" + device.vimType().name() + ");");
      }
    });
  }

  private void compareOptions(@Nullable List<OptionValue> was, @Nullable List<OptionValue> now) {
    Map<String, Object> before = options(was);
    Map<String, Object> after = options(now);
    after.forEach((key, value) -> {
      String at = "config.extraConfig(\"" + key + "\"): ";
      if (!before.containsKey(key)) {
        added.add(at + "(key = " + shown(key) + ", value = " + shown(value) + ");");
      } else if (!value.equals(before.get(key))) {
        modified.add(at + shown(before.get(key)) + " -> " + shown(value) + ";");
      }
    });
    before.keySet().stream()
        .filter(key -> !after.containsKey(key))
        .forEach(key -> deleted.add("config.extraConfig(\"" + key + "\");"));
  }

  private void fillSpec(VirtualMachineConfigInfo was, VirtualMachineConfigInfo now) {
    List<Property> members = spec.vimType().properties();
    for (int i = 0; i < members.size(); i++) {
      Property member = members.get(i);
      int at = now.vimType().indexOf(member.name());
      if (at >= 0 && !NOT_TOLD.contains(member.name()) && isPlain(member.type())) {
        Object after = now.get(at);
        if (after != null && !after.equals(was.get(at))) {
          spec.set(i, after);
        }
      }
    }
    if (was.hardware.numCPU != now.hardware.numCPU) {
      spec.numCPUs = now.hardware.numCPU;
    }
    if (was.hardware.memoryMB != now.hardware.memoryMB) {
      spec.memoryMB = (long) now.hardware.memoryMB;
    }
  }

  private static boolean isPlain(TypeRef type) {
    return !type.array() && type.kind() != TypeRef.Kind.DATA && type.kind() != TypeRef.Kind.BINARY;
  }

  private static Map<Integer, VirtualDevice> devices(@Nullable Object list) {
    Map<Integer, VirtualDevice> byKey = new LinkedHashMap<>();
    if (list instanceof List<?> devices) {
      devices.forEach(device -> byKey.put(((VirtualDevice) device).key, (VirtualDevice) device));
    }
    return byKey;
  }

  private static Map<String, Object> options(@Nullable List<OptionValue> list) {
    Map<String, Object> byKey = new LinkedHashMap<>();
    if (list != null) {
      list.forEach(option -> byKey.put(option.key, option.value));
    }
    return byKey;
  }

  private static String shown(@Nullable Object value) {
    return switch (value) {
      case null -> "<unset>";
      case String text -> "\"" + text + "\"";
      default -> value.toString();
    };
  }
}
