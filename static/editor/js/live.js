// The preview beside the text, and what is wrong with it, renewed after each pause in typing.

import { selectLine } from "./field.js";

const PAUSE = 60; // milliseconds without a key, before the preview is renewed
const LONGER = 700; // and before what is wrong is said: nobody wants to be corrected within a word
const PATIENCE = 60_000; // with a server that answers nothing
const WIDE = matchMedia("(min-width: 80rem)");

export function setUpPreview(form, place, { isWhole = false } = {}) {
  let frame = null;
  const renew = latest(async () => {
    const html = await answered(form, form.dataset.preview);
    if (html !== null && frame?.contentDocument?.body) show(frame.contentDocument, html, isWhole);
  });
  const look = () => {
    if (WIDE.matches && !frame) {
      frame = made(form);
      place.replaceChildren(frame);
      place.hidden = false;
      frame.addEventListener("load", () => {
        frame.contentDocument.addEventListener("click", stay);
        begin(frame.contentDocument);
        renew();
      });
    }
  };
  WIDE.addEventListener("change", look);
  look();
  const follow = () => frame && WIDE.matches && renew();
  form.addEventListener("input", paused(PAUSE, follow));
  return follow;
}

export function setUpFindings(form, list, field) {
  const renew = latest(async () => {
    const html = await answered(form, form.dataset.findings);
    if (html === null) return;
    list.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
    atFields(form, list);
  });
  form.addEventListener("input", paused(LONGER, renew));
  if (list.hasAttribute("data-pending")) renew();
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link) return;
    if (link.dataset.line) {
      event.preventDefault();
      selectLine(field, Number(link.dataset.line));
      return;
    }
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    const folded = target?.closest("details");
    if (folded) folded.open = true;
    target?.focus();
  });
}

function made(form) {
  const frame = document.createElement("iframe");
  frame.title = "Vorschau";
  frame.className = "writing__preview";
  // Without scripts, but of our origin, so that this page may change what it shows.
  frame.setAttribute("sandbox", "allow-same-origin");
  frame.src = form.dataset.preview;
  return frame;
}

// Scrolls to the title, below the header that stays; scrollIntoView would scroll the page around the
// frame, too.
function begin(page) {
  const top = page.querySelector("h1")?.getBoundingClientRect().top ?? 0;
  const above = Number.parseFloat(getComputedStyle(page.documentElement).scrollPaddingTop) || 0;
  (page.scrollingElement ?? page.documentElement).scrollTop += top - above;
}

// Other pages may not be shown in a frame.
function stay(event) {
  const link = event.target.closest?.("a[href], summary, button");
  if (link?.matches("a, button") && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
}

function show(page, html, isWhole) {
  const next = new DOMParser().parseFromString(html, "text/html");
  const sheets = (of) => [...of.querySelectorAll("link[rel=stylesheet]")].map((link) => link.getAttribute("href")).join();
  const { scrollTop } = page.scrollingElement ?? page.documentElement;
  if (sheets(page) !== sheets(next)) page.head.replaceWith(page.importNode(next.head, true));
  const [old, main] = [page.querySelector("main"), next.querySelector("main")];
  if (old && main && !isWhole) old.replaceWith(page.importNode(main, true));
  else page.body.replaceWith(page.importNode(next.body, true));
  page.title = next.title;
  (page.scrollingElement ?? page.documentElement).scrollTop = scrollTop;
  if (old && !isWhole) follow(page, old.querySelector(".prose"), page.querySelector("main .prose"));
}

// Brings what is being typed into view.
function follow(page, old, now) {
  if (!old || !now || now.isEqualNode(old)) return;
  const { top, bottom } = changedIn(old, now).getBoundingClientRect();
  const { clientHeight, scrollTop } = page.documentElement;
  const above = Number.parseFloat(getComputedStyle(page.documentElement).scrollPaddingTop) || 0;
  if (top >= above && bottom <= clientHeight) return;
  page.documentElement.scrollTo({ top: scrollTop + top - clientHeight / 3, behavior: "instant" });
}

// The innermost element that is another one than before.
function changedIn(old, now) {
  const place = [...now.children].findIndex((child, index) => !child.isEqualNode(old.children[index]));
  if (place < 0) return now.lastElementChild ?? now;
  return old.children[place] ? changedIn(old.children[place], now.children[place]) : now.children[place];
}

// What stands in the list stands at the fields, too.
function atFields(form, list) {
  for (const remarks of form.querySelectorAll("[data-remarks]")) {
    const found = [...list.querySelectorAll(`[data-field="${remarks.dataset.remarks}"]`)];
    remarks.replaceChildren(...found.map(remark));
    const input = document.getElementById(remarks.dataset.remarks);
    const isWrong = found.some(({ dataset }) => dataset.severity === "error");
    if (input?.matches("input, select, textarea")) {
      if (isWrong) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
  }
}

function remark(item) {
  const line = document.createElement("p");
  const severity = document.createElement("span");
  line.className = "remark";
  line.dataset.severity = item.dataset.severity;
  severity.className = "remark__severity";
  severity.textContent = `${item.querySelector("[data-severity-label]").textContent}:`;
  line.append(severity, " ", item.querySelector("[data-message]").textContent);
  return line;
}

async function answered(form, address) {
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(address, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  return answer?.ok ? answer.text().catch(() => null) : null;
}

function paused(pause, then) {
  let waiting;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(then, pause);
  };
}

// One request at a time, so that a server that takes long is not asked for what nobody will see; after
// the last of what was typed, another.
function latest(ask) {
  let isRunning = false;
  let isOutdated = false;
  return async () => {
    isOutdated = true;
    if (isRunning) return;
    isRunning = true;
    try {
      while (isOutdated) {
        isOutdated = false;
        await ask();
      }
    } finally {
      isRunning = false;
    }
  };
}
