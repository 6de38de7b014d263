/** What every page loads. Pages work without it; with it they answer the keyboard and change without reloading. */

import "./design/partial";
import { watchConfirmations } from "./design/confirm";
import { watchKeyboard } from "./design/keyboard";
import { watchLock } from "./design/lock";
import { watchMenus } from "./design/menus";
import { showIslands } from "./islands";

watchMenus();
watchConfirmations();
watchKeyboard();
watchLock();
showIslands(document);
document.addEventListener("htmx:load", (event) => showIslands(event.target as ParentNode));
