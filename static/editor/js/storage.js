// What this browser keeps of texts that are being written: one record for each window.
// Others who sign in here are not shown what somebody has kept.

// On which windows are asked to save what is typed in them.
export const CHANNEL = "redaktion";

const NAME = "redaktion";
const STORE = "texte";
const account = document.querySelector("[data-sign-out]").dataset.signOut;

export function keyOf(address, tab) {
  return `${address} ${account} ${tab}`;
}

export function addressOf(key) {
  return key.split(" ")[0];
}

export function isOwn(key) {
  return key.split(" ")[1] === account;
}

export async function read(key) {
  return done((await store("readonly")).get(key));
}

// The keys of all that is kept.
export async function keys() {
  return done((await store("readonly")).getAllKeys());
}

export async function write(key, record) {
  return done((await store("readwrite")).put(record, key));
}

export async function remove(key) {
  return done((await store("readwrite")).delete(key));
}

async function store(mode) {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  const database = await done(opening);
  const transaction = database.transaction(STORE, mode);
  transaction.oncomplete = transaction.onabort = () => database.close();
  return transaction.objectStore(STORE);
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
