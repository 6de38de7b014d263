/** One press prints: the letter is loaded out of sight and handed to the printer. Without a script it opens in a tab. */

const LEAVE_AFTER_MS = 60_000;

/** Watch the buttons. */
export function show(row: HTMLElement): void {
  row.addEventListener("click", (event) => {
    const link = (event.target as HTMLElement).closest<HTMLAnchorElement>("a[data-print]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) {
      return;
    }
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.className = "unseen";
    frame.title = link.textContent ?? "";
    frame.src = link.href;
    frame.addEventListener("load", () => {
      frame.contentWindow?.print();
      setTimeout(() => frame.remove(), LEAVE_AFTER_MS);
    });
    document.body.append(frame);
  });
}
