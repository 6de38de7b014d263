/** The conditions of a form, evaluated as the server does (portal/forms/conditions.py): the same tree, the same answers. */

export type Value = string | boolean | number | null;
export type Condition = { is: Value } | { key: string } | [string, ...Condition[]];

/** What the expression yields; what is not known is null. */
export function evaluate(condition: Condition, values: ReadonlyMap<string, Value>): Value {
  if (!Array.isArray(condition)) {
    return "is" in condition ? condition.is : (values.get(condition.key) ?? null);
  }
  const [sign, ...operands] = condition;
  const inner = operands.map((operand) => evaluate(operand, values));
  switch (sign) {
    case "not":
      return typeof inner[0] === "boolean" ? !inner[0] : null;
    case "and":
      return inner.includes(false) ? false : inner.every((value) => value === true) ? true : null;
    case "or":
      return inner.includes(true) ? true : inner.every((value) => value === false) ? false : null;
    case "!=":
      return inner[0] !== inner[1];
    default:
      return inner[0] === inner[1];
  }
}
