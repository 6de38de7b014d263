// Lints diagrams. Usage: node lint.mjs MODULES FILE.bpmn [FILE.bpmn …] [--only RULE]
// Prints one JSON line per finding: {file, element, rule, severity, reason, fix}. Ends with 0 whatever it finds;
// a diagram that cannot be read is a finding too. MODULES is the folder that holds node_modules.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [ modules, ...rest ] = process.argv.slice(2);
const only = rest.includes('--only') ? rest[rest.indexOf('--only') + 1] : undefined;
const files = rest.filter(argument => argument !== '--only' && argument !== only);

const installed = createRequire(path.join(path.resolve(modules), 'package.json'));
const ours = createRequire(path.join(path.dirname(fileURLToPath(import.meta.url)), 'bpmnlint-plugin-pena', 'index.js'));

const { Linter } = installed('bpmnlint');
const NodeResolver = installed('bpmnlint/lib/resolver/node-resolver');
const { BpmnModdle } = await importInstalled('bpmn-moddle');
const zeebe = installed('zeebe-bpmn-moddle/resources/zeebe.json');

const installedResolver = new NodeResolver({ require: installed });
const resolver = {
  resolveRule: (pkg, name) => pkg === 'bpmnlint-plugin-pena' ?
    ours(ours('./index.js').rules[name]) : installedResolver.resolveRule(pkg, name),
  resolveConfig: (pkg, name) => pkg === 'bpmnlint-plugin-pena' ?
    ours('./index.js').configs[name] : installedResolver.resolveConfig(pkg, name)
};

for (const file of files) {
  for (const finding of await lint(file)) {
    console.log(JSON.stringify({ file, ...finding }));
  }
}

async function lint(file) {
  let diagram;

  try {
    diagram = await new BpmnModdle({ zeebe }).fromXML(await readFile(file, 'utf8'));
  } catch (error) {
    return [ finding(null, 'readable', 'error', error.message, 'Save the diagram again with the modeler') ];
  }

  const unread = diagram.warnings.map(
    warning => finding(warning.element?.id ?? null, 'readable', 'error', warning.message.split('\n')[0], null)
  );
  const results = await new Linter({ config: config(file), resolver }).lint(diagram.rootElement);

  return unread.concat(Object.entries(results).flatMap(([ rule, reports ]) => reports.map(
    report => finding(report.id ?? null, rule, severity(report.category), report.message, report.fix ?? null)
  )));
}

function config(file) {
  const fileStem = path.basename(file, '.bpmn');

  if (only) {
    return { rules: { [`pena/${ only }`]: [ 'error', { fileStem } ] } };
  }

  return {
    extends: [ 'bpmnlint:recommended', 'plugin:camunda-compat/camunda-cloud-8-5', 'plugin:pena/recommended' ],
    rules: {
      // Ours asks for more: both languages, and an answer on the default flow too.
      'label-required': 'off',
      'pena/process-id-is-file-stem': [ 'error', { fileStem } ]
    }
  };
}

function finding(element, rule, severity, reason, fix) {
  return { element, rule, severity, reason, fix };
}

function severity(category) {
  return category === 'warn' || category === 'info' ? 'warning' : 'error';
}

async function importInstalled(name) {
  return import(pathToFileURL(installed.resolve(name)).href);
}
