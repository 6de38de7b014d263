/**
 * An officer's form: parts appear as they are needed, what is typed is kept as a draft on the server, and Ctrl+Enter
 * completes. Without this script the buttons do the same.
 */

import { applyConditions } from "../forms/visibility";

const KEEP_AFTER_MS = 900;
const SAID = { id: ["Menyimpan konsep …", "Konsep tersimpan", "Konsep belum tersimpan; dicoba lagi"], en: ["Saving draft …", "Draft saved", "Draft not saved yet; trying again"] };

/** Watch the form. */
export function show(form: HTMLElement): void {
  if (!(form instanceof HTMLFormElement)) {
    return;
  }
  applyConditions(form);
  form.addEventListener("input", () => applyConditions(form));
  watchDraft(form);
  watchTheRest(form);
  form.addEventListener("focusin", (event) => showDocumentOf(event.target as HTMLElement));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.querySelector<HTMLButtonElement>("[data-complete]")?.click();
    }
  });
  form.addEventListener("submit", () => {
    // A second press must not send it twice; the pressed button's own value is already taken along.
    setTimeout(() => form.querySelectorAll("button").forEach((button) => (button.disabled = true)));
  });
  const wrong = document.getElementById("error-summary");
  wrong?.focus();
}

function watchDraft(form: HTMLFormElement): void {
  const address = form.dataset.draft;
  const said = form.querySelector("[data-draft-state]");
  const words = SAID[document.documentElement.lang === "en" ? "en" : "id"];
  if (!address || !said) {
    return;
  }
  let waiting: number | undefined;
  let sending = false;
  let again = false;
  const keep = async (): Promise<void> => {
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    again = false;
    waiting = undefined;
    said.textContent = words[0] ?? "";
    const kept = await send(address, form);
    said.textContent = (kept ? words[1] : words[2]) ?? "";
    sending = false;
    if (!kept || again) {
      waiting = window.setTimeout(() => void keep(), KEEP_AFTER_MS * (kept ? 1 : 5));
    }
  };
  form.addEventListener("input", () => {
    window.clearTimeout(waiting);
    waiting = window.setTimeout(() => void keep(), KEEP_AFTER_MS);
  });
  form.addEventListener("submit", () => {
    // What is sent now needs no draft any more; a late one would outlive its task.
    window.clearTimeout(waiting);
    waiting = undefined;
  });
  // Leaving the page, signing out and locking send what is not kept yet.
  window.addEventListener("pagehide", () => {
    if (waiting !== undefined && !sending) {
      navigator.sendBeacon(address, new FormData(form));
    }
  });
}

async function send(address: string, form: HTMLFormElement): Promise<boolean> {
  try {
    const answer = await fetch(address, { method: "POST", body: new FormData(form), redirect: "manual" });
    return answer.status === 204;
  } catch {
    return false;
  }
}

/** One press judges what nobody has judged yet: what was handed in conforms, what was not does not apply. */
function watchTheRest(form: HTMLFormElement): void {
  const button = form.querySelector<HTMLButtonElement>("[data-judge-rest]");
  const verdicts = [...form.querySelectorAll<HTMLInputElement>('input[type="radio"][name^="verdict_"]')];
  if (!button || verdicts.length === 0) {
    return;
  }
  button.hidden = false;
  const handedIn = new Set((button.dataset.judgeRest ?? "").toLowerCase().split(" "));
  button.addEventListener("click", () => {
    const judged = new Set(verdicts.filter((one) => one.checked).map((one) => one.name));
    for (const one of verdicts) {
      const verdict = handedIn.has(one.name.replace("verdict_", "")) ? "SESUAI" : "TIDAK_BERLAKU";
      if (!judged.has(one.name) && one.value === verdict) {
        one.checked = true;
      }
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

/** Somebody who judges a document sees it: `verdict_ktp` opens the identity card. */
function showDocumentOf(target: HTMLElement): void {
  const key = target.closest<HTMLElement>("[data-field]")?.dataset.field ?? "";
  const kind = key.replace(/^(verdict|note|presence)_/, "").toUpperCase();
  const link = document.querySelector<HTMLAnchorElement>(`[data-document="${CSS.escape(kind)}"]`);
  if (kind && kind !== key.toUpperCase() && link && !link.hasAttribute("aria-current")) {
    link.dispatchEvent(new CustomEvent("pena:show", { bubbles: true }));
  }
}
