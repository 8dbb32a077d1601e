// What a script can do for the request form, which works without it: send it without leaving the
// page, go on trying while nobody answers, prove some work against spam, notice a slip in an e-mail
// address, take what a tool of ours has found. All words it shows come from the page or from the server. A browser that lacks a part of
// it, or cannot even read it, keeps the plain form.

const SECOND = 1000;
const PATIENCE = 10 * SECOND; // after that the endpoint counts as not answering
const PROOF_PATIENCE = 2 * SECOND;
const PROOF_LIFETIME = 50 * 60 * SECOND; // ten minutes less than the server's
const RETRY_AFTER = 20 * SECOND;
const MOST_RETRIES = 15;
const CLICK = 300; // longer than a button is held down

const RESULT = "#ergebnis="; // before the text that tools bring; a fragment never leaves the browser

const MAIN = "hauptinhalt";
const NEEDED = ["fetch", "AbortController", "URLSearchParams", "FormData", "DOMParser"];

let form; // the one on show; an answer of the server brings a new one
let buttons;
let label;
let sending = false;
let retry = 0; // the timer while one is due
let retries = 0;
let work; // what the browser proves, and since when

if (NEEDED.every((name) => name in window)) {
  setUp();
  takeResult();
  addEventListener("online", () => retry && sendAgain());
  addEventListener("pageshow", ({ persisted }) => {
    if (!form) return;
    unfold(); // not earlier: only now a browser has filled in what it kept
    // Going back may show this page as it was left: in the middle of sending.
    if (persisted) setSending(false);
  });
}

function setUp() {
  form = document.getElementById("anfrage");
  if (!form) return;
  buttons = form.querySelectorAll("[type=submit]");
  label = buttons[0].textContent;
  const { page_key, source, email } = form.elements;
  page_key.value ||= randomKey();
  source.value = pageBefore() || source.value;
  form.addEventListener("focusin", proof);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (sending) return;
    retries = 0;
    send(true);
  });
  // Nobody wants half a sentence sent.
  form.addEventListener("input", () => retry && retryLater());
  watchForSlips(email, form.dataset.mailDomains.split(" "));
}

function takeResult() {
  if (!form || !location.hash.startsWith(RESULT)) return;
  try {
    form.elements.result.value = decodeURIComponent(location.hash.slice(RESULT.length));
  } catch {
    // Somebody else made this address.
  }
  unfold();
  // Whoever keeps or shares the address should not share the result.
  history.replaceState(history.state, "", location.pathname + location.search);
}

// Nothing is sent unseen: neither what a tool brought nor what the browser kept for who comes back.
function unfold() {
  const { result } = form.elements;
  if (result.value) {
    for (const place of [result.closest("[hidden]"), form.querySelector(".form__brought")]) {
      place?.removeAttribute("hidden");
    }
  }
  for (const more of form.querySelectorAll("details")) {
    const answers = [...more.querySelectorAll(".field__input, :checked")];
    if (answers.some(({ value }) => value)) more.open = true;
  }
}

// Sending

async function send(byHand) {
  clearTimeout(retry);
  retry = 0;
  setSending(true);
  const proven = await Promise.race([proof(), pause(PROOF_PATIENCE)]);
  const body = new URLSearchParams(new FormData(form));
  body.set("proof", proven || "");
  const { thanks, page } = await answerTo(body);
  if (thanks) {
    work = null; // it is spent, and who comes back may have something else to ask
    location.assign(thanks);
    await pause(PATIENCE); // who stops the browser on the way must be able to send again
  }
  setSending(false);
  if (page) show(page, body);
  else if (!thanks) keepTrying(byHand);
}

// Where to go, or the page to show; neither if nobody answered who knows about requests.
async function answerTo(body) {
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(), PATIENCE);
  try {
    const response = await fetch(form.action, { method: "POST", body, signal: control.signal });
    if (response.redirected) {
      return response.url.startsWith(`${form.action}/`) ? { thanks: response.url } : {};
    }
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    // An error page, a proxy's, a hotel's: none of them holds the visitor's words.
    return page.querySelector(`#${MAIN} form`) ? { page } : {};
  } catch {
    return {};
  } finally {
    clearTimeout(timer);
  }
}

