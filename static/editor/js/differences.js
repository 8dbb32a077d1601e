// How two texts differ, line by line: the longest common subsequence, with what is equal around left
// out.

const AROUND = 2; // equal lines that are shown beside a change
const MOST = 4_000_000; // pairs of lines that are compared; beyond them all is shown as changed

export function differences(before, after) {
  const [old, now] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < now.length && old[start] === now[start]) start++;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end++;
  const middle = compared(old.slice(start, old.length - end), now.slice(start, now.length - end));
  if (!middle.length) return [];
  const above = old.slice(Math.max(0, start - AROUND), start);
  const below = end ? old.slice(old.length - end).slice(0, AROUND) : [];
  return [...above.map(equal), ...middle, ...below.map(equal)];
}

function equal(text) {
  return { kind: " ", text };
}

function compared(old, now) {
  if (old.length * now.length > MOST) {
    return [...old.map((text) => ({ kind: "-", text })), ...now.map((text) => ({ kind: "+", text }))];
  }
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
    }
  }
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push(equal(old[i]));
      i++;
      j++;
    } else if (i < old.length && (j === now.length || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])) {
      found.push({ kind: "-", text: old[i++] });
    } else found.push({ kind: "+", text: now[j++] });
  }
  return found;
}
