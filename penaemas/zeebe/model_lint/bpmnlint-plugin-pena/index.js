// The one table of rules: id = rules/<id>.js = docs/<id>.md = examples/<id>-valid.bpmn and -invalid.bpmn.
const RULES = [
  'bilingual-label',
  'chosen-id',
  'job-type',
  'officer-task-alarm',
  'officer-task-complete',
  'process-id-is-file-stem',
  'service-window-ends'
];

module.exports = {
  configs: {
    recommended: {
      rules: Object.fromEntries(RULES.map(rule => [ `pena/${ rule }`, 'error' ]))
    }
  },
  rules: Object.fromEntries(RULES.map(rule => [ rule, `./rules/${ rule }` ]))
};
