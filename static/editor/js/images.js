// Images for a text: chosen from the library or uploaded, also by dropping or pasting a file.

import { openDialog } from "./dialogs.js";
import "./uploads.js";

const PAUSE = 150; // milliseconds without a key, before images are looked for
const ARRIVES = [2000, 5000, 10000, 20000, 40000]; // after these, an image that was just uploaded can be in the preview

export function setUpImages(dialog, field, inserted) {
  const [form, upload] = dialog.querySelectorAll("form");
  const search = dialog.querySelector("#bildsuche");
  const found = dialog.querySelector("[data-found]");
  const told = form.querySelector("[data-told]");
  let waiting;
  let asked = 0;

  dialog.addEventListener("open", () => {
    told.textContent = "";
    form.elements.target.value = "";
    look();
  });
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  });
  found.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) choose(button);
  });
  form.addEventListener("submit", (event) => {
    const { target, alt, decorative } = form.elements;
    if (event.submitter?.value !== "ok") return;
    if (decorative.checked) alt.value = decorative.value;
    if (target.value && alt.value.trim()) return;
    event.preventDefault();
    told.textContent = target.value ? "Schreiben Sie, was auf dem Bild zu sehen ist." : "Wählen Sie ein Bild, oder laden Sie eines hoch.";
    if (target.value) alt.focus();
  });
  upload.addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  for (const type of ["dragover", "drop"]) {
    field.addEventListener(type, (event) => {
      if (!hasImage(event.dataTransfer)) return;
      event.preventDefault();
      if (type === "drop") offer(event.dataTransfer.files);
    });
  }
  field.addEventListener("paste", (event) => {
    const { clipboardData: data } = event;
    if (!hasImage(data) || data.getData("text/plain")) return;
    event.preventDefault();
    offer(data.files);
  });

  function offer(files) {
    openDialog("image", field);
    upload.reset();
    upload.elements.file.files = files;
    upload.elements.file.dispatchEvent(new Event("change", { bubbles: true }));
    upload.closest("details").open = true;
    upload.elements.alt.focus();
  }

  function choose(button) {
    for (const each of found.children) each.setAttribute("aria-pressed", String(each === button));
    form.elements.target.value = button.dataset.target;
    describe(button.dataset.alt);
    told.textContent = "";
    form.elements.alt.focus();
  }

  function describe(alt) {
    const { decorative } = form.elements;
    decorative.checked = alt === decorative.value;
    form.elements.alt.value = decorative.checked ? "" : alt;
  }

  async function look() {
    const number = ++asked;
    const answer = await fetch(`${dialog.dataset.images}&suche=${encodeURIComponent(search.value.trim())}`).catch(() => null);
    if (!answer?.ok || number !== asked) return;
    const { images } = await answer.json();
    found.replaceChildren(...images.map(choice));
    if (!images.length) told.textContent = "Kein Bild gefunden.";
  }

  async function send() {
    const state = upload.querySelector("[data-told]");
    const button = upload.querySelector("button");
    show({});
    state.textContent = "Wird hochgeladen …";
    button.disabled = true;
    const request = { method: "POST", body: new FormData(upload), headers: { Accept: "application/json" } };
    const answer = await fetch(upload.action, request).catch(() => null);
    const result = await answer?.json().catch(() => null);
    button.disabled = false;
    state.textContent = "";
    if (answer?.ok && result?.target) {
      upload.reset();
      form.elements.target.value = result.target;
      describe(result.alt);
      form.requestSubmit(form.querySelector("[value=ok]"));
      inserted.textContent = "Das Bild wird übernommen. In der Vorschau erscheint es in ein paar Sekunden.";
      for (const pause of ARRIVES) setTimeout(arrive, pause);
    } else if (result?.errors) {
      show(result.errors);
    } else {
      state.textContent = "Das Hochladen ist misslungen. Besteht eine Verbindung? Sind Sie noch angemeldet?";
    }
  }

  function arrive() {
    inserted.textContent = "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function show(errors) {
    for (const place of upload.querySelectorAll("[data-error]")) {
      const { error } = place.dataset;
      place.textContent = errors[error] ?? "";
      place.hidden = !errors[error];
      place.className = errors[error] ? "field__error" : "";
      const input = upload.querySelector(`[name=${error}]`);
      if (errors[error]) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    upload.querySelector("[aria-invalid]")?.focus();
  }
}

// The image above a text: what is chosen goes into two fields.
export function setUpHeadImage(button, file, description) {
  button.hidden = false;
  button.addEventListener("click", () => openDialog("image", file, ({ target, alt }) => {
    file.value = target;
    if (description) description.value = alt;
    file.dispatchEvent(new InputEvent("input", { bubbles: true }));
  }));
}

function hasImage(data) {
  return [...(data?.items ?? [])].some(({ kind, type }) => kind === "file" && type.startsWith("image/"));
}

function choice({ label, alt, target, thumbnail }) {
  const button = document.createElement("button");
  const image = document.createElement("img");
  button.type = "button";
  button.className = "popup__picture";
  button.dataset.target = target;
  button.dataset.alt = alt;
  button.setAttribute("aria-pressed", "false");
  image.className = "popup__image";
  image.src = thumbnail;
  image.alt = "";
  image.loading = "lazy";
  button.append(image, label);
  return button;
}
