/**
 * An island is an element with `data-island="name"`: its script is fetched when the element is there, and called with it.
 * The one table of islands is below. What an island needs stands in the element's own data attributes.
 */

export type Island = (element: HTMLElement) => Promise<void> | void;

export type Islands = Record<string, () => Promise<{ show: Island }>>;

const ISLANDS: Islands = {
  diagram: () => import("./diagram/diagram"),
  taskList: () => import("./tasklist/taskList"),
  stepForm: () => import("./tasklist/stepForm"),
  presence: () => import("./tasklist/presence"),
  documentViewer: () => import("./cases/documentViewer"),
  printButtons: () => import("./cases/printButtons"),
  copyButtons: () => import("./cases/copyButtons"),
  upload: () => import("./public/upload"),
  verification: () => import("./verification/verification"),
  conditions: () => import("./public/conditions"),
};

/** Show every island below a node that is not shown yet. */
export function showIslands(root: ParentNode): void {
  const found = [...root.querySelectorAll<HTMLElement>("[data-island]")];
  if (root instanceof HTMLElement && root.dataset.island) {
    found.unshift(root);
  }
  for (const element of found) {
    const load = ISLANDS[element.dataset.island ?? ""];
    if (load && !element.dataset.islandShown) {
      element.dataset.islandShown = "yes";
      void load().then((island) => island.show(element));
    }
  }
}
