// Copies a new share link.

const field = document.querySelector("[data-copied]");
const button = document.querySelector("[data-copy]");

if (field) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", copy);
  field.addEventListener("focus", () => field.select());
}

async function copy() {
  const told = document.querySelector("[data-copy-told]");
  try {
    await navigator.clipboard.writeText(field.value);
    told.textContent = "Kopiert.";
  } catch {
    field.select();
    told.textContent = "Bitte mit Strg+C kopieren.";
  }
}
