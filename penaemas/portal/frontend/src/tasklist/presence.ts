/** Tells the server that the task is still open here, and shows who else has it open. */

const EVERY_MS = 20_000;

/** Ask again and again while the page is in sight. */
export function show(place: HTMLElement): void {
  const address = place.dataset.presence;
  const token = document.body.dataset.csrf;
  if (!address || !token) {
    return;
  }
  setInterval(async () => {
    if (document.hidden) {
      return;
    }
    const answer = await fetch(address, { method: "POST", headers: { "X-CSRF-Token": token }, redirect: "manual" });
    if (answer.ok) {
      place.innerHTML = await answer.text();
    }
  }, EVERY_MS);
}
