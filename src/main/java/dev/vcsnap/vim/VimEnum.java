package dev.vcsnap.vim;

/** A constant of an enum of the interface; its Java name is its wire name. */
public interface VimEnum {

  /** The name on the wire. */
  String name();

  /** The enum it belongs to. */
  EnumType vimType();
}
