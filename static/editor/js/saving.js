// Keeps what is typed without being asked: every two seconds in this browser, every ten on the
// server. What a browser that was closed has kept is offered with its differences, and never put into
// the form by itself.

import { differences } from "./differences.js";
import { apply } from "./field.js";
import * as storage from "./storage.js";

const HERE = 2000; // milliseconds
const SERVER = 10_000;
const PATIENCE = 60_000; // with a network that answers nothing
const SILENT = "Der Server antwortet nicht. Ihr Text ist auf diesem Gerät gesichert.";
const SAVED = "Gespeichert.";
const APART = new Set(["fassung", "stand", "fenster"]);

const key = location.pathname;
const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });
const moment = new Intl.DateTimeFormat("de-DE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Berlin" });

export function setUpSaving(form, field, { told, recovered }) {
  const sent = JSON.parse(sessionStorage.getItem(key));
  sessionStorage.removeItem(key);
  // Whatever else answered, an error or a sign-in, has not stored what was sent.
  const isTaken = sent !== null && sent.tab === form.dataset.savedFrom && sent.version !== form.elements.fassung.value;
  form.elements.fenster.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
  // What is shown again because it could not be saved is in no safe place yet.
  const isUnsaved = form.hasAttribute("data-unsaved");
  let saved = isUnsaved ? "" : state(form);
  let isLeaving = false;
  let isAsked = false;
  let sending = null;
  // A browser that goes back would put what was typed over what others have saved meanwhile.
  form.autocomplete = "off";

  const write = () => storage.write(key, { state: state(form), at: Date.now() }).catch(() => {});
  const keepHere = repeated(HERE, () => state(form) !== saved && write());
  const keepThere = repeated(SERVER, keep);
  form.addEventListener("input", () => {
    isLeaving = false; // whoever types is still here: the page was not left
    if (told.textContent === SAVED) tell();
    keepHere();
    keepThere();
  });
  form.addEventListener("submit", async (event) => {
    const { submitter } = event;
    if (isLeaving || submitter?.formTarget === "_blank") return;
    if (submitter?.name === "reihe") { // shows another row, and saves nothing
      write();
      note();
      return;
    }
    event.preventDefault();
    if (isAsked) return;
    isAsked = true;
    await submit(submitter);
    isAsked = false;
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && state(form) !== saved) event.preventDefault();
  });
  new BroadcastChannel(storage.CHANNEL).addEventListener("message", async () => {
    if (state(form) === saved) return;
    await write();
    keep();
  });
  look();

  // Stays on the page, also where the server does not answer, unless another page has to follow.
  async function submit(submitter) {
    if (state(form) !== saved) await write();
    if (!form.dataset.draft) return leave(submitter);
    tell("Wird gespeichert …");
    const status = await save();
    if (status !== 200 && status < 500) return leave(submitter);
    if (status !== 200) return undefined;
    if (submitter?.name || !field) return leave(submitter);
    tell(SAVED);
    return renew();
  }

  function leave(submitter) {
    note();
    form.requestSubmit(submitter);
  }

  function note() {
    const { fassung, fenster } = form.elements;
    sessionStorage.setItem(key, JSON.stringify({ state: state(form), version: fassung.value, tab: fenster.value }));
    isLeaving = true;
  }

  async function keep() {
    if (sending || isLeaving || state(form) === saved || !form.dataset.draft) return;
    if ((await save()) === 200) tell(`Zwischenstand gespeichert, ${clock.format(new Date())} Uhr.`);
  }

  // Returns how the server answers, as a status of HTTP.
  async function save() {
    while (sending) await sending;
    const now = state(form);
    const body = new URLSearchParams(new FormData(form));
    sending = fetch(form.dataset.draft, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    const answer = await sending;
    sending = null;
    const said = await (answer?.headers.get("content-type")?.includes("json") ? answer.json() : {});
    if (!answer) tell(SILENT);
    else if (answer.ok) {
      if (said.version) form.elements.fassung.value = said.version;
      saved = now;
      if (state(form) === now) storage.remove(key).catch(() => {});
    } else if (answer.status === 403) tell("Sie sind nicht mehr angemeldet. Ihr Text bleibt hier: ", signIn(form));
    else tell(said.message ?? "Der Zwischenstand ließ sich nicht speichern. Ihr Text ist auf diesem Gerät gesichert.");
    if (state(form) !== saved) keepThere();
    return answer?.status ?? 504;
  }

  // What follows from the saved text: its state, who saved it, and what can be done with it.
  async function renew() {
    const answer = await fetch(location.href).catch(() => null);
    if (!answer?.ok) return;
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    const isSaved = state(form) === saved;
    for (const part of form.querySelectorAll("[data-renewed]")) {
      const fresh = next.getElementById(part.id);
      if (fresh && fresh.textContent !== part.textContent) part.replaceWith(fresh);
    }
    document.title = next.title;
    if (isSaved) saved = state(form);
  }

  function tell(...parts) {
    told.replaceChildren(...parts);
  }

  async function look() {
    if (isUnsaved) {
      keepHere();
      keepThere();
      return;
    }
    const kept = await storage.read(key).catch(() => null);
    if (!kept) return;
    // What the server has stored needs no rescue.
    const isStored = isSame(kept.state, saved) || (isTaken && kept.state === sent.state);
    if (isStored) storage.remove(key).catch(() => {});
    else offer(form, field, kept, recovered);
  }
}

