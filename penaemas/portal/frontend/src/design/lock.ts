/**
 * Covers a screen that is left alone. The server locks the session by itself; this only sees to it that what is on the
 * screen goes away too.
 */

const LOOK_EVERY_MS = 5_000;

/** Watch keys, presses and touches; go to the lock when there were none for the time that the page names. */
export function watchLock(): void {
  const after = Number(document.body.dataset.lockAfter);
  const form = document.querySelector<HTMLFormElement>("form[action='/lock']");
  if (!after || !form) {
    return;
  }
  let last = Date.now();
  for (const kind of ["keydown", "pointerdown", "wheel", "touchstart"]) {
    document.addEventListener(kind, () => (last = Date.now()), { passive: true });
  }
  const look = () => {
    if (Date.now() - last >= after * 1000) {
      form.requestSubmit();
    }
  };
  setInterval(look, LOOK_EVERY_MS);
  // A laptop that was asleep shows the page before the next look.
  document.addEventListener("visibilitychange", look);
}
