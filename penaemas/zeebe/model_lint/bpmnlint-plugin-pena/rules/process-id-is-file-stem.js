const { is } = require('../model');

// `fileStem` comes from the caller: a rule sees the diagram, not the file it was read from.
module.exports = function({ fileStem } = {}) {
  function check(node, reporter) {
    if (is(node, 'bpmn:Process') && fileStem !== undefined && node.id !== fileStem) {
      reporter.report(node.id, `The process id differs from the file name ${ fileStem }.bpmn`, {
        fix: 'Give both the same name in snake_case'
      });
    } else if (is(node, 'bpmn:Process') && !/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(node.id)) {
      reporter.report(node.id, 'The process id is not snake_case', {
        fix: 'Rename process and file, e.g. building_permit_application'
      });
    }
  }

  return { check };
};
