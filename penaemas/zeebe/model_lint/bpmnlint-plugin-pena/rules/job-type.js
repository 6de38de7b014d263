const { extension } = require('../model');

module.exports = function() {
  function check(node, reporter) {
    const definition = extension(node, 'zeebe:TaskDefinition');

    if (definition && !/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/.test(definition.type || '')) {
      reporter.report(node.id, 'The job type is not fixed text of the form capability.step', {
        fix: 'Use the path of the worker module: population_registry.verify_identity'
      });
    }
  }

  return { check };
};
