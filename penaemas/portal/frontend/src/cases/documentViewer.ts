/** Documents beside the form: PDFs in a frame, pictures with zoom and rotation. Without it the links open the frame. */

const MOST_ZOOM = 3;

/** Watch one viewer. */
export function show(viewer: HTMLElement): void {
  const frame = viewer.querySelector("iframe");
  const room = viewer.querySelector<HTMLElement>("[data-picture-room]");
  const image = viewer.querySelector<HTMLImageElement>("[data-picture-image]");
  const tools = viewer.querySelector<HTMLElement>("[data-tools]");
  if (!frame || !room || !image || !tools) {
    return;
  }
  let zoom = 0;
  let turn = 0;
  const place = (): void => {
    room.className = `document-picture zoom-${zoom} turn-${turn}`;
  };
  const open = (link: HTMLAnchorElement): void => {
    for (const other of viewer.querySelectorAll("[data-document]")) {
      other.removeAttribute("aria-current");
    }
    link.setAttribute("aria-current", "true");
    viewer.dataset.open = "yes";
    const isPicture = link.dataset.picture === "1";
    room.hidden = !isPicture;
    tools.hidden = !isPicture;
    frame.hidden = isPicture;
    zoom = 0;
    turn = 0;
    place();
    if (isPicture) {
      image.src = link.href;
      image.alt = link.textContent ?? "";
    } else {
      frame.src = link.href;
    }
  };
  for (const link of viewer.querySelectorAll<HTMLAnchorElement>("[data-document]")) {
    link.addEventListener("pena:show", () => open(link));
    link.addEventListener("click", (event) => {
      event.preventDefault();
      open(link);
    });
  }
  viewer.addEventListener("click", (event) => {
    const pressed = (event.target as HTMLElement).closest<HTMLElement>("[data-zoom], [data-rotate]");
    if (pressed?.dataset.zoom) {
      zoom = Math.max(0, Math.min(MOST_ZOOM, zoom + (pressed.dataset.zoom === "in" ? 1 : -1)));
    } else if (pressed) {
      turn = (turn + 1) % 4;
    }
    place();
  });
}
