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
const APART = new Set(["fassung", "stand", "fenster", "tag", "zeit"]); // proposed anew each day
const FORM_AGAIN = new Set([409, 422]); // statuses of answers that show the form with what is wrong

const clock = new Intl.DateTimeFormat("de-DE", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/Berlin" });
const moment = new Intl.DateTimeFormat("de-DE", { dateStyle: "short", timeStyle: "short", timeZone: "Europe/Berlin" });

export function setUpSaving(form, field, { told, recovered }) {
  const page = `${location.pathname}${view(form)}`;
  const sent = JSON.parse(sessionStorage.getItem(location.pathname));
  sessionStorage.removeItem(location.pathname);
  // Whatever else answered, an error or a sign-in, has not stored what was sent.
  const isTaken = sent !== null && sent.tab === form.dataset.savedFrom && sent.version !== form.elements.fassung.value;
  form.elements.fenster.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
  // Each window has a record of its own; while it is open, nobody else is offered that.
  const key = storage.keyOf(page, form.elements.fenster.value);
  alone(key, () => new Promise(() => {}));
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
    const isSavedByItself = form.dataset.draft && submitter?.name !== "reihe"; // which only shows another row
    if (!isSavedByItself) return (await canLeave()) ? leave(submitter) : undefined;
    tell("Wird gespeichert …");
    const status = await save();
    if (FORM_AGAIN.has(status)) return leave(submitter);
    if (status !== 200) return undefined;
    if (submitter?.name || !field) return leave(submitter);
    tell(SAVED);
    return renew();
  }

  // Whether the server would answer with a page of the editor.
  async function canLeave() {
    const answer = await fetch(location.href, { method: "HEAD", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
    if (!answer) tell(SILENT);
    else if (answer.redirected) tell(...signedOut("Sie sind nicht mehr angemeldet", answer.url));
    else if (!answer.ok) tell(...(await refusal(answer)));
    return answer?.ok && !answer.redirected;
  }

  function leave(submitter) {
    note();
    form.requestSubmit(submitter);
  }

  function note() {
    const { fassung, fenster } = form.elements;
    sessionStorage.setItem(location.pathname, JSON.stringify({ state: state(form), version: fassung.value, tab: fenster.value }));
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
    sending = fetch(form.dataset.draft, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) }).then(whole).catch(() => null);
    const answer = await sending;
    sending = null;
    if (!answer) tell(SILENT);
    else if (answer.ok) {
      const { version } = await answer.json();
      if (version) form.elements.fassung.value = version;
      saved = now;
      if (state(form) === now) storage.remove(key).catch(() => {});
    } else tell(...(await refusal(answer)));
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
      await write();
      keepThere();
    }
    for (const found of (await storage.keys().catch(() => [])).filter(storage.isOwn)) {
      if (found !== key && storage.addressOf(found).split("?")[0] === location.pathname) alone(found, () => rescue(found));
    }
  }

  // Offers what a window has kept that is there no more, until somebody has decided.
  async function rescue(found) {
    const kept = await storage.read(found).catch(() => null);
    if (!kept) return undefined;
    const forget = () => storage.remove(found).catch(() => {});
    // What the server has stored, or this page shows again, needs no rescue.
    const isSent = sent !== null && found.endsWith(` ${sent.tab}`);
    if (isSame(kept.state, saved) || (isSent && (isUnsaved || (isTaken && kept.state === sent.state)))) return forget();
    if (storage.addressOf(found) !== page) return recovered.append(elsewhere(kept, storage.addressOf(found)));
    return new Promise((decide) => {
      offer(form, kept, recovered, {
        take: async (typed) => {
          take(form, field, typed);
          await write();
          decide(forget());
        },
        drop: () => decide(forget()),
      });
    });
  }
}

// The part of an address that says which of the forms of a file it shows.
function view(form) {
  return form.elements.ganz ? "?ansicht=datei" : (/\?nur=\w+/.exec(form.action)?.[0] ?? "");
}

// Does something while no other window has a record.
function alone(name, then) {
  return navigator.locks ? navigator.locks.request(name, then) : then();
}

function state(form) {
  return JSON.stringify([...new FormData(form)].filter(([name]) => !APART.has(name)));
}

// The server gives an empty first line back that was pasted over.
function isSame(one, other) {
  const bare = (state) => state.replace(/(?<=","|\\n)(?:\\r|\\n)+/g, "");
  return bare(one) === bare(other);
}

// The answer of the server, or nothing if a part of it is lost, or something between has answered.
async function whole(answer) {
  const data = await answer.blob();
  const isOurs = !answer.ok || isJson(answer);
  return isOurs ? new Response(data, answer) : null;
}

function isJson(answer) {
  return answer.headers.get("content-type")?.includes("json");
}

// Why the server has stored nothing, and what to do.
async function refusal(answer) {
  if (isJson(answer)) return [(await answer.json()).message];
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const why = (answer.status < 500 && page.querySelector("main h1")?.textContent) || "Der Text ließ sich nicht speichern";
  const link = page.querySelector("main a[target=_blank]");
  return link ? signedOut(why, link.href) : [`${why}. Ihr Text bleibt hier und ist auf diesem Gerät gesichert.`];
}

function signedOut(why, address) {
  const link = document.createElement("a");
  link.href = address;
  link.target = "_blank";
  link.textContent = "in neuem Tab anmelden";
  return [`${why}. Ihr Text bleibt hier: `, link, ", dann noch einmal speichern."];
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

function offer(form, kept, place, { take, drop }) {
  const typed = JSON.parse(kept.state);
  const box = document.createElement("div");
  const buttons = document.createElement("p");
  const then = (act) => () => {
    box.remove();
    act(typed);
  };
  box.className = "writing__kept";
  buttons.className = "writing__choice";
  buttons.append(button("Diesen Stand übernehmen", "button", then(take)), button("Verwerfen", "link-button", then(drop)));
  box.append(title(kept, " So unterscheidet er sich:"), ...shown(form, typed), buttons);
  place.append(box);
}

function elsewhere(kept, address) {
  const link = document.createElement("a");
  link.href = address;
  link.textContent = "Ansehen";
  return title(kept, " ", link);
}

function title({ at }, ...more) {
  const line = document.createElement("p");
  line.append(`Auf diesem Gerät liegt ein Stand vom ${moment.format(at)} Uhr, der nicht gespeichert wurde.`, ...more);
  return line;
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
