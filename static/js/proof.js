// Solves one challenge of ALTCHA's protocol, version 2, beside the page, so that typing never stalls.
// Source: https://altcha.org/docs/v2/proof-of-work/

const MOST_TRIES = 100_000; // a hundred times what the server asks for: no challenge runs for ever

addEventListener("message", ({ data }) => {
  // A broken promise alone would not reach the page.
  solve(data).then(postMessage, () => postMessage(null));
});

async function solve({ algorithm, cost, keyLength, keyPrefix, nonce, salt }) {
  if (algorithm !== "PBKDF2/SHA-256") return null;
  const derivation = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: cost };
  const password = bytes(`${nonce}00000000`);
  const end = new DataView(password.buffer, password.length - 4);
  const start = performance.now();
  for (let counter = 0; counter < MOST_TRIES; counter++) {
    end.setUint32(0, counter);
    const key = await crypto.subtle.importKey("raw", password, "PBKDF2", false, ["deriveBits"]);
    const bits = await crypto.subtle.deriveBits(derivation, key, keyLength * 8);
    const derivedKey = hex(new Uint8Array(bits));
    if (derivedKey.startsWith(keyPrefix)) {
      return { counter, derivedKey, time: performance.now() - start };
    }
  }
  return null;
}

function bytes(text) {
  return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}

function hex(data) {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
