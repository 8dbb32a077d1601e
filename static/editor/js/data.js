// A form of values. Everything on it works without this; here, what is typed is kept without being
// asked, and the part that an address names is opened.

import { setUpPreview } from "./live.js";
import { setUpSaving } from "./saving.js";

const form = document.querySelector("#schreiben");

setUpSaving(form, null, {
  told: form.querySelector("[data-told]"),
  recovered: form.querySelector("[data-recovered]"),
});
form.querySelector("[data-focus]")?.focus();
if (form.dataset.preview) showPages(form.dataset.preview);
open();
addEventListener("hashchange", open);

// Shows the page that says what somebody is changing.
function showPages(first) {
  const renew = setUpPreview(form, form.querySelector("[data-frame]"), { isWhole: true });
  form.addEventListener("focusin", ({ target }) => {
    const { page } = target.closest("[data-page]")?.dataset ?? {};
    const address = page ? `${first}?seite=${page}` : form.dataset.preview;
    if (address === form.dataset.preview) return;
    form.dataset.preview = address;
    renew();
  });
}

function open() {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const part = place?.closest("details");
  if (!part) return;
  part.open = true;
  place.scrollIntoView();
}
