const { is, property } = require('../model');

module.exports = function() {
  function check(node, reporter) {
    if (!is(node, 'bpmn:SubProcess') || property(node, 'service_window') !== 'true') {
      return;
    }

    const terminates = (node.flowElements || []).some(element =>
      is(element, 'bpmn:EndEvent')
      && (element.eventDefinitions || []).some(definition => is(definition, 'bpmn:TerminateEventDefinition'))
    );

    if (!terminates) {
      reporter.report(node.id, 'The service window never terminates, so a waiting escalation keeps the case open', {
        fix: 'Let the last step of the window lead to a terminate end event'
      });
    }
  }

  return { check };
};
