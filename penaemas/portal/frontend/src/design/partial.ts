/** htmx under our content policy: no inline style, no eval, no other origin; every change carries the form's token. */

import htmx from "htmx.org";
import "htmx-ext-sse";

htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // nothing of a page stays behind on a shared computer

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.body.dataset.csrf;
  if (token) {
    (event as CustomEvent<{ headers: Record<string, string> }>).detail.headers["X-CSRF-Token"] = token;
  }
});
