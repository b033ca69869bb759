package dev.vcsnap.vim;

/** A named type of the interface table. */
public sealed interface VimType permits DataType, EnumType, ManagedType {

  /** The name on the wire. */
  String name();

  /** The first version that knows it. */
  Release since();
}