function show(page, sent) {
  const before = new FormData(form);
  const unfolded = form?.querySelector("details[open]");
  document.getElementById(MAIN).replaceWith(page.getElementById(MAIN));
  document.title = page.title;
  setUp();
  for (const [name, text] of form ? before : []) {
    // Typed while the answer was on its way.
    if (name !== "proof" && text !== sent.get(name)) form.elements[name].value = text;
  }
  for (const field of form?.querySelectorAll(".field__input") ?? []) {
    // For who reads another page and comes back, a browser keeps only what counts as typed.
    const { value } = field;
    field.defaultValue = "";
    field.value = value;
  }
  if (unfolded) form?.querySelector("details")?.setAttribute("open", "");
  lookAt(document.querySelector(".error-summary, .notice") || document.querySelector("h1"));
}

function setSending(now) {
  sending = now;
  for (const button of buttons) {
    // Not disabled: that would take the focus away, and the button from screen readers.
    if (now) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
    button.textContent = now ? button.dataset.meanwhile : label;
  }
}

// Trying again

function keepTrying(byHand) {
  const { dataset } = document.getElementById("unerreichbar");
  if (byHand) {
    document.querySelector(".error-summary, .notice")?.remove();
    document.getElementById(MAIN).prepend(copyOf("unerreichbar"));
    document.title = dataset.title;
    lookAt(document.querySelector(".notice"));
  }
  if (retries < MOST_RETRIES) retryLater();
  else document.querySelector(".notice__text").textContent = dataset.givenUp;
}

function retryLater() {
  clearTimeout(retry);
  retry = setTimeout(sendAgain, RETRY_AFTER);
}

function sendAgain() {
  retries += 1;
  send(false);
}

// Proving some work

// One proof serves until the request is stored: no other answer spends it.
function proof() {
  if (!work || Date.now() - work.since > PROOF_LIFETIME) {
    work = { since: Date.now(), result: solve().catch(() => "") };
  }
  return work.result;
}

async function solve() {
  const { challenge: address, worker: script } = form.dataset;
  const challenge = await (await fetch(address)).json();
  const worker = new Worker(script);
  const solution = await new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = reject;
    worker.postMessage(challenge.parameters);
  }).finally(() => worker.terminate());
  return solution && btoa(JSON.stringify({ challenge, solution }));
}

// Slips in an e-mail address

function watchForSlips(input, domains) {
  const place = form.querySelector(".field__suggestion"); // may hold the server's, without a button
  let shown = "";
  const look = () => {
    const meant = suggestion(input.value, domains);
    if (meant === shown) return;
    shown = meant;
    place.replaceChildren(...(meant ? [copyOf("vertippt")] : []));
    if (!meant) return;
    place.querySelector("strong").textContent = meant;
    place.querySelector("button").onclick = () => {
      input.value = meant;
      input.focus();
      look();
    };
  };
  look();
  // Not at once: what is clicked next must not move away below the pointer.
  input.addEventListener("blur", () => setTimeout(look, CLICK));
}

// The same rule as in mailboxes.py.
function suggestion(address, domains) {
  const at = address.lastIndexOf("@") + 1;
  const domain = address.slice(at).toLowerCase();
  if (at < 2 || domains.includes(domain)) return "";
  const meant = domains.filter((common) => isOneSlip(domain, common));
  return meant.length === 1 ? address.slice(0, at) + meant[0] : "";
}

// A letter too much, too few, wrong, or swapped with its neighbour.
function isOneSlip(typed, meant) {
  let same = 0;
  while (same < typed.length && typed[same] === meant[same]) same++;
  const [is, should] = [typed.slice(same), meant.slice(same)];
  return (
    is.slice(1) === should ||
    is === should.slice(1) ||
    is.slice(1) === should.slice(1) ||
    (is[0] === should[1] && is[1] === should[0] && is.slice(2) === should.slice(2))
  );
}

// Small things

function copyOf(template) {
  return document.getElementById(template).content.cloneNode(true);
}

// By this the server knows the same request again, however often it is sent.
function randomKey() {
  if (crypto.randomUUID) return crypto.randomUUID(); // only there with https
  return crypto.getRandomValues(new Uint32Array(4)).join("-");
}

// The path of our own page that led here, unless it is about sending requests itself.
function pageBefore() {
  const { root, own } = form.dataset;
  if (!document.referrer.startsWith(location.origin + root)) return "";
  const { pathname } = new URL(document.referrer);
  const isOwn = own.split(" ").some((start) => `${pathname}/`.startsWith(start));
  return isOwn ? "" : pathname;
}

function lookAt(element) {
  element.tabIndex = -1;
  element.focus();
  element.scrollIntoView();
}

function pause(time) {
  return new Promise((resolve) => setTimeout(resolve, time));
}
