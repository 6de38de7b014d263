/**
 * Reads the QR code's payload behind the `#`, checks its seal here with the office's public key, and asks the server for
 * the present state. The format is that of `licensing/permit_payload.py`. What the line does not carry, the page says.
 */

const SEAL_BYTES = 64;

export async function show(part: HTMLElement): Promise<void> {
  const fragment = location.hash.slice(1);
  const form = part.querySelector("form");
  const line = part.querySelector<HTMLElement>(".code-line");
  if (!fragment || !form || !line) {
    return;
  }
  const says = part.dataset;
  line.hidden = false;
  const genuine = await isOurs(fragment, says.key ?? "");
  const said = genuine === null ? says.saysUnchecked : genuine ? says.saysGenuine : says.saysForged;
  line.textContent = said ?? "";
  line.className = `code-line flash ${genuine === false ? "bad" : "note"}`;
  if (genuine === false) {
    return;
  }
  const data = new FormData(form);
  data.set("code", fragment);
  const answer = await posted(form.action, data);
  const found = answer && new DOMParser().parseFromString(answer, "text/html").getElementById("finding");
  if (found) {
    line.replaceWith(found);
  }
}

/** Null where this browser cannot tell: without TLS it has no WebCrypto, and an office may have no key. */
async function isOurs(fragment: string, key: string): Promise<boolean | null> {
  if (!key || !("subtle" in (globalThis.crypto ?? {}))) {
    return null;
  }
  try {
    const content = bytesOf(fragment.replaceAll("-", "+").replaceAll("_", "/"));
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const ours = await crypto.subtle.importKey("spki", bytesOf(key), algorithm, false, ["verify"]);
    const sealAt = content.length - SEAL_BYTES;
    const hashed = { name: "ECDSA", hash: "SHA-256" };
    return await crypto.subtle.verify(hashed, ours, content.slice(sealAt), content.slice(0, sealAt));
  } catch {
    return false;
  }
}

async function posted(address: string, data: FormData): Promise<string | null> {
  try {
    const answer = await fetch(address, { method: "POST", body: data });
    return answer.ok ? await answer.text() : null;
  } catch {
    return null;
  }
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
