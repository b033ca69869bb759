package dev.vcsnap.alarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vcsnap.event.EventLab;
import dev.vcsnap.ground.ids.NumberKeeper;
import dev.vcsnap.history.Followers;
import dev.vcsnap.objects.ManagedObject;
import dev.vcsnap.vim.AlarmFilterSpec;
import dev.vcsnap.vim.AlarmInfo;
import dev.vcsnap.vim.AlarmSpec;
import dev.vcsnap.vim.AlarmState;
import dev.vcsnap.vim.AlarmStatusChangedEvent;
import dev.vcsnap.vim.AlarmTriggeringAction;
import dev.vcsnap.vim.AndAlarmExpression;
import dev.vcsnap.vim.DuplicateName;
import dev.vcsnap.vim.EventAlarmExpression;
import dev.vcsnap.vim.EventAlarmExpressionComparison;
import dev.vcsnap.vim.InvalidArgument;
import dev.vcsnap.vim.InvalidName;
import dev.vcsnap.vim.ManagedEntityStatus;
import dev.vcsnap.vim.ManagedObjectNotFound;
import dev.vcsnap.vim.ManagedObjectReference;
import dev.vcsnap.vim.MethodFault;
import dev.vcsnap.vim.MetricAlarmExpression;
import dev.vcsnap.vim.NotSupported;
import dev.vcsnap.vim.OrAlarmExpression;
import dev.vcsnap.vim.StateAlarmExpression;
import dev.vcsnap.vim.StateAlarmOperator;
import dev.vcsnap.vim.VimException;
import dev.vcsnap.vim.VirtualMachinePowerState;
import dev.vcsnap.vim.VirtualMachineSummary;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlarmServiceTest {

  private final EventLab lab = new EventLab();
  private final Followers<ManagedObject> changed = new Followers<>(Runnable::run);
  private final AlarmService alarms =
      new AlarmService(lab.objects, lab.clock, lab.events, lab.subjects, changed);

  AlarmServiceTest() {
    AlarmService.follow(lab.objects, changed);
  }

  @AfterEach
  void close() {
    lab.close();
  }

  @Test
  void a_state_that_is_met_shows_on_the_entity_and_all_that_it_lies_in_until_it_is_over() {
    ManagedObjectReference alarm = alarms.create(lab.root.reference(), whileOn(), "user");
    assertThat(triggered(lab.machine)).isEmpty();
    lab.power(VirtualMachinePowerState.poweredOn, false);
    for (ManagedObject entity : List.of(lab.machine, lab.vmFolder, lab.datacenter, lab.root)) {
      assertThat(triggered(entity)).as(entity.id()).hasSize(1);
    }
    assertThat(triggered(lab.host)).isEmpty();
    AlarmState state = triggered(lab.root).getFirst();
    assertThat(state.alarm).isEqualTo(alarm);
    assertThat(state.entity).isEqualTo(lab.machine.reference());
    assertThat(state.overallStatus).isEqualTo(ManagedEntityStatus.red);
    assertThat(lab.machine.get("overallStatus")).isEqualTo(ManagedEntityStatus.red);
    assertThat(lab.all().getLast().fullFormattedMessage)
        .isEqualTo("Alarm 'on' on VM changed from Green to Red");
    lab.power(VirtualMachinePowerState.poweredOff, false);
    assertThat(triggered(lab.machine)).isEmpty();
    assertThat(triggered(lab.root)).isEmpty();
    assertThat(lab.machine.get("overallStatus")).isEqualTo(ManagedEntityStatus.green);
    var told = (AlarmStatusChangedEvent) lab.all().getLast();
    assertThat(told.from).isEqualTo("red");
    assertThat(told.to).isEqualTo("green");
  }

  @Test
  void what_is_met_already_when_the_alarm_is_declared_triggers_it_at_once() {
    lab.power(VirtualMachinePowerState.poweredOn, false);
    alarms.create(lab.machine.reference(), whileOn(), "user");
    assertThat(triggered(lab.machine)).hasSize(1);
  }

  @Test
  void an_alarm_watches_only_what_is_below_its_entity_and_only_while_it_is_enabled() {
    ManagedObjectReference alarm = alarms.create(lab.host.reference(), whileOn(), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    assertThat(triggered(lab.machine)).isEmpty();
    alarms.remove(alarm, "user");
    AlarmSpec off = whileOn();
    off.enabled = false;
    ManagedObjectReference disabled = alarms.create(lab.root.reference(), off, "user");
    assertThat(triggered(lab.machine)).isEmpty();
    alarms.reconfigure(disabled, whileOn(), "user");
    assertThat(triggered(lab.machine)).hasSize(1);
    alarms.remove(disabled, "user");
    assertThat(triggered(lab.machine)).isEmpty();
    assertThat(lab.objects.find(disabled.value())).isNull();
    assertThat(lab.kinds())
        .contains("AlarmCreatedEvent", "AlarmReconfiguredEvent", "AlarmRemovedEvent");
  }

  @Test
  void the_last_event_that_matches_counts() {
    alarms.create(
        lab.root.reference(),
        spec(
            "said",
            or(
                onMessage("bad", ManagedEntityStatus.yellow),
                onMessage("good", ManagedEntityStatus.green))),
        "user");
    int key = lab.say("bad", lab.machine.reference()).key;
    lab.say("bad", lab.host.reference());
    assertThat(triggered(lab.machine)).hasSize(1);
    assertThat(triggered(lab.machine).getFirst().eventKey).isEqualTo(key);
    assertThat(triggered(lab.host)).hasSize(1);
    assertThat(triggered(lab.datacenter)).hasSize(2);
    lab.say("something else", lab.machine.reference());
    assertThat(triggered(lab.machine)).hasSize(1);
    lab.say("good", lab.machine.reference());
    assertThat(triggered(lab.machine)).isEmpty();
    assertThat(triggered(lab.host)).hasSize(1);
  }

  @Test
  void all_states_of_an_and_must_be_met() {
    var both = new AndAlarmExpression();
    both.expression = List.of(whenOn(), state("runtime.consolidationNeeded", null, "true"));
    alarms.create(lab.root.reference(), spec("both", both), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    assertThat(triggered(lab.machine)).isEmpty();
    lab.power(VirtualMachinePowerState.poweredOn, true);
    assertThat(triggered(lab.machine)).hasSize(1);
  }

  @Test
  void an_alarm_is_acknowledged_once_and_cleared_by_kind() {
    ManagedObjectReference alarm = alarms.create(lab.root.reference(), whileOn(), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    alarms.acknowledge(alarm, lab.machine.reference(), "alice");
    alarms.acknowledge(alarm, lab.machine.reference(), "bob");
    assertThat(triggered(lab.root).getFirst().acknowledgedByUser).isEqualTo("alice");
    assertThat(lab.kinds()).containsOnlyOnce("AlarmAcknowledgedEvent");
    var hosts = new AlarmFilterSpec();
    hosts.typeEntity = "entityTypeHost";
    alarms.clear(hosts, "user");
    assertThat(triggered(lab.machine)).hasSize(1);
    var red = new AlarmFilterSpec();
    red.status = List.of(ManagedEntityStatus.red);
    alarms.clear(red, "user");
    assertThat(triggered(lab.machine)).isEmpty();
    assertThat(lab.all().getLast().fullFormattedMessage)
        .isEqualTo("Manually cleared alarm 'on' on VM from Red");
    lab.power(VirtualMachinePowerState.poweredOn, true);
    assertThat(triggered(lab.machine)).isEmpty();
    lab.power(VirtualMachinePowerState.poweredOff, true);
    lab.power(VirtualMachinePowerState.poweredOn, true);
    assertThat(triggered(lab.machine)).hasSize(1);
  }

  @Test
  void a_machine_that_goes_takes_its_alarms_along() {
    alarms.create(lab.root.reference(), whileOn(), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    lab.objects.change(tx -> tx.remove(lab.machine.reference()));
    assertThat(triggered(lab.root)).isEmpty();
  }

  @Test
  void declared_states_are_told_for_everything_that_is_watched() {
    ManagedObjectReference alarm = alarms.create(lab.root.reference(), whileOn(), "user");
    assertThat(alarms.statesOf(lab.machine.reference()))
        .extracting(state -> state.overallStatus)
        .containsExactly(ManagedEntityStatus.green);
    assertThat(alarms.declaredOn(null)).containsExactly(alarm);
    assertThat(alarms.declaredOn(lab.machine.reference())).isEmpty();
    var info = (AlarmInfo) lab.objects.find(alarm.value()).get("info");
    assertThat(info.lastModifiedUser).isEqualTo("user");
    assertThat(info.creationEventId).isEqualTo(lab.all().getFirst().key);
    alarms.enableActions(lab.machine.reference(), false);
    assertThat(alarms.actionsEnabled(lab.machine.reference())).isFalse();
  }

  @Test
  void what_is_not_served_or_makes_no_sense_is_refused() {
    alarms.create(lab.root.reference(), whileOn(), "user");
    assertThat(refusal(whileOn())).isInstanceOf(DuplicateName.class);
    assertThat(refusal(spec(" ", whenOn()))).isInstanceOf(InvalidName.class);
    assertThat(refusal(spec("a", new MetricAlarmExpression()))).isInstanceOf(NotSupported.class);
    assertThat(refusal(spec("a", null))).isInstanceOf(InvalidArgument.class);
    assertThat(refusal(spec("a", state("no.such", null, "x")))).isInstanceOf(InvalidArgument.class);
    AlarmSpec acting = spec("a", whenOn());
    acting.action = new AlarmTriggeringAction();
    assertThat(refusal(acting)).isInstanceOf(NotSupported.class);
    assertThat(fault(() -> alarms.remove(lab.machine.reference(), "user")))
        .isInstanceOf(ManagedObjectNotFound.class);
  }

  @Test
  void the_summary_repeats_the_status() {
    var summary = new VirtualMachineSummary();
    summary.overallStatus = ManagedEntityStatus.green;
    lab.objects.change(tx -> tx.set(lab.machine, "summary", summary));
    alarms.create(lab.root.reference(), whileOn(), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    assertThat(summaryStatus()).isEqualTo(ManagedEntityStatus.red);
    lab.power(VirtualMachinePowerState.poweredOff, false);
    assertThat(summaryStatus()).isEqualTo(ManagedEntityStatus.green);
  }

  private ManagedEntityStatus summaryStatus() {
    return ((VirtualMachineSummary) lab.machine.get("summary")).overallStatus;
  }

  @Test
  void an_alarm_can_be_switched_off_for_one_entity() {
    ManagedObjectReference alarm = alarms.create(lab.root.reference(), whileOn(), "user");
    lab.power(VirtualMachinePowerState.poweredOn, false);
    alarms.enable(alarm, lab.machine.reference(), false);
    assertThat(triggered(lab.machine)).isEmpty();
    assertThat(alarms.statesOf(lab.machine.reference()).getFirst().disabled).isTrue();
    lab.power(VirtualMachinePowerState.poweredOff, false);
    lab.power(VirtualMachinePowerState.poweredOn, false);
    assertThat(triggered(lab.machine)).isEmpty();
    alarms.enable(alarm, lab.machine.reference(), true);
    assertThat(triggered(lab.machine)).hasSize(1);
    ManagedObjectReference elsewhere = alarms.create(lab.host.reference(), named("h"), "user");
    assertThat(fault(() -> alarms.enable(elsewhere, lab.machine.reference(), false)))
        .isInstanceOf(InvalidArgument.class);
  }

  @Test
  void what_clients_declared_is_there_after_a_restart_unless_its_entity_is_gone() {
    var kept = new LinkedHashMap<String, AlarmInfo>();
    AlarmService before = keeping(kept);
    before.create(lab.root.reference(), named("of the server"), "");
    ManagedObjectReference changed = before.create(lab.root.reference(), named("a"), "user");
    ManagedObjectReference removed = before.create(lab.root.reference(), named("b"), "user");
    ManagedObjectReference orphan = before.create(lab.host.reference(), named("c"), "user");
    before.reconfigure(changed, whileOn(), "user");
    before.remove(removed, "user");
    assertThat(kept.keySet()).containsExactly(changed.value(), orphan.value());
    lab.objects.change(tx -> {
      tx.remove(changed).remove(orphan).remove(lab.host.reference());
      tx.remove(new ManagedObjectReference("Alarm", "alarm-1"));
    });
    lab.power(VirtualMachinePowerState.poweredOn, false);

    AlarmService after = keeping(kept);
    after.restore();

    assertThat(after.declaredOn(null)).containsExactly(changed);
    assertThat(after.statesOf(lab.machine.reference()))
        .extracting(state -> state.overallStatus)
        .containsExactly(ManagedEntityStatus.red);
    assertThat(kept.keySet()).containsExactly(changed.value());
  }

  private AlarmService keeping(Map<String, AlarmInfo> kept) {
    var archive =
        new AlarmArchive() {
          @Override
          public List<AlarmInfo> all() {
            return List.copyOf(kept.values());
          }

          @Override
          public void put(AlarmInfo alarm) {
            kept.put(alarm.key, alarm);
          }

          @Override
          public void remove(String id) {
            kept.remove(id);
          }
        };
    return new AlarmService(
        lab.objects,
        lab.clock,
        lab.events,
        lab.subjects,
        new Followers<>(Runnable::run),
        NumberKeeper.inMemory(),
        archive);
  }

  private static AlarmSpec named(String name) {
    return spec(name, whenOn());
  }

  private MethodFault refusal(AlarmSpec spec) {
    return fault(() -> alarms.create(lab.root.reference(), spec, "user"));
  }

  private static List<AlarmState> triggered(ManagedObject entity) {
    return entity.get("triggeredAlarmState") instanceof List<?> list
        ? list.stream().map(AlarmState.class::cast).toList()
        : List.of();
  }

  private static AlarmSpec whileOn() {
    return spec("on", whenOn());
  }

  private static StateAlarmExpression whenOn() {
    return state("runtime.powerState", null, "poweredOn");
  }

  private static StateAlarmExpression state(String path, String yellow, String red) {
    var state = new StateAlarmExpression();
    state.operator = StateAlarmOperator.isEqual;
    state.type = "VirtualMachine";
    state.statePath = path;
    state.yellow = yellow;
    state.red = red;
    return state;
  }

  private static EventAlarmExpression onMessage(String text, ManagedEntityStatus status) {
    var comparison = new EventAlarmExpressionComparison();
    comparison.attributeName = "message";
    comparison.operator = "equals";
    comparison.value = text;
    var expression = new EventAlarmExpression();
    expression.eventType = "GeneralUserEvent";
    expression.status = status;
    expression.comparisons = List.of(comparison);
    return expression;
  }

  private static OrAlarmExpression or(dev.vcsnap.vim.AlarmExpression... parts) {
    var or = new OrAlarmExpression();
    or.expression = List.of(parts);
    return or;
  }

  private static AlarmSpec spec(String name, dev.vcsnap.vim.AlarmExpression expression) {
    var spec = new AlarmSpec();
    spec.name = name;
    spec.enabled = true;
    spec.expression = expression;
    return spec;
  }

  private static MethodFault fault(ThrowingCallable call) {
    return catchThrowableOfType(VimException.class, call).fault();
  }
}
