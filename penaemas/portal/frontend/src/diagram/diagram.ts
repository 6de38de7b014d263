/**
 * A process diagram to look at: `data-diagram` is the address of its XML; `data-here`, `data-done` and `data-failed` hold
 * element ids, separated by blanks, that are marked. What the diagram shows must stand beside it as text too.
 */

import NavigatedViewer from "bpmn-js/lib/NavigatedViewer";
import "bpmn-js/dist/assets/diagram-js.css";
import "bpmn-js/dist/assets/bpmn-js.css";

interface Canvas {
  addMarker(element: string, marker: string): void;
  zoom(level: "fit-viewport"): void;
}

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
}
