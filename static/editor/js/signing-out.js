// Whoever signs out leaves no text in this browser. What is typed in any of its windows is saved on
// the server first; what cannot be is named, and deleted only when that is said. The answer to the
// sign-out makes the browser forget the rest.

import * as storage from "./storage.js";

const PATIENCE = 3000; // milliseconds, for what is typed to be saved
const PAUSE = 150;

const form = document.querySelector("[data-sign-out]");
let isDecided = false;

form.addEventListener("submit", async (event) => {
  if (isDecided) return;
  event.preventDefault();
  const left = await unsaved();
  if (left.length) warn(left);
  else leave();
});

async function unsaved() {
  const end = Date.now() + PATIENCE;
  const windows = new BroadcastChannel(storage.CHANNEL);
  windows.postMessage("save");
  windows.close();
  let left;
  do {
    await new Promise((done) => setTimeout(done, PAUSE));
    left = await storage.keys().catch(() => []);
  } while (left.length && Date.now() < end);
  return left;
}

function leave() {
  isDecided = true;
  form.requestSubmit();
}

function warn(left) {
  document.querySelector("main [data-unsaved-here]")?.remove();
  const box = document.createElement("div");
  box.className = "told-done";
  box.role = "alert";
  box.dataset.variant = "problem";
  box.dataset.unsavedHere = "";
  const go = document.createElement("button");
  go.type = "button";
  go.className = "link-button";
  go.textContent = "Trotzdem abmelden";
  go.addEventListener("click", leave);
  const own = left.filter(storage.isOwn);
  const others = left.filter((key) => !storage.isOwn(key));
  const named = [...addresses(own).map(link), ...addresses(others).map((path) => `${name(path)} (von jemand anderem)`)];
  const way = own.length ? "Öffnen und speichern Sie Ihres, sonst ist es" : "Das ist";
  box.append("Nicht gespeichert und nur auf diesem Gerät: ", ...named.flatMap((each) => [each, ", "]).slice(0, -1), `. ${way} nach dem Abmelden gelöscht. `, go);
  document.querySelector("main").prepend(box);
  box.scrollIntoView({ block: "center" });
}

function addresses(keys) {
  return [...new Set(keys.map(storage.addressOf))];
}

function link(path) {
  const made = document.createElement("a");
  made.href = path;
  made.textContent = name(path);
  return made;
}

function name(path) {
  return decodeURIComponent(path.split("/texte/").pop().split("?")[0]);
}
