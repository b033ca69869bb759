package dev.vcsnap.vim;

import java.util.List;

/** The description of an enum. */
public record EnumType(String name, Release since, List<VimEnum> values) implements VimType {

  static EnumType of(String name, String since, VimEnum[] values) {
    return new EnumType(name, Release.parse(since), List.of(values));
  }

  /** The constant of that wire name, or null. */
  public VimEnum valueOf(String wireName) {
    for (VimEnum value : values) {
      if (value.name().equals(wireName)) {
        return value;
      }
    }
    return null;
  }
}
