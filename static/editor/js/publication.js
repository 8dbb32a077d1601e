// Renews the steps of a publication until it is over.

const PAUSE = 1000; // milliseconds

const progress = document.querySelector("[data-progress]");
const byHand = document.querySelector("[data-by-hand]");

if (byHand) {
  byHand.hidden = true;
  setTimeout(renew, PAUSE);
}

async function renew() {
  const answer = await fetch(progress.dataset.progress).catch(() => null);
  if (answer?.ok) {
    const next = new DOMParser().parseFromString(await answer.text(), "text/html").body;
    if (next.innerHTML !== progress.innerHTML) progress.replaceChildren(...next.childNodes);
  }
  // What can be done afterwards is on the whole page.
  if (progress.querySelector("[data-over]")) location.reload();
  else setTimeout(renew, PAUSE);
}
