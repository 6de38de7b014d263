/** Parts of an applicant's page appear while one answers. */

import { applyConditions } from "../forms/visibility";

export function show(element: HTMLElement): void {
  const form = element.closest("form");
  if (form) {
    form.addEventListener("input", () => applyConditions(form));
    applyConditions(form);
  }
}
