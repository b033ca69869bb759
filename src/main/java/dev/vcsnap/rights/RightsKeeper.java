package dev.vcsnap.rights;

import java.util.List;

/** Keeps roles and permissions across a restart. They change seldom and are kept as a whole. */
public interface RightsKeeper {

  /** Keeps nothing. */
  RightsKeeper NOTHING =
      new RightsKeeper() {
        @Override
        public Kept read() {
          return new Kept(List.of(), List.of());
        }

        @Override
        public void keep(Kept rights) {}
      };

  /**
   * What is kept.
   *
   * @param roles all but those of the system
   * @param permissions all; none if nothing was ever kept, since somebody always may do everything
   */
  record Kept(List<Role> roles, List<EntityPermission> permissions) {}

  /** What was kept last. */
  Kept read();

  /** Keeps this and nothing else, whole or not at all. */
  void keep(Kept rights);
}
