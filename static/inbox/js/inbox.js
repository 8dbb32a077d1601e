// Moving through lists with the arrow keys, sending a form from its text with Ctrl+Enter, and
// choosing all requests of a page. Keys only while the focus is there, so that no key is taken from
// anybody (WCAG 2.1.4).

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  const list = target.closest?.(".leads, .lines");
  const links = [...(list?.querySelectorAll(".leads__link, .lines__link") ?? [])];
  const place = links.indexOf(target);
  if (place < 0 || !(key in STEPS) || event.altKey) return;
  event.preventDefault();
  links[place + STEPS[key]]?.focus();
});

const several = document.querySelector("#auswahl");
const all = several?.querySelector("[data-choose-all]");
const boxes = [...document.querySelectorAll(".leads__box")];

function count() {
  const chosen = boxes.filter((box) => box.checked).length;
  all.checked = chosen === boxes.length;
  all.indeterminate = chosen > 0 && !all.checked;
  several.toggleAttribute("data-none", chosen === 0);
  several.querySelector("[data-chosen]").textContent = chosen === 0 ? "Nichts ausgewählt" : `${chosen} ausgewählt`;
}

if (all) {
  all.closest("label").hidden = false;
  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    count();
  });
  document.addEventListener("change", (event) => boxes.includes(event.target) && count());
  count();
}

// Not scrollIntoView, which would move the page as well.
const current = document.querySelector(".lines__link[aria-current]");
const list = current?.closest(".panes__list");
if (list) list.scrollTop = current.offsetTop - list.clientHeight / 2;
document.querySelector(".notice[tabindex], [aria-invalid='true']")?.focus();

// Going back, browsers fill in again what was chosen, in a page that has come anew. If somebody has
// saved meanwhile, sending that would undo it, and nobody be asked.
const version = document.querySelector("#bearbeitung [name='version']")?.value;
if (version) addEventListener("pageshow", () => {
  const fields = document.querySelectorAll(".one__work .field__input");
  for (const field of (history.state ?? version) === version ? [] : fields) {
    for (const option of field.options ?? []) option.selected = option.defaultSelected;
    if (!field.options) field.value = field.defaultValue;
  }
  history.replaceState(version, "");
});
