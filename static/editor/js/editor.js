// The page on which a text is written. Everything on it works without this, as a plain form.

import { setUpLinkTargets } from "./dialogs.js";
import { setUpHeadImage, setUpImages } from "./images.js";
import { setUpFindings, setUpPreview } from "./live.js";
import { setUpPasting } from "./pasting.js";
import { setUpSaving } from "./saving.js";
import { setUpToolbar } from "./toolbar.js";

const form = document.querySelector("#schreiben");
const field = form.querySelector("#text");
const toolbar = form.querySelector("[data-toolbar]");

if (toolbar) {
  const target = document.querySelector("[data-targets]");
  setUpToolbar(toolbar, field);
  setUpLinkTargets(target, target.form.querySelector("[data-found]"));
  setUpImages(document.querySelector("#dialog-image"), field, form.querySelector("[data-pasted]"));
  const pick = form.querySelector("[data-pick-image]");
  if (pick) setUpHeadImage(pick, form.elements.image, form.elements.image_alt);
  setUpPasting(field, form.querySelector("[data-pasted]"));
  setUpSaving(form, field, {
    told: form.querySelector("[data-told]"),
    recovered: form.querySelector("[data-recovered]"),
  });
}
setUpPreview(form, form.querySelector("[data-frame]"));
setUpFindings(form, form.querySelector("[data-findings-list]"), field);
form.querySelector("[data-focus]")?.focus();

form.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey) {
    event.preventDefault();
    form.requestSubmit();
  }
});
