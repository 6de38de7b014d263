/** Shows and hides the parts of a form while one types. What is hidden counts as not entered, as on the server. */

import { type Condition, evaluate, type Value } from "./conditions";

function value(field: HTMLElement): Value {
  const ticks = [...field.querySelectorAll<HTMLInputElement>("input[type=checkbox]")];
  if (field.classList.contains("part-checkbox")) {
    return ticks[0]?.checked ?? false;
  }
  const chosen = field.querySelector<HTMLInputElement>("input[type=radio]:checked");
  const typed = chosen ?? field.querySelector<HTMLInputElement>("input:not([type=radio], [type=checkbox]), select, textarea");
  const text = typed?.value.trim() ?? "";
  if (!text) {
    return null;
  }
  return field.classList.contains("part-number") ? Number(text.replace(",", ".")) : text;
}

/** Apply every condition of the form, until nothing changes any more. */
export function applyConditions(form: HTMLFormElement): void {
  const fields = [...form.querySelectorAll<HTMLElement>("[data-field]")];
  const parts = [...form.querySelectorAll<HTMLElement>("[data-hide]")];
  for (let round = 0; round <= parts.length; round += 1) {
    const values = new Map<string, Value>();
    for (const field of fields) {
      values.set(field.dataset.field ?? "", field.closest("[hidden]") ? null : value(field));
    }
    let changed = false;
    for (const part of parts) {
      const hide = evaluate(JSON.parse(part.dataset.hide ?? "null") as Condition, values) === true;
      changed ||= hide !== part.hidden;
      part.hidden = hide;
    }
    if (!changed) {
      return;
    }
  }
}
