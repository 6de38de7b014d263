const { is } = require('../model');

// First match decides. Event definitions and shapes are not listed: no record, log line or metric carries their ids.
const PREFIXES = [
  [ 'bpmn:StartEvent', 'StartEvent' ],
  [ 'bpmn:EndEvent', 'EndEvent' ],
  [ 'bpmn:BoundaryEvent', 'BoundaryEvent' ],
  [ 'bpmn:Event', 'IntermediateEvent' ],
  [ 'bpmn:Gateway', 'Gateway' ],
  [ 'bpmn:SubProcess', 'SubProcess' ],
  [ 'bpmn:CallActivity', 'CallActivity' ],
  [ 'bpmn:Task', 'Task' ],
  [ 'bpmn:SequenceFlow', 'Flow' ],
  [ 'bpmn:Message', 'Message' ],
  [ 'bpmn:Error', 'Error' ],
  [ 'bpmn:Signal', 'Signal' ],
  [ 'bpmn:Escalation', 'Escalation' ]
];

module.exports = function() {
  function check(node, reporter) {
    const entry = PREFIXES.find(([ type ]) => is(node, type));

    if (!entry) {
      return;
    }

    const [ , prefix ] = entry;

    if (!new RegExp(`^${ prefix }(_[A-Z][A-Za-z0-9]*)+$`).test(node.id)) {
      reporter.report(node.id, 'The id is generated or does not say what the element is for', {
        fix: `Name the purpose: ${ prefix }_ and words in PascalCase, e.g. ${ prefix }_PaymentReceived`
      });
    }
  }

  return { check };
};
