const { is, property } = require('../model');

module.exports = function() {
  function check(node, reporter) {
    if (mustBeNamed(node) && !(node.name || '').trim()) {
      reporter.report(node.id, 'The label is missing', { fix: 'Write what officers read, in Indonesian' });

      return;
    }

    if (isShown(node) && node.name && !(property(node, 'name:en') || '').trim()) {
      reporter.report(node.id, 'The English label is missing', {
        fix: 'Add the extension property name:en with the English label'
      });
    }
  }

  return { check };
};

const SHOWN = [ 'bpmn:FlowNode', 'bpmn:SequenceFlow', 'bpmn:Process', 'bpmn:Participant', 'bpmn:Lane' ];

function isShown(node) {
  return SHOWN.some(type => is(node, type));
}

// A gateway that only joins asks nothing, and a flow needs an answer only where a gateway asks.
function mustBeNamed(node) {
  if (is(node, 'bpmn:Gateway')) {
    return isDecision(node);
  }

  if (is(node, 'bpmn:SequenceFlow')) {
    return isDecision(node.sourceRef);
  }

  return isShown(node);
}

function isDecision(node) {
  return (is(node, 'bpmn:ExclusiveGateway') || is(node, 'bpmn:InclusiveGateway')) && (node.outgoing || []).length > 1;
}
