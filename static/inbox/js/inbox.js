// Moving through lists with the arrow keys, and sending a form from its text with Ctrl+Enter.
// Both only while the focus is there, so that no key is taken from anybody (WCAG 2.1.4).

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  if (key === "Enter" && (event.ctrlKey || event.metaKey) && target.form) {
    event.preventDefault();
    target.form.requestSubmit();
    return;
  }
  const links = [...document.querySelectorAll(".leads__link")];
  const place = links.indexOf(target);
  if (place < 0 || !(key in STEPS) || event.altKey) return;
  event.preventDefault();
  links[place + STEPS[key]]?.focus();
});

document.querySelector(".notice[tabindex], [aria-invalid='true']")?.focus();
