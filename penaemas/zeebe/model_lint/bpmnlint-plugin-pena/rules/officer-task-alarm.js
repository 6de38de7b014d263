const { is, siblings } = require('../model');

module.exports = function() {
  function check(node, reporter) {
    if (!is(node, 'bpmn:UserTask')) {
      return;
    }

    const timers = siblings(node).filter(other => isTimerOn(node, other));

    for (const timer of timers.filter(timer => timer.cancelActivity !== false)) {
      reporter.report(timer.id, 'The timer ends an officer\'s open task', {
        fix: 'Make it non-interrupting: a deadline escalates, it never takes the work away'
      });
    }

    if (!timers.some(timer => timer.cancelActivity === false)) {
      reporter.report(node.id, 'The alarm is missing: nobody learns that this task is late', {
        fix: 'Attach a non-interrupting timer boundary event that leads to the escalation'
      });
    }
  }

  return { check };
};

function isTimerOn(task, other) {
  return is(other, 'bpmn:BoundaryEvent') && other.attachedToRef === task
    && (other.eventDefinitions || []).some(definition => is(definition, 'bpmn:TimerEventDefinition'));
}
