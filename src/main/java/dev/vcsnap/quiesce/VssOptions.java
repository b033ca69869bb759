package dev.vcsnap.quiesce;

/**
 * What a backup program wants of the Volume Shadow Copy Service.
 *
 * @param backupType a number of {@code VSS_BACKUP_TYPE}; 5 is VSS_BT_COPY
 * @param bootableSystemState whether the system state should be part of it
 * @param partialFileSupport whether parts of files may be backed up
 * @param context {@code ctx_auto}, {@code ctx_backup} or {@code ctx_file_share_backup}
 */
public record VssOptions(
    int backupType, boolean bootableSystemState, boolean partialFileSupport, String context) {

  /** What a host asks for when nobody said anything else (rule A50). */
  public static final VssOptions DEFAULT = new VssOptions(5, false, false, "ctx_auto");
}
