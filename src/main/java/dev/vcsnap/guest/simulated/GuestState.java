package dev.vcsnap.guest.simulated;

/** The states of vmbackup (rule A32). */
enum GuestState {
  IDLE,
  SCRIPT_FREEZE,
  SYNC_FREEZE_WAIT,
  SYNC_FREEZE,
  SYNC_THAW,
  SCRIPT_THAW,
  COMPLETE_WAIT,
  SCRIPT_ERROR,
  SYNC_ERROR
}
