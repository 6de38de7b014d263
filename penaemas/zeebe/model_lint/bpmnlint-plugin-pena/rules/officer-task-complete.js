const { is, extension } = require('../model');

module.exports = function() {
  function check(node, reporter) {
    if (!is(node, 'bpmn:UserTask')) {
      return;
    }

    const assignment = extension(node, 'zeebe:AssignmentDefinition');
    const form = extension(node, 'zeebe:FormDefinition');
    const schedule = extension(node, 'zeebe:TaskSchedule');

    if (!extension(node, 'zeebe:UserTask')) {
      reporter.report(node.id, 'The task is not a Zeebe user task, so the engine keeps no record of who did it', {
        fix: 'Choose the implementation "Zeebe user task"'
      });
    }

    if (!assignment || !assignment.candidateGroups) {
      reporter.report(node.id, 'No unit is responsible: candidate groups are missing', {
        fix: 'Set candidate groups, e.g. =[region_code + "/PPID"]'
      });
    }

    if (!form || !form.externalReference) {
      reporter.report(node.id, 'The form is missing', {
        fix: 'Set the external form reference to the id of a file in forms/'
      });
    }

    if (!schedule || !schedule.dueDate) {
      reporter.report(node.id, 'The deadline is missing', { fix: 'Set the due date, e.g. =answer_due_at' });
    }
  }

  return { check };
};
