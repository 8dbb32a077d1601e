// Makes passkeys, and signs in with them. The forms stay hidden where a browser cannot.
// Source: Web Authentication Level 3. What the browser answers is sent in an ordinary form.

const BYTES = ["challenge", "id"];

for (const form of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form).catch((error) => tell(form, WHY[error.name] ?? WHY.other));
  });
}

const WHY = {
  InvalidStateError: "Auf diesem Gerät gibt es schon einen Passkey für Ihr Konto.",
  NotAllowedError: "Das wurde abgebrochen. Versuchen Sie es noch einmal.",
  other: "Das hat nicht geklappt. Laden Sie die Seite neu und versuchen Sie es noch einmal.",
};

async function send(form) {
  const { ask, origin, passkey } = form.dataset;
  if (location.origin !== origin) {
    tell(form, `Passkeys gelten nur unter ${origin}. Öffnen Sie die Seite dort.`);
    return;
  }
  tell(form, "");
  const question = await fetch(ask, { method: "POST" });
  if (!question.ok || question.redirected) throw new Error("no question");
  const publicKey = opened(await question.json());
  const answer = await navigator.credentials[passkey]({ publicKey });
  form.elements.answer.value = JSON.stringify(closed(answer));
  form.submit();
}

function tell(form, text) {
  form.querySelector("[role='status']").textContent = text;
}

function opened(value, name) {
  if (typeof value === "string") return BYTES.includes(name) ? bytes(value) : value;
  if (Array.isArray(value)) return value.map((part) => opened(part));
  if (value === null || typeof value !== "object") return value;
  // The name of our own site is called "id", too, and is a text.
  const entries = Object.entries(value).map(([key, part]) => [key, name === "rp" ? part : opened(part, key)]);
  return Object.fromEntries(entries);
}

function closed({ id, rawId, type, response, authenticatorAttachment }) {
  const told = {};
  for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[key]) told[key] = text(response[key]);
  }
  return { id, rawId: text(rawId), type, response: told, authenticatorAttachment, clientExtensionResults: {} };
}

function bytes(base64url) {
  const base64 = base64url.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

function text(buffer) {
  const base64 = btoa(String.fromCharCode(...new Uint8Array(buffer)));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
