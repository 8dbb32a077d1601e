// A file that is too large for the server is refused when it is chosen, and never sent.

document.addEventListener("change", ({ target }) => {
  if (target.matches?.("[data-largest]")) tell(target, isTooLarge(target) ? target.dataset.tooLarge : "");
});

// Before any other script sends it.
document.addEventListener("submit", (event) => {
  const wrong = [...event.target.querySelectorAll("[data-largest]")].find(isTooLarge);
  if (!wrong) return;
  event.preventDefault();
  event.stopPropagation();
  wrong.focus();
}, { capture: true });

function isTooLarge({ files, dataset }) {
  return [...files].some(({ size }) => size > Number(dataset.largest));
}

function tell(input, message) {
  const id = `${input.id}-fehler`;
  const place = document.getElementById(id) ?? document.createElement("p");
  if (!place.isConnected) input.before(place);
  place.id = id;
  place.className = message ? "field__error" : "";
  place.textContent = message;
  place.hidden = !message;
  input.toggleAttribute("aria-invalid", false);
  if (message) input.setAttribute("aria-invalid", "true");
  const about = new Set((input.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean)).add(id);
  input.setAttribute("aria-describedby", [...about].join(" "));
}
