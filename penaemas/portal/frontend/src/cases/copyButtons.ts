/** A button beside each value that copies it. Without it the value is selected whole by one press. */

const SHOWN_MS = 1500;

/** Watch the buttons. */
export function show(list: HTMLElement): void {
  for (const button of list.querySelectorAll<HTMLButtonElement>("[data-copy]")) {
    button.hidden = false;
    const label = button.textContent;
    button.addEventListener("click", async () => {
      const text = button.parentElement?.querySelector("[data-copy-text]")?.textContent ?? "";
      await navigator.clipboard.writeText(text);
      button.textContent = "✓";
      setTimeout(() => (button.textContent = label), SHOWN_MS);
    });
  }
}
