/**
 * Sends a chosen file in pieces, goes on after a broken line from what has arrived, and makes photos smaller before.
 * Without this script, or where something is missing in the browser, the form sends the file as a whole.
 */

const PIECE_BYTES = 48 * 1024;
const SMALL_ENOUGH_BYTES = 500 * 1024;
const LONG_SIDE_PX = 2000;
const SHORTEST_LONG_SIDE_PX = 1000;
const QUALITIES = [0.82, 0.7, 0.6, 0.5];
const MOST_TRIES = 8;
const PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 15_000;

interface Answer {
  arrived: number;
  kept?: boolean;
  refused?: string;
}

export function show(part: HTMLElement): void {
  const input = part.querySelector<HTMLInputElement>("input[type=file]");
  const line = part.querySelector<HTMLElement>(".progress-line");
  const form = part.closest("form");
  if (!input || !line || !form || !("subtle" in (globalThis.crypto ?? {}))) {
    return;
  }
  let running: Promise<boolean> | null = null;
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    running = file ? send(part, line, input, file) : null;
  });
  form.addEventListener("submit", (event) => {
    if (running) {
      event.preventDefault();
      const button = (event as SubmitEvent).submitter;
      void running.then((whole) => {
        running = null;
        if (whole) {
          form.requestSubmit(button);
        }
      });
    }
  });
}

/** Whether the form may go on: the file is there. */
async function send(part: HTMLElement, line: HTMLElement, input: HTMLInputElement, file: File): Promise<boolean> {
  const says = part.dataset;
  line.className = "progress-line";
  line.textContent = says.saysSmall ?? "";
  const small = await smaller(file);
  const bytes = await small.arrayBuffer();
  const upload = hex(await crypto.subtle.digest("SHA-256", bytes));
  const address = `${says.pieces}?upload=${upload}`;
  let tries = 0;
  let arrived = await asked(address);
  while (tries < MOST_TRIES) {
    if (arrived === null) {
      tries += 1;
      line.textContent = says.saysAgain ?? "";
      await pause(Math.min(PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS));
      arrived = await asked(address);
      continue;
    }
    line.textContent = `${says.saysSending} ${Math.floor((100 * arrived) / bytes.byteLength)} %`;
    const answer = await posted(`${address}&begins=${arrived}&size=${bytes.byteLength}`, bytes, arrived);
    if (answer?.kept) {
      // The file is on the server: the form need not send it again.
      input.value = "";
      line.textContent = says.saysDone ?? "";
      line.classList.add("good");
      return true;
    }
    if (answer?.refused) {
      input.value = "";
      line.textContent = answer.refused;
      line.classList.add("bad");
      return false;
    }
    tries = answer && answer.arrived > arrived ? 0 : tries + 1;
    arrived = answer ? answer.arrived : null;
  }
  line.textContent = says.saysGivenUp ?? "";
  line.classList.add("bad");
  return false;
}

async function asked(address: string): Promise<number | null> {
  try {
    const answer = await fetch(address);
    return answer.ok ? ((await answer.json()) as Answer).arrived : null;
  } catch {
    return null;
  }
}

async function posted(address: string, bytes: ArrayBuffer, from: number): Promise<Answer | null> {
  const headers: Record<string, string> = { "Content-Type": "application/octet-stream" };
  const token = document.body.dataset.csrf;
  if (token) {
    headers["X-CSRF-Token"] = token;
  }
  try {
    const answer = await fetch(address, { method: "POST", headers, body: bytes.slice(from, from + PIECE_BYTES) });
    return answer.ok || answer.status === 409 || answer.status === 422 ? ((await answer.json()) as Answer) : null;
  } catch {
    return null;
  }
}

/** A photo of at most 500 KB where the browser can make one; anything else as it is. */
async function smaller(file: File): Promise<Blob> {
  if (!/^image\/(jpeg|png)$/.test(file.type) || file.size <= SMALL_ENOUGH_BYTES) {
    return file;
  }
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const long = Math.max(picture.width, picture.height);
    for (const side of [LONG_SIDE_PX, 1600, 1280, SHORTEST_LONG_SIDE_PX]) {
      const scale = Math.min(1, side / long);
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * scale);
      canvas.height = Math.round(picture.height * scale);
      canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
      for (const quality of QUALITIES) {
        const made = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", quality));
        if (made && made.size <= SMALL_ENOUGH_BYTES) {
          return made;
        }
      }
    }
  } catch {
    // No picture that this browser reads: the server says what it thinks of it.
  }
  return file;
}

function hex(digest: ArrayBuffer): string {
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}
