/**
 * The task list keeps itself up to date and answers the keyboard. The server's events carry a signature of the page;
 * the rows are asked for when it is another. Choices, the place and the focus stay.
 */

/** Watch one list. */
export function show(list: HTMLElement): void {
  watchEvents(list);
  watchKeys(list);
}

function watchEvents(list: HTMLElement): void {
  const { events, rows } = list.dataset;
  if (!events || !rows) {
    return;
  }
  new EventSource(events).addEventListener("tasks", async (event) => {
    const shown = list.querySelector<HTMLElement>("[data-signature]")?.dataset.signature;
    if ((event as MessageEvent<string>).data !== shown && !list.contains(openSelect())) {
      await refresh(list, rows);
    }
  });
}

async function refresh(list: HTMLElement, rows: string): Promise<void> {
  const answer = await fetch(rows, { redirect: "manual" });
  if (!answer.ok) {
    return;
  }
  const chosen = new Set([...list.querySelectorAll<HTMLInputElement>("input[name=key]:checked")].map((box) => box.value));
  const place = current(list)?.dataset.task;
  const focused = list.contains(document.activeElement) ? document.activeElement?.closest<HTMLElement>("[data-task]")?.dataset.task : undefined;
  list.innerHTML = await answer.text();
  for (const box of list.querySelectorAll<HTMLInputElement>("input[name=key]")) {
    box.checked = chosen.has(box.value);
  }
  mark(list, list.querySelector<HTMLElement>(`[data-task="${place ?? ""}"]`));
  if (focused) {
    list.querySelector<HTMLElement>(`[data-task="${focused}"] .task-link`)?.focus();
  }
}

/** A list of colleagues that somebody has opened must not be taken away under their hand. */
function openSelect(): Element | null {
  return document.activeElement instanceof HTMLSelectElement ? document.activeElement : null;
}

function current(list: HTMLElement): HTMLElement | null {
  return list.querySelector<HTMLElement>("[data-chosen]");
}

function mark(list: HTMLElement, row: HTMLElement | null): void {
  current(list)?.removeAttribute("data-chosen");
  row?.setAttribute("data-chosen", "");
  row?.scrollIntoView({ block: "nearest" });
}

function watchKeys(list: HTMLElement): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const typing = target.matches("input:not([type=checkbox]), textarea, select") || document.querySelector("dialog[open]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    const all = [...list.querySelectorAll<HTMLElement>("[data-task]")];
    const at = all.indexOf(current(list) as HTMLElement);
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      const next = all[event.key === "j" ? Math.min(at + 1, all.length - 1) : Math.max(at - 1, 0)] ?? null;
      mark(list, next);
      next?.querySelector<HTMLElement>(".task-link")?.focus({ preventScroll: true });
    } else if (event.key === "x" && at >= 0) {
      const box = all[at]?.querySelector<HTMLInputElement>("input[name=key]");
      if (box) {
        box.checked = !box.checked;
      }
    }
  });
}
