// How the rules read a diagram. No dependency, so that any bpmnlint can load the plugin.

/** Is the node of this BPMN type, or of one derived from it? */
function is(node, type) {
  return typeof node.$instanceOf === 'function' && node.$instanceOf(type);
}

/** The first extension element of this type (`zeebe:UserTask`, …), or undefined. */
function extension(node, type) {
  const values = node.extensionElements && node.extensionElements.values || [];

  return values.find(value => is(value, type));
}

/** The value of a `zeebe:property`, or undefined. */
function property(node, name) {
  const properties = extension(node, 'zeebe:Properties');
  const found = properties && (properties.properties || []).find(candidate => candidate.name === name);

  return found && found.value;
}

/** The other elements of the scope (process or sub-process) that holds this one. */
function siblings(node) {
  return node.$parent && node.$parent.flowElements || [];
}

module.exports = { is, extension, property, siblings };