function state(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !APART.has(name)));
}

// The server gives an empty first line back that was pasted over.
function isSame(one, other) {
  const bare = (state) => state.replace(/(?<=","|\\n)(?:\\r|\\n)+/g, "");
  return bare(one) === bare(other);
}

function signIn(form) {
  const link = document.createElement("a");
  link.href = form.dataset.signIn;
  link.target = "_blank";
  link.textContent = "in neuem Tab anmelden";
  return link;
}

function repeated(pause, then) {
  let waiting = null;
  return () => {
    waiting ??= setTimeout(() => {
      waiting = null;
      then();
    }, pause);
  };
}

function offer(form, field, kept, place) {
  const typed = JSON.parse(kept.state);
  const title = document.createElement("p");
  title.textContent = `Auf diesem Gerät liegt ein Stand vom ${moment.format(kept.at)} Uhr, der nicht gespeichert wurde. So unterscheidet er sich:`;
  const buttons = document.createElement("p");
  buttons.className = "writing__choice";
  buttons.append(
    button("Diesen Stand übernehmen", "button", () => {
      take(form, field, typed);
      place.replaceChildren();
    }),
    button("Verwerfen", "link-button", () => {
      storage.remove(key).catch(() => {});
      place.replaceChildren();
    }),
  );
  place.replaceChildren(title, ...shown(form, typed), buttons);
}

function shown(form, typed) {
  const now = new Map(grouped([...new FormData(form)]));
  return grouped(typed)
    .filter(([name, value]) => (now.get(name) ?? "") !== value)
    .map(([name, value]) => {
      const box = document.createElement("div");
      box.className = "changes";
      box.tabIndex = 0;
      box.role = "region";
      box.ariaLabel = "Unterschied";
      box.append(...differences(now.get(name) ?? "", value).map(line));
      return box;
    });
}

function grouped(entries) {
  const found = new Map();
  for (const [name, value] of entries) {
    if (APART.has(name)) continue;
    const text = value.replace(/\r\n/g, "\n");
    found.set(name, found.has(name) ? `${found.get(name)}\n${text}` : text);
  }
  return [...found];
}

function line({ kind, text }) {
  const made = document.createElement({ "+": "ins", "-": "del", " ": "p" }[kind]);
  made.className = "changes__line";
  made.textContent = text || "\u00a0";
  return made;
}

function take(form, field, typed) {
  const values = new Map();
  for (const [name, value] of typed) values.set(name, [...(values.get(name) ?? []), value]);
  for (const element of form.elements) {
    const { name, type } = element;
    if (!name || APART.has(name) || element === field || type === "submit") continue;
    if (type === "checkbox") element.checked = (values.get(name) ?? []).includes(element.value);
    else if (values.has(name)) element.value = values.get(name)[0];
  }
  const text = field && values.get(field.name)?.[0].replace(/\r\n/g, "\n");
  if (field && text !== undefined && text !== field.value) {
    apply(field, { from: 0, to: field.value.length, text, select: [0, 0] });
  }
  form.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function button(label, look, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = look;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}
