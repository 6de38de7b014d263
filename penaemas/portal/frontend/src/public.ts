/** What the applicants' pages load: little, because their line is thin. Everything works without it. */

import { watchMenus } from "./design/menus";
import { show as watchConditions } from "./public/conditions";
import { show as watchUpload } from "./public/upload";
import { show as verify } from "./verification/verification";

watchMenus();
for (const element of document.querySelectorAll<HTMLElement>("[data-island=conditions]")) {
  watchConditions(element);
}
for (const element of document.querySelectorAll<HTMLElement>("[data-island=upload]")) {
  watchUpload(element);
}
for (const element of document.querySelectorAll<HTMLElement>("[data-island=verification]")) {
  void verify(element);
}
document.getElementById("error-summary")?.focus();
