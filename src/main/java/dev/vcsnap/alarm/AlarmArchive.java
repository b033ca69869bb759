package dev.vcsnap.alarm;

import dev.vcsnap.vim.AlarmInfo;
import java.util.List;

/** Keeps the alarms that clients declared across restarts; nothing of the states they are in. */
public interface AlarmArchive {

  /** Remembers nothing. */
  AlarmArchive NOTHING =
      new AlarmArchive() {
        @Override
        public List<AlarmInfo> all() {
          return List.of();
        }

        @Override
        public void put(AlarmInfo alarm) {}

        @Override
        public void remove(String id) {}
      };

  /** All of them, in the order in which they were declared. */
  List<AlarmInfo> all();

  /** Keeps one, in place of what was kept before. */
  void put(AlarmInfo alarm);

  /** Forgets one; harmless if it is not known. */
  void remove(String id);
}
