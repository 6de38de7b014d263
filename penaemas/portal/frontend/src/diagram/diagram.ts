/**
 * A process diagram to look at: `data-diagram` is the address of its XML; `data-here`, `data-done` and `data-failed` hold
 * element ids, separated by blanks, that are marked. What the diagram shows must stand beside it as text too.
 */

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Canvas {
  addMarker(element: string, marker: string): void;
  zoom(level: "fit-viewport"): void;
  viewbox(box?: Box): { inner: Box; outer: Box };
}

interface Registry {
  get(id: string): Box | undefined;
}

/** So much of a diagram is legible at once: some steps before and after. */
const LEGIBLE_WIDTH = 1000;

const MARKS = ["here", "done", "failed"] as const;

/** Draw the diagram into the element. */
export async function show(element: HTMLElement): Promise<void> {
  const answer = await fetch(element.dataset.diagram ?? "");
  if (!answer.ok) {
    return;
  }
  const viewer = new NavigatedViewer({ container: element });
  await viewer.importXML(await answer.text());
  const canvas = viewer.get<Canvas>("canvas");
  canvas.zoom("fit-viewport");
  for (const mark of MARKS) {
    for (const id of (element.dataset[mark] ?? "").split(" ").filter(Boolean)) {
      canvas.addMarker(id, `mark-${mark}`);
    }
  }
  const [here] = (element.dataset.here ?? "").split(" ");
  const place = here ? viewer.get<Registry>("elementRegistry").get(here) : undefined;
  if (place) {
    lookAt(canvas, place);
  }
}

/** Show the surroundings of an element, if the whole is too large to be read. */
function lookAt(canvas: Canvas, place: Box): void {
  const { inner, outer } = canvas.viewbox();
  if (inner.width <= LEGIBLE_WIDTH) {
    return;
  }
  const width = Math.min(LEGIBLE_WIDTH, Math.max(outer.width, LEGIBLE_WIDTH / 2));
  const height = (width * outer.height) / outer.width;
  canvas.viewbox({
    x: place.x + place.width / 2 - width / 2,
    y: place.y + place.height / 2 - height / 2,
    width,
    height,
  });
}
