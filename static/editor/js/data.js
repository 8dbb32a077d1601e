// A form of values. Everything on it works without this; here, what is typed is kept without being
// asked, and the part that an address names is opened.

import { setUpSaving } from "./saving.js";

const form = document.querySelector("#schreiben");

setUpSaving(form, null, {
  told: form.querySelector("[data-told]"),
  recovered: form.querySelector("[data-recovered]"),
});
form.querySelector("[data-focus]")?.focus();
open();
addEventListener("hashchange", open);

function open() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const part = place?.closest("details");
  if (!part) return;
  part.open = true;
  place.scrollIntoView();
}
