package dev.vcsnap.evidence;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A test shows this rule of vSphere's behaviour. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@Repeatable(Rule.Rules.class)
public @interface Rule {

  /** The rule's number, e.g. {@code A5}. */
  String value();

  /** What a real server does, in one sentence. */
  String says();

  /** Who says so. */
  Witness by();

  /** Several rules that one test shows. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.METHOD)
  @interface Rules {
    Rule[] value();
  }
}
