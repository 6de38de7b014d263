/**
 * Keys for everything: an element with `data-key="g h"` is pressed by g, then h. `?` opens the sheet that lists them.
 * The list is made from the page itself, so that it cannot promise what is not there.
 */

const SECOND_KEY_WITHIN_MS = 1500;

function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement && (target.type === "radio" || target.type === "checkbox")) {
    return false; // letters say nothing there
  }
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function keyed(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-key]")];
}

function fill(sheet: HTMLDialogElement): void {
  const list = sheet.querySelector("dl");
  const seen = new Set<string>();
  const lines = keyed().flatMap((element) => {
    const keys = element.dataset.key ?? "";
    const label = element.dataset.keyLabel ?? element.textContent?.trim() ?? "";
    if (seen.has(keys) || !label) {
      return [];
    }
    seen.add(keys);
    const term = document.createElement("dt");
    for (const key of keys.split(" ")) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    }
    const meaning = document.createElement("dd");
    meaning.textContent = label;
    const line = document.createElement("div");
    line.append(term, meaning);
    return [line];
  });
  list?.replaceChildren(...lines);
}

/** Open the sheet with every key of this page. */
function help(): void {
  const sheet = document.querySelector<HTMLDialogElement>("#keys");
  if (sheet && !sheet.open) {
    fill(sheet);
    sheet.showModal();
  }
}

/** Listen to keys, except where somebody types. */
export function watchKeyboard(): void {
  let pressed = "";
  let pressedAt = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) {
      return;
    }
    if (event.key === "?") {
      event.preventDefault();
      help();
      return;
    }
    const both = event.timeStamp - pressedAt < SECOND_KEY_WITHIN_MS ? `${pressed} ${event.key}` : event.key;
    const wanted = keyed().find((element) => [both, event.key].includes(element.dataset.key ?? ""));
    pressed = event.key;
    pressedAt = event.timeStamp;
    if (wanted && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      pressed = "";
      if (wanted.matches("input, textarea, select")) {
        wanted.focus();
      } else {
        wanted.click();
      }
    }
  });
  document.addEventListener("click", (event) => {
    if ((event.target as HTMLElement).closest("[data-opens-keys]")) {
      help();
    }
  });
}
