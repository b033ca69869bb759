package dev.vcsnap.inventory;

import dev.vcsnap.event.EventCatalog;
import dev.vcsnap.vim.AlarmDescription;
import dev.vcsnap.vim.DatastoreSummaryMaintenanceModeState;
import dev.vcsnap.vim.DayOfWeek;
import dev.vcsnap.vim.EvaluationLicenseSource;
import dev.vcsnap.vim.EventCategory;
import dev.vcsnap.vim.EventDescription;
import dev.vcsnap.vim.HostSnmpAgentCapability;
import dev.vcsnap.vim.HostSnmpConfigSpec;
import dev.vcsnap.vim.HostSnmpSystemAgentLimits;
import dev.vcsnap.vim.HostSystemConnectionState;
import dev.vcsnap.vim.HostSystemPowerState;
import dev.vcsnap.vim.KeyAnyValue;
import dev.vcsnap.vim.LicenseManagerEvaluationInfo;
import dev.vcsnap.vim.LicenseManagerLicenseInfo;
import dev.vcsnap.vim.LicenseSource;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.MetricAlarmOperator;
import dev.vcsnap.vim.OptionValue;
import dev.vcsnap.vim.PerfInterval;
import dev.vcsnap.vim.PerfStatsType;
import dev.vcsnap.vim.PerfSummaryType;
import dev.vcsnap.vim.PerformanceDescription;
import dev.vcsnap.vim.ScheduledTaskDescription;
import dev.vcsnap.vim.ScheduledTaskDetail;
import dev.vcsnap.vim.StateAlarmOperator;
import dev.vcsnap.vim.TaskInfoState;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.WeekOfMonth;
import java.util.List;

/**
 * The required properties of managers that do little here: enough for a client that reads all of
 * them, and nothing that promises a feature.
 */
final class ManagerDefaults {

  private static final int MINUTE_SECONDS = 60;
  private static final int DAY_SECONDS = 24 * 60 * 60;

  private ManagerDefaults() {}

  static List<OptionValue> settings() {
    return List.of(
        option("VirtualCenter.InstanceName", "vcsnap"),
        option("event.maxAge", 30),
        option("task.maxAge", 30));
  }

  static EventDescription eventDescription() {
    var description = new EventDescription();
    description.category = Describe.values(EventCategory.values());
    description.eventInfo = EventCatalog.details();
    return description;
  }

  static AlarmDescription alarmDescription() {
    var description = new AlarmDescription();
    description.expr =
        List.of(
            Describe.type("StateAlarmExpression", "A property has a value"),
            Describe.type("EventAlarmExpression", "An event happens"),
            Describe.type("OrAlarmExpression", "One of several expressions is met"),
            Describe.type("AndAlarmExpression", "Several expressions are met"));
    description.stateOperator = Describe.values(StateAlarmOperator.values());
    description.metricOperator = Describe.values(MetricAlarmOperator.values());
    description.hostSystemConnectionState = Describe.values(HostSystemConnectionState.values());
    description.virtualMachinePowerState = Describe.values(VirtualMachinePowerState.values());
    description.datastoreConnectionState =
        Describe.values(DatastoreSummaryMaintenanceModeState.values());
    description.hostSystemPowerState = Describe.values(HostSystemPowerState.values());
    description.virtualMachineGuestHeartbeatStatus = Describe.values(ManagedEntityStatus.values());
    description.entityStatus = Describe.values(ManagedEntityStatus.values());
    description.action = List.of();
    return description;
  }

  static ScheduledTaskDescription scheduledTaskDescription() {
    var description = new ScheduledTaskDescription();
    description.action = List.of(Describe.type("MethodAction", "Call a method"));
    description.schedulerInfo =
        List.of(
            detail("OnceTaskScheduler", "Once"),
            detail("AfterStartupTaskScheduler", "After startup"),
            detail("HourlyTaskScheduler", "Hourly"),
            detail("DailyTaskScheduler", "Daily"),
            detail("WeeklyTaskScheduler", "Weekly"),
            detail("MonthlyByDayTaskScheduler", "Monthly by day"),
            detail("MonthlyByWeekdayTaskScheduler", "Monthly by weekday"));
    description.state = Describe.values(TaskInfoState.values());
    description.dayOfWeek = Describe.values(DayOfWeek.values());
    description.weekOfMonth = Describe.values(WeekOfMonth.values());
    return description;
  }

  static PerformanceDescription performanceDescription() {
    var description = new PerformanceDescription();
    description.counterType = Describe.values(PerfSummaryType.values());
    description.statsType = Describe.values(PerfStatsType.values());
    return description;
  }

  static List<PerfInterval> historicalIntervals() {
    return List.of(
        interval(1, "Past day", 5 * MINUTE_SECONDS, DAY_SECONDS),
        interval(2, "Past week", 30 * MINUTE_SECONDS, 7 * DAY_SECONDS),
        interval(3, "Past month", 120 * MINUTE_SECONDS, 30 * DAY_SECONDS),
        interval(4, "Past year", DAY_SECONDS, 365 * DAY_SECONDS));
  }

  static LicenseSource licenseSource() {
    return new EvaluationLicenseSource();
  }

  static LicenseManagerLicenseInfo evaluationLicense() {
    var license = new LicenseManagerLicenseInfo();
    license.licenseKey = "00000-00000-00000-00000-00000";
    license.editionKey = "eval";
    license.name = "Evaluation Mode";
    license.costUnit = "";
    license.properties = List.of();
    return license;
  }

  static LicenseManagerEvaluationInfo evaluation() {
    var product = new KeyAnyValue();
    product.key = "ProductName";
    product.value = "VMware VirtualCenter Server";
    var version = new KeyAnyValue();
    version.key = "ProductVersion";
    version.value = "8.0";
    var evaluation = new LicenseManagerEvaluationInfo();
    evaluation.properties = List.of(product, version);
    return evaluation;
  }

  static HostSnmpConfigSpec snmpConfiguration() {
    var configuration = new HostSnmpConfigSpec();
    configuration.enabled = false;
    configuration.port = 161;
    return configuration;
  }

  static HostSnmpSystemAgentLimits snmpLimits() {
    var limits = new HostSnmpSystemAgentLimits();
    limits.capability = HostSnmpAgentCapability.CONFIGURATION;
    return limits;
  }

  private static ScheduledTaskDetail detail(String key, String label) {
    var detail = new ScheduledTaskDetail();
    detail.key = key;
    detail.label = label;
    detail.summary = label;
    detail.frequency = label;
    return detail;
  }

  private static OptionValue option(String key, Object value) {
    var option = new OptionValue();
    option.key = key;
    option.value = value;
    return option;
  }

  private static PerfInterval interval(int key, String name, int periodSeconds, int lengthSeconds) {
    var interval = new PerfInterval();
    interval.key = key;
    interval.name = name;
    interval.samplingPeriod = periodSeconds;
    interval.length = lengthSeconds;
    interval.level = 1;
    interval.enabled = true;
    return interval;
  }
}
