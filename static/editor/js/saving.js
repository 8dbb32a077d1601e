// Keeps what is typed without being asked: every two seconds in this browser, every ten on the
// server. What a browser that was closed has kept is offered with its differences, and never put into
// the form by itself.

import { differences } from "./differences.js";
import { apply } from "./field.js";
import * as storage from "./storage.js";

const HERE = 2000; // milliseconds
const SERVER = 10_000;
const APART = new Set(["fassung", "stand", "fenster"]);

const key = location.pathname;
const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });
const moment = new Intl.DateTimeFormat("de-DE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Berlin" });

export function setUpSaving(form, field, { told, recovered }) {
  const sent = JSON.parse(sessionStorage.getItem(key));
  sessionStorage.removeItem(key);
  // Whatever else answered, an error or a sign-in, has not stored what was sent.
  const isTaken = sent !== null && sent.tab === form.dataset.savedFrom && sent.version !== form.elements.fassung.value;
  form.elements.fenster.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), String).join("-");
  // What is shown again because it could not be saved is in no safe place yet.
  const isUnsaved = form.hasAttribute("data-unsaved");
  let saved = isUnsaved ? "" : state(form);
  let isLeaving = false;
  let isSaving = false;

  const write = () => storage.write(key, { state: state(form), at: Date.now() }).catch(() => {});
  const keepHere = repeated(HERE, write);
  const keepThere = repeated(SERVER, save);
  form.addEventListener("input", () => {
    keepHere();
    keepThere();
  });
  form.addEventListener("submit", ({ submitter }) => {
    if (submitter?.formTarget === "_blank") return;
    isLeaving = true;
    const { fassung, fenster } = form.elements;
    sessionStorage.setItem(key, JSON.stringify({ state: state(form), version: fassung.value, tab: fenster.value }));
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && state(form) !== saved) event.preventDefault();
  });
  new BroadcastChannel(storage.CHANNEL).addEventListener("message", async () => {
    if (state(form) === saved) return;
    await write();
    save();
  });
  look();

  async function save() {
    const now = state(form);
    if (isSaving || isLeaving || now === saved || !form.dataset.draft) return;
    isSaving = true;
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
    isSaving = false;
    if (isLeaving) return;
    if (!answer) tell("Der Server antwortet nicht. Ihr Text ist auf diesem Gerät gesichert.");
    else if (answer.ok) {
      const { version } = await answer.json();
      if (version) form.elements.fassung.value = version;
      saved = now;
      tell(`Zwischenstand gespeichert, ${clock.format(new Date())} Uhr.`);
      if (state(form) === now) storage.remove(key).catch(() => {});
    } else if (answer.status === 403) tell("Sie sind nicht mehr angemeldet. Ihr Text bleibt hier: ", signIn(form));
    else if (answer.headers.get("content-type")?.includes("json")) tell((await answer.json()).message);
    else tell("Der Zwischenstand ließ sich nicht speichern. Ihr Text ist auf diesem Gerät gesichert.");
    if (state(form) !== saved) keepThere();
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
